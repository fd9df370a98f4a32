"""All parts in one pass through libfluidsynth: one MIDI channel and one pair of output buffers per part.

With `synth.audio-channels = synth.audio-groups = N` fluidsynth sends MIDI channel c to the stereo buffers c mod N, and
`fluid_synth_process` hands them over separately (FluidSynth API documentation, "Synthesizer: audio rendering").
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from codecraft.common.errors import StudioError, Unavailable
from codecraft.common.progress import Progress, span
from generation.engine.orchestra.events import GRID_SAMPLES, Event, EventKind
from generation.engine.orchestra.library import FLUID_FAILED, last_message, load_fluidsynth
from generation.engine.orchestra.stems import StemJob, StemWriters
from generation.engine.orchestra.types import OrchestraSpec
from generation.engine.score.types import Part

MAX_PARTS_PER_PASS = 16
BLOCK_SAMPLES = 256 * GRID_SAMPLES
POLYPHONY = 1024
DRUM_BANK = 128
_CHANNEL_MELODIC, _CHANNEL_DRUM = 0, 1


def render_with_fluidsynth(
    spec: OrchestraSpec, jobs: list[StemJob], writers: StemWriters, *, progress: Progress, notices: list[str]
) -> None:
    """Play `jobs` in passes of 16 parts (one pass for nearly every song) and append the sound to `writers`."""
    for first in range(0, len(jobs), MAX_PARTS_PER_PASS):
        group = jobs[first : first + MAX_PARTS_PER_PASS]
        part_progress = span(progress, first / len(jobs), (first + len(group)) / len(jobs))
        with _open_synth(spec, len(group)) as synth:
            for channel, job in enumerate(group):
                synth.choose_instrument(channel, job.part, notices)
            _play(spec, group, first, synth, writers, part_progress)


def _play(
    spec: OrchestraSpec, jobs: list[StemJob], first: int, synth: _Synth, writers: StemWriters, progress: Progress
) -> None:
    queue = sorted((event, channel) for channel, job in enumerate(jobs) for event in job.events)
    position = 0
    for start in range(0, spec.total_samples, BLOCK_SAMPLES):
        end = min(start + BLOCK_SAMPLES, spec.total_samples)
        synth.clear()
        done = start
        while position < len(queue) and queue[position][0].tick * GRID_SAMPLES < end:
            event, channel = queue[position]
            at = event.tick * GRID_SAMPLES
            synth.render(done - start, at - done)
            done = at
            synth.send(channel, event)
            position += 1
        synth.render(done - start, end - done)
        for channel in range(len(jobs)):
            writers.write(first + channel, synth.buffers[channel, :, : end - start].T)
        progress(end / spec.total_samples)


@contextmanager
def _open_synth(spec: OrchestraSpec, parts: int) -> Iterator[_Synth]:
    library = load_fluidsynth()
    settings = library.new_fluid_settings()
    whole = {
        "synth.audio-channels": parts,
        "synth.audio-groups": parts,
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
        yield _Synth(library, handle, spec, parts)
    finally:
        if handle:
            library.delete_fluid_synth(handle)
        library.delete_fluid_settings(settings)


class _Synth:
    """One synthesizer with its buffers of shape (parts, 2, BLOCK_SAMPLES)."""

    def __init__(self, library: ctypes.CDLL, handle: int, spec: OrchestraSpec, parts: int) -> None:
        self._library, self._handle = library, handle
        self.soundfont = library.fluid_synth_sfload(handle, str(spec.soundfont_path).encode(), 0)
        if self.soundfont == FLUID_FAILED:
            raise Unavailable(
                f"The SoundFont {spec.soundfont_path.name} cannot be read ({last_message() or 'not a SoundFont'}): "
                "run `npm ci` again, or set the path to another .sf2 or .sf3 file.",
                code="soundfont_unreadable",
            )
        self.buffers = np.zeros((parts, 2, BLOCK_SAMPLES), np.float32)
        strides = np.arange(parts * 2, dtype=np.uintp) * np.uintp(BLOCK_SAMPLES * self.buffers.itemsize)
        self._addresses = strides + np.uintp(self.buffers.ctypes.data)

    def choose_instrument(self, channel: int, part: Part, notices: list[str]) -> None:
        """Select the GM program, or the nearest that the SoundFont has: the first of its family, then the piano."""
        kind = _CHANNEL_DRUM if part.is_drums else _CHANNEL_MELODIC
        self._library.fluid_synth_set_channel_type(self._handle, channel, kind)
        wished = (DRUM_BANK, 0) if part.is_drums else (0, part.program)
        choices = [wished] if part.is_drums else [wished, (0, part.program // 8 * 8), (0, 0)]
        for bank, program in choices:
            if self._select(channel, bank, program):
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
        answer = self._library.fluid_synth_program_select(self._handle, channel, self.soundfont, bank, program)
        return answer != FLUID_FAILED

    def send(self, channel: int, event: Event) -> None:
        if event.kind is EventKind.NOTE_ON:
            self._library.fluid_synth_noteon(self._handle, channel, event.a, event.b)
        elif event.kind is EventKind.NOTE_OFF:
            self._library.fluid_synth_noteoff(self._handle, channel, event.a)
        else:
            self._library.fluid_synth_cc(self._handle, channel, event.a, event.b)

    def clear(self) -> None:
        """fluid_synth_process adds to its buffers."""
        self.buffers.fill(0.0)

    def render(self, offset: int, samples: int) -> None:
        if samples <= 0:
            return
        pointers = self._addresses + np.uintp(offset * self.buffers.itemsize)
        out = pointers.ctypes.data_as(ctypes.POINTER(ctypes.c_void_p))
        if self._library.fluid_synth_process(self._handle, samples, 0, None, len(pointers), out) == FLUID_FAILED:
            raise StudioError(f"fluidsynth failed while it played: {last_message()}", code="synth_failed")
