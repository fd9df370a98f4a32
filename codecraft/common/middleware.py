"""Where a request comes from, and what a browser may do with our answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from codecraft.common.client_address import client_address, is_trusted, parse_address

HOST_NAME = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
GetResponse = Callable[[HttpRequest], HttpResponse]


class ClientAddressMiddleware:
    """Sets `request.client_address`, and forgets what a stranger claims about the way the request came."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR") or ""
        trusted = settings.TRUSTED_PROXIES
        request.client_address = client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""), trusted)
        if not is_trusted(parse_address(peer), trusted):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class ContentSecurityMiddleware:
    """Only our own scripts, styles, fonts and media; no frames; sockets to this host alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        host = request.META.get("HTTP_HOST", "")
        sockets = f"ws://{host} wss://{host}" if HOST_NAME.fullmatch(host) else ""
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            f"media-src 'self' blob:; connect-src 'self' {sockets}; font-src 'self' data:; object-src 'none'; "
            "base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
        )
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
