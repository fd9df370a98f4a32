"""What the score becomes: seconds, MIDI, MusicXML, plain data; and what breaks a score."""

from __future__ import annotations

import json
from dataclasses import replace

import mido
import music21
import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import MusicStyle
from generation.engine.score import timeline
from generation.engine.score.check import BrokenScore, check_score
from generation.engine.score.codec import score_bytes, score_from_dict, score_to_dict
from generation.engine.score.midi import write_midi
from generation.engine.score.musicxml import write_musicxml
from generation.engine.score.types import Chord, Note
from tests.generation.composing import custom_lyrics, song
from voicelab.contracts import VOICE_RANGES, VoiceStyle


def _sounding(track) -> list[tuple[int, int, int]]:
    """(start tick, end tick, pitch) of a MIDI track."""
    now, open_notes, found = 0, {}, []
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity:
            open_notes[message.note] = now
        elif message.type in ("note_off", "note_on"):
            found.append((open_notes.pop(message.note), now, message.note))
    assert not open_notes
    return sorted(found)


@pytest.mark.parametrize("style", list(MusicStyle))
def test_the_midi_file_reopens_with_every_note_word_and_tempo(style, tmp_path):
    score = song(style, VoiceStyle.CHOIR, 60.0, 2)
    write_midi(score, tmp_path / "score.mid")
    file = mido.MidiFile(tmp_path / "score.mid", charset="utf-8")
    assert file.length == pytest.approx(score.duration_s, abs=0.02)
    names = [t.name for t in file.tracks[1:]]
    assert names == ["lead-vocal", *(f"vocal-{h.name}" for h in score.harmonies), *(p.name for p in score.parts)]
    tempi = [60_000_000 / m.tempo for m in file.tracks[0] if m.type == "set_tempo"]
    assert tempi == pytest.approx([c.bpm for c in score.tempo_map.changes], rel=1e-4)
    assert [m.text for m in file.tracks[0] if m.type == "marker"] == [s.name for s in score.sections]
    signature = next(m for m in file.tracks[0] if m.type == "time_signature")
    assert (signature.numerator, signature.denominator) == (score.beats_per_bar, 4)
    lead = [n for line in score.lead.lines for n in line.notes]
    assert [p for _, _, p in _sounding(file.tracks[1])] == [n.midi for n in lead]
    told = "".join(m.text for m in file.tracks[1] if m.type == "lyrics").replace("\r", " ")
    assert told.split() == [w.text for w in timeline.timed_words(score)]
    channels = set()
    for part, track in zip(score.parts, file.tracks[2 + len(score.harmonies) :], strict=True):
        assert len(_sounding(track)) == len(part.notes)
        programs = [m.program for m in track if m.type == "program_change"]
        assert programs == ([] if part.is_drums else [part.program])
        channel = {m.channel for m in track if m.type == "note_on"}
        assert len(channel) == 1 and (channel == {9}) == part.is_drums
        port = next((m.port for m in track if m.type == "midi_port"), 0)
        channels |= {(port, *channel)}
    assert len(channels) == len(score.parts)


@pytest.mark.parametrize("style", [MusicStyle.FANTASY, MusicStyle.POP, MusicStyle.GREGORIAN, MusicStyle.DARK])
def test_the_musicxml_file_reopens_with_the_same_pitches_and_words(style, tmp_path):
    score = song(style, VoiceStyle.CHOIR, 30.0, 2)
    write_musicxml(score, tmp_path / "score.musicxml")
    opened = music21.converter.parse(tmp_path / "score.musicxml", forceSource=True)
    assert opened.parts[0].partName == "lead-vocal"
    assert len(opened.parts) == 1 + len(score.harmonies) + len(score.parts)
    for part in opened.parts:
        measures = list(part.getElementsByClass("Measure"))
        assert len(measures) == score.bars
        assert all(m.duration.quarterLength == score.beats_per_bar for m in measures), part.partName
    for vocal, part in zip((score.lead, *score.harmonies), opened.parts, strict=False):
        whole = part.stripTies()
        sung = [n for n in whole.recurse().notes if not isinstance(n, music21.harmony.ChordSymbol)]
        written = [n for line in vocal.lines for n in line.notes]
        assert [n.pitch.midi for n in sung] == [n.midi for n in written]
        assert [n.lyric for n in sung if n.lyric] == [n.syllable.text for n in written if n.syllable]
        starts = [float(n.getOffsetInHierarchy(whole)) for n in sung]
        assert starts == pytest.approx([n.start_beats for n in written], abs=0.13)
    symbols = list(opened.parts[0].recurse().getElementsByClass("ChordSymbol"))
    assert [s.root().pitchClass for s in symbols] == [c.root for c in score.chords]
    key = opened.parts[0].recurse().getElementsByClass("KeySignature").first()
    scale = {p.pitchClass for p in music21.key.KeySignature(key.sharps).getScale("major").pitches}
    assert {n.midi % 12 for line in score.lead.lines for n in line.notes} - scale <= {
        pc for c in score.chords for pc in c.pitch_classes
    }


