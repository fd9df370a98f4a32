"""The faders, the ride and the room: how loud everything is against the voice, from what the channels will measure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixer.contracts import ChannelRole, MixSpec, Space, VoiceEffects
from mixer.engine.analysis import Analysis
from mixer.engine.assistant.layout import BAND, RHYTHM, ROOM_OF, SUNG, VOCALS, main_bus
from mixer.engine.assistant.notes import Notes
from mixer.engine.assistant.predict import Expected
from mixer.engine.balance import (
    AUDIBLE_DB,
    FOUNDATION_SHARE,
    Faders,
    bed_move_db,
    bed_sentence,
    lead_over_bed_db,
    ride_sentence,
    sung_hops,
    with_bed,
)
from mixer.engine.console.state import HIGHEST_DB, LOWEST_DB, MIX
from mixer.engine.meters import HOP_S
from mixer.engine.ride import Ride, ride, still
from mixer.engine.roles import PROFILES
from mixer.engine.voice_plan import send_db

_PEAK_DBFS = -1.0
_APART_DB = 1.5
"""Peaks of unlike channels seldom meet: each doubling of their number leaves this much, up to the next figure."""
_FURTHEST_APART_DB = 3.0
_FURTHEST_GAIN_DB = 48.0
_LANE_DB = 0.15
"""A lane's straight lines follow the ride this closely."""


@dataclass(frozen=True, eq=False)
class Balance:
    """Which channels carry the lead and which the accompaniment, by their place in `spec`."""

    spec: MixSpec
    lead: list[int]
    bed: list[int]

    @property
    def has_both(self) -> bool:
        return bool(self.lead) and any(self.spec.stems[i].role not in SUNG for i in self.bed)


def balance_of(spec: MixSpec, channels: Sequence[Expected]) -> Balance:
    sounding = [i for i, channel in enumerate(channels) if not channel.analysis.is_silent]
    lead = [i for i in sounding if spec.stems[i].role is ChannelRole.LEAD]
    return Balance(spec, lead, [i for i in sounding if i not in lead])


def set_rooms(
    notes: Notes, ids: Sequence[str], silent: Collection[str], space: Space, asked: Sequence[VoiceEffects]
) -> list[float]:
    """Send every sounding channel to its room; returns the levels."""
    levels_db = []
    for channel_id, wishes in zip(ids, asked, strict=True):
        channel, said = notes.channel(channel_id), list[str]()
        level_db = send_db(space, PROFILES[channel.role].send_db, wishes, said)
        levels_db.append(level_db)
        if channel_id not in silent:
            room = ROOM_OF[main_bus(channel.role)]
            notes.decide("room", channel_id, said[0], {f"sends/{room}/level_db": round(level_db, 1)})
    return levels_db


def set_levels(
    notes: Notes, ids: Sequence[str], balance: Balance, faders: Faders, channels: Sequence[Expected]
) -> Faders:
    """Set the faders, move the accompaniment as a whole, and ride it. `faders` are those of the roles; `channels` are
    measured with all that they do, the room included. Returns how loud each channel then is."""
    analyses = tuple(channel.analysis for channel in channels)
    whole, moves = faders, still(len(analyses[0].power) if analyses else 0)
    if balance.has_both:
        bed_db = bed_move_db(faders, analyses, balance.lead, balance.bed)
        whole = with_bed(faders, balance.bed, bed_db)
    for index in sorted(balance.lead + balance.bed):
        _set_fader(notes, ids[index], index, balance, faders, whole, analyses)
    if balance.has_both:
        before_db, after_db = (lead_over_bed_db(f, analyses, balance.lead, balance.bed) for f in (faders, whole))
        settings = {f"/{bus}/gain_db": round(share * bed_db, 2) for bus, share in _bed_buses(notes)}
        sentence = bed_sentence(bed_db, before_db, after_db)
        notes.decide("bed", BAND, sentence, settings, {"voice_over_band_db": before_db, "after_db": after_db})
        moves = _ridden(notes, balance, whole, analyses)
    return replace(whole, ride=moves)


