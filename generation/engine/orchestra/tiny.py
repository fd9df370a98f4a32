"""The understudy: tinysoundfont (TinySoundFont, MIT) plays where libfluidsynth is not installed.

It knows neither modulators nor sends nor detuned layers, so its sound is a little plainer; times, pitches and lengths
are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from codecraft.common.errors import Unavailable
from codecraft.common.progress import Progress
from generation.engine.orchestra.events import GRID_SAMPLES, Event, EventKind, Passage
from generation.engine.orchestra.stems import StemJob
from generation.engine.orchestra.types import OrchestraSpec

BLOCK_SAMPLES = 64 * GRID_SAMPLES
_DRUM_BANK = 128
_RESET_CONTROLLERS = 121
_GAIN_DB = -14.0  # close to fluidsynth's default gain of 0.2


@contextmanager
def open_tinysoundfont(spec: OrchestraSpec) -> Iterator[TinyPlayer]:
    """A player for the parts of `spec`. Raises Unavailable when the package or the SoundFont cannot be used."""
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
        soundfont = synth.sfload(str(spec.soundfont_path), max_voices=512)
    except Exception as error:  # the package raises its own C++ exceptions and RuntimeError alike
        raise Unavailable(
            f"The SoundFont {spec.soundfont_path.name} cannot be read: run `npm ci` again, or set the path to another.",
            code="soundfont_unreadable",
        ) from error
    yield TinyPlayer(synth, soundfont, spec)


class TinyPlayer:
    def __init__(self, synth, soundfont: int, spec: OrchestraSpec) -> None:
        self._synth, self._soundfont, self._spec = synth, soundfont, spec
        self._block = np.zeros((BLOCK_SAMPLES, 2), np.float32)
        self._view = memoryview(self._block).cast("B")

    def play(self, job: StemJob, progress: Progress, notices: list[str]) -> np.ndarray:
        """The stem of one part: (2, samples) float32."""
        padded = -(-self._spec.total_samples // GRID_SAMPLES) * GRID_SAMPLES
        stem = np.zeros((padded, 2), np.float32)
        self._choose_instrument(job, notices)
        for number, passage in enumerate(job.passages):
            self._silence()
            self._play_passage(passage, stem)
            progress((number + 1) / len(job.passages))
        return stem[: self._spec.total_samples].T

    def _play_passage(self, passage: Passage, stem: np.ndarray) -> None:
        at = passage.start_tick * GRID_SAMPLES
        for event in passage.events:
            at, _ = self._render(stem, at, event.tick * GRID_SAMPLES)
            self._send(event)
        heard = True
        while at < len(stem) and heard:
            at, heard = self._render(stem, at, min(len(stem), at + BLOCK_SAMPLES))

    def _silence(self) -> None:
        """Nothing of the passage before may be heard in the next: end its voices, reset its controllers."""
        self._synth.sounds_off()
        self._synth.generate_simple(BLOCK_SAMPLES)
        self._synth.control_change(0, _RESET_CONTROLLERS, 0)

    def _choose_instrument(self, job: StemJob, notices: list[str]) -> None:
        part = job.part
        bank, wished = (_DRUM_BANK, 0) if part.is_drums else (0, part.program)
        for program in dict.fromkeys((wished,) if part.is_drums else (wished, wished // 8 * 8, 0)):
            # program_select never fails: it takes whatever comes first, a piano for drums.
            if self._synth.sfpreset_name(self._soundfont, bank, program) is None:
                continue
            self._synth.program_select(0, self._soundfont, bank, program, part.is_drums)
            if program != wished:
                notices.append(f"The SoundFont has no program {wished}: program {program} plays {part.name} instead.")
            return
        raise Unavailable(
            f"The SoundFont has no instrument for {part.name}: a General MIDI SoundFont is needed.",
            code="soundfont_unreadable",
        )

    def _render(self, out: np.ndarray, start: int, end: int) -> tuple[int, bool]:
        """Add the next samples to `out[start:end]`; where it stopped, and whether anything was heard at the end."""
        heard = True
        while start < end:
            count = min(BLOCK_SAMPLES, end - start)
            self._synth.generate_simple(count, buffer=self._view[: count * self._block.strides[0]])
            out[start : start + count] += self._block[:count]
            heard = bool(self._block[:count].any())
            start += count
        return start, heard

    def _send(self, event: Event) -> None:
        if event.kind is EventKind.NOTE_ON:
            self._synth.noteon(0, event.a, event.b)
        elif event.kind is EventKind.NOTE_OFF:
            self._synth.noteoff(0, event.a)
        else:
            self._synth.control_change(0, event.a, event.b)
