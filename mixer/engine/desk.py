"""The console as it was left: every plan and fader of a finished mix, for the next mix of the same channels.

Whoever changes one note wants to hear that note changed, and nothing else: so a mix that is made again keeps its
settings, a channel that sounds as before is not processed again, and its levelled stem is the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from codecraft.common.codec import content_hash, encode
from mixer.contracts import ChannelRole, MixDecision, MixSpec, Space, StemInput, VoiceEffects
from mixer.engine.balance import Faders
from mixer.engine.decisions import ChannelPlan
from mixer.engine.ride import Ride

DESK_FILE = "desk.json"


class LevelledStore(Protocol):
    """Where levelled stems are kept. `get` answers a file or None; `put` keeps one and leaves it where it is."""

    def get(self, key: str) -> Path | None: ...

    def put(self, key: str, stem: Path) -> None: ...


@dataclass(frozen=True)
class Strip:
    """One channel of the desk: what it was set up for, how it is processed, and how loud it is."""

    name: str
    role: ChannelRole
    pan: float
    effects: VoiceEffects | None
    plan: ChannelPlan
    gain_db: float
    was_silent: bool


@dataclass(frozen=True)
class Desk:
    """`lead_db` and `bed_db` are the moves of the faders in dB per hop of 100 ms."""

    strips: tuple[Strip, ...]
    space: Space
    seed: int
    samples: int
    sample_rate_hz: int
    lead_db: tuple[float, ...]
    bed_db: tuple[float, ...]
    decisions: tuple[MixDecision, ...] = ()

    def fits(self, spec: MixSpec, samples: int, silent: Sequence[bool]) -> bool:
        """Whether these are the same channels in the same room for the same time. A channel that was silent and
        sounds now was never set: then all is mixed anew."""
        setup = [(s.name, s.role, s.pan, s.effects) for s in spec.stems]
        if setup != [(s.name, s.role, s.pan, s.effects) for s in self.strips]:
            return False
        here = (spec.space, spec.seed, spec.sample_rate_hz, samples)
        if here != (self.space, self.seed, self.sample_rate_hz, self.samples):
            return False
        return not any(strip.was_silent and not now for strip, now in zip(self.strips, silent, strict=True))

    def faders(self, spec: MixSpec) -> Faders:
        moves = Ride(np.array(self.lead_db), np.array(self.bed_db))
        return Faders(spec, tuple(strip.gain_db for strip in self.strips), moves)

    @property
    def plans(self) -> tuple[ChannelPlan, ...]:
        return tuple(strip.plan for strip in self.strips)


def desk_of(
    asked: MixSpec,
    plans: Sequence[ChannelPlan],
    faders: Faders,
    silent: Sequence[bool],
    samples: int,
    decisions: tuple[MixDecision, ...],
) -> Desk:
    """The desk of a finished mix of `asked`."""
    strips = tuple(
        Strip(stem.name, stem.role, stem.pan, stem.effects, plan, gain_db, was_silent)
        for stem, plan, gain_db, was_silent in zip(asked.stems, plans, faders.gains_db, silent, strict=True)
    )
    return Desk(
        strips,
        asked.space,
        asked.seed,
        samples,
        asked.sample_rate_hz,
        tuple(float(x) for x in faders.ride.lead_db),
        tuple(float(x) for x in faders.ride.bed_db),
        decisions,
    )


def levelled_keys(version: int, desk: Desk, stems: Sequence[StemInput], hashes: Sequence[str]) -> tuple[str, ...]:
    """The content key of each levelled stem: all that is heard in it. `hashes` are those of the dry files."""
    settings = [_settings(strip) for strip in desk.strips]
    leads = [
        [digest, told] for s, digest, told in zip(stems, hashes, settings, strict=True) if s.role is ChannelRole.LEAD
    ]
    moves = content_hash([desk.lead_db, desk.bed_db])
    room = [desk.space, desk.seed, desk.samples, desk.sample_rate_hz]
    return tuple(
        content_hash(["levelled", version, digest, told, moves, room, leads if _hears_the_lead(strip) else None])
        for strip, digest, told in zip(desk.strips, hashes, settings, strict=True)
    )


def _settings(strip: Strip) -> list:
    return [strip.role, strip.gain_db, encode(replace(strip.plan, decisions=()))]


def _hears_the_lead(strip: Strip) -> bool:
    return strip.role is not ChannelRole.LEAD and (strip.plan.duck_db > 0.0 or strip.plan.rest_db > 0.0)
