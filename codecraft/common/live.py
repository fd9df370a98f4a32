"""Live progress of jobs over sockets. The row is the truth: it is read when Redis says so, and now and then when nobody
says anything. An app subclasses `ProgressConsumer` with what its job tells."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import Any

from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings

from codecraft.common.errors import NotFound

log = logging.getLogger("studio.events")

POLL_S = 0.5
POLL_BESIDE_REDIS_S = 3.0
CLOSED_NOT_FOUND = 4404
CLOSED_FINISHED = 1000


def group_of(job_id: uuid.UUID | str) -> str:
    return f"job.{job_id}"


def layer_crosses_processes() -> bool:
    """The in-memory layer ends at the process: without Redis the sockets read the row instead."""
    return bool(settings.REDIS_URL)


def publish_progress(job_id: uuid.UUID | str) -> None:
    """Tell the sockets that the row has changed. They read it themselves: nothing secret travels, nothing is stale."""
    if not layer_crosses_processes():
        return
    try:
        async_to_sync(get_channel_layer().group_send)(group_of(job_id), {"type": "job.changed"})
    except Exception:
        log.warning("a progress message was not sent", exc_info=True)


class ProgressConsumer(AsyncJsonWebsocketConsumer):
    """Sends the progress of a job whenever it changes, and closes after the last word. Says nothing to strangers."""

    async def connect(self) -> None:
        self.job_id: uuid.UUID = self.scope["url_route"]["kwargs"]["job_id"]
        self.changed = asyncio.Event()
        self.watcher: asyncio.Task[None] | None = None
        await self.accept()
        if layer_crosses_processes():
            await self.channel_layer.group_add(group_of(self.job_id), self.channel_name)
        self.watcher = asyncio.create_task(self._watch())

    async def disconnect(self, code: int) -> None:
        if self.watcher is not None:
            self.watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.watcher
        if layer_crosses_processes():
            await self.channel_layer.group_discard(group_of(self.job_id), self.channel_name)

    async def receive_json(self, content: Any, **_: Any) -> None:
        """Nothing is expected from the other side."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Frames are ignored unread, so that nonsense cannot break the socket."""

    async def job_changed(self, event: dict[str, Any]) -> None:
        self.changed.set()

    async def _watch(self) -> None:
        """Ownership is asked again at each look: what was deleted or claimed by another falls silent."""
        last: dict[str, Any] = {}
        while True:
            self.changed.clear()
            try:
                payload, is_over = await self._look()
            except NotFound:
                await self.close(CLOSED_NOT_FOUND)
                return
            if payload != last:
                await self.send_json(payload)
                last = payload
            if is_over:
                await self.close(CLOSED_FINISHED)
                return
            wait_s = POLL_BESIDE_REDIS_S if layer_crosses_processes() else POLL_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), wait_s)

    @database_sync_to_async
    def _look(self) -> tuple[dict[str, Any], bool]:
        return self.look(self.scope.get("user"), self.scope["session"])

    def look(self, user: Any, session: Any) -> tuple[dict[str, Any], bool]:
        """The payload, and whether the job is over. Raises NotFound."""
        raise NotImplementedError
