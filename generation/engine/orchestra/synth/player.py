"""Plays a part by a sound of our own: every note by itself, added to the stem at its very sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

from codecraft.common.progress import Progress
from codecraft.common.seeds import generator
from generation.engine.orchestra.synth.clouds import LOOP_SAMPLES, cloud_loop
from generation.engine.orchestra.synth.kernels import CONTROL_SAMPLES, add_saw, filter_in_place
from generation.engine.orchestra.synth.patch import Filter, Layer, Oscillator
from generation.engine.orchestra.synth.shapes import driven, envelope_curve, glide_curve, sounding_samples
from generation.engine.orchestra.synth.sounds import SOUNDS
from generation.engine.orchestra.types import OrchestraSpec
from generation.engine.score.types import Part

_KINDS = {"low": 0, "band": 1, "high": 2}
_EXPRESSION = 11
_RAMP_S = 0.02
_BLOCK_SAMPLES = 1 << 17
_LEVEL = 0.12
"""One voice near the level of a SoundFont's; the rest is the mixer's work."""


@dataclass(frozen=True)
class SynthNote:
    """A note in samples of the song."""

    start: int
    held: int
    midi: int
    velocity: int


def synth_notes(part: Part, spec: OrchestraSpec) -> tuple[SynthNote, ...]:
    """The notes of a part in order, sample-exact. Notes that start after the end are left out."""
    rate_hz, at = spec.sample_rate_hz, spec.tempo_map.seconds_at
    found = []
    for note in part.notes:
        start = max(0, round(at(note.start_beats) * rate_hz))
        end = round(at(note.start_beats + note.duration_beats) * rate_hz)
        if 0 <= note.midi <= 127 and note.velocity > 0 and start < spec.total_samples:
            found.append(SynthNote(start, max(1, end - start), note.midi, min(127, note.velocity)))
    return tuple(sorted(found, key=lambda n: (n.start, n.midi)))


def synth_gains(part: Part, spec: OrchestraSpec) -> tuple[tuple[int, int], ...]:
    """(sample, value 0..127) of the part's expression, in order."""
    at = spec.tempo_map.seconds_at
    points = [(max(0, round(at(c.beat) * spec.sample_rate_hz)), c) for c in part.controls]
    return tuple((sample, min(127, max(0, c.value))) for sample, c in points if c.controller == _EXPRESSION)


