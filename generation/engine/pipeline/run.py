"""The main job: a brief becomes a package. Running it again redoes only what is not in the store yet."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from codecraft.common.audio import disk_full, ffmpeg_path
from codecraft.common.errors import StudioError, Unavailable
from generation.contracts import Brief, FilmSize
from generation.engine.package.metadata import Choice, SongFacts, build_metadata, write_metadata
from generation.engine.pipeline.filming import FilmMade, film_stage
from generation.engine.pipeline.names import METADATA
from generation.engine.pipeline.pack import Made, lay_out, stem_files, write_deliverables
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.stages import (
    Performance,
    given_stages,
    lyrics_stage,
    master_stage,
    mix_stage,
    perform_stages,
    score_stage,
)
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import STAGES, PackageResult, Report, Workshop
from generation.engine.score.retime import retime_lead
from generation.engine.score.types import Score
from mixer.engine.desk import Desk

BYTES_PER_SECOND = 12_000_000
"""Stems of 16 parts dry and mixed, plus mix, master and film, per second of song, with some room."""

FILM_FAULTS = {
    "disk_full": "The disk filled up while the film was drawn: free some space.",
    "worker_died": "The film's painters ended twice before their work, mostly for want of memory.",
    "ffmpeg_failed": "The film's encoder failed twice.",
    "painter_failed": "No place of the film could be painted.",
}
"""Faults of the film alone, with what is said of them."""


def run_pipeline(
    brief: Brief,
    *,
    workshop: Workshop,
    out_dir: Path,
    report: Report,
    score: Score | None = None,
    desk: Desk | None = None,
) -> PackageResult:
    """Make the song of `brief` in `out_dir`.

    A given `score` stands instead of writing and composing: words, film and files follow it, and only what it changes
    is rendered anew. `desk` is how the mixer was set for this song before.
    `report` is called on this thread, at least about once a second during long work; it may raise Cancelled.
    Raises InvalidInput for a brief that cannot be made, Unavailable when a tool is missing or the disk is full.
    """
    _check_tools(brief, workshop)
    try:
        return _run(brief, workshop, out_dir, report, score, desk)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        raise


def _run(
    brief: Brief, workshop: Workshop, out_dir: Path, report: Report, given: Score | None, desk: Desk | None
) -> PackageResult:
    names = tuple(s.name for s in STAGES if s.name != "film" or brief.film_size is not FilmSize.NONE)
    store = AssetStore(workshop.store_dir)
    runner = StageRunner(store, report, stages=names)
    if given is None:
        words = lyrics_stage(runner, brief, workshop.openai)
        written = score_stage(runner, brief, words)
    else:
        words, written = given_stages(runner, given)
    performed = perform_stages(runner, brief, written, workshop)
    score = written
    if performed.narration is not None:  # film, karaoke and files follow the words as they were really spoken
        score = retime_lead(score, performed.narration.words)
    mixed, desk = mix_stage(runner, brief, score, performed, desk)
    mastered = master_stage(runner, mixed)
    made = Made(words, score, performed.lead, performed.backing, mixed, mastered, {})
    # before the film: should that fill the disk, the song has all its files
    deliverables = write_deliverables(runner, made, workshop.font_dir)
    film, missed = _filmed(lambda: film_stage(runner, brief, score, mixed, mastered, workshop), runner)
    made = replace(made, film_files=film.files if film else {})
    files = lay_out(out_dir, made, deliverables)
    told = film.notices if film else missed
    notices = (*words.notices, *_sung_notices(performed), *performed.orchestra.notices, *told)
    metadata = build_metadata(
        SongFacts(
            brief=brief,
            score=score,
            loudness=mastered.loudness,
            stems=stem_files(score),
            film=film.facts if film else None,
            choices=_choices(made, film),
            notices=notices,
            files=files,
            console_sha256=desk.digest,
        )
    )
    write_metadata(out_dir / METADATA, metadata)
    store.prune(workshop.store_limit_bytes)
    return PackageResult(out_dir, files, metadata, notices, written, desk)


def _filmed(make: Callable[[], FilmMade | None], runner: StageRunner) -> tuple[FilmMade | None, tuple[str, ...]]:
    """The film, or None and why there is none: a song that stands is not given up for its film. What was drawn when the
    disk filled up is removed: a full disk serves nobody."""
    try:
        return make(), ()
    except StudioError as error:
        why = FILM_FAULTS.get(error.code)
        if why is None:
            raise
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        why = FILM_FAULTS["disk_full"]
    if why == FILM_FAULTS["disk_full"] and runner.preview_path is not None:
        shutil.rmtree(runner.preview_path.parent, ignore_errors=True)
    runner.preview_path = None
    runner.pass_by("film")
    return None, (f"{why} The song is complete without it; make its film from the song's page.",)


def _sung_notices(performed: Performance) -> tuple[str, ...]:
    """What the singers have to say, once, though several of them may say it."""
    takes = [take for take in (performed.lead, performed.backing) if take is not None]
    return tuple(dict.fromkeys(notice for take in takes for notice in take.notices))


def _choices(made: Made, film: FilmMade | None) -> tuple[Choice, ...]:
    decided = [Choice("score", sentence) for sentence in made.score.choices]
    decided += [Choice("mix", f"{d.channel}: {d.sentence}" if d.channel else d.sentence) for d in made.mixed.decisions]
    decided += [Choice("master", d.sentence) for d in made.mastered.decisions]
    decided += [Choice("film", sentence) for sentence in (film.choices if film else ())]
    return tuple(decided)


def _check_tools(brief: Brief, workshop: Workshop) -> None:
    ffmpeg_path()
    if not workshop.soundfont_path.is_file():
        raise Unavailable(
            f"The SoundFont is missing at {workshop.soundfont_path}: run `make run` once, which installs it, "
            "or set SOUNDFONT_PATH.",
            code="soundfont_missing",
        )
    workshop.store_dir.mkdir(parents=True, exist_ok=True)
    needed = int(BYTES_PER_SECOND * brief.length_s)
    free = shutil.disk_usage(workshop.store_dir).free
    if free < needed:
        raise Unavailable(
            f"The disk is nearly full: this song needs about {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free.",
            code="disk_full",
        )
