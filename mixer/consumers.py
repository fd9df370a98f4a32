"""Live progress of jobs on sound."""

from __future__ import annotations

from typing import Any

from codecraft.common.live import ProgressConsumer
from mixer.events import audio_progress_of
from mixer.selectors import get_job
from rados.selectors import person_of


class AudioJobConsumer(ProgressConsumer):
    def look(self, user: Any, session: Any) -> tuple[dict[str, Any], bool]:
        job = get_job(person_of(user, session), self.job_id)
        return audio_progress_of(job).as_json(), not job.is_active