class SynthPlayer:
    """Plays one part after another. A note's chance hangs on the seed, its sound, its pitch and its moment alone."""

    def __init__(self, spec: OrchestraSpec) -> None:
        self._spec = spec
        self._loops: dict[tuple, np.ndarray] = {}

    def play(self, part: Part, progress: Progress) -> np.ndarray:
        """The stem of a part: (2, samples) float32."""
        stem = np.zeros((2, self._spec.total_samples), np.float32)
        notes = synth_notes(part, self._spec)
        self._loops.clear()
        for number, note in enumerate(notes):
            sound = self._note(part.synth, note)[:, : stem.shape[1] - note.start]
            stem[:, note.start : note.start + sound.shape[1]] += sound
            progress((number + 1) / len(notes))
        gains = synth_gains(part, self._spec)
        if gains:
            self._express(stem, gains)
        return stem

    def _express(self, stem: np.ndarray, gains: tuple[tuple[int, int], ...]) -> None:
        """Expression by MIDI's square law, each new value reached within 20 ms; block by block, to spare memory."""
        ramp = round(_RAMP_S * self._spec.sample_rate_hz)
        at, values = [0], [(gains[0][1] / 127.0) ** 2]
        for sample, value in gains:
            sample = max(sample, at[-1])
            at += [sample, sample + ramp]
            values += [values[-1], (value / 127.0) ** 2]
        for first in range(0, stem.shape[1], _BLOCK_SAMPLES):
            block = stem[:, first : first + _BLOCK_SAMPLES]
            block *= np.interp(np.arange(first, first + block.shape[1]), at, values).astype(np.float32)

    def _note(self, name: str, note: SynthNote) -> np.ndarray:
        patch, rate_hz = SOUNDS[name], self._spec.sample_rate_hz
        total = max(sounding_samples(layer.envelope, note.held, rate_hz) for layer in patch.layers)
        sound = np.zeros((2, total))
        midi = patch.fixed_midi or note.midi
        for number, layer in enumerate(patch.layers):
            part = self._layer(name, number, layer, note, midi)
            sound[:, : part.shape[1]] += part
        soft_db = patch.velocity_db * (1.0 - note.velocity / 127.0)
        high_pass = butter(2, patch.low_hz, "high", fs=rate_hz, output="sos")
        return (sosfilt(high_pass, sound) * (_LEVEL * 10.0 ** (-soft_db / 20.0))).astype(np.float32)

    def _layer(self, name: str, number: int, layer: Layer, note: SynthNote, midi: int) -> np.ndarray:
        rate_hz = self._spec.sample_rate_hz
        envelope = envelope_curve(layer.envelope, note.held, rate_hz)
        rng = generator(self._spec.seed, "synth", name, number, midi, note.start)
        frequency_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
        bend = glide_curve(layer.glide, len(envelope), note.held, rate_hz)
        sound = np.zeros((2, len(envelope)))
        for oscillator in layer.oscillators:
            _add(sound, oscillator, frequency_hz * 2.0 ** (bend / 12.0) / rate_hz, rng)
        if layer.cloud is not None:
            loop = self._loop(name, number, layer, midi)
            offset = int(rng.integers(LOOP_SAMPLES))
            sound += layer.cloud.level * np.take(loop, offset + np.arange(len(envelope)), axis=1, mode="wrap") * 10.0
        if layer.drive > 0.0:
            sound = driven(sound, layer.drive)
        if layer.filter is not None:
            self._filter(sound, layer.filter, note, midi)
        return sound * (envelope * layer.level)

    def _loop(self, name: str, number: int, layer: Layer, midi: int) -> np.ndarray:
        key = (name, number, midi)
        if key not in self._loops:
            rng = generator(self._spec.seed, "cloud", *key)
            hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
            self._loops[key] = cloud_loop(layer.cloud, hz, self._spec.sample_rate_hz, rng)
        return self._loops[key]

    def _filter(self, sound: np.ndarray, filter_: Filter, note: SynthNote, midi: int) -> None:
        rate_hz = self._spec.sample_rate_hz
        octaves = glide_curve(filter_.sweep, sound.shape[1], note.held, rate_hz, step=CONTROL_SAMPLES)
        octaves = octaves + filter_.velocity_octaves * (note.velocity / 127.0 - 0.7)
        octaves += filter_.key_follow * (midi - 60) / 12.0
        cutoff = np.clip(filter_.cutoff_hz * 2.0**octaves, 20.0, 20_000.0) / rate_hz
        filter_in_place(sound, cutoff, 1.0 / filter_.resonance, _KINDS[filter_.kind])


def _add(sound: np.ndarray, oscillator: Oscillator, cycles: np.ndarray, rng: np.random.Generator) -> None:
    """Add an oscillator to (2, samples). `cycles` (samples,) a sample at the note's pitch."""
    level = oscillator.level
    angle = (oscillator.pan + 1.0) * np.pi / 4.0
    left, right = level * np.sqrt(2.0) * np.cos(angle), level * np.sqrt(2.0) * np.sin(angle)
    if oscillator.shape == "noise":
        sound += 0.5 * level * rng.standard_normal(sound.shape)
        return
    cycles = cycles * 2.0 ** (oscillator.octave + oscillator.cents / 1_200.0)
    if oscillator.shape == "saw":
        add_saw(sound, np.minimum(cycles, 0.45), float(rng.random()), left, right)
        return
    wave = np.sin(2.0 * np.pi * (np.cumsum(cycles) - cycles[0]))
    sound[0] += left * wave
    sound[1] += right * wave
