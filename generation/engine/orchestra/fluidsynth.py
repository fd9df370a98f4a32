"""Parts played by libfluidsynth, passage by passage, into one pair of buffers.

`fluid_synth_process` adds to its buffers (FluidSynth API documentation, "Synthesizer: audio rendering"), so a passage
is played straight onto the stem. For a passage to give the same bytes whatever was played before it, the voices must
be in the same state: fluidsynth fades the first 64 samples of a note in from the panning gain that the voice it takes
over had last (`fluid_rvoice_buffers_mix`, issue 768 of its tracker). So before each passage the pool's voices are
struck once, silently, and switched off: with one instrument for all parts that has a single voice in the middle, as
of a stereo pair it would depend on what was played before which voice of the pool was left and which was right.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from codecraft.common.errors import StudioError, Unavailable
from codecraft.common.progress import Progress
from generation.engine.orchestra.events import GRID_SAMPLES, LAYERS, Event, EventKind, Passage
from generation.engine.orchestra.library import FLUID_FAILED, last_message, load_fluidsynth
from generation.engine.orchestra.stems import StemJob
from generation.engine.orchestra.types import OrchestraSpec
from generation.engine.score.types import Part

BLOCK_SAMPLES = 64 * GRID_SAMPLES
POLYPHONY = 1024
REFRESHED = 160
"""Voices brought to one state before a passage: more than four beats of one part ever sound at once. The pool is far
larger, as fluidsynth 2.3 loses count of voices that are switched off in greater numbers than about half of it."""
_SETTLE_BLOCKS = 8
DRUM_BANK = 128
LAYER_CENTS = (0.0, -4.0, 4.0)
_GEN_FINE_TUNE = 52  # SoundFont 2.04, 8.1.2
_CHANNEL_MELODIC, _CHANNEL_DRUM = 0, 1
_ALL_CHANNELS = -1
_REFRESHING_CHANNEL, _REFRESHING_KEY = LAYERS, 72
_SINGLE_VOICED = (79, 75, 73, 78, 80, 74)
"""General MIDI programs that are a single mono sample in most SoundFonts: ocarina, flutes, whistle, square wave."""
_RESET_CONTROLLERS = 121


@contextmanager
def open_fluidsynth(spec: OrchestraSpec) -> Iterator[FluidPlayer]:
    """A player for the parts of `spec`, one after another."""
    library = load_fluidsynth()
    settings = library.new_fluid_settings()
    whole = {
        "synth.audio-channels": 1,
        "synth.audio-groups": 1,
        "synth.midi-channels": 16,
        "synth.polyphony": POLYPHONY,
        "synth.reverb.active": 0,
        "synth.chorus.active": 0,
        "synth.dynamic-sample-loading": 1,
        "synth.lock-memory": 0,
        "synth.threadsafe-api": 0,
        "synth.cpu-cores": 1,
    }
    for name, value in whole.items():
        library.fluid_settings_setint(settings, name.encode(), value)
    library.fluid_settings_setnum(settings, b"synth.sample-rate", float(spec.sample_rate_hz))
    handle = library.new_fluid_synth(settings)
    try:
        if not handle:
            raise StudioError(f"fluidsynth did not start: {last_message()}", code="synth_failed")
        yield FluidPlayer(library, handle, spec)
    finally:
        if handle:
            library.delete_fluid_synth(handle)
        library.delete_fluid_settings(settings)


class FluidPlayer:
    """One synthesizer: a MIDI channel for each layer of the round robin, all with the part's instrument."""

    def __init__(self, library: ctypes.CDLL, handle: int, spec: OrchestraSpec) -> None:
        self._library, self._handle, self._spec = library, handle, spec
        self._soundfont = library.fluid_synth_sfload(handle, str(spec.soundfont_path).encode(), 0)
        if self._soundfont == FLUID_FAILED:
            raise Unavailable(
                f"The SoundFont {spec.soundfont_path.name} cannot be read ({last_message() or 'not a SoundFont'}): "
                "run `npm ci` again, or set the path to another .sf2 or .sf3 file.",
                code="soundfont_unreadable",
            )
        self._scratch = np.zeros((2, GRID_SAMPLES), np.float32)
        self._choose_refresher()

    def play(self, job: StemJob, progress: Progress, notices: list[str]) -> np.ndarray:
        """The stem of one part: (2, samples) float32."""
        padded = -(-self._spec.total_samples // GRID_SAMPLES) * GRID_SAMPLES
        stem = np.zeros((2, padded), np.float32)
        self._choose_instrument(job.part, notices)
        for number, passage in enumerate(job.passages):
            self._refresh_voices()
            self._play_passage(passage, stem)
            progress((number + 1) / len(job.passages))
        return stem[:, : self._spec.total_samples]

    def _play_passage(self, passage: Passage, stem: np.ndarray) -> None:
        at = passage.start_tick * GRID_SAMPLES
        for event in passage.events:
            at = self._render(stem, at, event.tick * GRID_SAMPLES)
            self._send(event)
        while at < stem.shape[1] and self._voices() > 0:
            at = self._render(stem, at, min(stem.shape[1], at + BLOCK_SAMPLES))
        self._silence()

    def _choose_instrument(self, part: Part, notices: list[str]) -> None:
        """Select the GM program, or the nearest that the SoundFont has: the first of its family, then the piano."""
        kind = _CHANNEL_DRUM if part.is_drums else _CHANNEL_MELODIC
        for channel, cents in enumerate(LAYER_CENTS[:LAYERS]):
            self._library.fluid_synth_set_channel_type(self._handle, channel, kind)
            self._library.fluid_synth_set_gen(self._handle, channel, _GEN_FINE_TUNE, cents)
        wished = (DRUM_BANK, 0) if part.is_drums else (0, part.program)
        choices = [wished] if part.is_drums else [wished, (0, part.program // 8 * 8), (0, 0)]
        for bank, program in choices:
            if all(self._select(channel, bank, program) for channel in range(LAYERS)):
                if (bank, program) != wished:
                    notices.append(
                        f"The SoundFont has no program {part.program}: program {program} plays {part.name} instead."
                    )
                return
        raise Unavailable(
            f"The SoundFont has no instrument for {part.name}: a General MIDI SoundFont is needed.",
            code="soundfont_unreadable",
        )

    def _select(self, channel: int, bank: int, program: int) -> bool:
        answer = self._library.fluid_synth_program_select(self._handle, channel, self._soundfont, bank, program)
        return answer != FLUID_FAILED

    def _refresh_voices(self) -> None:
        """Bring the voices of the pool that a passage may use into the state that one silent stroke leaves."""
        for channel in range(LAYERS):
            self._library.fluid_synth_cc(self._handle, channel, _RESET_CONTROLLERS, 0)
        for _ in range(REFRESHED):
            self._library.fluid_synth_noteon(self._handle, _REFRESHING_CHANNEL, _REFRESHING_KEY, 1)
        self._render(self._scratch, 0, GRID_SAMPLES)
        self._silence()

    def _choose_refresher(self) -> None:
        """An instrument of one voice a note, whatever it is; else the first."""
        for program in (*_SINGLE_VOICED, 0):
            if not self._select(_REFRESHING_CHANNEL, 0, program):
                continue
            self._library.fluid_synth_noteon(self._handle, _REFRESHING_CHANNEL, _REFRESHING_KEY, 1)
            voices = self._voices()
            self._silence()
            if voices == 1:
                return

    def _silence(self) -> None:
        self._library.fluid_synth_all_sounds_off(self._handle, _ALL_CHANNELS)
        for _ in range(_SETTLE_BLOCKS):
            if self._voices() == 0:
                break
            self._render(self._scratch, 0, GRID_SAMPLES)
        self._scratch.fill(0.0)

    def _voices(self) -> int:
        return self._library.fluid_synth_get_active_voice_count(self._handle)

    def _send(self, event: Event) -> None:
        if event.kind is EventKind.NOTE_ON:
            self._library.fluid_synth_noteon(self._handle, event.layer, event.a, event.b)
        elif event.kind is EventKind.NOTE_OFF:
            self._library.fluid_synth_noteoff(self._handle, event.layer, event.a)
        else:
            for channel in range(LAYERS):
                self._library.fluid_synth_cc(self._handle, channel, event.a, event.b)

    def _render(self, out: np.ndarray, start: int, end: int) -> int:
        """Add the sound of the next samples to `out[:, start:end]`, and say where it stopped."""
        if end > start:
            first = out.ctypes.data + start * out.itemsize
            pointers = (ctypes.c_void_p * 2)(first, first + out.strides[0])
            answer = self._library.fluid_synth_process(self._handle, end - start, 0, None, 2, pointers)
            if answer == FLUID_FAILED:
                raise StudioError(f"fluidsynth failed while it played: {last_message()}", code="synth_failed")
        return max(start, end)
