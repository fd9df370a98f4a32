"""The score as a Standard MIDI File (format 1): a conductor track, the lead with its words, the other voices, then
one track a part.

What MIDI has no word for stands beside the music as text events (`annotations`). `importing.read_midi` reads it back.
Parts beyond the sixteen channels go to further ports (meta event 0x21, in use since the "MIDI Port" of Cakewalk).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mido

from generation.engine.score import annotations as notes_on
from generation.engine.score.grid import TICKS_PER_BEAT, tempo_us, ticks
from generation.engine.score.keys import key_fifths
from generation.engine.score.types import Key, Part, Score, VocalNote, VocalPart

DRUM_CHANNEL = 9
LEAD_CHANNEL, CHOIR_CHANNEL = 15, 14
PAN = 10
_LEAD_PROGRAM = 53
_SPOKEN_PROGRAM, _SPOKEN_VELOCITY = 115, 45
"""A narrator's rhythm is tapped softly on a wood block: a tune on one note would be heard as one."""
_MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_MINOR_KEYS = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m")

_Event = tuple[int, int, mido.Message | mido.MetaMessage]


def write_midi(score: Score, path: Path) -> None:
    """Write the score. Words are lyric events on the lead's track: a space before a word, a return before a line."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_conductor(score))
    name = "narrator" if score.lead.spoken else "lead-vocal"
    file.tracks.append(_vocal_track(score.lead, name, "lead"))
    for harmony in score.harmonies:
        file.tracks.append(_vocal_track(harmony, f"vocal-{harmony.name}", "harmony"))
    for backing in score.backing:
        if backing.lines:
            file.tracks.append(_vocal_track(backing, f"backing-{backing.name}", "backing"))
    for part, (port, channel) in zip(score.parts, _slots(score.parts), strict=True):
        file.tracks.append(_part_track(part, port, channel))
    file.save(str(path))


def pan_value(pan: float) -> int:
    """Controller 10 for a pan of -1..1."""
    return min(127, max(0, round(64 + 63 * pan)))


def _slots(parts: tuple[Part, ...]) -> list[tuple[int, int]]:
    """(port, channel) of each part: the singers' channels of the first port are taken, each port has one for drums."""
    melodic = [(port, c) for port in range(len(parts) // 13 + 1) for c in range(16) if c != DRUM_CHANNEL]
    melodic = [slot for slot in melodic if slot not in ((0, LEAD_CHANNEL), (0, CHOIR_CHANNEL))]
    slots, taken, drums = [], 0, 0
    for part in parts:
        slots.append((drums, DRUM_CHANNEL) if part.is_drums else melodic[taken])
        drums, taken = drums + part.is_drums, taken + (not part.is_drums)
    return slots


def _track(name: str, events: list[_Event], end_ticks: int = 0) -> mido.MidiTrack:
    """Events (tick, order, message) as a track of deltas."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name, time=0)])
    now = 0
    for tick, _, message in sorted(events, key=lambda e: (e[0], e[1])):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, end_ticks - now)))
    return track


def _told(kind: str, data: dict[str, Any]) -> mido.MetaMessage:
    return mido.MetaMessage("text", text=notes_on.said(kind, data))


def _signature(key: Key) -> mido.MetaMessage:
    names = _MINOR_KEYS if key.mode == "aeolian" else _MAJOR_KEYS
    return mido.MetaMessage("key_signature", key=names[key_fifths(key) + 7])


def _conductor(score: Score) -> mido.MidiTrack:
    events: list[_Event] = [
        (0, 0, mido.MetaMessage("time_signature", numerator=score.beats_per_bar, denominator=4)),
        (0, 0, _signature(score.key)),
        (0, 0, mido.MetaMessage("text", text=f"{score.key.tonic} {score.key.mode}, style {score.style}")),
        (0, 0, _told("song", notes_on.song_data(score))),
    ]
    events += [(0, 0, _told("choice", {"text": choice})) for choice in score.choices]
    for change in score.tempo_map.changes:
        tempo = min(16_777_215, tempo_us(change.bpm))
        events.append((ticks(change.beat), 1, mido.MetaMessage("set_tempo", tempo=tempo)))
    for key_change in score.key_changes:
        at = ticks(key_change.beat)
        events += [(at, 1, _signature(key_change.key)), (at, 1, _told("key", notes_on.key_data(key_change.key)))]
    for section in score.sections:
        at = ticks(section.start_bar * score.beats_per_bar)
        events.append((at, 2, mido.MetaMessage("marker", text=section.name)))
        events.append((at, 2, _told("section", notes_on.section_data(section))))
    for chord in score.chords:
        events.append((ticks(chord.start_beats), 3, _told("chord", notes_on.chord_data(chord))))
    tail_beats = score.tail_s * score.tempo_map.changes[-1].bpm / 60.0
    return _track(score.title, events, ticks(score.end_beats + tail_beats))


def _vocal_track(part: VocalPart, name: str, place: str) -> mido.MidiTrack:
    program, velocity = (_SPOKEN_PROGRAM, _SPOKEN_VELOCITY) if part.spoken else (_LEAD_PROGRAM, 90)
    channel = LEAD_CHANNEL if place == "lead" else CHOIR_CHANNEL
    events: list[_Event] = [
        (0, 0, mido.Message("program_change", channel=channel, program=program)),
        (0, 0, _told("voice", notes_on.voice_data(part, place))),
    ]
    for number, line in enumerate(part.lines):
        for note in line.notes:
            start, end = ticks(note.start_beats), ticks(note.start_beats + note.duration_beats)
            first = note is line.notes[0]
            if first:
                events.append((start, 2, _told("line", notes_on.line_data(line))))
            events += [(start, 2, message) for message in _words(note, first=first, returns=first and number > 0)]
            events.append((start, 3, mido.Message("note_on", channel=channel, note=note.midi, velocity=velocity)))
            events.append((end, 1, mido.Message("note_off", channel=channel, note=note.midi, velocity=0)))
    return _track(name, events)


def _words(note: VocalNote, *, first: bool, returns: bool) -> list[mido.MetaMessage]:
    """The lyric event of a note that begins a syllable, its sounds, and how a person wished it performed."""
    messages = []
    if note.syllable is not None:
        opens = note.syllable.index_in_word == 0 and not first
        text = ("\r" if returns else "") + (" " if opens else "") + note.syllable.text
        messages = [mido.MetaMessage("lyrics", text=text), _told("sung", notes_on.sung_data(note.syllable))]
    if note.expression is not None:
        messages.append(_told("manner", notes_on.manner_data(note.expression)))
    return messages


def _part_track(part: Part, port: int, channel: int) -> mido.MidiTrack:
    events: list[_Event] = [(0, 0, mido.MetaMessage("midi_port", port=port))] if port else []
    if not part.is_drums:
        events.append((0, 0, mido.Message("program_change", channel=channel, program=part.program)))
    events.append((0, 0, mido.Message("control_change", channel=channel, control=PAN, value=pan_value(part.pan))))
    events.append((0, 0, _told("part", notes_on.part_data(part))))
    for point in part.controls:
        message = mido.Message("control_change", channel=channel, control=point.controller, value=point.value)
        events.append((ticks(point.beat), 2, message))
    for note in part.notes:
        start = ticks(note.start_beats)
        end = max(start + 1, ticks(note.start_beats + note.duration_beats))
        on = mido.Message("note_on", channel=channel, note=note.midi, velocity=note.velocity)
        events.append((start, 3, on))
        events.append((end, 1, mido.Message("note_off", channel=channel, note=note.midi, velocity=0)))
    return _track(part.name, events)
