"""What every API of the studio shares: one shape of errors, sessions with CSRF, throttles by true address, pages."""

from __future__ import annotations

import errno
import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from codecraft.common.errors import StudioError

log = logging.getLogger("studio.api")

BROKEN = "Something in the studio broke; it was noted in the log. Nothing of yours was lost."
DISK_FULL = "The disk is full: free some space, then try again."
NOT_FOUND = "There is nothing here, or it is not yours."


def error_body(code: str, message: str, *, field: str | None = None, details: Any = None) -> dict[str, Any]:
    """The one shape of every error: people read `message`, programs `code`, forms `field`."""
    return {"error": {"code": code, "message": message, "field": field, "details": details or {}}}


def json_error(http_status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse(error_body(code, message), status=http_status)


def error_response(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler. Never lets an exception through: the caller always gets JSON."""
    from rest_framework.views import set_rollback  # late: REST framework's views import this module

    set_rollback()
    http_status, body, headers = _describe(error)
    if http_status >= 500 and not isinstance(error, StudioError):
        log.error("%s failed", context["request"].path, exc_info=error)
    return Response(body, status=http_status, headers=headers)


def _describe(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    if isinstance(error, StudioError):
        return error.http_status, error_body(error.code, error.message, field=error.field, details=error.details), {}
    if isinstance(error, exceptions.ValidationError):
        field, message = _first_message(error.detail)
        details = error.detail if isinstance(error.detail, dict) else {}
        return 400, error_body("invalid_input", _sentence(message), field=field, details=details), {}
    if isinstance(error, exceptions.Throttled):
        wait_s = int(error.wait or 60) + 1
        message = f"That was a lot at once: please wait {wait_s} seconds, then try again."
        return 429, error_body("throttled", message), {"Retry-After": str(wait_s)}
    if isinstance(error, exceptions.APIException):
        headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else {}
        return error.status_code, error_body(str(error.default_code), _sentence(str(error.detail))), headers
    if isinstance(error, Http404):
        return 404, error_body("not_found", NOT_FOUND), {}
    if isinstance(error, PermissionDenied):
        return 403, error_body("permission_denied", "You may not do this."), {}
    if isinstance(error, RequestDataTooBig):
        limit_kb = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
        return 413, error_body("too_large", f"The request is too large: {limit_kb} kB are the most."), {}
    if isinstance(error, SuspiciousOperation):
        return 400, error_body("bad_request", "The request cannot be understood."), {}
    if isinstance(error, OperationalError):
        return 503, _database_away(str(error)), {}
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return 503, error_body("disk_full", DISK_FULL), {}
    return 500, error_body("internal_error", BROKEN), {}


def _database_away(told: str) -> dict[str, Any]:
    if "disk is full" in told or "No space left" in told:
        return error_body("disk_full", DISK_FULL)
    return error_body("database_unavailable", "The database does not answer just now: please try again in a moment.")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _first_message(detail: Any, field: str | None = None) -> tuple[str | None, str]:
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        return _first_message(inner, None if name == "non_field_errors" else str(name))
    if isinstance(detail, list) and detail:
        return _first_message(detail[0], field)
    return field, str(detail)


class StudioJSONRenderer(JSONRenderer):
    """UTF-8, but half a surrogate pair, which JSON can ask for and UTF-8 cannot say, goes out escaped as it came in."""

    def render(self, data: Any, *arguments: Any, **named: Any) -> bytes:
        try:
            return super().render(data, *arguments, **named)
        except UnicodeEncodeError:
            self.ensure_ascii = True
            return super().render(data, *arguments, **named)


BROWSER_HEADERS = ("Origin", "Referer", "Sec-Fetch-Site")


class StudioSessionAuthentication(SessionAuthentication):
    """As REST framework's, but a guest's session is guarded against forged requests too, not only a member's.

    A guest's program (curl with a cookie jar) needs no CSRF token: forged requests come from browsers, and those always
    name their origin on a request that changes something (Fetch standard, "append a request Origin header").
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        user = getattr(request._request, "user", None)
        if user is not None and user.is_authenticated and user.is_active:
            self.enforce_csrf(request)
            return user, None
        if settings.SESSION_COOKIE_NAME in request.COOKIES and any(name in request.headers for name in BROWSER_HEADERS):
            self.enforce_csrf(request)
        return None


class AddressThrottle(ScopedRateThrottle):
    """Views name a scope in `throttle_scope`; else GET counts as "read" and the rest as "write"."""

    def allow_request(self, request: Request, view: Any) -> bool:
        usual = "read" if request.method in ("GET", "HEAD", "OPTIONS") else "write"
        scope = getattr(view, "throttle_scope", None)
        self.scope = usual if scope is None or usual == "read" else scope
        self.rate = self.THROTTLE_RATES[self.scope]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super(ScopedRateThrottle, self).allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = request.user.pk if request.user and request.user.is_authenticated else client_of(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


def client_of(request: HttpRequest | Request) -> str:
    return getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR") or "unknown"


class StudioPagination(PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    invalid_page_message = "There is no such page."

    def get_paginated_response(self, data: list[Any]) -> Response:
        assert self.page is not None
        body = {
            "count": self.page.paginator.count,
            "page": self.page.number,
            "pages": self.page.paginator.num_pages,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": data,
        }
        return Response(body, status=status.HTTP_200_OK)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        number = {"type": "integer"}
        properties = {"count": number, "page": number, "pages": number, "next": link, "previous": link}
        return {
            "type": "object",
            "required": ["count", "page", "pages", "results"],
            "properties": {**properties, "results": schema},
        }
