"""What each quality is made of: which controls move, how far for one clear step, and how far at the most."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mixer.contracts import ChannelRole
from mixer.engine.assistant.hearing import StemMeasures
from mixer.engine.assistant.layout import BAND, BAND_ROOM, RHYTHM, VOCALS, VOICE_ROOM
from mixer.engine.assistant.predict import with_defaults
from mixer.engine.assistant.wishes.nudges import Nudge
from mixer.engine.assistant.wishes.types import Quality, Wanted
from mixer.engine.console.paths import strip_at
from mixer.engine.console.state import MIX, Channel, ConsoleState, EffectSlot, Strip

_Q = Quality
_FADER = (-40.0, 10.0)
_TONE_DB = 6.0
_WIDEST = 1.6
_SEND = (-60.0, 0.0)
_ROOM = (-24.0, 9.0)
_DELAY = {"left_s": 0.375, "right_s": 0.5, "feedback": 0.25, "mix": 0.0}
_MONO_DB = -40.0


class Recipes:
    """Nudges for a wish on one strip of a console."""

    def __init__(self, state: ConsoleState, measures: Mapping[str, StemMeasures]) -> None:
        self.state = state
        self.measures = measures

    def of(self, wanted: Wanted, strip_id: str) -> list[Nudge]:
        strip = strip_at(self.state, strip_id)
        made = self._made.get(wanted.quality)
        if wanted.quality is _Q.MUTE:
            return [Nudge(f"{strip_id}/mute", exactly=wanted.amount > 0.0)]
        if wanted.quality is _Q.SOLO:
            return [Nudge(f"{strip_id}/solo", exactly=wanted.amount > 0.0)]
        if wanted.quality is _Q.PAN:
            return [Nudge(f"{strip_id}/pan", exactly=wanted.amount)]
        return made(self, strip, wanted) if made else []

    # Level and distance

    def _loud(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        step_db = 1.5 if wanted.level_db is None else wanted.level_db / abs(wanted.amount)
        return [Nudge(f"{strip.id}/fader_db", step_db * wanted.amount, *_FADER, what="fader")]

    def _close(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        if strip.id == MIX:
            return self._rooms(-2.5 * wanted.amount)
        near = Nudge(f"{strip.id}/fader_db", 1.0 * wanted.amount, *_FADER, what="fader")
        dry = self._sends(strip, -2.5 * wanted.amount)
        return [near, *dry, *self._bell(strip, 2_800.0, 0.8, 0.8 * wanted.amount)]

    def _reverb(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        step_db = 3.0 if wanted.level_db is None else wanted.level_db / abs(wanted.amount)
        if strip.id == MIX:
            return self._rooms(step_db * wanted.amount)
        return self._sends(strip, step_db * wanted.amount)

    def _sends(self, strip: Strip, delta_db: float) -> list[Nudge]:
        """The room of a strip; of a group the rooms of all that is in it."""
        found = []
        for one in (strip, *self._members(strip.id)):
            for send in one.sends:
                what = "room" if one is strip else ""
                found.append(Nudge(f"{one.id}/sends/{send.bus}/level_db", delta_db, *_SEND, what=what))
        if found and not any(nudge.what for nudge in found):
            found[0] = Nudge(found[0].path, delta_db, *_SEND, what="room")
        return found

    def _members(self, bus_id: str) -> list[Channel]:
        inside = {bus_id}
        for _ in self.state.buses:
            inside |= {bus.id for bus in self.state.buses if bus.output in inside}
        return [channel for channel in self.state.channels if channel.output in inside]

    def _rooms(self, delta_db: float) -> list[Nudge]:
        names = {VOICE_ROOM: "the voice's room", BAND_ROOM: "the band's room"}
        there = [bus.id for bus in self.state.buses]
        return [Nudge(f"{i}/fader_db", delta_db, *_ROOM, what=what) for i, what in names.items() if i in there]

    # Tone

    def _warm(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return [
            *self._shelf(strip, "low", 220.0, 1.5 * wanted.amount),
            *self._shelf(strip, "high", 7_000.0, -wanted.amount),
        ]

    def _bright(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._shelf(strip, "high", 7_000.0, _tone_step(wanted, 1.8))

    def _airy(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._shelf(strip, "high", 10_000.0, _tone_step(wanted, 2.0))

    def _bass(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._shelf(strip, "low", 110.0, _tone_step(wanted, 2.0))

    def _harsh(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._bell(strip, 3_600.0, 1.2, _tone_step(wanted, 1.8))

    def _muddy(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._bell(strip, 260.0, 0.9, _tone_step(wanted, 1.8))

    def _boxy(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._bell(strip, 500.0, 1.2, _tone_step(wanted, 1.8))

    def _nasal(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        return self._bell(strip, 1_000.0, 1.4, _tone_step(wanted, 1.8))

    def _clear(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        tone = [
            *self._bell(strip, 2_800.0, 0.8, 1.2 * wanted.amount),
            *self._bell(strip, 260.0, 0.9, -1.0 * wanted.amount),
        ]
        for channel in self.state.channels:
            for slot in channel.effects:
                if (
                    slot.kind == "ducker"
                    and slot.key == strip.id
                    and slot.params.get("band") == "bell"
                    and not slot.bypass
                ):
                    path = f"{channel.id}/effects/{slot.id}/params/depth_db"
                    tone.append(Nudge(path, 1.0 * wanted.amount, 0.0, 9.0))
        return tone

    def _shelf(self, strip: Strip, which: str, frequency_hz: float, delta_db: float) -> list[Nudge]:
        slot = _equaliser(strip)
        params, base = with_defaults(slot), f"{strip.id}/effects/{slot.id}/params/{which}_shelf"
        place = [] if params[f"{which}_shelf_db"] else [Nudge(f"{base}_hz", exactly=frequency_hz, slot=slot)]
        hz = params[f"{which}_shelf_hz"] if params[f"{which}_shelf_db"] else frequency_hz
        what = f"{'below' if which == 'low' else 'above'} {_hz_text(hz)}"
        return [*place, Nudge(f"{base}_db", delta_db, -_TONE_DB, _TONE_DB, what=what, slot=slot)]

    def _bell(self, strip: Strip, frequency_hz: float, q: float, delta_db: float) -> list[Nudge]:
        """On the bell that stands there already, else on the nearest free one."""
        slot = _equaliser(strip)
        params = with_defaults(slot)
        far = {n: abs(params[f"bell_{n}_hz"] / frequency_hz - 1.0) for n in (1, 2, 3, 4)}
        used = [n for n in far if params[f"bell_{n}_db"]]
        near = [n for n in used if far[n] < 0.25]
        free = [n for n in far if n not in used]
        number = min(near or free or list(far), key=far.__getitem__)
        base, place = f"{strip.id}/effects/{slot.id}/params/bell_{number}", []
        if number in free:
            place = [Nudge(f"{base}_hz", exactly=frequency_hz, slot=slot), Nudge(f"{base}_q", exactly=q, slot=slot)]
        hz = frequency_hz if number in free else params[f"bell_{number}_hz"]
        what = f"around {_hz_text(hz)}"
        return [*place, Nudge(f"{base}_db", delta_db, -_TONE_DB, _TONE_DB, what=what, slot=slot)]

    # Size

    def _wide(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        if isinstance(strip, Channel) and strip.stem in self.measures and self.measures[strip.stem].side_db < _MONO_DB:
            return self._doubled(strip, wanted)
        step = 0.12 if strip.id == MIX else 0.2
        return [Nudge(f"{strip.id}/width", step * wanted.amount, 0.0, _WIDEST, what="width", unit="")]

    def _big(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        step = wanted.amount
        if strip.id != MIX:
            return [
                Nudge(f"{strip.id}/fader_db", 0.7 * step, *_FADER, what="fader"),
                Nudge(f"{strip.id}/width", 0.15 * step, 0.0, _WIDEST, what="width", unit=""),
                *self._sends(strip, 1.5 * step),
                *self._shelf(strip, "low", 180.0, 0.8 * step),
            ]
        names = {BAND: ("the band", 1.2), RHYTHM: ("bass and drums", 0.8), VOCALS: ("the voices", 0.7)}
        names |= {BAND_ROOM: ("the band's room", 1.5), VOICE_ROOM: ("the voice's room", 1.0)}
        there = {bus.id for bus in self.state.buses}
        # Everything louder at once would only be loud: without a section the size comes from width and room.
        buses = [i for i in names if i in there and (wanted.section or i in (BAND_ROOM, VOICE_ROOM))]
        faders = [Nudge(f"{i}/fader_db", names[i][1] * step, *_ROOM, what=names[i][0]) for i in buses]
        return [*faders, Nudge(f"{MIX}/width", 0.12 * step, 0.0, _WIDEST, what="width", unit="")]

    def _doubled(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        slot = _standing(strip, "doubler") or EffectSlot("doubler", "doubler", {"amount": 0.0})
        path = f"{strip.id}/effects/{slot.id}/params/amount"
        return [Nudge(path, 0.35 * wanted.amount, 0.0, 1.0, what="doubling", unit="", slot=slot)]

    # Dynamics and colour

    def _punch(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        slot = _standing(strip, "transient_shaper") or EffectSlot("transients", "transient_shaper")
        path = f"{strip.id}/effects/{slot.id}/params/attack_db"
        return [Nudge(path, 2.5 * wanted.amount, -9.0, 9.0, what="attack", slot=slot)]

    def _even(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        slow = {"threshold_db": -22.0, "ratio": 2.0, "attack_s": 0.03, "release_s": 0.3}
        found = [(strip, slot)] if (slot := _standing(strip, "compressor")) else []
        if not found and wanted.amount < 0.0:  # nothing to take back here: then in what it is made of
            members = self.state.channels if strip.id == MIX else self._members(strip.id)
            found = [(c, slot) for c in members if (slot := _standing(c, "compressor")) and not slot.bypass]
        elif not found:
            found = [(strip, EffectSlot("evening", "compressor", slow))]
        return [
            Nudge(
                f"{one.id}/effects/{slot.id}/params/threshold_db",
                -2.5 * wanted.amount,
                -45.0,
                0.0,
                what="compressor's threshold",
                slot=slot,
            )
            for one, slot in found
        ]

    def _sibilant(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        slot = _standing(strip, "de_esser") or EffectSlot("de-esser", "de_esser", {"amount": 0.0})
        path = f"{strip.id}/effects/{slot.id}/params/amount"
        return [Nudge(path, -0.25 * wanted.amount, 0.0, 0.9, what="de-esser", unit="", slot=slot)]

    def _saturated(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        slot = _standing(strip, "saturation") or EffectSlot("colour", "saturation", {"drive_db": 9.0, "mix": 0.0})
        path = f"{strip.id}/effects/{slot.id}/params/mix"
        return [Nudge(path, 0.25 * wanted.amount, 0.0, 0.8, what="saturation", unit="", slot=slot)]

    def _delay(self, strip: Strip, wanted: Wanted) -> list[Nudge]:
        slot = _standing(strip, "delay") or EffectSlot("echo", "delay", _DELAY)
        path = f"{strip.id}/effects/{slot.id}/params/mix"
        return [Nudge(path, 0.12 * wanted.amount, 0.0, 0.4, what="echo", unit="", slot=slot)]

    _made: dict[Quality, Callable[[Recipes, Strip, Wanted], list[Nudge]]] = {
        _Q.LOUD: _loud,
        _Q.CLOSE: _close,
        _Q.REVERB: _reverb,
        _Q.WARM: _warm,
        _Q.BRIGHT: _bright,
        _Q.AIRY: _airy,
        _Q.BASS: _bass,
        _Q.HARSH: _harsh,
        _Q.MUDDY: _muddy,
        _Q.BOXY: _boxy,
        _Q.NASAL: _nasal,
        _Q.CLEAR: _clear,
        _Q.WIDE: _wide,
        _Q.BIG: _big,
        _Q.DOUBLED: _doubled,
        _Q.PUNCH: _punch,
        _Q.EVEN: _even,
        _Q.SIBILANT: _sibilant,
        _Q.SATURATED: _saturated,
        _Q.DELAY: _delay,
    }


def home(state: ConsoleState, quality: Quality) -> tuple[str, ...]:
    """Whom a wish without a name means: punch is the drums', words are the voice's, all else the mix's."""
    by_role = {_Q.PUNCH: ChannelRole.DRUMS, _Q.CLEAR: ChannelRole.LEAD, _Q.SIBILANT: ChannelRole.LEAD,
               _Q.DOUBLED: ChannelRole.LEAD}  # fmt: skip
    by_role |= {_Q.NASAL: ChannelRole.LEAD, _Q.DELAY: ChannelRole.LEAD}
    role = by_role.get(quality)
    return tuple(channel.id for channel in state.channels if channel.role is role) or (MIX,)


def _tone_step(wanted: Wanted, step_db: float) -> float:
    return wanted.amount * (step_db if wanted.level_db is None else wanted.level_db / abs(wanted.amount))


def _standing(strip: Strip, kind: str) -> EffectSlot | None:
    return next((slot for slot in strip.effects if slot.kind == kind and not slot.key), None)


def _equaliser(strip: Strip) -> EffectSlot:
    return _standing(strip, "eq") or EffectSlot("tone", "eq")


def _hz_text(frequency_hz: float) -> str:
    return f"{frequency_hz / 1_000.0:.3g} kHz" if frequency_hz >= 1_000.0 else f"{frequency_hz:.0f} Hz"
