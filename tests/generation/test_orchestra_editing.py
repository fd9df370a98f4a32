"""What an edit may change: a part sounds the same whoever plays beside it, a changed note is heard where it sounds and
nowhere else, and a kept stem is not played again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from generation.contracts import MusicStyle
from generation.engine.orchestra import OrchestraSpec, render_stems
from generation.engine.pipeline.kept_files import StoredFiles
from generation.engine.pipeline.store import AssetStore
from generation.engine.score.types import Note, Part, TempoChange, TempoMap
from mixer.contracts import ChannelRole
from tests.generation.composing import song
from tests.songs import SOUNDFONT
from voicelab.contracts import VoiceStyle

RATE_HZ = 48_000
BACKENDS = ("fluidsynth", pytest.param("tinysoundfont", marks=pytest.mark.slow))
TEMPO = TempoMap((TempoChange(0.0, 120.0),))
PROGRAMS = {"piano": 0, "strings": 48, "horns": 60, "drums": 0}


def _notes(pitches: tuple[int, ...], step: float, length: float, bars: int = 5) -> tuple[Note, ...]:
    count = round(bars * 4 / step)
    return tuple(Note(i * step, length, pitches[i % len(pitches)], 70 + i % 5 * 8) for i in range(count))


def _band() -> tuple[Part, ...]:
    return (
        Part("piano", 0, ChannelRole.KEYS, _notes((60, 64, 67, 64), 0.25, 0.9)),
        Part("strings", 48, ChannelRole.STRINGS, _notes((55, 59, 62), 2.0, 2.0)),
        Part("horns", 60, ChannelRole.BRASS, _notes((50, 57), 1.0, 0.8)),
        Part("drums", 0, ChannelRole.DRUMS, _notes((36, 42, 46, 38, 42, 46), 0.5, 0.2), is_drums=True),
    )


def _spec(*parts: Part, **more) -> OrchestraSpec:
    more = {"tempo_map": TEMPO, "duration_s": 13.0, "soundfont_path": SOUNDFONT, "seed": 5, **more}
    return OrchestraSpec(parts, **more)


def _render(spec: OrchestraSpec, folder: Path) -> list[np.ndarray]:
    return [sf.read(path, dtype="float32", always_2d=True)[0] for path in render_stems(spec, folder).stem_paths]


@pytest.fixture(scope="module", params=BACKENDS)
def band(request, tmp_path_factory) -> tuple[str, list[np.ndarray]]:
    folder = tmp_path_factory.mktemp("band")
    return request.param, _render(_spec(*_band(), backend=request.param), folder)


def test_a_part_alone_is_the_part_within_the_song(band, tmp_path):
    backend, together = band
    for index in reversed(range(len(_band()))):
        (alone,) = _render(_spec(_band()[index], backend=backend), tmp_path / str(index))
        assert np.array_equal(alone, together[index]), _band()[index].name


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_a_changed_note_is_heard_where_it_sounds_and_nowhere_else(band, tmp_path, name):
    """One key, one velocity, and a note taken away: before the first change and after the last sound of it the stem is
    the same to the bit."""
    backend, together = band
    index = [part.name for part in _band()].index(name)
    part, before = _band()[index], together[index]
    at = next(i for i, note in enumerate(part.notes) if note.start_beats >= 5.0)
    changed = replace(part.notes[at], midi=part.notes[at].midi + 1)
    edits = {
        "key": (*part.notes[:at], changed, *part.notes[at + 1 :]),
        "velocity": (*part.notes[:at], replace(part.notes[at], velocity=40), *part.notes[at + 1 :]),
        "gone": (*part.notes[:at], *part.notes[at + 1 :]),
    }
    start = round(TEMPO.seconds_at(part.notes[at].start_beats) * RATE_HZ) - 64
    for edit, notes in edits.items():
        (after,) = _render(_spec(replace(part, notes=notes), backend=backend), tmp_path / edit)
        differs = np.flatnonzero((after != before).any(axis=1))
        assert len(differs) > 1_000, edit
        assert differs[0] >= start, edit
        assert differs[-1] < start + 4.5 * RATE_HZ, edit  # bars 1, 2 and from 5 on never heard of it


def test_a_kept_stem_is_not_played_again(tmp_path):
    store = StoredFiles(AssetStore(tmp_path / "store"))
    first = render_stems(_spec(*_band(), duration_s=5.0), tmp_path / "a", stems=store)
    horns = _band()[2]
    edited = replace(horns, notes=horns.notes[1:])
    parts = (_band()[0], replace(_band()[1], name="violins", pan=0.5), edited, _band()[3])
    second = render_stems(_spec(*parts, duration_s=5.0), tmp_path / "b", stems=store)
    assert (first.kept, second.kept) == (0, 3)
    for index, (old, new) in enumerate(zip(first.stem_paths, second.stem_paths, strict=True)):
        assert (old.read_bytes() == new.read_bytes()) is (index != 2)
    fresh = render_stems(_spec(*parts, duration_s=5.0), tmp_path / "c")
    assert [p.read_bytes() for p in fresh.stem_paths] == [p.read_bytes() for p in second.stem_paths]


def test_a_kept_stem_that_was_touched_is_played_anew(tmp_path):
    store = StoredFiles(AssetStore(tmp_path / "store"))
    drums = _band()[3]
    (path,) = render_stems(_spec(drums), tmp_path / "a", stems=store).stem_paths
    sound = path.read_bytes()
    with path.open("r+b") as file:  # a package is a hard link into the store
        file.truncate(1_000)
    again = render_stems(_spec(drums), tmp_path / "b", stems=store)
    assert again.kept == 0
    assert again.stem_paths[0].read_bytes() == sound


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 6},
        {"duration_s": 12.0},
        {"sample_rate_hz": 44_100},
        pytest.param({"backend": "tinysoundfont"}, marks=pytest.mark.slow),
    ],
)
def test_what_is_heard_in_every_stem_makes_every_key_new(tmp_path, change):
    store = StoredFiles(AssetStore(tmp_path / "store"))
    drums = replace(_band()[3], notes=_band()[3].notes[:4])
    render_stems(_spec(drums), tmp_path / "a", stems=store)
    assert render_stems(_spec(drums), tmp_path / "b", stems=store).kept == 1
    assert render_stems(_spec(drums, **change), tmp_path / "c", stems=store).kept == 0


@pytest.mark.slow
@pytest.mark.parametrize("style", list(MusicStyle))
def test_an_edited_bar_of_a_real_song_leaves_the_others_alone(style, tmp_path):
    """The null test on real parts: the middle bar of each loses its notes."""
    score = song(style, VoiceStyle.SOPRANO, 45.0, 3)
    bar = score.bars // 2 * score.beats_per_bar
    more = {"tempo_map": score.tempo_map, "duration_s": score.duration_s}
    before = _render(_spec(*score.parts, **more), tmp_path / "before")
    edited = tuple(
        replace(p, notes=tuple(n for n in p.notes if not bar <= n.start_beats < bar + score.beats_per_bar))
        for p in score.parts
    )
    after = _render(_spec(*edited, **more), tmp_path / "after")
    start = round(score.tempo_map.seconds_at(bar) * RATE_HZ) - 64
    changed = 0
    for part, new, old, sound in zip(score.parts, edited, before, after, strict=True):
        differs = np.flatnonzero((old != sound).any(axis=1))
        assert (len(differs) == 0) == (part.notes == new.notes), part.name
        if len(differs):
            longest = max(n.duration_beats for n in part.notes if n not in new.notes)
            until_s = score.tempo_map.seconds_at(bar + score.beats_per_bar + longest) + 12.0
            assert start <= differs[0] and differs[-1] < until_s * RATE_HZ, part.name
            changed += 1
    assert changed >= 3
