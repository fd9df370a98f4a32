"""From the score's beats to the singer's vowels: slowing down, swing, returning lines, expressions, kept phrases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generation.engine.lyrics.types import SectionKind
from generation.engine.pipeline.phrases import StoredPhrases
from generation.engine.pipeline.store import AssetStore
from generation.engine.score.timeline import vocal_line
from generation.engine.score.types import (
    Key,
    Score,
    Section,
    SungLine,
    Syllable,
    TempoChange,
    TempoMap,
    VocalNote,
    VocalPart,
)
from tests.judges.timing import start_errors_s
from voicelab.contracts import Expression, SingSpec, VoiceStyle
from voicelab.engine.singer import sing


def line_of(starts_beats: list[float], *, at: float = 0.0, expression: Expression | None = None) -> SungLine:
    """ "tah tah tah": a voiceless consonant before each vowel, so that its start can be heard."""
    ends = [*starts_beats[1:], starts_beats[-1] + 1.5]
    notes = tuple(
        VocalNote(at + a, b - a, 62 + k % 3, Syllable("tah", "tah", k, 0, "s", "ɑ", "", 2), expression)
        for k, (a, b) in enumerate(zip(starts_beats, ends, strict=True))
    )
    return SungLine(0, "tah " * len(notes), notes, 0.6)


def score_of(tempo: TempoMap, *lines: SungLine) -> Score:
    return Score(
        title="Time",
        style="pop",
        key=Key("C", "ionian"),
        beats_per_bar=4,
        tempo_map=tempo,
        sections=(Section(SectionKind.VERSE, "Verse", 0, 8, 0.6),),
        chords=(),
        parts=(),
        lead=VocalPart("lead", lines),
    )


def spec_of(score: Score, *, until_s: float | None = None) -> SingSpec:
    return SingSpec((vocal_line(score.lead, score),), VoiceStyle.ALTO, until_s or score.duration_s, seed=3)


STEADY = TempoMap((TempoChange(0.0, 100.0),))
SLOWING = TempoMap((TempoChange(0.0, 100.0), *(TempoChange(3.0 + k, 96.0 - 9.0 * k) for k in range(6))))
STRAIGHT = [1.0 + k for k in range(8)]
SWUNG = [1.0 + k // 2 + (2.0 / 3.0 if k % 2 else 0.0) for k in range(10)]


@pytest.mark.parametrize(("tempo", "beats"), [(SLOWING, STRAIGHT), (STEADY, SWUNG)], ids=["ritardando", "swing"])
def test_the_scores_time_arrives_in_the_vowels(tempo, beats, tmp_path):
    score = score_of(tempo, line_of(beats))
    path = sing(spec_of(score, until_s=tempo.seconds_at(12.0)), tmp_path / "take.wav").path
    onsets = [("s", tempo.seconds_at(beat), 62.0 + k % 3) for k, beat in enumerate(beats)]
    late_s = start_errors_s(path, onsets)
    assert len(late_s) >= len(beats) - 1
    assert np.median(np.abs(late_s)) < 0.02 and np.abs(late_s).max() < 0.05
    step_s = (onsets[-1][1] - onsets[0][1]) / (len(beats) - 1)
    even = [("s", onsets[0][1] + k * step_s, 62.0 + k % 3) for k in range(len(beats))]
    off_s = start_errors_s(path, even)
    assert len(off_s) < len(beats) - 1 or np.abs(off_s).max() > 0.06, "the judge hears that it is not even"


def test_a_line_that_returns_is_another_take_and_a_changed_one_begins_anew():
    lines = (line_of(STRAIGHT), line_of(STRAIGHT, at=12.0), line_of(SWUNG, at=24.0), line_of(STRAIGHT, at=36.0))
    score = score_of(STEADY, *lines)
    assert [p.take for p in vocal_line(score.lead, score).phrases] == [0, 1, 0, 2]


def test_a_notes_expression_reaches_the_singer():
    told = Expression(breath=0.8)
    score = score_of(STEADY, line_of(STRAIGHT, expression=told))
    words = vocal_line(score.lead, score).phrases[0].words
    assert all(note.expression == told for word in words for s in word.syllables for note in s.notes)


def test_phrases_are_kept_in_the_store_and_a_damaged_one_is_sung_anew(tmp_path):
    score = score_of(STEADY, line_of(STRAIGHT[:3]), line_of(STRAIGHT[:3], at=6.0))
    spec = spec_of(score, until_s=8.0)
    fresh = sing(spec, tmp_path / "fresh.wav").path.read_bytes()

    def sung() -> bytes:
        return sing(
            spec, tmp_path / "kept.wav", phrases=StoredPhrases(AssetStore(tmp_path / "store"))
        ).path.read_bytes()

    def waves() -> list:
        return sorted((tmp_path / "store").rglob("*.npy"))

    assert sung() == fresh and len(waves()) == 2
    written = [wave.stat().st_mtime_ns for wave in waves()]
    assert sung() == fresh and [wave.stat().st_mtime_ns for wave in waves()] == written, "nothing was sung again"
    data = bytearray(waves()[0].read_bytes())
    data[len(data) // 2] ^= 0x40
    waves()[0].write_bytes(data)
    assert sung() == fresh and len(waves()) == 2
    changed = replace(spec, seed=4)
    sing(changed, tmp_path / "other.wav", phrases=StoredPhrases(AssetStore(tmp_path / "store")))
    assert len(waves()) == 4
