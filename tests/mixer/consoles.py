"""Consoles to test: stems on disk, states over them, and effects whose every sample can be told beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav, write_wav
from mixer.engine.console.render import ConsoleResult, render_console
from mixer.engine.console.state import Channel, ConsoleState, EffectSlot
from tests.mixer.material import RATE_HZ

SAMPLES = 20_011


def noises(count: int, samples: int = SAMPLES, seed: int = 0) -> dict[str, np.ndarray]:
    """Stems s0, s1 ... of unlike noise (2, samples) at about -26 dB."""
    rng = np.random.default_rng(seed)
    return {f"s{i}": (0.05 * rng.standard_normal((2, samples))).astype(np.float32) for i in range(count)}


def written(folder: Path, stems: dict[str, np.ndarray], rate_hz: int = RATE_HZ) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    for name, audio in stems.items():
        write_wav(folder / f"{name}.wav", audio, sample_rate_hz=rate_hz, subtype="FLOAT")
    return {name: folder / f"{name}.wav" for name in stems}


def channels(names: Sequence[str], **settings) -> tuple[Channel, ...]:
    """One channel for each stem, with the stem's name as id."""
    return tuple(Channel(id=name, stem=name, **settings) for name in names)


@dataclass(frozen=True)
class Heard:
    result: ConsoleResult
    mix: np.ndarray
    stems: dict[str, np.ndarray]


def hear(state: ConsoleState, stems: dict[str, Path], folder: Path, **settings) -> Heard:
    """Rendered with the effects below."""
    result = render_console(state, stems, folder, effect_of=plain_effect, **settings)
    parts = {path.stem: read_wav(path)[0] for path in result.stem_paths}
    return Heard(result, read_wav(result.mix_path)[0], parts)


def plain_effect(slot: EffectSlot) -> Late | Louder | KeyTimes | Echo:
    """Test effects stand in for real kinds, whose names and parameters the console's schema checks."""
    kinds = {"limiter": Late, "bass_boost": Louder, "ducker": KeyTimes, "compressor": KeyTimes, "delay": Echo}
    return kinds[slot.kind](slot)


@dataclass
class _Open:
    """A stream that is its effect's own test double of nothing: plain arithmetic on (2, samples)."""

    slot: EffectSlot
    latency_samples: int = 0
    tail_samples: int = 0
    held: np.ndarray = field(default_factory=lambda: np.zeros((2, 0), np.float32))
    retuned: int = 0

    def retune(self, effect) -> None:
        self.slot = effect.slot
        self.retuned += 1


class _Late(_Open):
    def process(self, block, key=None):
        joined = np.concatenate([self.held, block], axis=1)
        self.held = joined[:, block.shape[1] :]
        return joined[:, : block.shape[1]]


class _Louder(_Open):
    def process(self, block, key=None):
        return block * np.float32(10.0 ** (self.slot.params.get("gain_db", 0.0) / 20.0))


class _KeyTimes(_Open):
    def process(self, block, key=None):
        return block * (block if key is None else key)


class _Echo(_Open):
    def process(self, block, key=None):
        joined = np.concatenate([self.held, block], axis=1)
        self.held = joined[:, block.shape[1] :]
        return block + joined[:, : block.shape[1]]


@dataclass(frozen=True)
class Late:
    """Stands in the limiter's place: nothing but its delay, `lookahead_s`."""

    slot: EffectSlot

    def open(self, *, sample_rate_hz: int):
        late = round(self.slot.params.get("lookahead_s", 0.003) * sample_rate_hz)
        return _Late(self.slot, latency_samples=late, held=np.zeros((2, late), np.float32))


@dataclass(frozen=True)
class Louder:
    """In the place of the bass boost: its gain, on all of the spectrum."""

    slot: EffectSlot

    def open(self, *, sample_rate_hz: int):
        return _Louder(self.slot)


@dataclass(frozen=True)
class KeyTimes:
    """In the place of compressor and ducker: the sound times its key, sample by sample."""

    slot: EffectSlot

    def open(self, *, sample_rate_hz: int):
        return _KeyTimes(self.slot)


@dataclass(frozen=True)
class Echo:
    """In the place of the delay: one echo after `left_s`, as loud as the sound."""

    slot: EffectSlot

    def open(self, *, sample_rate_hz: int):
        later = round(self.slot.params.get("left_s", 0.375) * sample_rate_hz)
        return _Echo(self.slot, tail_samples=later, held=np.zeros((2, later), np.float32))
