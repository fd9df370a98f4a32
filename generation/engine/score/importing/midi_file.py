"""A MIDI file as tracks of one instrument each, on the grid of 960 ticks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from generation.engine.score.annotations import heard
from generation.engine.score.grid import TICKS_PER_BEAT
from generation.engine.score.importing.lyric_texts import karaoke_texts, read_lyrics
from generation.engine.score.importing.raw import RawMark, RawNote, RawSong, RawTrack
from generation.engine.score.importing.smf import META, SmfEvent, SmfFile, read_smf

_DRUMS = 9
_PAN = 10
_KEPT_CONTROLS = frozenset({1, 7, 11, 64})
"""Of another program's controllers: modulation, volume, expression, pedal. Places and effects are the mixer's."""
_OF_THE_SONG = frozenset({"song", "choice", "section", "chord", "key"})
_OF_WORDS = frozenset({"line", "sung", "manner"})
_TEXT, _NAME, _LYRIC, _MARKER, _TEMPO, _METER, _KEY = 0x01, 0x03, 0x05, 0x06, 0x51, 0x58, 0x59


@dataclass
class _Channel:
    """What has been read of one channel in one track."""

    program: int | None = None
    pans: list[int] = field(default_factory=list)
    notes: list[RawNote] = field(default_factory=list)
    controls: list[tuple[int, int, int]] = field(default_factory=list)
    sounding: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    bends: bool = False


@dataclass
class _Conductor:
    """What holds for the whole song, from whichever track says it."""

    tempi: dict[int, int] = field(default_factory=dict)
    meters: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[int, tuple[int, str]] = field(default_factory=dict)
    sections: dict[int, str] = field(default_factory=dict)
    marks: list[RawMark] = field(default_factory=list)


@dataclass
class _Words:
    """Lyrics of a track, with the number of the track and our annotations of them."""

    track: int
    texts: list[tuple[int, str]]
    marks: tuple[RawMark, ...]


def read_midi_song(data: bytes) -> RawSong:
    """The file's tracks, split by channel; the lyrics with the track whose notes they stand on."""
    file = read_smf(data)
    scale = TICKS_PER_BEAT / file.ticks_per_beat
    conductor, tracks, words, names = _Conductor(), [], [], []
    for number, events in enumerate(file.tracks):
        reader = _TrackReader(scale, conductor)
        for event in events:
            reader.take(event)
        names.append(reader.name)
        found = reader.tracks()
        texts = reader.lyrics or (karaoke_texts(reader.texts) if _is_karaoke(reader, found) else [])
        if texts:
            words.append(_Words(number, texts, tuple(m for m in reader.marks if m.kind in _OF_WORDS)))
        tracks.extend((number, track) for track in found)
        conductor.marks.extend(m for m in reader.marks if m.kind in _OF_THE_SONG)
    sung = _with_words(tracks, words)
    notices = ["Pitch bends of the file are left out."] if any(t.name.endswith(_BENT) for t in sung) else []
    sung = [replace(t, name=t.name.removesuffix(_BENT)) for t in sung]
    end = max([n.end for t in sung for n in t.notes], default=0)
    return RawSong(
        title=_title(file, names),
        tracks=tuple(sung),
        end=end,
        tempi=tuple(sorted(conductor.tempi.items())),
        meters=tuple((tick, *meter) for tick, meter in sorted(conductor.meters.items())),
        keys=tuple((tick, *key) for tick, key in sorted(conductor.keys.items())),
        sections=tuple(sorted(conductor.sections.items())),
        marks=tuple(conductor.marks),
        notices=tuple(notices),
    )


_BENT = "\0bent"


def _title(file: SmfFile, names: list[str]) -> str:
    return names[0] if names and file.format == 1 and len(names) > 1 else ""


def _is_karaoke(reader: _TrackReader, found: list[RawTrack]) -> bool:
    texts = [text for tick, text in reader.texts if tick > 0]
    return len(texts) >= 8 and (not found or any(t.startswith(("\\", "/")) for t in texts))


