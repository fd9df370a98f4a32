"""The score as a Standard MIDI File (format 1): a conductor track, the lead with its words, the other voices, then
one track a part."""

from __future__ import annotations

from pathlib import Path

import mido

from generation.engine.score.keys import key_fifths
from generation.engine.score.types import Part, Score, VocalPart

TICKS_PER_BEAT = 960
DRUM_CHANNEL = 9
LEAD_CHANNEL = 15
_LEAD_PROGRAM = 53
_SPOKEN_PROGRAM, _SPOKEN_VELOCITY = 115, 45
"""A narrator's rhythm is tapped softly on a wood block: a tune on one note would be heard as one."""
_MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")

_Event = tuple[int, int, mido.Message | mido.MetaMessage]


def write_midi(score: Score, path: Path) -> None:
    """Write the score. Words are lyric events on the lead's track: a space before a word, a return before a line."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_conductor(score))
    name = "narrator" if score.lead.spoken else "lead-vocal"
    file.tracks.append(_vocal_track(score.lead, name, LEAD_CHANNEL))
    for harmony in score.harmonies:
        file.tracks.append(_vocal_track(harmony, f"vocal-{harmony.name}", LEAD_CHANNEL))
    for backing in score.backing:
        if backing.lines:
            file.tracks.append(_vocal_track(backing, f"backing-{backing.name}", LEAD_CHANNEL))
    for part, channel in zip(score.parts, _channels(score.parts), strict=True):
        file.tracks.append(_part_track(part, channel))
    file.save(str(path))


def _channels(parts: tuple[Part, ...]) -> list[int]:
    """Melodic parts from channel 0 up, without the drum channel; the sixteenth shares the singer's."""
    free = [c for c in range(16) if c not in (DRUM_CHANNEL, LEAD_CHANNEL)] + [LEAD_CHANNEL]
    channels, taken = [], 0
    for part in parts:
        if part.is_drums:
            channels.append(DRUM_CHANNEL)
        else:
            channels.append(free[taken % len(free)])
            taken += 1
    return channels


def _ticks(beats: float) -> int:
    return max(0, round(beats * TICKS_PER_BEAT))


def _track(name: str, events: list[_Event], end_ticks: int = 0) -> mido.MidiTrack:
    """Events (tick, order, message) as a track of deltas."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name, time=0)])
    now = 0
    for tick, _, message in sorted(events, key=lambda e: (e[0], e[1])):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, end_ticks - now)))
    return track


def _conductor(score: Score) -> mido.MidiTrack:
    events: list[_Event] = [
        (0, 0, mido.MetaMessage("time_signature", numerator=score.beats_per_bar, denominator=4)),
        (0, 0, mido.MetaMessage("key_signature", key=_MAJOR_KEYS[key_fifths(score.key) + 7])),
        (0, 0, mido.MetaMessage("text", text=f"{score.key.tonic} {score.key.mode}, style {score.style}")),
    ]
    for change in score.tempo_map.changes:
        tempo = min(16_777_215, round(60_000_000 / change.bpm))
        events.append((_ticks(change.beat), 1, mido.MetaMessage("set_tempo", tempo=tempo)))
    for section in score.sections:
        marker = mido.MetaMessage("marker", text=section.name)
        events.append((_ticks(section.start_bar * score.beats_per_bar), 2, marker))
    tail_beats = score.tail_s * score.tempo_map.changes[-1].bpm / 60.0
    return _track(score.title, events, _ticks(score.end_beats + tail_beats))


def _vocal_track(part: VocalPart, name: str, channel: int) -> mido.MidiTrack:
    program, velocity = (_SPOKEN_PROGRAM, _SPOKEN_VELOCITY) if part.spoken else (_LEAD_PROGRAM, 90)
    events: list[_Event] = [(0, 0, mido.Message("program_change", channel=channel, program=program))]
    for number, line in enumerate(part.lines):
        for note in line.notes:
            start, end = _ticks(note.start_beats), _ticks(note.start_beats + note.duration_beats)
            if note.syllable is not None:
                text = _lyric(note.syllable.text, first=note is line.notes[0], opens=note.syllable.index_in_word == 0)
                text = "\r" + text if number and note is line.notes[0] else text
                events.append((start, 2, mido.MetaMessage("lyrics", text=text)))
            events.append((start, 3, mido.Message("note_on", channel=channel, note=note.midi, velocity=velocity)))
            events.append((end, 1, mido.Message("note_off", channel=channel, note=note.midi, velocity=0)))
    return _track(name, events)


def _lyric(text: str, *, first: bool, opens: bool) -> str:
    return f" {text}" if opens and not first else text


def _part_track(part: Part, channel: int) -> mido.MidiTrack:
    pan = min(127, max(0, round(64 + 63 * part.pan)))
    events: list[_Event] = [(0, 0, mido.Message("control_change", channel=channel, control=10, value=pan))]
    if not part.is_drums:
        events.insert(0, (0, 0, mido.Message("program_change", channel=channel, program=part.program)))
    for point in part.controls:
        message = mido.Message("control_change", channel=channel, control=point.controller, value=point.value)
        events.append((_ticks(point.beat), 2, message))
    for note in part.notes:
        start = _ticks(note.start_beats)
        end = max(start + 1, _ticks(note.start_beats + note.duration_beats))
        on = mido.Message("note_on", channel=channel, note=note.midi, velocity=note.velocity)
        events.append((start, 3, on))
        events.append((end, 1, mido.Message("note_off", channel=channel, note=note.midi, velocity=0)))
    return _track(part.name, events)