def test_plain_data_holds_the_whole_score():
    score = song(MusicStyle.FANTASY, VoiceStyle.CHOIR, 30.0, 2)
    data = json.loads(json.dumps(score_to_dict(score)))
    again = score_from_dict(data)
    assert again == score
    assert score_bytes(again) == score_bytes(score)
    with pytest.raises(InvalidInput):
        score_from_dict({"title": "x"})
    with pytest.raises(InvalidInput):
        score_from_dict({**data, "parts": 7})


def test_the_singer_gets_the_same_notes_in_seconds():
    score = song(MusicStyle.EMOTIONAL, VoiceStyle.SOPRANO, 90.0, 3)
    line = timeline.vocal_line(score.lead, score)
    sung = [n for p in line.phrases for w in p.words for s in w.syllables for n in s.notes]
    told = timeline.vocal_notes(score)
    assert [(n.start_s, n.end_s, n.midi) for n in sung] == [(n.start_s, n.end_s, n.midi) for n in told]
    assert any(len(s.notes) > 1 for p in line.phrases for w in p.words for s in w.syllables)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in zip(told, told[1:], strict=False))
    words = timeline.timed_words(score)
    assert [w.text for p in line.phrases for w in p.words] == [w.text for w in words]
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in zip(words, words[1:], strict=False))
    assert "".join(n.syllable for n in told) == "".join(w.text for w in words)
    assert [p.energy for p in line.phrases] == [item.energy for item in score.lead.lines]


def test_beats_bars_chords_and_sections_cover_the_song():
    score = song(MusicStyle.FANTASY, VoiceStyle.SOPRANO, 60.0, 3)
    beats, bars = timeline.beats_s(score), timeline.bars_s(score)
    assert len(beats) == score.bars * 3 and beats[::3] == bars
    assert beats == sorted(beats) and beats[-1] < score.duration_s - score.tail_s
    chords, sections = timeline.chord_spans(score), timeline.section_spans(score)
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in zip(chords, chords[1:], strict=False))
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in zip(sections, sections[1:], strict=False))
    assert sections[0].start_s == 0.0 and sections[-1].end_s == pytest.approx(60.0)


def _shifted_line(score, index, beats):
    line = score.lead.lines[index]
    moved = replace(line, notes=tuple(replace(n, start_beats=n.start_beats + beats) for n in line.notes))
    lines = [*score.lead.lines]
    lines[index] = moved
    return replace(score, lead=replace(score.lead, lines=tuple(lines)))


def test_a_broken_score_is_refused_with_the_reason():
    score = song(MusicStyle.POP, VoiceStyle.SOPRANO, 30.0, 2)
    check_score(score, VOICE_RANGES[VoiceStyle.SOPRANO])
    part = score.parts[0]
    broken = {
        "overlaps|leaves its section|begins before": _shifted_line(score, 1, -3.0),
        "outside the singer's range": replace(
            score,
            lead=replace(
                score.lead,
                lines=tuple(
                    replace(line, notes=tuple(replace(n, midi=n.midi - 24) for n in line.notes))
                    for line in score.lead.lines
                ),
            ),
        ),
        "not in order": replace(score, parts=(replace(part, notes=part.notes[::-1]), *score.parts[1:])),
        "impossible value": replace(score, parts=(replace(part, notes=(Note(0.0, 1.0, 200, 80),)), *score.parts[1:])),
        "while it sounds": replace(
            score, parts=(replace(part, notes=(Note(0, 2, 60, 80), Note(1, 2, 60, 80))), *score.parts[1:])
        ),
        "gap or overlaps": replace(score, chords=(Chord("C", 0, (0, 4, 7), 0, 1.0, 3.0), *score.chords[1:])),
        "does not begin where": replace(score, sections=score.sections[1:]),
        "out of order": replace(score, lead=replace(score.lead, lines=score.lead.lines[1:])),
        "one name": replace(score, parts=(part, part)),
    }
    for reason, bad in broken.items():
        with pytest.raises(BrokenScore, match=reason):
            check_score(bad, VOICE_RANGES[VoiceStyle.SOPRANO])


def test_empty_fragments_of_numbers_survive_the_files(tmp_path):
    from generation.engine.composer import ComposeSpec, compose

    score = compose(ComposeSpec("7", MusicStyle.EPIC, VoiceStyle.SOPRANO, 1, 30), custom_lyrics("7 11 1984 love"))
    write_musicxml(score, tmp_path / "n.musicxml")
    write_midi(score, tmp_path / "n.mid")
    opened = music21.converter.parse(tmp_path / "n.musicxml", forceSource=True)
    sung = [n for n in opened.parts[0].stripTies().recurse().notes if not isinstance(n, music21.harmony.ChordSymbol)]
    assert len(sung) == sum(len(line.notes) for line in score.lead.lines)
    assert "".join(n.lyric or "" for n in sung) == "7111984love"
