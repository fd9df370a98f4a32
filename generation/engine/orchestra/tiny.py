"""The understudy: tinysoundfont (TinySoundFont, MIT) plays part after part where libfluidsynth is not installed.

It knows neither modulators nor sends, so its sound is a little plainer; times, pitches and lengths are the same.
"""

from __future__ import annotations

import numpy as np

from codecraft.common.errors import Unavailable
from codecraft.common.progress import Progress, span
from generation.engine.orchestra.events import GRID_SAMPLES, EventKind
from generation.engine.orchestra.stems import StemJob, StemWriters
from generation.engine.orchestra.types import OrchestraSpec

BLOCK_SAMPLES = 256 * GRID_SAMPLES
_DRUM_BANK = 128
_RESET_CONTROLLERS = 121
_GAIN_DB = -14.0  # close to fluidsynth's default gain of 0.2


def render_with_tinysoundfont(
    spec: OrchestraSpec, jobs: list[StemJob], writers: StemWriters, *, progress: Progress, notices: list[str]
) -> None:
    """One pass over the song for each part. Raises Unavailable when the package or the SoundFont cannot be used."""
    synth, soundfont = _open(spec)
    for number, job in enumerate(jobs):
        _silence(synth)
        _choose_instrument(synth, soundfont, job, notices)
        _play(spec, job, number, synth, writers, span(progress, number / len(jobs), (number + 1) / len(jobs)))


def _open(spec: OrchestraSpec):
    try:
        import tinysoundfont
    except ImportError as error:
        raise Unavailable(
            "Neither libfluidsynth nor tinysoundfont is installed: install libfluidsynth with your package manager, "
            "or run `pip install --no-deps tinysoundfont`.",
            code="synth_missing",
        ) from error
    synth = tinysoundfont.Synth(gain=_GAIN_DB, samplerate=spec.sample_rate_hz)
    try:
        return synth, synth.sfload(str(spec.soundfont_path), max_voices=512)
    except Exception as error:  # the package raises its own C++ exceptions and RuntimeError alike
        raise Unavailable(
            f"The SoundFont {spec.soundfont_path.name} cannot be read: run `npm ci` again, or set the path to another.",
            code="soundfont_unreadable",
        ) from error


def _silence(synth) -> None:
    """Nothing of the part before may be heard in the next: end its voices, let them fade, reset its controllers."""
    synth.sounds_off()
    synth.generate_simple(BLOCK_SAMPLES)
    synth.control_change(0, _RESET_CONTROLLERS, 0)


def _choose_instrument(synth, soundfont: int, job: StemJob, notices: list[str]) -> None:
    part = job.part
    bank, wished = (_DRUM_BANK, 0) if part.is_drums else (0, part.program)
    for program in dict.fromkeys((wished,) if part.is_drums else (wished, wished // 8 * 8, 0)):
        # program_select never fails: it takes whatever comes first, a piano for drums.
        if synth.sfpreset_name(soundfont, bank, program) is None:
            continue
        synth.program_select(0, soundfont, bank, program, part.is_drums)
        if program != wished:
            notices.append(f"The SoundFont has no program {wished}: program {program} plays {part.name} instead.")
        return
    raise Unavailable(
        f"The SoundFont has no instrument for {part.name}: a General MIDI SoundFont is needed.",
        code="soundfont_unreadable",
    )


def _play(spec: OrchestraSpec, job: StemJob, number: int, synth, writers: StemWriters, progress: Progress) -> None:
    block = np.zeros((BLOCK_SAMPLES, 2), np.float32)
    view = memoryview(block).cast("B")
    bytes_per_sample = block.strides[0]
    position, events = 0, job.events

    def render(start: int, end: int) -> None:
        if end > start:
            synth.generate_simple(end - start, buffer=view[start * bytes_per_sample : end * bytes_per_sample])

    for start in range(0, spec.total_samples, BLOCK_SAMPLES):
        end = min(start + BLOCK_SAMPLES, spec.total_samples)
        done = start
        while position < len(events) and events[position].tick * GRID_SAMPLES < end:
            at = events[position].tick * GRID_SAMPLES
            render(done - start, at - start)
            done = at
            _send(synth, events[position])
            position += 1
        render(done - start, end - start)
        writers.write(number, block[: end - start])
        progress(end / spec.total_samples)


def _send(synth, event) -> None:
    if event.kind is EventKind.NOTE_ON:
        synth.noteon(0, event.a, event.b)
    elif event.kind is EventKind.NOTE_OFF:
        synth.noteoff(0, event.a)
    else:
        synth.control_change(0, event.a, event.b)
