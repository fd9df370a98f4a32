from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

handler400 = "codecraft.common.error_pages.bad_request"
handler403 = "codecraft.common.error_pages.permission_denied"
handler404 = "codecraft.common.error_pages.page_not_found"
handler500 = "codecraft.common.error_pages.server_error"

admin.site.site_header = admin.site.site_title = "CodeCraft Studio"
admin.site.index_title = "Behind the stage"


def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("api/schema", SpectacularAPIView.as_view(throttle_classes=[]), name="api-schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="api-schema", throttle_classes=[]), name="api-docs"),
    path("api/health", health, name="api-health"),
    path("api/", include("rados.api.urls")),
    path("api/", include("voicelab.api.urls")),
    path("api/", include("mixer.api.urls")),
    path("api/", include("generation.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("rados.page_urls")),
    path("", include("voicelab.page_urls")),
    path("", include("mixer.page_urls")),
    path("", include("generation.page_urls")),
]
