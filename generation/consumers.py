"""Live progress of songs and of their further films."""

from __future__ import annotations

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from codecraft.common.live import CLOSED_NOT_FOUND, ProgressConsumer
from generation.events import cut_progress_of, progress_of
from generation.selectors import get_cut_by_id, get_generation
from rados.selectors import person_of


class GenerationConsumer(ProgressConsumer):
    def look(self, user: Any, session: Any) -> tuple[dict[str, Any], bool]:
        generation = get_generation(person_of(user, session), self.job_id)
        return progress_of(generation).as_json(), not generation.is_active


class CutConsumer(ProgressConsumer):
    def look(self, user: Any, session: Any) -> tuple[dict[str, Any], bool]:
        cut = get_cut_by_id(person_of(user, session), self.job_id)
        return cut_progress_of(cut).as_json(), not cut.is_active


class NowhereConsumer(AsyncJsonWebsocketConsumer):
    """Sockets to addresses that do not exist are closed with a word, not an exception in the log."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(CLOSED_NOT_FOUND)
