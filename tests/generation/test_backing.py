"""Backing vocals on paper: who joins in where, on which notes, and in which files."""

from __future__ import annotations

from dataclasses import replace

import mido
import music21
import pytest

from generation.contracts import MusicStyle
from generation.engine.composer.backing import PARTS, backing_ranges
from generation.engine.composer.rhythm import metric_weight
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.check import BrokenScore, check_score
from generation.engine.score.midi import write_midi
from generation.engine.score.musicxml import write_musicxml
from generation.engine.score.types import VOCALISE, Score, SungLine, VocalPart
from tests.generation.composing import chord_at, song
from voicelab.contracts import VoiceStyle

LED = (VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO, VoiceStyle.ALTO, VoiceStyle.WHISPER)


def parts_of(score: Score) -> dict[str, VocalPart]:
    return {part.name: part for part in score.backing}


def with_lead(score: Score, line: SungLine) -> list[tuple[int, int, float]]:
    """(pitch, pitch of the lead, beat) of a backing line's notes."""
    lead = {round(n.start_beats, 6): n.midi for sung in score.lead.lines for n in sung.notes}
    return [(n.midi, lead[round(n.start_beats, 6)], n.start_beats) for n in line.notes]


def harmonies(score: Score) -> list[tuple[str, SungLine]]:
    return [
        (part.name, line)
        for part in score.backing[1:]
        for line in part.lines
        if line.notes[0].syllable.word_index != VOCALISE
    ]