def _set_fader(
    notes: Notes,
    channel_id: str,
    index: int,
    balance: Balance,
    faders: Faders,
    whole: Faders,
    analyses: tuple[Analysis, ...],
) -> None:
    own_db = float(np.clip(faders.gains_db[index], LOWEST_DB, HIGHEST_DB))
    lufs = analyses[index].lufs + whole.gains_db[index]
    voices = [] if index in balance.lead else [analyses[i].lufs + whole.gains_db[i] for i in balance.lead]
    sentence = fader_sentence(own_db, lufs, max(voices, default=None))
    notes.decide("fader", channel_id, sentence, {"fader_db": round(own_db, 2)}, {"lufs": lufs})


def fader_sentence(fader_db: float, lufs: float, voice_lufs: float | None) -> str:
    """`voice_lufs` is None for a voice itself, and where there is none."""
    sentence = f"Fader at {fader_db:+.1f} dB: {lufs:.1f} LUFS"
    if voice_lufs is not None:
        under_lu = voice_lufs - lufs
        sentence += f", {abs(under_lu):.1f} LU {'under' if under_lu >= 0.0 else 'over'} the voice"
    return sentence + "."


def _ridden(notes: Notes, balance: Balance, faders: Faders, analyses: tuple[Analysis, ...]) -> Ride:
    voice, rest = faders.power(analyses, balance.lead), faders.power(analyses, balance.bed)
    moves = ride(voice, rest, sung_hops(voice), target_db=AUDIBLE_DB)
    if not moves.moves:
        return still(len(voice))
    after_db = lead_over_bed_db(replace(faders, ride=moves), analyses, balance.lead, balance.bed)
    lanes = {f"/lanes/{VOCALS}/fader_db": lane_points(moves.lead_db)}
    lanes |= {f"/lanes/{bus}/fader_db": lane_points(share * moves.bed_db) for bus, share in _bed_buses(notes)}
    notes.decide("ride", VOCALS, ride_sentence(moves, after_db), lanes, {"voice_over_band_db": after_db})
    return moves


def _bed_buses(notes: Notes) -> list[tuple[str, float]]:
    """The buses of the accompaniment, and how far each goes along when it moves."""
    shares = ((BAND, 1.0), (RHYTHM, FOUNDATION_SHARE))
    there = {bus.id for bus in notes.state.buses}
    return [(bus, share) for bus, share in shares if bus in there]


def lane_points(gain_db: np.ndarray) -> list[dict[str, float]]:
    """A curve per hop (hops,) as the fewest points whose straight lines stay within 0.15 dB of it.

    Source: Ramer 1972, Douglas & Peucker 1973, with the distance taken in dB."""
    keep, open_spans = {0, len(gain_db) - 1}, [(0, len(gain_db) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        line = np.linspace(gain_db[first], gain_db[last], last - first + 1)
        off = np.abs(gain_db[first : last + 1] - line)
        at = int(np.argmax(off))
        if off[at] > _LANE_DB:
            keep.add(first + at)
            open_spans += [(first, first + at), (first + at, last)]
    return [{"at_s": round((k + 0.5) * HOP_S, 3), "value": round(float(gain_db[k]), 2)} for k in sorted(keep)]


def set_peak(notes: Notes, faders: Faders, moves: Ride, channels: Sequence[Expected]) -> None:
    """One gain for the whole mix, so that even peaks which meet stay under full scale."""
    state = notes.state
    gains = {bus.id: bus.gain_db for bus in state.buses}
    total = np.zeros(len(channels[0].peaks) if channels else 0)
    count = 0
    for index, (channel, sound) in enumerate(zip(state.channels, channels, strict=True)):
        ridden = replace(faders, ride=moves)
        bus_db = gains.get(main_bus(channel.role), 0.0)
        total += sound.peaks * 10.0 ** ((channel.fader_db + bus_db + ridden.moves_db(index)) / 20.0)
        count += not sound.analysis.is_silent
    if not total.any():
        return
    apart_db = min(_FURTHEST_APART_DB, _APART_DB * float(np.log2(max(1, count))))
    peak_db = 20.0 * float(np.log10(total.max())) - apart_db
    gain_db = float(np.clip(_PEAK_DBFS - peak_db, -_FURTHEST_GAIN_DB, _FURTHEST_GAIN_DB))
    sentence = f"All channels together moved {gain_db:+.1f} dB: their peaks could meet at {peak_db:.1f} dBFS."
    notes.decide("peak", MIX, sentence, {"gain_db": round(gain_db, 2)}, {"peak_dbfs": peak_db})
