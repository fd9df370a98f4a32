"""Standard MIDI Files as they are written: chunks, deltas, running status, meta events.

After "Standard MIDI Files 1.0" (MMA RP-001). Our own reader, because what people upload may be damaged or hostile: it
counts everything against a limit before it keeps it, and whatever is wrong becomes one BadScoreFile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.engine.score.importing.types import BadScoreFile

MAX_BYTES = 8_000_000
MAX_TRACKS = 128
MAX_EVENTS = 400_000
MAX_BEATS = 6_000
META = 0xFF
_UNWRITABLE = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


@dataclass(frozen=True)
class SmfEvent:
    """`status` is the upper half of a channel message (0x80..0xE0), or META with its type in `a`."""

    tick: int
    status: int
    channel: int
    a: int
    b: int = 0
    data: bytes = b""

    @property
    def text(self) -> str:
        """UTF-8 where it is, else the old Windows alphabet that most other programs write. Without control characters
        but returns: no other file of ours could hold them."""
        try:
            text = self.data.decode("utf-8")
        except UnicodeDecodeError:
            text = self.data.decode("cp1252", errors="replace")
        return _UNWRITABLE.sub("", text)


@dataclass(frozen=True)
class SmfFile:
    """`ticks_per_beat` may be a fraction where the file counts film frames (at the default 120 beats a minute)."""

    format: int
    ticks_per_beat: float
    tracks: tuple[tuple[SmfEvent, ...], ...]


def read_smf(data: bytes) -> SmfFile:
    """The tracks of a file. Raises BadScoreFile for what is damaged, too large, or no MIDI file."""
    if len(data) > MAX_BYTES:
        raise BadScoreFile(f"The MIDI file has {len(data):,} bytes; {MAX_BYTES:,} are the most.")
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        data = data[20:]
    if data[:4] != b"MThd" or len(data) < 14 or int.from_bytes(data[4:8], "big") < 6:
        raise BadScoreFile("This is not a MIDI file: it does not begin with a MIDI header.")
    kind, count, division = (int.from_bytes(data[at : at + 2], "big") for at in (8, 10, 12))
    if kind > 1:
        raise BadScoreFile(f"The MIDI file has format {kind}; formats 0 and 1 can be read.")
    if count > MAX_TRACKS:
        raise BadScoreFile(f"The MIDI file has {count} tracks; {MAX_TRACKS} are the most.")
    ticks_per_beat = _division(division)
    tracks, room = [], MAX_EVENTS
    for number, chunk in enumerate(_chunks(data, 8 + int.from_bytes(data[4:8], "big"), count), start=1):
        events = _Track(chunk, number, room, int(MAX_BEATS * ticks_per_beat)).events()
        room -= len(events)
        tracks.append(tuple(events))
    if len(tracks) < count:
        raise BadScoreFile(f"The MIDI file is cut off: {len(tracks)} of its {count} tracks are there.")
    return SmfFile(kind, ticks_per_beat, tuple(tracks))


def _division(division: int) -> float:
    if division & 0x8000:
        frames, ticks = 256 - (division >> 8), division & 0xFF
        division_s = (29.97 if frames == 29 else frames) * ticks
        if not division_s:
            raise BadScoreFile("The MIDI file counts time in frames of no length.")
        return division_s * 0.5
    if not division:
        raise BadScoreFile("The MIDI file has no ticks in a beat.")
    return float(division)


def _chunks(data: bytes, at: int, count: int) -> list[memoryview]:
    """The bodies of the track chunks; chunks of other kinds are passed over."""
    view, found = memoryview(data), []
    while at + 8 <= len(data) and len(found) < count:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if at + 8 + size > len(data):
            raise BadScoreFile(f"The MIDI file is cut off in its track {len(found) + 1}.")
        if name == b"MTrk":
            found.append(view[at + 8 : at + 8 + size])
        at += 8 + size
    return found


class _Track:
    """Reads one track chunk."""

    def __init__(self, chunk: memoryview, number: int, room: int, last_tick: int) -> None:
        self._chunk, self._number, self._room, self._last_tick = chunk, number, room, last_tick
        self._at, self._tick, self._running = 0, 0, 0

    def events(self) -> list[SmfEvent]:
        found: list[SmfEvent] = []
        while self._at < len(self._chunk):
            self._tick += self._length()
            if self._tick > self._last_tick:
                raise BadScoreFile(f"Track {self._number} of the MIDI file lasts longer than {MAX_BEATS:,} beats.")
            event = self._event()
            if event is None:
                continue
            if len(found) >= self._room:
                raise BadScoreFile(f"The MIDI file holds more than {MAX_EVENTS:,} events.")
            found.append(event)
            if event.status == META and event.a == 0x2F:
                break
        return found

    def _byte(self) -> int:
        if self._at >= len(self._chunk):
            raise BadScoreFile(f"Track {self._number} of the MIDI file ends in the middle of an event.")
        self._at += 1
        return self._chunk[self._at - 1]

    def _length(self) -> int:
        """A variable-length quantity: at most four bytes of seven bits."""
        value = 0
        for _ in range(4):
            byte = self._byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise BadScoreFile(f"Track {self._number} of the MIDI file holds a time that is no MIDI number.")

    def _event(self) -> SmfEvent | None:
        status = self._byte()
        if status < 0x80:
            self._at -= 1
            status = self._running
        if status == META:
            kind = self._byte()
            return SmfEvent(self._tick, META, 0, kind, data=self._bytes(self._length()))
        if status in (0xF0, 0xF7):
            self._bytes(self._length())
            return None
        upper = status & 0xF0
        if upper not in _DATA_BYTES:
            raise BadScoreFile(f"Track {self._number} of the MIDI file holds something that is no MIDI event.")
        self._running = status
        a = self._data_byte()
        b = self._data_byte() if _DATA_BYTES[upper] == 2 else 0
        return SmfEvent(self._tick, upper, status & 0x0F, a, b)

    def _data_byte(self) -> int:
        byte = self._byte()
        if byte > 0x7F:
            raise BadScoreFile(f"Track {self._number} of the MIDI file holds an event with an impossible value.")
        return byte

    def _bytes(self, size: int) -> bytes:
        if self._at + size > len(self._chunk):
            raise BadScoreFile(f"Track {self._number} of the MIDI file ends in the middle of an event.")
        self._at += size
        return bytes(self._chunk[self._at - size : self._at])