@pytest.mark.parametrize("voice", LED)
def test_pop_grows_towards_its_last_chorus_and_leaves_the_verse_alone(voice):
    score = song(MusicStyle.POP, voice, 120.0, 1)
    choruses = [i for i, s in enumerate(score.sections) if s.kind is K.CHORUS]
    assert len(choruses) > 1 and tuple(p.name for p in score.backing) == PARTS

    def joined(section: int) -> int:
        return sum(line.section == section for part in score.backing for line in part.lines)

    assert 0 < joined(choruses[0]) < joined(choruses[-1])
    for index, section in enumerate(score.sections):
        if section.kind is K.VERSE:
            lines = [line for line in score.lead.lines if line.section == index]
            half = lines[len(lines) // 2].notes[0].start_beats
            for part in score.backing:
                assert all(n.start_beats >= half for line in part.lines if line.section == index for n in line.notes)


@pytest.mark.parametrize("style", list(MusicStyle))
@pytest.mark.parametrize("voice", LED)
def test_harmonies_are_good_intervals_on_chords_in_a_singers_compass(style, voice):
    score = song(style, voice, 60.0, 1)
    assert any(part.lines for part in score.backing)
    for part, compass in zip(score.backing, backing_ranges(voice), strict=True):
        assert all(compass.lowest <= n.midi <= compass.highest for line in part.lines for n in line.notes)
    if style is MusicStyle.GREGORIAN:
        return
    total = good = strong = on_chord = 0
    for name, line in harmonies(score):
        rows = with_lead(score, line)
        for note, (pitch, lead, beat) in zip(line.notes, rows, strict=True):
            total += 1
            good += (pitch - lead if name == "high" else lead - pitch) in (3, 4, 5, 7, 8, 9)
            if metric_weight(beat, score.beats_per_bar) >= 0.75 or note.duration_beats >= 1.5:
                strong += 1
                on_chord += pitch % 12 in chord_at(score, beat).pitch_classes
        for (a, b, _), (c, d, _) in zip(rows, rows[1:], strict=False):
            same = abs(a - b) % 12 == abs(c - d) % 12 and abs(a - b) % 12 in (0, 7)
            assert not (same and a != c and b != d), "parallel fifths or octaves with the lead"
    assert good / total > 0.9 and on_chord / strong > 0.85


@pytest.mark.parametrize("voice", [VoiceStyle.HEROIC_MALE, VoiceStyle.ALTO])
def test_a_chant_is_followed_in_parallel_fourths_or_fifths(voice):
    score = song(MusicStyle.GREGORIAN, voice, 60.0, 1)
    gaps = [lead - pitch for _, line in harmonies(score) for pitch, lead, _ in with_lead(score, line)]
    assert not parts_of(score)["double"].lines and len(gaps) > 20
    assert sum(gap in (5, 7) for gap in gaps) / len(gaps) > 0.8


def test_a_bridge_is_held_up_by_vowels_that_follow_the_chords():
    score = next(
        s
        for s in (song(MusicStyle.POP, VoiceStyle.SOPRANO, 150.0, seed) for seed in range(1, 6))
        if any(x.kind is K.BRIDGE for x in s.sections)
    )
    pads = [line for part in score.backing for line in part.lines if line.notes[0].syllable.word_index == VOCALISE]
    assert pads and all(score.sections[line.section].kind is K.BRIDGE for line in pads)
    for line in pads:
        assert [n.syllable is None for n in line.notes] == [False] + [True] * (len(line.notes) - 1)
        assert all(n.midi % 12 in chord_at(score, n.start_beats).pitch_classes for n in line.notes)


def test_a_choir_and_a_narrator_have_nobody_behind_them():
    for voice in (VoiceStyle.CHOIR, VoiceStyle.SPOKEN):
        assert song(MusicStyle.POP, voice, 60.0, 1).backing == ()


def test_the_choice_is_told_once():
    score = song(MusicStyle.POP, VoiceStyle.SOPRANO, 60.0, 1)
    assert sum("Backing singers" in sentence for sentence in score.choices) == 1


@pytest.mark.parametrize("style", [MusicStyle.POP, MusicStyle.FANTASY])
def test_midi_and_musicxml_hold_every_backing_note_and_syllable(style, tmp_path):
    score = song(style, VoiceStyle.HEROIC_MALE, 60.0, 1)
    singing = [part for part in score.backing if part.lines]
    write_midi(score, tmp_path / "s.mid")
    write_musicxml(score, tmp_path / "s.musicxml")
    tracks = {t.name: t for t in mido.MidiFile(tmp_path / "s.mid", charset="utf-8").tracks}
    opened = music21.converter.parse(tmp_path / "s.musicxml", forceSource=True)
    staves = {part.partName: part for part in opened.parts}
    assert {n for n in tracks if n.startswith("backing-")} >= {f"backing-{p.name}" for p in singing}
    for part in singing:
        written = [n for line in part.lines for n in line.notes]
        struck = [m.note for m in tracks[f"backing-{part.name}"] if m.type == "note_on"]
        assert struck == [n.midi for n in written]
        sung = list(staves[f"backing-{part.name}"].stripTies().recurse().notes)
        assert [n.pitch.midi for n in sung] == [n.midi for n in written]
        assert [n.lyric for n in sung if n.lyric] == [n.syllable.text for n in written if n.syllable]


def test_a_broken_backing_is_refused_with_the_reason():
    score = song(MusicStyle.POP, VoiceStyle.SOPRANO, 60.0, 1)
    double, high, low = score.backing
    compasses = backing_ranges(VoiceStyle.SOPRANO)
    check_score(score, backing_ranges=compasses)
    line = high.lines[0]
    lost = replace(line.notes[0], syllable=replace(line.notes[0].syllable, word_index=9_999))
    sunk = replace(line, notes=tuple(replace(n, midi=n.midi - 24) for n in line.notes))
    broken = {
        "leaves the words": replace(high, lines=(replace(line, notes=(lost, *line.notes[1:])), *high.lines[1:])),
        "outside the singer's range": replace(high, lines=(sunk, *high.lines[1:])),
        "begins before": replace(high, lines=(line, line, *high.lines[1:])),
    }
    for reason, bad in broken.items():
        with pytest.raises(BrokenScore, match=reason):
            check_score(replace(score, backing=(double, bad, low)), backing_ranges=compasses)


def test_the_package_holds_the_backing_dry_and_as_a_stem(song):
    import numpy as np
    import soundfile as sf

    stems = song.metadata["stems"]
    assert [(s["name"], s["role"]) for s in stems[:2]] == [("01-lead-vocal", "lead"), ("02-backing-vocals", "backing")]
    dry, _ = sf.read(song.folder / "backing-dry.wav")
    assert dry.ndim == 2 and dry.shape[0] == sf.info(song.folder / "vocals-dry.wav").frames
    stem, _ = sf.read(song.folder / stems[1]["file"])
    assert np.sqrt(np.mean(stem**2)) > 1e-4, "nobody is heard"
