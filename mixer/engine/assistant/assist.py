"""The assistant's whole way: listen, lay the console out, shape each channel, make room for the voice, set levels.

Nothing is rendered: what effects will do is predicted from the measures (`predict`), so a song of sixteen stems is
set in the time that reading them takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress
from mixer.contracts import ChannelRole, MixSpec, Space, StemInput, VoiceEffects
from mixer.engine.analysis import Analysis
from mixer.engine.assistant.guess import guess_role, guess_space
from mixer.engine.assistant.hearing import Hearing, StemMeasures, listen
from mixer.engine.assistant.layout import BAND, LEADS, RHYTHM, channel_ids, laid_out, main_bus
from mixer.engine.assistant.levels import Balance, balance_of, set_levels, set_peak, set_rooms
from mixer.engine.assistant.making_room import give_way, masking, unmask
from mixer.engine.assistant.notes import Notes
from mixer.engine.assistant.pitch import voicing
from mixer.engine.assistant.predict import Expected, expected, presence_of, stepped_back
from mixer.engine.assistant.shaping import shape
from mixer.engine.assistant.types import AssistStem, SongSection
from mixer.engine.balance import Faders, bed_move_db, role_gains, with_bed
from mixer.engine.console.schema import checked
from mixer.engine.console.state import ConsoleState, Decision
from mixer.engine.meters import HOP_S
from mixer.engine.ride import still
from mixer.engine.voice_effects import check_voice_effects

ASSISTANT_VERSION = 1
"""Raise it whenever the same stems would give other settings."""
_SPREAD = (ChannelRole.BACKING, ChannelRole.STRINGS, ChannelRole.BRASS, ChannelRole.WOODWIND, ChannelRole.KEYS,
           ChannelRole.PLUCKED)  # fmt: skip
_ASIDE = 0.35
_FEWEST_HOPS = 10
_FULL_UNDER_MEAN_DB = 6.0
"""A voice counts as fully there from so far under its mean level on."""


@dataclass(frozen=True, eq=False)
class Foreseen:
    """What is expected to be heard, as power per hop of 100 ms in the vocal band, over half a second each: the voice,
    and all the others together (hops,)."""

    voice: np.ndarray
    rest: np.ndarray


@dataclass(frozen=True)
class Assisted:
    """A console that passes `schema.checked`, why it is set so, and the measures of each stem by its name. `foreseen`
    is there where a voice stands against an accompaniment."""

    state: ConsoleState
    decisions: tuple[Decision, ...]
    measures: dict[str, StemMeasures]
    foreseen: Foreseen | None = field(default=None, compare=False)


def assist(
    stems: Sequence[AssistStem],
    *,
    space: Space | None,
    seed: int,
    sections: Sequence[SongSection] = (),
    progress: Progress = ignore_progress,
) -> Assisted:
    """Set a console for these stems. `space` None: chosen by what happens in the music; `sections` give the sentences
    their words. Decisions come channel by channel, those of the buses and the mix last.

    Raises InvalidInput for no stems, names that clash, files that are no sound, effects out of range.
    """
    _check(stems)
    raw = _listen_all(stems, progress)
    measures = {stem.name: heard.measures for stem, heard in zip(stems, raw, strict=True)}
    roles, told = _roles(stems, measures)
    room_said = ""
    if space is None:
        space, room_said = guess_space(list(measures.values()))
    asked = [stem.effects or VoiceEffects() for stem in stems]
    lead_asked = next((a for a, role in zip(asked, roles, strict=True) if role is ChannelRole.LEAD), VoiceEffects())
    notes = Notes(laid_out(stems, roles, space=space, reverb=lead_asked.reverb, seed=seed))
    ids = channel_ids([stem.name for stem in stems])
    hearings = _aligned(raw, [stem.offset_s for stem in stems])
    for stem, channel_id, hearing, wishes, pan, said in zip(
        stems, ids, hearings, asked, _pans(stems, roles, measures), told, strict=True
    ):
        if said:
            notes.say("role", channel_id, said)
        voiced = voicing(stem.path, measures[stem.name]) if wishes.pitch_semitones != 0.0 else None
        shape(notes, channel_id, hearing, wishes, pan, voiced)
    if room_said:
        notes.say("space", "mix", f"Placed in a {space.value}: {room_said}.")
    spec = MixSpec(tuple(StemInput(i, s.path, r) for i, s, r in zip(ids, stems, roles, strict=True)), space, seed)
    foreseen = _balance(notes, spec, ids, hearings, space, asked, sections)
    progress(1.0)
    return Assisted(checked(notes.state), _in_order(ids, notes.decisions), measures, foreseen)


def _balance(
    notes: Notes,
    spec: MixSpec,
    ids: tuple[str, ...],
    hearings: Sequence[Hearing],
    space: Space,
    asked: Sequence[VoiceEffects],
    sections: Sequence[SongSection],
) -> Foreseen | None:
    """Everything that depends on the others: room for the voice, rooms, faders, ride, the sum's peak."""
    shaped = [expected(hearing, notes.channel(i)) for i, hearing in zip(ids, hearings, strict=True)]
    balance = balance_of(spec, shaped)
    presence = _unmask(notes, ids, balance, shaped, sections)
    silent = {ids[i] for i in range(len(ids)) if i not in balance.lead and i not in balance.bed}
    sends_db = set_rooms(notes, ids, silent, space, asked)
    buses = {bus.id: bus for bus in notes.state.buses}
    wet = []
    for channel_id, hearing, send_db in zip(ids, hearings, sends_db, strict=True):
        channel = notes.channel(channel_id)
        sound = expected(hearing, channel, presence).in_room(space, send_db)
        wet.append(stepped_back(sound, buses[main_bus(channel.role)], presence))
    analyses = tuple(channel.analysis for channel in wet)
    faders = Faders(spec, tuple(role_gains(spec, analyses)), still(len(analyses[0].power)))
    whole = set_levels(notes, ids, balance, faders, wet)
    set_peak(notes, faders, whole.ride, wet)
    if not balance.has_both:
        return None
    return Foreseen(whole.power(analyses, balance.lead), whole.power(analyses, balance.bed))


