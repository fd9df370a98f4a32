from __future__ import annotations

from django.urls import path

from generation.api import files, views

ONE = "generations/<uuid:generation_id>"

urlpatterns = [
    path("generations", views.GenerationsView.as_view(), name="api-generations"),
    path(ONE, views.GenerationView.as_view(), name="api-generation"),
    path(f"{ONE}/cancel", views.CancelView.as_view(), name="api-generation-cancel"),
    path(f"{ONE}/retry", views.RetryView.as_view(), name="api-generation-retry"),
    path(f"{ONE}/restore", views.RestoreView.as_view(), name="api-generation-restore"),
    path(f"{ONE}/package.zip", files.PackageView.as_view(), name="api-generation-package"),
    path(f"{ONE}/preview.jpg", files.PreviewView.as_view(), name="api-generation-preview"),
    path(f"{ONE}/files/<path:name>", files.FileView.as_view(), name="api-generation-file"),
]
