"""Who may open a socket: pages of this very site, and programs (which send no Origin; every browser does)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", ".localhost"]


class SameOriginSockets:
    """ASGI middleware. Cookies go along with a socket from any site, so the Origin is all that tells them apart."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = {name.lower(): value.decode("latin1") for name, value in scope["headers"]}
        is_ours = _is_known_host(headers.get(b"host", "")) and _is_same_site(headers)
        application = self.application if is_ours else WebsocketDenier()
        return await application(scope, receive, send)


def _is_known_host(host: str) -> bool:
    allowed = settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else [])
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _is_same_site(headers: dict[bytes, str]) -> bool:
    origin = headers.get(b"origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get(b"host", "").lower()
