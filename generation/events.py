"""What the sockets (and polling) tell about a running song or film: typed payloads, published after commit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from codecraft.common.codec import encode
from codecraft.common.models import JobState
from generation.contracts import FilmSize
from generation.engine.pipeline import STAGES
from generation.models import FilmCut, Generation


@dataclass(frozen=True)
class StageProgress:
    """`state`: waiting, running, done, or skipped (no film was asked for)."""

    name: str
    title: str
    state: str
    progress: float


@dataclass(frozen=True)
class GenerationProgress:
    """`message` is one sentence for people. `preview` counts up with each new painted frame; 0 when there is none.

    `links` hold None for what is not there yet.
    """

    id: str
    title: str
    brief: dict[str, Any]
    state: str
    stage: str
    stage_title: str
    progress: float
    seconds_left: int | None
    waiting_before: int
    message: str
    error: dict[str, Any] | None
    preview: int
    stages: tuple[StageProgress, ...]
    links: dict[str, str | None]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "stages": [asdict(stage) for stage in self.stages]}


def progress_of(generation: Generation) -> GenerationProgress:
    before = waiting_before(generation)
    preview = _stamp_of(generation.preview_path)
    title = next((s.title for s in STAGES if s.name == generation.stage), "")
    error = {"code": generation.error_code, "message": generation.error} if generation.error else None
    return GenerationProgress(
        id=str(generation.id),
        title=generation.title,
        brief=encode(generation.brief),
        state=generation.state,
        stage=generation.stage,
        stage_title=title,
        progress=round(generation.progress, 4),
        seconds_left=generation.seconds_left,
        waiting_before=before,
        message=_message(generation, title, before),
        error=error,
        preview=preview,
        stages=_stages(generation),
        links=_links(generation, has_preview=preview > 0),
    )


def waiting_before(generation: Generation) -> int:
    """How many songs are made before this one; 0 when it is next, or no longer waits."""
    if generation.state != JobState.QUEUED:
        return 0
    return Generation.objects.active().filter(created_at__lt=generation.created_at).count()


def _links(generation: Generation, *, has_preview: bool) -> dict[str, str | None]:
    url = f"/api/generations/{generation.id}"
    is_done = generation.state == JobState.DONE
    # asked of the files: where the disk was full, a song stands without the film that was asked for
    has_film = is_done and any(file.name == "poster.png" for file in generation.files.all())
    return {
        "self": url,
        **{name: f"{url}/{name}" for name in ("cancel", "retry", "restore")},
        "package": f"{url}/package.zip" if is_done else None,
        "preview": f"{url}/preview.jpg" if has_preview else None,
        "stream": f"{url}/stream/stream.m3u8" if _has_stream(generation) else None,
        "poster": f"{url}/files/poster.png" if has_film else None,
        "score": f"{url}/score" if generation.revision_id else None,
        "variations": f"{url}/variations",
        "films": f"{url}/films",
        "mixes": f"{url}/mixes",
        "socket": f"/ws/generations/{generation.id}",
        "page": f"/songs/{generation.id}",
    }


def _has_stream(generation: Generation) -> bool:
    return generation.is_active and (generation.stream_dir / "stream.m3u8").is_file()


def _stages(generation: Generation) -> tuple[StageProgress, ...]:
    found = []
    for stage in STAGES:
        progress = generation.stages.get(stage.name, 0.0)
        if stage.name == "film" and generation.film_size == FilmSize.NONE:
            state, progress = "skipped", 0.0
        elif generation.state == JobState.DONE or progress >= 1.0:
            state, progress = "done", 1.0
        elif generation.state == JobState.RUNNING and stage.name in generation.stages:
            state = "running"
        else:
            state = "waiting"
        found.append(StageProgress(stage.name, stage.title, state, progress))
    return tuple(found)


def _message(generation: Generation, title: str, before: int) -> str:
    if generation.state == JobState.FAILED:
        return generation.error
    if generation.state == JobState.CANCELLED:
        return "The song was cancelled."
    if generation.state == JobState.DONE:
        return "The song is done."
    if generation.state == JobState.QUEUED:
        if before:
            return f"Waiting for {before} {'song' if before == 1 else 'songs'} before this one."
        return "Going on after the worker was lost." if generation.attempts else "Waiting for a worker."
    return f"{title} …" if title else "Getting ready …"


def _stamp_of(picture: Path) -> int:
    """Counts up with each new picture at this path; 0 when there is none."""
    try:
        return picture.stat().st_mtime_ns // 1_000_000
    except OSError:
        return 0


@dataclass(frozen=True)
class CutProgress:
    """How far another film of a song is. `is_current` is False when the song was rendered anew since."""

    id: str
    generation: str
    size: str
    fps: int
    framing: str
    words: str
    trailer_s: int
    state: str
    progress: float
    seconds_left: int | None
    message: str
    error: dict[str, Any] | None
    preview: int
    duration_s: float | None
    size_bytes: int
    sha256: str
    notices: tuple[str, ...]
    is_current: bool
    links: dict[str, str | None]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def cut_progress_of(cut: FilmCut) -> CutProgress:
    preview = _stamp_of(cut.preview_path)
    return CutProgress(
        id=str(cut.id),
        generation=str(cut.generation_id),
        size=cut.size,
        fps=cut.fps,
        framing=cut.framing,
        words=cut.words,
        trailer_s=cut.trailer_s,
        state=cut.state,
        progress=round(cut.progress, 4),
        seconds_left=cut.seconds_left,
        message=_cut_message(cut),
        error={"code": cut.error_code, "message": cut.error} if cut.error else None,
        preview=preview,
        duration_s=cut.duration_s,
        size_bytes=cut.size_bytes,
        sha256=cut.sha256,
        notices=tuple(cut.notices),
        is_current=cut.revision_id == cut.generation.rendered_revision_id,
        links=_cut_links(cut, has_preview=preview > 0),
    )


def _cut_links(cut: FilmCut, *, has_preview: bool) -> dict[str, str | None]:
    url = f"/api/generations/{cut.generation_id}/films/{cut.id}"
    is_done = cut.state == JobState.DONE
    return {
        "self": url,
        "cancel": f"{url}/cancel",
        "retry": f"{url}/retry",
        "film": f"{url}/film.mp4" if is_done else None,
        "poster": f"{url}/poster.jpg" if is_done else None,
        "preview": f"{url}/preview.jpg" if has_preview else None,
        "socket": f"/ws/films/{cut.id}",
        "page": f"/songs/{cut.generation_id}",
    }


def _cut_message(cut: FilmCut) -> str:
    if cut.state == JobState.FAILED:
        return cut.error
    if cut.state == JobState.QUEUED and cut.attempts:
        return "Going on after the worker was lost."
    told = {
        JobState.QUEUED: "Waiting for a worker.",
        JobState.CANCELLED: "The film was cancelled.",
        JobState.DONE: "The film is done.",
    }
    return told.get(JobState(cut.state), "Filming …")
