"""The bars, the tempo and the keys of a file as a score tells them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generation.engine.score.grid import TICKS_PER_BEAT, beats, bpm_of
from generation.engine.score.importing.harmony import key_by_profile, key_of_signature
from generation.engine.score.importing.raw import RawSong
from generation.engine.score.importing.types import BadScoreFile
from generation.engine.score.keys import MODES, key_fifths
from generation.engine.score.types import Key, KeyChange, TempoChange, TempoMap

MAX_S = 600.0
_MOST_KEYS = 64
_USUAL_US = 500_000
_SLOWEST_US, _FASTEST_US = 6_000_000, 150_000


@dataclass(frozen=True)
class Frame:
    """`bar` and `chord_step`, the shortest time that a chord stands, in ticks."""

    beats_per_bar: int
    tempo_map: TempoMap
    notices: tuple[str, ...] = ()
    compound: bool = False

    @property
    def chord_step(self) -> int:
        """Half a bar where the bar has two halves (as 6/8 has), else the bar."""
        halves = self.compound or (self.beats_per_bar % 2 == 0 and self.beats_per_bar > 2)
        return self.bar // 2 if halves else self.bar

    @property
    def bar(self) -> int:
        return self.beats_per_bar * TICKS_PER_BEAT


def framed(song: RawSong) -> tuple[RawSong, Frame]:
    """The song moved so that its barlines fall on whole bars, and its frame. Raises BadScoreFile when too long."""
    per_bar, notices = _beats_per_bar(song)
    bar = per_bar * TICKS_PER_BEAT
    pickup = song.pickup or _midi_pickup(song, bar)
    shift = (bar - pickup % bar) % bar if pickup else 0
    if shift:
        song = _moved(song, shift)
    tempi = {0: _USUAL_US}
    for tick, us in song.tempi:
        tempi[tick] = min(_SLOWEST_US, max(_FASTEST_US, us))
    if any(not _FASTEST_US <= us <= _SLOWEST_US for _, us in song.tempi):
        notices.append("Tempi outside of 10 to 400 beats a minute are drawn to that range.")
    steps = sorted(tempi.items())
    if song.mark("song") is None:  # other programs repeat their tempo; ours stay as they are
        steps = [step for i, step in enumerate(steps) if i == 0 or step[1] != steps[i - 1][1]]
    tempo_map = TempoMap(tuple(TempoChange(beats(t), bpm_of(us)) for t, us in steps))
    length_s = tempo_map.seconds_at(beats(song.end))
    if length_s > MAX_S:
        raise BadScoreFile(f"The file lasts {length_s / 60:.1f} minutes; {MAX_S / 60:.0f} are the most.")
    compound = any(numerator in (6, 12) and denominator == 8 for _, numerator, denominator in song.meters)
    return song, Frame(per_bar, tempo_map, tuple(notices), compound)


def _quarters(numerator: int, denominator: int) -> int:
    """A bar in whole quarter notes, two at least; what is none is counted in twos or fours (3/8 -> 3, 9/8 -> 9)."""
    size, whole = numerator * 4, denominator
    while size % whole or size < 2 * whole:
        size *= 2
    return size // whole


def _beats_per_bar(song: RawSong) -> tuple[int, list[str]]:
    """Of several meters the one that lasts longest: a score of ours has one."""
    if not song.meters:
        return 4, []
    ends = [*(tick for tick, *_ in song.meters[1:]), max(song.end, song.meters[-1][0] + 1)]
    lasting: dict[int, int] = {}
    for (tick, numerator, denominator), end in zip(song.meters, ends, strict=True):
        quarters = _quarters(numerator, denominator)
        lasting[quarters] = lasting.get(quarters, 0) + end - tick
    best = max(lasting, key=lambda q: (lasting[q], -q))
    if best > 16:
        return 4, ["The file's meter has no bars that can be counted; bars of four beats are."]
    told = len(lasting) > 1 and sum(lasting.values()) - lasting[best] > best * TICKS_PER_BEAT
    return best, [f"The file changes its meter; all bars are counted as {best} beats."] if told else []


def _midi_pickup(song: RawSong, bar: int) -> int:
    """A first meter that lasts less than a bar is how MIDI files write an upbeat."""
    if len(song.meters) < 2 or song.meters[0][0] != 0:
        return 0
    first, second = song.meters[0], song.meters[1]
    quarters = 4 * first[1] * TICKS_PER_BEAT // first[2]
    return second[0] if second[0] < bar and second[0] == quarters else 0


def _moved(song: RawSong, shift: int) -> RawSong:
    """Everything later by `shift` ticks; what holds from the start holds from the start."""

    def late(tick: int) -> int:
        return tick + shift if tick else 0

    tracks = tuple(
        replace(
            t,
            notes=tuple(replace(n, start=n.start + shift, end=n.end + shift) for n in t.notes),
            controls=tuple((late(tick), controller, value) for tick, controller, value in t.controls),
            lyrics=tuple(replace(x, tick=x.tick + shift) for x in t.lyrics),
            marks=tuple(replace(m, tick=m.tick + shift) for m in t.marks),
        )
        for t in song.tracks
    )
    return replace(
        song,
        tracks=tracks,
        end=song.end + shift,
        tempi=tuple((late(tick), us) for tick, us in song.tempi),
        keys=tuple((late(tick), *key) for tick, *key in song.keys),
        sections=tuple((late(tick), name) for tick, name in song.sections),
        chords=tuple(replace(c, tick=c.tick + shift) for c in song.chords),
        marks=tuple(replace(m, tick=late(m.tick)) for m in song.marks),
        pickup=0,
    )


def keys_of(song: RawSong) -> tuple[Key, tuple[KeyChange, ...]]:
    """The first key and the changes: by our annotations where they agree with the signatures, else by these; without
    a signature by the notes (`harmony.key_by_profile`)."""
    told = {m.tick: _told_key([m.data.get("tonic"), m.data.get("mode")]) for m in song.marks if m.kind == "key"}
    first = _told_key((song.mark("song") or {}).get("key"))
    signatures = {tick: (fifths, mode) for tick, fifths, mode in song.keys}
    opening = signatures.pop(0, None)
    if opening is None and signatures and not first:
        opening = signatures.pop(min(signatures))
    if first is None or (opening is not None and not _agrees(first, opening[0])):
        notes = [n for t in song.tracks if not t.is_drums for n in t.notes]
        first = key_of_signature(*opening, notes) if opening else key_by_profile(notes)
    changes, key = [], first
    for tick, (fifths, mode) in sorted(signatures.items())[:_MOST_KEYS]:
        marked = told.get(tick)
        if marked is not None and _agrees(marked, fifths):
            fresh = marked
        else:
            later = [n for t in song.tracks if not t.is_drums for n in t.notes if n.start >= tick]
            fresh = key_of_signature(fifths, mode, later)
        if fresh != key or marked is not None:
            changes.append(KeyChange(beats(tick), fresh))
        key = fresh
    return first, tuple(changes)


def _told_key(told: Any) -> Key | None:
    if not isinstance(told, list) or len(told) != 2 or told[1] not in MODES:
        return None
    key = Key(told[0], told[1]) if isinstance(told[0], str) else None
    try:
        return key if key is not None and -7 <= key_fifths(key) <= 7 else None
    except KeyError:
        return None


def _agrees(key: Key, fifths: int) -> bool:
    return (key_fifths(key) - fifths) % 12 == 0
