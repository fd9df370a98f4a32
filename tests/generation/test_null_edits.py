"""The null test: after an edit, every sample that did not hear it is the same to the bit.

Ten edits on one song. For each the test works out from the two scores which stems may hear it and when; all else must
not differ by a single bit. A stem that is heard otherwise as a whole (another instrument) is only looked at for having
left the others alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.codec import file_hash
from generation.engine.composer.sections import HouseBand
from generation.engine.pipeline import run_pipeline
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.stages import Performance, perform_stages
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import STAGES, Workshop
from generation.engine.score.editing import OpenScore, apply_operations, open_score, read_operations, replace_section
from generation.engine.score.types import Part, Score, VocalPart
from tests.songs import Song, make_song, make_workshop

pytestmark = pytest.mark.slow

RATE_HZ = 48_000
RING_S = 8.0
"""How long a struck or released note may go on sounding in a dry stem."""
SUNG_S = 1.2
"""Breath before a phrase and what it rings after: a changed phrase is sung anew as a whole."""
EARLY_S = 0.05
STEP, REVERB_BLOCK_S = 1.01 / 2**23, 6.0


@dataclass
class Played:
    score: Score
    stems: dict[str, Path]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return make_workshop(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory, workshop: Workshop) -> Song:
    return make_song(tmp_path_factory.mktemp("song"), workshop, style="pop", voice="soprano")


@pytest.fixture(scope="module")
def opened(song: Song) -> OpenScore:
    return open_score(song.result.score)


@pytest.fixture(scope="module")
def before(song: Song, opened: OpenScore, workshop: Workshop) -> Played:
    return perform(song, opened.heard, workshop)


def perform(song: Song, score: Score, workshop: Workshop) -> Played:
    names = tuple(stage.name for stage in STAGES)
    runner = StageRunner(AssetStore(workshop.store_dir), lambda _: None, stages=names)
    played: Performance = perform_stages(runner, song.brief, score, workshop)
    stems = {part.name: path for part, path in zip(score.parts, played.orchestra.stem_paths, strict=True)}
    stems["lead"] = played.lead.path
    if played.backing is not None:
        stems["backing"] = played.backing.path
    return Played(score, stems)


def part_note(score: OpenScore, part: int, share: float) -> str:
    return f"n{score.ids.notes[part][int(share * len(score.ids.notes[part]))]}"


def later(score: OpenScore, part: int) -> dict[str, Any]:
    """A long enough note begins later and ends earlier, so that it cannot run into the next stroke of its key."""
    names = zip(score.ids.notes[part], score.score.parts[part].notes, strict=True)
    number, note = next((k, n) for k, n in names if n.duration_beats > 0.3 and n.start_beats > 16)
    return {"type": "set_notes", "notes": [{"id": f"n{number}", "start_beats": note.start_beats + 0.125,
                                            "duration_beats": 0.15}]}  # fmt: skip


def lead_note(score: OpenScore, line: int, note: int) -> str:
    return f"n{score.ids.lead[line][note]}"


def edits(score: OpenScore) -> dict[str, list[dict[str, Any]]]:
    bar = score.score.beats_per_bar
    chord = next(c for c in score.score.chords if c.start_beats >= 5 * bar and c.start_beats % bar == 0)
    line = len(score.ids.lines) // 2
    name = f"p{score.ids.parts[1]}"
    middle = score.score.end_beats / 2
    return {
        "a note of a part": [{"type": "move_notes", "notes": [part_note(score, 1, 0.5)], "semitones": 1}],
        "a note moved in time": [later(score, 2)],
        "a velocity": [{"type": "set_velocity", "notes": [part_note(score, 0, 0.6)], "change": -25}],
        "a note added": [
            {
                "type": "add_notes",
                "part": name,
                "notes": [{"start_beats": middle, "duration_beats": 1, "midi": 76, "velocity": 80}],
            }
        ],
        "a note removed": [{"type": "remove_notes", "notes": [part_note(score, 0, 0.3)]}],
        "a note of the lead": [{"type": "move_notes", "notes": [lead_note(score, line, 1)], "semitones": -1}],
        "words": [{"type": "set_words", "line": f"l{score.ids.lines[line]}", "text": "Sing the old river home"}],
        "an expression": [
            {
                "type": "set_expression",
                "notes": [lead_note(score, 0, 2)],
                "expression": {"breath": 0.8, "tension": -0.5},
            }
        ],
        "a chord": [{"type": "set_chord", "start_beats": chord.start_beats, "name": "F#m7b5"}],
        "another instrument": [{"type": "set_part", "part": name, "program": 11}],
    }


@pytest.mark.parametrize("name", [
    "a note of a part", "a note moved in time", "a velocity", "a note added", "a note removed",
    "a note of the lead", "words", "an expression", "a chord", "another instrument",
])  # fmt: skip
def test_only_what_heard_the_edit_differs(
    name: str, song: Song, opened: OpenScore, before: Played, workshop: Workshop
) -> None:
    band = HouseBand(song.brief.style, song.brief.voice, song.brief.seed)
    edited = apply_operations(opened, read_operations(edits(opened)[name]), band).score.heard
    after = perform(song, edited, workshop)
    heard = compare(before, after)
    assert heard, f"{name} is not heard at all"


def compare(before: Played, after: Played) -> set[str]:
    """The stems that differ; fails where a sample differs that may not."""
    spans = {part.name: part_spans(part, other, before.score) for part, other in pairs(before.score, after.score)}
    spans["lead"] = sung_spans((before.score.lead,), (after.score.lead,), before.score)
    spans["backing"] = sung_spans(before.score.backing, after.score.backing, before.score)
    heard = set()
    for stem, path in before.stems.items():
        if not spans[stem]:
            assert file_hash(path) == file_hash(after.stems[stem]), f"{stem} did not hear the edit and differs"
            continue
        if spans[stem] == [(0.0, float("inf"))]:
            heard.add(stem)
            continue
        old, new = (sf.read(p, dtype="float32", always_2d=True)[0] for p in (path, after.stems[stem]))
        assert old.shape == new.shape
        differs = np.flatnonzero((old != new).any(axis=1))
        if not len(differs):
            continue  # a string that had died away before its key is let go earlier
        heard.add(stem)
        allowed = np.zeros(len(old), bool)
        for start_s, end_s in spans[stem]:
            allowed[max(0, int(start_s * RATE_HZ)) : int(min(end_s, 1e4) * RATE_HZ)] = True
        wrong = differs[~allowed[differs]] / RATE_HZ
        assert not len(wrong), f"{stem} differs at {wrong[:3]} s, outside of {spans[stem]}"
    return heard


def pairs(old: Score, new: Score) -> list[tuple[Part, Part]]:
    return list(zip(old.parts, new.parts, strict=True))


def part_spans(old: Part, new: Part, score: Score) -> list[tuple[float, float]]:
    """Where the two ways of playing a part may sound differently, in seconds."""
    if (old.program, old.is_drums, old.synth) != (new.program, new.is_drums, new.synth):
        return [(0.0, float("inf"))]
    at = score.tempo_map.seconds_at
    changed = set(old.notes) ^ set(new.notes)
    return [
        (at(n.start_beats) - EARLY_S, at(n.start_beats + n.duration_beats) + RING_S)
        for n in sorted(changed, key=lambda n: n.start_beats)
    ]


def sung_spans(old: tuple[VocalPart, ...], new: tuple[VocalPart, ...], score: Score) -> list[tuple[float, float]]:
    at, spans = score.tempo_map.seconds_at, []
    for one, other in zip(old, new, strict=True):
        known = {told(line) for line in one.lines}, {told(line) for line in other.lines}
        for line in (*one.lines, *other.lines):
            if told(line) not in known[0] or told(line) not in known[1]:
                end = line.notes[-1].start_beats + line.notes[-1].duration_beats
                spans.append((at(line.notes[0].start_beats) - SUNG_S, at(end) + SUNG_S))
    return spans


def told(line: Any) -> tuple:
    return tuple(
        (n.start_beats, n.duration_beats, n.midi, n.syllable and (n.syllable.text, n.syllable.word), n.expression)
        for n in line.notes
    )


def test_a_section_written_anew_leaves_the_bars_before_and_long_after(
    song: Song, opened: OpenScore, before: Played, workshop: Workshop
) -> None:
    index = before.score.lead.lines[0].section
    edited = replace_section(opened, index, HouseBand(song.brief.style, song.brief.voice, 77)).score.heard
    assert compare(before, perform(song, edited, workshop)) >= {"lead"}


def test_the_package_keeps_the_stems_that_did_not_hear_the_edit(
    song: Song, opened: OpenScore, workshop: Workshop, tmp_path: Path
) -> None:
    """The levelled stems, too: the console stays as it was set, so what sounds as before is the same file."""
    band = HouseBand(song.brief.style, song.brief.voice, song.brief.seed)
    index = [part.name for part in opened.score.parts].index("piano")
    softer = {"type": "set_velocity", "notes": [part_note(opened, index, 0.5)], "change": -30}
    edited = apply_operations(opened, read_operations([softer]), band).score
    result = run_pipeline(
        song.brief,
        workshop=workshop,
        out_dir=tmp_path,
        report=lambda _: None,
        score=edited.heard,
        desk=song.result.desk,
    )
    changed = {name for name, digest in result.files.items() if song.result.files[name] != digest}
    stems = {name for name in changed if name.startswith("stems/")}
    assert len(stems) == 1 and "piano" in next(iter(stems))
    assert {"song.wav", "mix.wav", "score.mid"} <= changed
    assert not changed & {"vocals-dry.wav", "lyrics.txt", "lyrics.lrc", "lyrics.srt"}
    (stem,) = stems
    old, new = (sf.read(folder / stem, dtype="float32", always_2d=True)[0] for folder in (song.folder, tmp_path))
    note = next(n for n in opened.score.parts[index].notes if n not in edited.score.parts[index].notes)
    first_s = opened.score.tempo_map.seconds_at(note.start_beats) - EARLY_S
    apart = np.abs(old - new)[: int(first_s * RATE_HZ)]
    assert apart.max() <= STEP, "in the block of the reverb that holds the note rounding may differ by one step"
    assert not apart[: int((first_s - REVERB_BLOCK_S) * RATE_HZ)].any()
