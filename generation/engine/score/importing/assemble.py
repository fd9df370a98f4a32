"""From what a file says to a score: our own annotations where they still fit, the file's notes always, and what is
missing inferred."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generation.engine.score.check import BrokenScore, check_score
from generation.engine.score.grid import beats
from generation.engine.score.importing.compass import into_compass
from generation.engine.score.importing.frame import Frame, framed, keys_of
from generation.engine.score.importing.harmony import chords_of, inferred_chords
from generation.engine.score.importing.lyric_texts import MAX_SYLLABLES
from generation.engine.score.importing.raw import RawChord, RawSong, RawTrack
from generation.engine.score.importing.sections import lines_in_sections, sections_of
from generation.engine.score.importing.tracks import band_of, choose_sung
from generation.engine.score.importing.types import BadScoreFile, ImportedScore
from generation.engine.score.importing.voices import ReadVoice, finished, one_at_a_time, read_voice
from generation.engine.score.types import Chord, Score, VocalPart
from voicelab.contracts import VoiceRange
from voicelab.engine.phonemes import Pronunciations

MAX_NOTES = 80_000
_TAIL_S = 1.5
_MOST_TAIL_S = 30.0
_OVERHANG = 120
"""A last note that rings into one more bar by no more than this (an eighth of a beat) does not make a bar."""


@dataclass(frozen=True)
class Wishes:
    """What the caller of an import asks for; see `importing.read_midi`."""

    style: str
    voice_range: VoiceRange | None = None
    title: str = ""
    pronunciations: Pronunciations = ()


@dataclass(frozen=True)
class _Voices:
    """Who sings: the tracks of lead, harmonies and backing, and the band that is left."""

    lead: RawTrack
    harmonies: tuple[RawTrack, ...]
    backing: tuple[RawTrack, ...]
    band: tuple[RawTrack, ...]
    notices: tuple[str, ...]
    chosen: bool


def assembled(song: RawSong, wishes: Wishes) -> ImportedScore:
    """The score of a file. Raises BadScoreFile when it holds no tune or cannot be a score."""
    if not any(t.notes for t in song.tracks):
        raise BadScoreFile("The file holds no notes.")
    for count, most, what in (
        (sum(len(t.notes) for t in song.tracks), MAX_NOTES, "notes"),
        (max(len(t.lyrics) for t in song.tracks), MAX_SYLLABLES, "syllables"),
    ):
        if count > most:
            raise BadScoreFile(f"The file holds {count:,} {what}; {most:,} are the most.")
    song, frame = framed(song)
    told = song.mark("song") or {}
    voices = _voices(song)
    lead = read_voice(voices.lead, frame.tempo_map, wishes.pronunciations)
    if not lead.lines:
        raise BadScoreFile("The file holds no note that is long enough to sing.")
    bars = _bars(song, frame, lead)
    sections = sections_of(song, lead.lines, frame.bar, bars)
    key, changes = keys_of(song)
    parts, notices = band_of(voices.band)
    sung = VocalPart("lead", lines_in_sections(lead.lines, sections, frame.bar, frame.tempo_map))
    sung = replace(sung, name=_named(voices.lead, "lead"), spoken=_spoken(voices.lead))
    score = Score(
        title=_title(song, told, wishes),
        style=told["style"] if isinstance(told.get("style"), str) and len(told["style"]) < 40 else wishes.style,
        key=key,
        beats_per_bar=frame.beats_per_bar,
        tempo_map=frame.tempo_map,
        sections=sections,
        chords=_chords(song, voices, key, frame, bars, is_ours=bool(told)),
        parts=parts,
        lead=sung,
        tail_s=_tail_s(song, told, frame, bars),
        choices=tuple(m.data["text"] for m in song.marks if m.kind == "choice" and isinstance(m.data.get("text"), str)),
        key_changes=tuple(c for c in changes if c.beat < bars * frame.beats_per_bar),
    )
    score, more = _with_choir(score, voices, frame, told)
    score, moved = into_compass(score, wishes.voice_range)
    notices = [*song.notices, *frame.notices, *voices.notices, *_lead_notices(lead, voices), *notices, *more, *moved]
    try:
        check_score(score)
    except BrokenScore as error:
        raise BadScoreFile(f"The file does not make a score: {error.message}") from error
    return ImportedScore(score, tuple(notices), wants_orchestra=not parts, is_ours=bool(told))


def _voices(song: RawSong) -> _Voices:
    """By our annotations; without a lead among them by words, names and melody."""
    places: dict[str, list[RawTrack]] = {"lead": [], "harmony": [], "backing": [], "": []}
    for track in song.tracks:
        place = (track.mark("voice") or {}).get("is")
        places[place if isinstance(place, str) and place in places else ""].append(track)
    band, notices, chosen = places[""] + places["lead"][1:], [], False
    if places["lead"]:
        lead = places["lead"][0]
    else:
        options = [*places["harmony"], *places["backing"], *band]
        choice = choose_sung(options)
        if choice is None:
            raise BadScoreFile("The file holds no tune that could be sung, only drums.")
        lead, chosen = options[choice.index], True
        places["harmony"], places["backing"] = [], []
        band = [t for i, t in enumerate(options) if i != choice.index or choice.plays_on]
        if len([t for t in options if t.notes]) > 1:
            notices.append(f"The singer takes the track “{lead.name or choice.index + 1}”: {choice.reason}.")
        if choice.plays_on:
            notices.append("That track has several voices: the highest is sung, and the instrument plays on.")
    return _Voices(lead, (*places["harmony"],), (*places["backing"],), (*band,), (*notices,), chosen)


def _lead_notices(lead: ReadVoice, voices: _Voices) -> list[str]:
    notices = []
    if not lead.words:
        notices.append("The file has no words, so the tune is sung on “la”.")
    if lead.lost:
        notices.append(f"{lead.lost} syllables of the file stand on no note and are left out.")
    if lead.short:
        notices.append(f"{lead.short} notes of the tune are too short to sing and are left out.")
    return notices


def _named(track: RawTrack, usual: str) -> str:
    name = (track.mark("voice") or {}).get("name")
    return name if isinstance(name, str) and 0 < len(name) <= 60 else usual


def _spoken(track: RawTrack) -> bool:
    return (track.mark("voice") or {}).get("spoken") is True


def _title(song: RawSong, told: dict[str, Any], wishes: Wishes) -> str:
    own = told.get("title")
    title = song.title.strip() or (own if isinstance(own, str) else "") or wishes.title or "Untitled"
    if isinstance(own, str) and own.strip() == title:
        title = own
    return title[:200]


def _bars(song: RawSong, frame: Frame, lead: ReadVoice) -> int:
    """To the end of the sections that we told; further where the tune, or what begins, goes on."""
    told = {m.tick: m.data.get("bars") for m in song.marks if m.kind == "section"}
    last = max((tick for tick, _ in song.sections), default=0)
    bars = told.get(last)
    sung = -(-(lead.lines[-1].end - _OVERHANG) // frame.bar)
    if type(bars) is int and 0 < bars <= 2_000:
        whole = round(last / frame.bar) + bars
        end_s = frame.tempo_map.seconds_at(whole * frame.beats_per_bar) + _MOST_TAIL_S
        late = [n.start for t in song.tracks for n in t.notes if frame.tempo_map.seconds_at(beats(n.start)) > end_s]
        return max(1, whole, sung, *(start // frame.bar + 1 for start in late))
    return max(1, sung, -(-(song.end - _OVERHANG) // frame.bar), last // frame.bar + 1)


def _tail_s(song: RawSong, told: dict[str, Any], frame: Frame, bars: int) -> float:
    """As told; else long enough for what rings on."""
    own = told.get("tail_s")
    if isinstance(own, int | float) and 0 <= own <= _MOST_TAIL_S:
        return float(own)
    end_s = frame.tempo_map.seconds_at(bars * frame.beats_per_bar)
    ringing = max((frame.tempo_map.seconds_at(beats(n.end)) for t in song.tracks for n in t.notes), default=end_s)
    return round(min(_MOST_TAIL_S, max(_TAIL_S, ringing - end_s + 0.5)), 6)


def _chords(song: RawSong, voices: _Voices, key, frame: Frame, bars: int, *, is_ours: bool) -> tuple[Chord, ...]:
    """Chord symbols, else (but not in a file of ours, which would have them) what the notes imply."""
    end = bars * frame.bar
    told = {m.tick: c for m in song.marks if m.kind == "chord" and (c := _told_chord(m.tick, m.data))}
    found = list(told.values())
    if song.chords:  # chord symbols hold; ours say more of those that they still tell
        found = [told[c.tick] if c.tick in told and told[c.tick].name == c.name else c for c in song.chords]
    if found or is_ours:
        return chords_of(found, end)
    tuned = [t for t in (*voices.band, *voices.harmonies) if t.notes and not t.is_drums]
    notes = [n for t in tuned for n in t.notes] + one_at_a_time(voices.lead.notes)
    return inferred_chords(notes, key, frame.bar, frame.chord_step, end)


def _told_chord(tick: int, data: dict[str, Any]) -> RawChord | None:
    name, root, pcs, bass = (data.get(k) for k in ("name", "root", "pcs", "bass"))
    if not isinstance(name, str) or not 0 < len(name) <= 40 or not isinstance(pcs, list) or not 0 < len(pcs) <= 12:
        return None
    if not all(type(pc) is int and 0 <= pc < 12 for pc in (root, bass, *pcs)) or root not in pcs:
        return None
    return RawChord(tick, name, root, tuple(pcs), bass)


def _with_choir(score: Score, voices: _Voices, frame: Frame, told: dict[str, Any]) -> tuple[Score, list[str]]:
    """Harmonies and backing, where they still sing what the lead does."""
    harmonies, backing, notices = [], [], []
    for track in voices.harmonies:
        read = read_voice(track, frame.tempo_map)
        part = VocalPart(
            _named(track, "harmony"),
            lines_in_sections(read.lines, score.sections, frame.bar, frame.tempo_map),
            _spoken(track),
        )
        if _holds(replace(score, harmonies=(*harmonies, part))):
            harmonies.append(part)
        else:
            notices.append(f"The harmony {part.name} no longer sings the words of the lead and is left out.")
    score = replace(score, harmonies=tuple(harmonies))
    written = {}
    for track in voices.backing:
        part, lost = _backing_part(track, score, frame)
        written[part.name] = part
        if lost:
            notices.append(f"{lost} lines of the backing part {part.name} no longer fit the lead and are left out.")
    names = told.get("backing")
    names = [n for n in names if isinstance(n, str) and len(n) <= 60][:16] if isinstance(names, list) else []
    for name in (*names, *(n for n in written if n not in names)):
        backing.append(written.get(name) or VocalPart(name, ()))
    return replace(score, backing=tuple(backing)), notices


def _backing_part(track: RawTrack, score: Score, frame: Frame) -> tuple[VocalPart, int]:
    read = read_voice(track, frame.tempo_map, renumber=False)
    part, lost = VocalPart(_named(track, "backing"), (), _spoken(track)), 0
    lead = {n.syllable.word_index: n.syllable.word for line in score.lead.lines for n in line.notes if n.syllable}
    for raw in read.lines:
        sung = [n.syllable for n in raw.notes if n.syllable]
        same = all(n.told is not None for n in raw.notes if n.syllable)
        same = same and all(s.word_index < 0 or lead.get(s.word_index) == s.word for s in sung)
        (line,) = lines_in_sections([raw], score.sections, frame.bar, frame.tempo_map)[:1] or (finished(raw, 0),)
        longer = replace(part, lines=(*part.lines, line))
        if same and _holds(replace(score, backing=(longer,))):
            part = longer
        else:
            lost += 1
    return part, lost


def _holds(score: Score) -> bool:
    try:
        check_score(replace(score, parts=(), chords=()))
    except BrokenScore:
        return False
    return True


__all__ = ["Wishes", "assembled"]
