from __future__ import annotations

from django.urls import path

from rados.api.views import TokenView

urlpatterns = [path("token", TokenView.as_view(), name="api-token")]
