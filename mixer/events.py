"""What the socket (and polling) tells about a job on sound."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from codecraft.common.models import JobState
from mixer.models import AudioJob, JobKind

STAGES: dict[str, tuple[tuple[str, str, float], ...]] = {
    JobKind.PREPARE: (("stems", "Preparing the stems", 1.0),),
    JobKind.MIX: (
        ("stems", "Preparing the stems", 0.05),
        ("assist", "Listening to the stems", 0.25),
        ("mix", "Mixing", 0.45),
        ("master", "Mastering", 0.2),
        ("files", "Measuring and packing", 0.05),
    ),
    JobKind.MASTER: (
        ("stems", "Preparing the stems", 0.05),
        ("mix", "Mixing", 0.35),
        ("master", "Mastering", 0.55),
        ("files", "Measuring and packing", 0.05),
    ),
    JobKind.ANALYSE: (("stems", "Preparing the stems", 0.1), ("measure", "Measuring", 0.9)),
    JobKind.ASSIST: (("stems", "Preparing the stems", 0.1), ("assist", "Listening to the stems", 0.9)),
    JobKind.CHOOSE: (("song", "Putting the mix into the song", 1.0),),
    JobKind.FREEZE: (("stems", "Preparing the stems", 0.1), ("freeze", "Rendering the channel", 0.9)),
}
"""Name, title and usual share of the time, in their order; a job may leave some out."""


@dataclass(frozen=True)
class AudioProgress:
    """How far a job is. `result` holds its figures and `files` what can be taken away, once it is done; `revision` is
    the number of the console's state that it rendered, or made."""

    id: str
    kind: str
    title: str
    session: str | None
    revision: int | None
    state: str
    stage: str
    stage_title: str
    progress: float
    seconds_left: int | None
    waiting_before: int
    message: str
    error: dict[str, Any] | None
    request: dict[str, Any]
    result: dict[str, Any]
    files: tuple[dict[str, Any], ...]
    notices: tuple[str, ...]
    links: dict[str, str | None]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def audio_progress_of(job: AudioJob) -> AudioProgress:
    title = next((title for name, title, _ in STAGES[job.kind] if name == job.stage), "")
    before = _waiting_before(job)
    is_done = job.state == JobState.DONE
    return AudioProgress(
        id=str(job.id),
        kind=job.kind,
        title=job.title,
        session=str(job.session_id) if job.session_id else None,
        revision=job.revision.number if job.revision else None,
        state=job.state,
        stage=job.stage,
        stage_title=title,
        progress=round(job.progress, 4),
        seconds_left=job.seconds_left,
        waiting_before=before,
        message=_message(job, title, before),
        error={"code": job.error_code, "message": job.error} if job.error else None,
        request={name: value for name, value in job.request.items() if name != "console"},
        result=job.result if is_done else {},
        files=tuple({**file, "url": f"{_url(job)}/files/{file['name']}"} for file in job.files) if is_done else (),
        notices=tuple(job.notices),
        links={
            "self": _url(job),
            "cancel": f"{_url(job)}/cancel",
            "retry": f"{_url(job)}/retry",
            "socket": f"/ws/audio/{job.id}",
            "session": f"/api/audio/sessions/{job.session_id}" if job.session_id else None,
        },
    )


def _url(job: AudioJob) -> str:
    return f"/api/audio/jobs/{job.id}"


def _waiting_before(job: AudioJob) -> int:
    if job.state != JobState.QUEUED:
        return 0
    ahead = AudioJob.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING], created_at__lt=job.created_at)
    return ahead.count()


def _message(job: AudioJob, title: str, before: int) -> str:
    if job.state == JobState.FAILED:
        return job.error
    if job.state == JobState.QUEUED:
        if job.attempts:
            return "Going on after the worker was lost."
        return f"Waiting for {before} before this one." if before else "Waiting for a worker."
    told = {JobState.CANCELLED: "It was cancelled.", JobState.DONE: "Done."}
    return told.get(JobState(job.state)) or (f"{title} …" if title else "Getting ready …")
