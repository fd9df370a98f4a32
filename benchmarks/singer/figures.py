"""What the judges say of one take, and of all takes of a row together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.singer.takes import RETUNED, SLOWED, SPOKEN, score_of, take_path
from tests.judges.level import vowel_levels_db
from tests.judges.pitch import (
    note_errors_cents,
    pitch_track,
    vowel_frame_errors_cents,
    vowel_spans,
    where_voiced,
)
from tests.judges.quality import dnsmos_overall
from tests.judges.sex import male_leaning
from tests.judges.spectrum import treble_db
from tests.judges.speech import misheard, transcribe, word_errors
from tests.judges.timing import start_errors_s
from tests.voicelab.verses import notes_of, text_of
from voicelab.contracts import SingSpec, SungSyllable
from voicelab.engine.singer.compass import in_compass
from voicelab.engine.singer.performance import intended_pitch

GLIDES = frozenset("lɹwj")
PITCHED = ("heroic_male", "soprano", "alto", RETUNED)


@dataclass(frozen=True)
class Heard:
    """One take. Arrays are empty where a judge has no say (the pitch of a whisper)."""

    row: str
    name: str
    words: tuple[int, int]
    misheard: tuple[str, ...]
    frame_errors_cents: np.ndarray
    note_errors_cents: np.ndarray
    levels_db: np.ndarray
    start_errors_s: np.ndarray
    dnsmos: float
    treble_db: float
    male_leaning: float


def hear(row: str, name: str, folder: Path) -> Heard:
    path, spec, none = take_path(folder, row, name), score_of(row, name), np.zeros(0)
    text, _ = transcribe(path)
    frames = notes = starts = none
    if row in PITCHED:
        track = pitch_track(path)
        written = in_compass(spec)[0]
        meant = None if row == RETUNED else intended(spec)
        frames = vowel_frame_errors_cents(*track, vowel_spans(syllables_of(written)), meant)
        notes = note_errors_cents(track[0], where_voiced(path, *track), notes_of(written))
        starts = start_errors_s(path, onsets_of(spec))
    return Heard(
        row=row,
        name=name,
        words=word_errors(text_of(name), text),
        misheard=tuple(misheard(text_of(name), text)),
        frame_errors_cents=frames,
        note_errors_cents=notes,
        levels_db=none if row in (SPOKEN, SLOWED) else vowel_levels_db(path, notes_of(spec)),
        start_errors_s=starts,
        dnsmos=dnsmos_overall(path),
        treble_db=treble_db(path),
        male_leaning=male_leaning(path, steady_vowels(spec)) if row in PITCHED else np.nan,
    )


def intended(spec: SingSpec) -> Callable[[np.ndarray], np.ndarray]:
    """The singer's own curve, as MIDI numbers at times in s; NaN where the singer means to be silent."""
    at_s, f0_hz = intended_pitch(spec)
    midi = 69.0 + 12.0 * np.log2(np.where(f0_hz > 0, f0_hz, np.nan) / 440.0)
    return lambda time_s: midi[np.clip(np.round(time_s / (at_s[1] - at_s[0])).astype(int), 0, len(midi) - 1)]


def steady_vowels(spec: SingSpec) -> list[tuple[str, float, float]]:
    """Vowels with no glide or r or l beside them, which bend the formants: (symbol, start, end in s)."""
    found = []
    for syllable in syllables_of(spec):
        if not (GLIDES & set(syllable.onset[-1:] + syllable.coda[:1])):
            note = syllable.notes[0]
            length_s = note.end_s - note.start_s
            found.append((syllable.nucleus, note.start_s + 0.06, note.start_s + 0.55 * length_s))
    return found


def onsets_of(spec: SingSpec) -> list[tuple[str, float, float]]:
    """The consonants before each vowel, the beat it belongs on and its pitch."""
    return [(s.onset, s.notes[0].start_s, s.notes[0].midi) for s in syllables_of(spec)]


def syllables_of(spec: SingSpec) -> list[SungSyllable]:
    return [s for phrase in spec.lines[0].phrases for word in phrase.words for s in word.syllables]


@dataclass(frozen=True)
class Figures:
    """A row of the table; NaN where it has no figure. Shares and word errors in per cent."""

    word_errors: float
    frames_in_tune: float
    notes_in_tune: float
    worst_level_db: float
    levels_within: float
    start_median_ms: float
    start_p95_ms: float
    dnsmos: float
    treble_db: float
    judged_male: float


def sum_up(takes: Sequence[Heard]) -> Figures:
    def all_of(field: str) -> np.ndarray:
        return np.abs(np.concatenate([getattr(t, field) for t in takes]))

    frames, notes, levels = all_of("frame_errors_cents"), all_of("note_errors_cents"), all_of("levels_db")
    late_ms = 1000.0 * all_of("start_errors_s")
    return Figures(
        word_errors=100.0 * sum(t.words[0] for t in takes) / sum(t.words[1] for t in takes),
        frames_in_tune=_percent(frames <= 50.0),
        notes_in_tune=_percent(notes <= 25.0),
        worst_level_db=float(levels.max()) if len(levels) else np.nan,
        levels_within=_percent(levels <= 12.0),
        start_median_ms=float(np.median(late_ms)) if len(late_ms) else np.nan,
        start_p95_ms=float(np.percentile(late_ms, 95)) if len(late_ms) else np.nan,
        dnsmos=float(np.mean([t.dnsmos for t in takes])),
        treble_db=float(np.mean([t.treble_db for t in takes])),
        judged_male=np.nan
        if np.isnan(takes[0].male_leaning)
        else _percent(np.array([t.male_leaning > 0 for t in takes])),
    )


def _percent(passed: np.ndarray) -> float:
    return 100.0 * float(np.mean(passed)) if len(passed) else np.nan
