"""Daphne on an inherited socket, with back pressure.

Plain daphne takes whatever an application sends into memory, so that one slow download of a package costs a gigabyte.
Here `send` waits while the connection's buffer is full: Twisted tells us by pausing the request, which is registered as
the producer of its own answer.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import socket
from typing import Any

import daphne.server as daphne_server  # isort: skip  (installs Twisted's asyncio reactor, so it comes first)
from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings
from django.core.asgi import get_asgi_application
from twisted.internet.endpoints import AdoptedStreamServerEndpoint
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer


@implementer(IPushProducer)
class PatientRequest(WebRequest):
    """A request whose answer waits for the reader, and whose body is not taken in beyond `LARGEST_REQUEST_BYTES`:
    Twisted would write whatever comes to the disk before anyone could say no."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_write = asyncio.Event()
        self.may_write.set()
        self._is_producer = False
        self._body_bytes = 0

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length if length is None or length <= settings.LARGEST_REQUEST_BYTES else 0)
        if length is not None and length > settings.LARGEST_REQUEST_BYTES:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        self._body_bytes += len(data)
        if self._body_bytes > settings.LARGEST_REQUEST_BYTES:
            self._refuse()
        else:
            super().handleContentChunk(data)

    def _refuse(self) -> None:
        """Say no and hang up; what is still on its way is not read."""
        from codecraft.common.api import error_body  # late: Django must stand before it is read

        limit = settings.LARGEST_REQUEST_BYTES // 2**20
        body = json.dumps(error_body("too_large", f"The request is too large: {limit} MB are the most.")).encode()
        head = (
            f"HTTP/1.1 413 Payload Too Large\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        self.channel.transport.write(head.encode() + body)
        self.channel.loseConnection()

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body" and message.get("more_body") and not self._is_producer:
            self._is_producer = True
            self.registerProducer(self, True)
        super().handle_reply(message)

    def pauseProducing(self) -> None:
        self.may_write.clear()

    def resumeProducing(self) -> None:
        self.may_write.set()

    def stopProducing(self) -> None:
        self.may_write.set()

    def connectionLost(self, reason: Any) -> None:
        self.may_write.set()
        super().connectionLost(reason)

    def finish(self) -> None:
        if self._is_producer:
            self._is_producer = False
            self.unregisterProducer()
        super().finish()


class PatientFactory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = PatientRequest
        return protocol


class PatientServer(daphne_server.Server):
    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        may_write = getattr(protocol, "may_write", None)
        if may_write is not None:
            await may_write.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("application", help="module:name")
    options = parser.parse_args()
    get_asgi_application()  # sets Django up before the application's module is read
    module, _, name = options.application.partition(":")
    application = getattr(importlib.import_module(module), name)
    # Daphne offers no other way to choose the request class, or the family of an inherited socket.
    daphne_server.HTTPFactory = PatientFactory
    family = socket.socket(fileno=os.dup(options.fd)).family
    daphne_server.serverFromString = lambda reactor, _: AdoptedStreamServerEndpoint(reactor, options.fd, family)
    server = PatientServer(application, endpoints=[f"fd:fileno={options.fd}"], server_name="")
    server.run()


if __name__ == "__main__":
    main()
