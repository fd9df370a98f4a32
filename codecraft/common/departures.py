"""Whether the client of a request is still there, for work that is only worth doing while somebody listens.

Django's synchronous views run in a thread that nobody can stop; here they can at least ask.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest

KEY = "studio.client_gone"
Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[dict[str, Any], Receive, Any], Awaitable[None]]


class NoticeDepartures:
    """ASGI: sets an event in the scope when the client hangs up. Django listens for that as long as a view works."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Any) -> None:
        gone = threading.Event()

        async def listen() -> dict[str, Any]:
            message = await receive()
            if message["type"] == "http.disconnect":
                gone.set()
            return message

        await self.application({**scope, KEY: gone}, listen, send)


def client_is_gone(request: HttpRequest) -> bool:
    """False, too, where nobody can know (WSGI, tests)."""
    event = getattr(request, "scope", {}).get(KEY)
    return event is not None and event.is_set()
