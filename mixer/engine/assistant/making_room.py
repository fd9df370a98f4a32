"""Room for the voice: which channels hide it, where in the spectrum and when, and what steps back for how long.

A sound hides another in the bands where it is nearly as strong or stronger; where a voice is understood the measure is
taken in third-octaves of 1 to 4 kHz (most of the band importance of ANSI S3.5, the Speech Intelligibility Index), each
with its neighbours, as masking spreads over about a critical band (Moore, "An Introduction to the Psychology of
Hearing").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mixer.contracts import ChannelRole
from mixer.engine.assistant.hearing import THIRDS_HZ
from mixer.engine.assistant.notes import Notes
from mixer.engine.assistant.predict import Expected
from mixer.engine.assistant.types import SongSection
from mixer.engine.console.state import EffectSlot
from mixer.engine.meters import HOP_S
from mixer.engine.roles import PROFILES

MARGIN_DB = 9.0
"""A channel hides the voice where it lies less than this under it."""
_DYNAMIC_DB = 2.0
"""A bell that moves with the voice may go so much deeper than one that always stays."""
_WORDS = [index for index, hz in enumerate(THIRDS_HZ) if 950.0 < hz < 4_200.0]
_FEWEST_HOPS = 5
_REST_S = 1.5


@dataclass(frozen=True)
class Masking:
    """Where a channel hides the voice most: `over_db` the channel against the voice there, while both sound;
    `worst_section` the section in which it is worst, and by how much."""

    frequency_hz: float
    over_db: float
    worst_section: str = ""
    worst_db: float = 0.0


def masking(
    voice: Expected, other: Expected, voice_db: float, other_db: float, sections: Sequence[SongSection] = ()
) -> Masking | None:
    """Of two channels at these faders. None where they never sound together."""
    together = voice.analysis.active & other.analysis.active
    if together.sum() < _FEWEST_HOPS:
        return None
    gain_db = other_db - voice_db
    mine, sung = _spread(other.thirds)[:, _WORDS], _spread(voice.thirds)[:, _WORDS]
    over_db = gain_db + 10.0 * np.log10((mine + 1e-15) / (sung + 1e-15))
    # Only where the voice itself has something to say there: a hole between two formants hides nothing.
    audible = sung > sung.max(axis=1, keepdims=True) * 10.0**-1.8
    usual = np.array([_median(over_db[together & audible[:, k], k]) for k in range(len(_WORDS))])
    at = int(np.argmax(usual))
    name, worst_db = _worst(over_db[:, at], together & audible[:, at], sections)
    return Masking(round(THIRDS_HZ[_WORDS[at]], -2), float(usual[at]), name, worst_db)


def unmask(notes: Notes, channel_id: str, key: str, threshold_db: float, found: Masking | None) -> None:
    """Lower what hides the voice `key` where it does, while it sings; the ducker is full from `threshold_db`."""
    profile = PROFILES[notes.channel(channel_id).role]
    if profile.dip_db <= 0.0 or found is None or found.over_db <= -MARGIN_DB:
        return
    depth_db = min(profile.dip_db + _DYNAMIC_DB, 1.0 + 0.35 * (MARGIN_DB + found.over_db))
    params = {"threshold_db": _threshold(threshold_db), "depth_db": round(depth_db, 1)}
    params |= {"band": "bell", "bell_hz": found.frequency_hz, "bell_q": 0.8}
    slot = EffectSlot("unmask", "ducker", params, key=key)
    measures = {"frequency_hz": found.frequency_hz, "over_voice_db": found.over_db}
    notes.switch_on("unmask", channel_id, slot, _unmask_sentence(depth_db, found), measures)


def give_way(
    notes: Notes,
    bus: str,
    key: str,
    threshold_db: float,
    voice: Expected,
    members: Sequence[tuple[ChannelRole, Expected]],
) -> None:
    """A group steps back as a whole while the voice sings and comes forward where it rests: as far as the roles of its
    members ask for, each by its part of the sound. `members` are measured at their faders."""
    weights = np.array([float(sound.thirds.sum()) for _, sound in members])
    playing = np.any([sound.analysis.active for _, sound in members], axis=0)
    overlap = float((voice.analysis.active & playing).sum() / max(1, int(playing.sum())))
    if overlap < 0.02 or not weights.any():
        return
    duck_db, rest_db = (
        float(np.average([getattr(PROFILES[role], name) for role, _ in members], weights=weights))
        for name in ("duck_db", "rest_db")
    )
    follow = {"threshold_db": _threshold(threshold_db)}
    if duck_db >= 1.0:
        slot = EffectSlot("step-back", "ducker", follow | {"depth_db": round(duck_db, 1)}, key=key)
        sentence = f"Steps back {duck_db:.1f} dB while the voice sings ({overlap:.0%} of its time)."
        notes.switch_on("step-back", bus, slot, sentence, {"overlap_share": overlap})
    if rest_db >= 1.0 and overlap <= 0.98:
        params = follow | {"depth_db": round(rest_db, 1), "hold_s": _REST_S, "attack_s": 0.3, "release_s": 0.5}
        slot = EffectSlot("come-forward", "ducker", params, key=key)
        sentence = f"Comes forward {rest_db:.1f} dB where the voice rests for longer than {_REST_S:g} s."
        notes.switch_on("come-forward", bus, slot, sentence, {"overlap_share": overlap})


def _threshold(threshold_db: float) -> float:
    return round(float(np.clip(threshold_db, -60.0, 0.0)), 1)


def _unmask_sentence(depth_db: float, found: Masking) -> str:
    where = f"{found.frequency_hz / 1_000.0:.1f} kHz"
    if found.worst_section and found.worst_db > -MARGIN_DB:
        over_db, when = found.worst_db, f" in the {found.worst_section}"
    else:
        over_db, when = found.over_db, ""
    how = f"masked it by {over_db:.0f} dB" if over_db >= 0.5 else f"lay only {max(0.0, -over_db):.0f} dB under it"
    return f"Lowered {depth_db:.1f} dB around {where} while the voice sings: it {how}{when}."


def _spread(thirds: np.ndarray) -> np.ndarray:
    """Power of (hops, bands) with half of each neighbour."""
    out = thirds.copy()
    out[:, 1:] += 0.5 * thirds[:, :-1]
    out[:, :-1] += 0.5 * thirds[:, 1:]
    return out


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) >= _FEWEST_HOPS else -60.0


def _worst(over_db: np.ndarray, together: np.ndarray, sections: Sequence[SongSection]) -> tuple[str, float]:
    found = ("", -60.0)
    for section in sections:
        here = slice(round(section.start_s / HOP_S), round(section.end_s / HOP_S))
        level_db = _median(over_db[here][together[here]])
        if level_db > found[1]:
            found = (section.name, level_db)
    return found
