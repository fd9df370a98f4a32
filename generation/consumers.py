"""Live progress. The row is the truth: it is read when Redis says so, and now and then when nobody says anything."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from codecraft.common.errors import NotFound
from generation.events import cut_progress_of, group_of, layer_crosses_processes, progress_of
from generation.selectors import get_cut_by_id, get_generation
from rados.contracts import Person
from rados.selectors import person_of

POLL_S = 0.5
POLL_BESIDE_REDIS_S = 3.0
CLOSED_NOT_FOUND = 4404
CLOSED_FINISHED = 1000


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

    async def generation_changed(self, event: dict[str, Any]) -> None:
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
        return self.look(person_of(self.scope.get("user"), self.scope["session"]))

    def look(self, person: Person) -> tuple[dict[str, Any], bool]:
        """The payload, and whether the job is over. Raises NotFound."""
        raise NotImplementedError


class GenerationConsumer(ProgressConsumer):
    def look(self, person: Person) -> tuple[dict[str, Any], bool]:
        generation = get_generation(person, self.job_id)
        return progress_of(generation).as_json(), not generation.is_active


class CutConsumer(ProgressConsumer):
    def look(self, person: Person) -> tuple[dict[str, Any], bool]:
        cut = get_cut_by_id(person, self.job_id)
        return cut_progress_of(cut).as_json(), not cut.is_active


class NowhereConsumer(AsyncJsonWebsocketConsumer):
    """Sockets to addresses that do not exist are closed with a word, not an exception in the log."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(CLOSED_NOT_FOUND)