def _unmask(
    notes: Notes, ids: tuple[str, ...], balance: Balance, shaped: Sequence[Expected], sections: Sequence[SongSection]
) -> np.ndarray | None:
    """Duckers for what hides the voice; returns the voice's presence per hop, None where there is no voice."""
    if not balance.lead:
        return None
    analyses = tuple(channel.analysis for channel in shaped)
    faders = Faders(balance.spec, tuple(role_gains(balance.spec, analyses)), still(len(analyses[0].power)))
    if balance.has_both:
        faders = with_bed(faders, balance.bed, bed_move_db(faders, analyses, balance.lead, balance.bed))
    several = len(balance.lead) > 1
    # The key of one lead is its channel before its fader; of several, their bus, behind their faders.
    voice = _together(
        [shaped[i].scaled(np.full(len(shaped[i].peaks), faders.gains_db[i] * several)) for i in balance.lead]
    )
    voice_db = 0.0 if several else faders.gains_db[balance.lead[0]]
    level_db = voice.analysis.level_db
    loud = level_db[level_db > level_db.max() - 30.0]
    threshold_db = 10.0 * float(np.log10(np.mean(10.0 ** (loud / 10.0)))) - _FULL_UNDER_MEAN_DB
    key = LEADS if several else ids[balance.lead[0]]
    for index in balance.bed:
        found = masking(voice, shaped[index], voice_db, faders.gains_db[index], sections)
        unmask(notes, ids[index], key, threshold_db, found)
    for bus in (BAND, RHYTHM):
        inside = [i for i in balance.bed if main_bus(balance.spec.stems[i].role) == bus]
        if inside:
            hops = len(voice.peaks)
            members = [
                (balance.spec.stems[i].role, shaped[i].scaled(np.full(hops, faders.gains_db[i]))) for i in inside
            ]
            give_way(notes, bus, key, threshold_db, voice, members)
    return presence_of(level_db, threshold_db)


def _together(channels: Sequence[Expected]) -> Expected:
    """Several unlike sounds as one."""
    if len(channels) == 1:
        return channels[0]
    heard = Analysis(
        sum(c.analysis.power for c in channels),
        sum(c.analysis.bands for c in channels),
        max(c.analysis.peak for c in channels),
    )
    return Expected(heard, sum(c.thirds for c in channels), sum(c.peaks for c in channels))


