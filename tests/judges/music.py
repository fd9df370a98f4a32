"""Judges of a finished master that know nothing of our score: librosa hears chroma and beats, mir_eval decides."""

from __future__ import annotations

from pathlib import Path

import librosa
import mir_eval
import numpy as np

MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
NAMES = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
MAJOR_MODES = {"ionian", "lydian", "mixolydian"}


def estimated_key(path: Path, until_s: float | None = None) -> str:
    """ "D minor": the best Krumhansl-Kessler profile (Krumhansl 1990) against the mean chroma of the file."""
    audio, rate = librosa.load(path, sr=22_050, mono=True, duration=until_s)
    chroma = librosa.feature.chroma_cqt(y=librosa.effects.harmonic(audio), sr=rate).mean(axis=1)
    scores = {
        f"{NAMES[tonic]} {mode}": np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
        for tonic in range(12)
    }
    return max(scores, key=scores.get)


def key_score(metadata: dict, path: Path) -> float:
    """mir_eval's weighted key score: 1 exact, 0.5 a fifth off, 0.3 relative, 0.2 parallel.

    A song that modulates is judged up to there."""
    key, changes = metadata["key"], metadata.get("key_changes", [])
    until_s = changes[0]["start_s"] if changes else None
    mode = "major" if key["mode"] in MAJOR_MODES else "minor"
    return mir_eval.key.evaluate(f"{key['tonic']} {mode}", estimated_key(path, until_s))["Weighted Score"]


def beat_f_measure(metadata: dict, path: Path) -> float:
    """mir_eval's beat F (70 ms) of librosa's tracker, started from the score's tempo or its octaves, against the score.

    The best metrical level counts: a tracker that hears half or double time has still found the beat.
    """
    audio, rate = librosa.load(path, sr=22_050, mono=True)
    _, found = librosa.beat.beat_track(y=audio, sr=rate, start_bpm=metadata["tempo_map"][0]["bpm"], units="time")
    beats = np.asarray(metadata["beats_s"])
    halves = np.sort(np.concatenate([beats, (beats[:-1] + beats[1:]) / 2]))
    levels = (beats, beats[::2], beats[1::2], halves)
    return max(
        mir_eval.beat.f_measure(mir_eval.beat.trim_beats(level), mir_eval.beat.trim_beats(found)) for level in levels
    )
