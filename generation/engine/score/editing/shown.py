"""An open score as plain data for programs and pages: ids, beats and seconds side by side."""

from __future__ import annotations

from typing import Any

from codecraft.common.codec import encode
from generation.engine.score.editing.open_score import OpenScore
from generation.engine.score.types import Note, Score, SungLine, VocalNote, VocalPart
from voicelab.contracts import VoiceRange


def show_score(score: OpenScore, voice_range: VoiceRange | None = None) -> dict[str, Any]:
    """Everything an editor shows. `voice_range` is the compass of the lead."""
    whole = score.score
    return {
        "title": whole.title,
        "style": whole.style,
        "key": encode(whole.key),
        "key_changes": [{**encode(c.key), **_at(whole, c.beat, "beat")} for c in whole.key_changes],
        "beats_per_bar": whole.beats_per_bar,
        "bars": whole.bars,
        "end_beats": whole.end_beats,
        "tail_s": whole.tail_s,
        "duration_s": whole.duration_s,
        "tempo": [{"bpm": c.bpm, **_at(whole, c.beat, "beat")} for c in whole.tempo_map.changes],
        "sections": _sections(whole),
        "chords": [{"name": c.name, **_span(whole, c)} for c in whole.chords],
        "parts": _parts(score),
        "lead": _lead(score, voice_range),
        "harmonies": [_voice(whole, part) for part in whole.harmonies],
        "backing": [_voice(whole, part) for part in whole.backing],
        "choices": list(whole.choices),
    }


def _at(score: Score, beat: float, name: str) -> dict[str, float]:
    return {name: beat, "time_s": round(score.tempo_map.seconds_at(beat), 6)}


def _span(score: Score, thing: Any) -> dict[str, float]:
    at = score.tempo_map.seconds_at
    start, end = thing.start_beats, thing.start_beats + thing.duration_beats
    return {
        "start_beats": start,
        "duration_beats": thing.duration_beats,
        "start_s": round(at(start), 6),
        "end_s": round(at(end), 6),
    }


def _sections(score: Score) -> list[dict[str, Any]]:
    shown = []
    for index, section in enumerate(score.sections):
        start_s, end_s = score.section_span_s(section)
        first = section.start_bar * score.beats_per_bar
        shown.append(
            {
                "index": index,
                **encode(section),
                "start_beats": float(first),
                "end_beats": float(first + section.bars * score.beats_per_bar),
                "start_s": round(start_s, 6),
                "end_s": round(end_s, 6),
            }
        )
    return shown


def _parts(score: OpenScore) -> list[dict[str, Any]]:
    shown = []
    for number, names, part in zip(score.ids.parts, score.ids.notes, score.score.parts, strict=True):
        notes = [_note(score.score, name, note) for name, note in zip(names, part.notes, strict=True)]
        shown.append(
            {
                "id": f"p{number}",
                "name": part.name,
                "program": part.program,
                "synth": part.synth,
                "role": part.role.value,
                "is_drums": part.is_drums,
                "pan": part.pan,
                "muted": number in score.muted,
                "notes": notes,
            }
        )
    return shown


def _note(score: Score, number: int, note: Note) -> dict[str, Any]:
    return {"id": f"n{number}", **_span(score, note), "midi": note.midi, "velocity": note.velocity}


def _lead(score: OpenScore, voice_range: VoiceRange | None) -> dict[str, Any]:
    lines = zip(score.ids.lines, score.ids.lead, score.score.lead.lines, strict=True)
    return {
        "id": "lead",
        "name": score.score.lead.name,
        "spoken": score.score.lead.spoken,
        "range": encode(voice_range),
        "lines": [_line(score.score, line, f"l{number}", names) for number, names, line in lines],
    }


def _voice(score: Score, part: VocalPart) -> dict[str, Any]:
    return {"name": part.name, "lines": [_line(score, line) for line in part.lines]}


def _line(score: Score, line: SungLine, name: str | None = None, notes: tuple[int, ...] = ()) -> dict[str, Any]:
    names = notes or (None,) * len(line.notes)
    return {
        "id": name,
        "section": line.section,
        "text": line.text,
        "energy": line.energy,
        "notes": [_sung(score, number, note) for number, note in zip(names, line.notes, strict=True)],
    }


def _sung(score: Score, number: int | None, note: VocalNote) -> dict[str, Any]:
    told = note.syllable
    syllable = None
    if told is not None:
        syllable = {
            "text": told.text,
            "word": told.word,
            "word_index": told.word_index,
            "index_in_word": told.index_in_word,
            "phonemes": told.onset + told.nucleus + told.coda,
            "stress": told.stress,
        }
    return {
        "id": None if number is None else f"n{number}",
        **_span(score, note),
        "midi": note.midi,
        "syllable": syllable,
        "expression": encode(note.expression),
    }