def _check(stems: Sequence[AssistStem]) -> None:
    if not stems:
        raise InvalidInput("A mix needs at least one stem.", field="stems")
    if len({stem.name for stem in stems}) != len(stems):
        raise InvalidInput("Two stems have the same name; each needs its own.", field="stems")
    for stem in stems:
        check_voice_effects(stem.effects)


def _listen_all(stems: Sequence[AssistStem], progress: Progress) -> list[Hearing]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(listen, stem.path) for stem in stems]
        heard = []
        try:
            for number, future in enumerate(futures, start=1):
                heard.append(future.result())
                progress(0.95 * number / len(futures))
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return heard


def _roles(stems: Sequence[AssistStem], measures: dict[str, StemMeasures]) -> tuple[list[ChannelRole], list[str]]:
    """The roles, and a sentence for each that was guessed. Only the loudest voice guessed by ear is the lead."""
    roles, told = [], []
    for stem in stems:
        if stem.role is not None:
            roles.append(stem.role)
            told.append("")
            continue
        role, why = guess_role(stem.label or stem.name, measures[stem.name])
        if role is ChannelRole.LEAD and "sound" in why and ChannelRole.LEAD in roles:
            role, why = ChannelRole.BACKING, "by its sound: a voice beside another"
        roles.append(role)
        told.append(f"Taken for {_ROLE_WORDS[role]} {why}.")
    return roles, told


_ROLE_WORDS = {role: f"the {role.value}" for role in ChannelRole} | {
    ChannelRole.LEAD: "the lead voice",
    ChannelRole.BACKING: "backing vocals",
    ChannelRole.WOODWIND: "a wind instrument",
    ChannelRole.PLUCKED: "a plucked instrument",
    ChannelRole.PAD: "a pad",
    ChannelRole.EFFECTS: "an effect",
}


def _pans(stems: Sequence[AssistStem], roles: Sequence[ChannelRole], measures: dict[str, StemMeasures]) -> list[float]:
    """Where each stands: as given; mono stems of which there are several of a kind go to both sides in turn."""
    free = {
        role: [s.name for s, r in zip(stems, roles, strict=True) if r is role and s.pan is None] for role in _SPREAD
    }
    pans = []
    for stem, role in zip(stems, roles, strict=True):
        kin = [name for name in free.get(role, []) if measures[name].side_db <= -40.0]
        if stem.pan is not None:
            pans.append(stem.pan)
        elif stem.name in kin and len(kin) > 1:
            place = kin.index(stem.name)
            pans.append(0.0 if place == len(kin) - 1 and len(kin) % 2 else _ASIDE * (-1.0 if place % 2 == 0 else 1.0))
        else:
            pans.append(0.0)
    return pans


def _aligned(hearings: Sequence[Hearing], offsets_s: Sequence[float]) -> list[Hearing]:
    """All on one timeline, equally long."""
    shifts = [round(offset_s / HOP_S) for offset_s in offsets_s]
    hops = max(_FEWEST_HOPS, max(len(h.peaks) + shift for h, shift in zip(hearings, shifts, strict=True)))
    return [_shifted(hearing, shift, hops) for hearing, shift in zip(hearings, shifts, strict=True)]


def _shifted(hearing: Hearing, shift: int, hops: int) -> Hearing:
    def moved(values: np.ndarray) -> np.ndarray:
        out = np.zeros((hops, *values.shape[1:]))
        values = values[max(0, -shift) :]
        start = max(0, shift)
        out[start : start + len(values)] = values[: hops - start]
        return out

    heard = Analysis(moved(hearing.analysis.power), moved(hearing.analysis.bands), hearing.analysis.peak)
    return replace(
        hearing,
        analysis=heard,
        thirds=moved(hearing.thirds),
        side=moved(hearing.side),
        peaks=moved(hearing.peaks),
    )


def _in_order(ids: tuple[str, ...], decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Channel by channel, then the buses and the mix."""
    ordered = [decision for channel_id in ids for decision in decisions if decision.channel == channel_id]
    return (*ordered, *(decision for decision in decisions if decision.channel not in ids))
