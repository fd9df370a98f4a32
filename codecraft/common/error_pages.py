"""Errors outside of a view: JSON for the API, a friendly page for people (`templates/404.html`, `500.html`, …)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader

from codecraft.common.api import BROKEN, NOT_FOUND, json_error


def _answer(request: HttpRequest, http_status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith("/api/") or request.path == "/api":
        return json_error(http_status, code, message)
    context = {"status": http_status, "message": message}
    for name in (f"{http_status}.html", "error.html"):
        try:
            # Without the request: a page about what broke must not depend on sessions or a database.
            return HttpResponse(loader.get_template(name).render(context), status=http_status)
        except TemplateDoesNotExist:
            continue
    return HttpResponse(message, status=http_status, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "bad_request", "The request cannot be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "permission_denied", "You may not do this.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "internal_error", BROKEN)


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    message = "This page was open for too long, or cookies are off: reload it, then try again."
    return _answer(request, 403, "csrf_failed", message)