class _TrackReader:
    """Reads the events of one track of the file."""

    def __init__(self, scale: float, conductor: _Conductor) -> None:
        self._scale, self._conductor = scale, conductor
        self._channels: dict[int, _Channel] = {}
        self.name = ""
        self.lyrics: list[tuple[int, str]] = []
        self.texts: list[tuple[int, str]] = []
        self.marks: list[RawMark] = []
        self._last = 0

    def take(self, event: SmfEvent) -> None:
        tick = self._last = round(event.tick * self._scale)
        if event.status == META:
            self._meta(tick, event)
            return
        channel = self._channels.setdefault(event.channel, _Channel())
        if event.status == 0x90 and event.b:
            self._strike(channel, tick, event)
        elif event.status in (0x80, 0x90):
            self._end(channel, tick, event.a)
        elif event.status == 0xC0 and channel.program is None:
            channel.program = event.a
        elif event.status == 0xB0:
            self._control(channel, tick, event)
        elif event.status == 0xE0 and (event.a, event.b) != (0, 64):
            channel.bends = True

    @staticmethod
    def _strike(channel: _Channel, tick: int, event: SmfEvent) -> None:
        restruck = event.a in channel.sounding
        if restruck:
            start, velocity, _ = channel.sounding[event.a]
            if tick > start:
                channel.notes.append(RawNote(start, tick, event.a, velocity))
        channel.sounding[event.a] = (tick, event.b, restruck)

    @staticmethod
    def _end(channel: _Channel, tick: int, key: int) -> None:
        """The end of a note; one right after the key was struck again at that moment is the end of the note before."""
        found = channel.sounding.get(key)
        if found is None:
            return
        start, velocity, restruck = found
        if restruck and tick == start:
            channel.sounding[key] = (start, velocity, False)
            return
        del channel.sounding[key]
        channel.notes.append(RawNote(start, max(start + 1, tick), key, velocity))

    @staticmethod
    def _control(channel: _Channel, tick: int, event: SmfEvent) -> None:
        if event.a == _PAN and not channel.pans:
            channel.pans.append(event.b)
        elif event.a < 120:
            channel.controls.append((tick, event.a, event.b))

    def _meta(self, tick: int, event: SmfEvent) -> None:
        kind, data, conductor = event.a, event.data, self._conductor
        if kind == _TEXT:
            mark = heard(event.text)
            if mark is not None:
                self.marks.append(RawMark(tick, *mark))
            else:
                self.texts.append((tick, event.text))
        elif kind == _NAME and not self.name:
            self.name = event.text.strip("\0 \r\n\t")
        elif kind == _LYRIC:
            self.lyrics.append((tick, event.text))
        elif kind == _MARKER:
            conductor.sections[tick] = event.text.strip()
        elif kind == _TEMPO and len(data) >= 3:
            conductor.tempi[tick] = int.from_bytes(data[:3], "big")
        elif kind == _METER and len(data) >= 2 and data[0] and data[1] <= 6:
            conductor.meters[tick] = (data[0], 1 << data[1])
        elif kind == _KEY and len(data) >= 2:
            fifths = data[0] - 256 if data[0] > 127 else data[0]
            if -7 <= fifths <= 7:
                conductor.keys[tick] = (fifths, "aeolian" if data[1] == 1 else "ionian")

    def tracks(self) -> list[RawTrack]:
        """One track for each channel that plays, or for a silent track that we annotated ourselves."""
        found = []
        ours = any(m.kind in ("part", "voice") for m in self.marks)
        for number, channel in sorted(self._channels.items()):
            for key, (start, velocity, _) in sorted(channel.sounding.items()):
                channel.notes.append(RawNote(start, max(start + 1, self._last), key, velocity))
            if channel.notes or ours:
                found.append(self._track(number, channel, ours=ours))
        if len(found) == 1:  # of tracks that were put into one nobody knows whose annotations these are
            found = [replace(found[0], marks=tuple(m for m in self.marks if m.kind not in _OF_THE_SONG))]
        return found

    def _track(self, number: int, channel: _Channel, *, ours: bool) -> RawTrack:
        controls = [c for c in channel.controls if ours or c[1] in _KEPT_CONTROLS]
        pan = (channel.pans[0] - 64) / 63 if channel.pans else 0.0
        return RawTrack(
            name=self.name + (_BENT if channel.bends else ""),
            program=channel.program or 0,
            is_drums=number == _DRUMS,
            pan=max(-1.0, min(1.0, pan)),
            notes=tuple(sorted(channel.notes, key=lambda n: (n.start, n.midi))),
            controls=tuple(controls),
        )


def _with_words(tracks: list[tuple[int, RawTrack]], words: list[_Words]) -> list[RawTrack]:
    """Each lyrics with a track of its own number where there is one, else with the best fit of all."""
    found = [track for _, track in tracks]
    for spoken in words:
        ticks = Counter(tick for tick, _ in spoken.texts)
        own = [i for i, (number, t) in enumerate(tracks) if number == spoken.track and not found[i].lyrics]
        choice = own or [i for i, t in enumerate(found) if not t.lyrics and not t.is_drums]
        best = max(choice, key=lambda i: (_coincidence(found[i], ticks), -i), default=None)
        if best is not None:
            lyrics = read_lyrics(spoken.texts)
            found[best] = replace(found[best], lyrics=lyrics, marks=found[best].marks or spoken.marks)
    return found


def _coincidence(track: RawTrack, ticks: Counter[int]) -> float:
    """How well notes and syllables fall together: the harmonic mean of the shares of both that meet. Of a tune and the
    choir that sings its words the tune, which has fewer notes."""
    starts = {n.start for n in track.notes}
    met = sum(any(t + d in starts for d in (0, -1, 1)) for t in ticks)
    return 2.0 * met / max(1, len(ticks) + len(track.notes))
