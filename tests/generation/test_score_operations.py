"""Operations on an open score, by themselves: what each does, what it leaves, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from codecraft.common.errors import InvalidInput, StudioError
from generation.engine.composer.sections import HouseBand
from generation.engine.pipeline.brief import clean_brief
from generation.engine.score.check import BrokenScore
from generation.engine.score.editing import (
    BadEdit,
    OpenScore,
    apply_operations,
    open_score,
    pack,
    read_operations,
    unpack,
)
from generation.engine.score.editing.band import rearrange
from generation.engine.score.editing.chord_names import QUALITIES, read_chord
from generation.engine.score.editing.draft import Draft
from tests.generation.open_songs import BRIEF, composed

BRIEFED = clean_brief(**{**BRIEF, "voice": "soprano"})
BAND = HouseBand(BRIEFED.style, BRIEFED.voice, BRIEFED.seed)


@pytest.fixture(scope="module")
def opened() -> OpenScore:
    return open_score(composed(BRIEFED))


def edit(score: OpenScore, *operations: dict[str, Any]) -> OpenScore:
    return apply_operations(score, read_operations(list(operations)), BAND).score


def part(score: OpenScore, index: int = 0) -> str:
    return f"p{score.ids.parts[index]}"


def note(score: OpenScore, index: int, number: int) -> str:
    return f"n{score.ids.notes[index][number]}"


def test_the_band_plays_a_composed_score_as_it_was_composed(opened: OpenScore) -> None:
    """Without this, an edited bar would be played by another band than its neighbours."""
    assert BAND.voices(opened.score) == (opened.score.harmonies, opened.score.backing)
    for style, seed in (("pop", 21), ("epic", 3), ("gregorian", 2)):
        brief = clean_brief(**{**BRIEF, "style": style, "seed": seed})
        score = open_score(composed(brief))
        draft = Draft.of(score)
        rearrange(draft, HouseBand(brief.style, brief.voice, brief.seed), (0.0, score.score.end_beats))
        played = draft.close()
        assert [p.notes for p in played.score.parts] == [p.notes for p in score.score.parts], style
        assert played.ids == score.ids, "and every note keeps its name"


def test_an_open_score_is_packed_without_loss_into_the_same_bytes(opened: OpenScore) -> None:
    edited = edit(opened, {"type": "set_part", "part": part(opened), "muted": True})
    assert unpack(pack(edited)) == edited and pack(edited) == pack(unpack(pack(edited)))


def test_notes_are_added_changed_and_removed(opened: OpenScore) -> None:
    new = {"start_beats": 8.5, "duration_beats": 0.5, "midi": 99, "velocity": 70}
    added = edit(opened, {"type": "add_notes", "part": part(opened), "notes": [new]})
    (fresh,) = set(added.ids.notes[0]) - set(opened.ids.notes[0])
    made = added.score.parts[0].notes[added.ids.notes[0].index(fresh)]
    assert (made.start_beats, made.midi, made.velocity) == (8.5, 99, 70)
    louder = edit(added, {"type": "set_notes", "notes": [{"id": f"n{fresh}", "velocity": 101, "duration_beats": 0.25}]})
    assert louder.score.parts[0].notes[louder.ids.notes[0].index(fresh)].velocity == 101
    assert edit(louder, {"type": "remove_notes", "notes": [f"n{fresh}"]}).score == opened.score


def test_a_melisma_is_made_and_undone_and_a_syllable_keeps_its_note(opened: OpenScore) -> None:
    number, line = opened.ids.lines[0], opened.score.lead.lines[0]
    last = line.notes[-1]
    half = last.duration_beats / 2
    slurred = edit(
        opened,
        {"type": "set_notes", "notes": [{"id": f"n{opened.ids.lead[0][-1]}", "duration_beats": half}]},
        {
            "type": "add_notes",
            "part": "lead",
            "line": f"l{number}",
            "notes": [{"start_beats": last.start_beats + half, "duration_beats": half / 2, "midi": last.midi - 2}],
        },
    )
    assert slurred.score.lead.lines[0].notes[-1].syllable is None
    assert edit(slurred, {"type": "remove_notes", "notes": [f"n{slurred.ids.lead[0][-1]}"]}).score.lead.lines[0].notes[
        -1
    ].syllable == (last.syllable)
    with pytest.raises(BadEdit, match="set_words"):
        edit(opened, {"type": "remove_notes", "notes": [f"n{opened.ids.lead[0][0]}"]})


def test_parts_come_change_fall_silent_and_go(opened: OpenScore) -> None:
    drone = {"type": "add_part", "name": "drone", "program": 89, "role": "pad", "pan": -0.3}
    drone["notes"] = [{"start_beats": 0, "duration_beats": 16, "midi": 45}]
    more = edit(opened, drone, {"type": "set_part", "part": part(opened), "program": 71, "name": "clarinet"})
    assert [p.name for p in more.score.parts][-1] == "drone" and more.score.parts[0].program == 71
    muted = edit(more, {"type": "set_part", "part": part(more, -1), "muted": True})
    assert muted.heard.parts[-1].notes == () and muted.score.parts[-1].notes
    heard = edit(muted, {"type": "set_part", "part": part(more, -1), "muted": False})
    assert heard == more
    gone = edit(heard, {"type": "remove_part", "part": part(heard, -1)}, {"type": "set_title", "title": "Ours"})
    assert len(gone.score.parts) == len(opened.score.parts) and gone.score.title == "Ours"


def test_tempo_of_the_whole_song_and_of_a_stretch(opened: OpenScore) -> None:
    before = opened.score
    slow = edit(opened, {"type": "set_tempo", "bpm": 80}).score
    ratio = before.tempo_map.changes[0].bpm / 80
    spans = [s.tempo_map.seconds_at(s.end_beats) for s in (before, slow)]
    assert spans[1] == pytest.approx(ratio * spans[0], rel=1e-4)
    bent = edit(opened, {"type": "set_tempo", "bpm": 70, "start_beats": 8, "end_beats": 12}).score.tempo_map
    assert bent.seconds_at(8) == pytest.approx(before.tempo_map.seconds_at(8), abs=1e-4)
    assert bent.seconds_at(12) - bent.seconds_at(8) == pytest.approx(4 * 60 / 70, abs=1e-3)
    rest = [m.seconds_at(30) - m.seconds_at(12) for m in (bent, before.tempo_map)]
    assert rest[0] == pytest.approx(rest[1], abs=1e-3)


def test_a_hotter_section_is_played_and_sung_otherwise_and_the_others_are_not(opened: OpenScore) -> None:
    index = opened.score.lead.lines[0].section
    section = opened.score.sections[index]
    hot = edit(opened, {"type": "set_section", "section": index, "energy": 1.0, "name": "Verse of fire"})
    bar = opened.score.beats_per_bar
    start, end = section.start_bar * bar - 0.2, (section.start_bar + section.bars) * bar
    assert hot.score.sections[index].name == "Verse of fire"
    assert {x.energy for x in hot.score.lead.lines if x.section == index} == {1.0}
    changed = False
    for old, new in zip(opened.score.parts, hot.score.parts, strict=True):
        apart = set(old.notes) ^ set(new.notes)
        changed |= bool(apart)
        assert all(start - 2 * bar <= n.start_beats < end for n in apart), old.name
    assert changed
    energies = [(x.energy, y.energy) for x, y in zip(opened.score.lead.lines, hot.score.lead.lines, strict=True)
                if x.section != index]  # fmt: skip
    assert all(a == b for a, b in energies)


def test_transposed_there_and_back_is_the_same_song(opened: OpenScore) -> None:
    up = edit(opened, {"type": "transpose", "semitones": 1})
    assert up.score.key != opened.score.key
    back = edit(up, {"type": "transpose", "semitones": -1}).score
    assert back.parts == opened.score.parts and back.lead == opened.score.lead
    assert [(c.root, c.bass, set(c.pitch_classes)) for c in back.chords] == [
        (c.root, c.bass, set(c.pitch_classes)) for c in opened.score.chords
    ]


def test_chord_names_are_read_by_their_parts() -> None:
    for suffix, tones in QUALITIES.items():
        chord = read_chord(f"F#{suffix}/A", 0.0, 4.0)
        assert chord.root == 6 and chord.bass == 9 and chord.pitch_classes == tuple((6 + t) % 12 for t in tones)
    assert read_chord("Bbmin7", 0, 1).name == "Bbm7" and read_chord("E♭", 0, 1).root == 3
    for wrong in ("", "H", "Cblah", "C/", "C/X", "cm"):
        with pytest.raises(BadEdit):
            read_chord(wrong, 0, 1)


def test_the_first_operation_that_breaks_the_score_is_named_and_nothing_changes(opened: OpenScore) -> None:
    copy = pack(opened)
    clash = opened.score.parts[0].notes[5]
    held = {"start_beats": clash.start_beats + 0.01, "duration_beats": 1, "midi": clash.midi}
    cases: list[tuple[list[dict[str, Any]], type[StudioError], str]] = [
        ([{"type": "set_title", "title": "A"}, {"type": "add_notes", "part": part(opened), "notes": [held]}],
         BrokenScore, "operations.1"),
        ([{"type": "set_tempo", "bpm": 30}, {"type": "set_tempo", "bpm": 299}, {"type": "set_section", "section": 0,
          "energy": 3}], BadEdit, "operations.2"),
        ([{"type": "set_expression", "notes": [f"n{opened.ids.lead[0][0]}"], "expression": {"breath": 7}}],
         BrokenScore, "operations.0"),
        ([{"type": "set_words", "line": f"l{opened.ids.lines[0]}", "text": "a {b|not sounds at all !!}"}],
         InvalidInput, "operations.0.text"),
        ([{"type": "add_part", "name": "drums", "role": "lead"}], BadEdit, "operations.0"),
    ]  # fmt: skip
    for operations, kind, field in cases:
        with pytest.raises(kind) as refused:
            edit(opened, *operations)
        assert refused.value.field == field, refused.value.message
        assert refused.value.message.startswith("Operation ")
    assert pack(opened) == copy
