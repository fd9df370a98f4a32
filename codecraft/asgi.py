"""HTTP and websockets."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "codecraft.settings")
http_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (models need the apps to be ready)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from codecraft.common.departures import NoticeDepartures  # noqa: E402
from codecraft.common.sockets import SameOriginSockets  # noqa: E402
from generation.consumers import NowhereConsumer  # noqa: E402
from generation.routing import websocket_urlpatterns as song_sockets  # noqa: E402
from mixer.routing import websocket_urlpatterns as mixer_sockets  # noqa: E402

sockets = URLRouter([*song_sockets, *mixer_sockets, re_path(r"", NowhereConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {"http": NoticeDepartures(http_application), "websocket": SameOriginSockets(AuthMiddlewareStack(sockets))}
)
