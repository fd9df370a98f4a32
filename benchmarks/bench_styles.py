"""Do the seven styles differ to the ear? A classifier trained on 70 songs says which style 28 new ones are.

`python benchmarks/bench_styles.py [--train 10] [--test 4] [--length 30] [--keep features.npz]`. Every song is composed
and its stems are rendered and summed; no singer sings and nothing is mixed. Features are symbolic (what is written,
no instrument's name or program among them) and spectral (what is heard in the sum). The classifier is a linear
discriminant with a shrunk covariance (Fisher 1936; Ledoit and Wolf 2004 for the shrinking), ours, on standardised
features; no song of a test seed is trained on. Labels drawn at random show what chance would give.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import librosa
import numpy as np
import soundfile as sf

from codecraft.common.seeds import generator
from generation.contracts import MusicStyle
from generation.engine.composer.theory import pitch_class
from generation.engine.orchestra import OrchestraSpec, render_stems
from generation.engine.score.types import Score
from mixer.contracts import ChannelRole
from tests.generation.composing import song
from tests.songs import SOUNDFONT
from voicelab.contracts import VoiceStyle

STYLES = list(MusicStyle)
VOICES = (VoiceStyle.SOPRANO, VoiceStyle.HEROIC_MALE, VoiceStyle.CHOIR)
RATE_HZ = 22_050
SHRINKAGE = 0.3
FIRST_SEED = 301


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=int, default=10, help="songs of each style to learn from")
    parser.add_argument("--test", type=int, default=4, help="new songs of each style to judge")
    parser.add_argument("--length", type=float, default=30.0, help="seconds of each song")
    parser.add_argument("--keep", type=Path, default=None, help="a .npz file in which features are kept, to go on from")
    return parser.parse_args()


def written(score: Score) -> np.ndarray:
    """What is on paper: tempo, metre, scale, density, register, touch, rhythm."""
    notes = [(n, p) for p in score.parts for n in p.notes]
    pitched = [(n, p) for n, p in notes if not p.is_drums]
    midi = np.array([n.midi for n, _ in pitched], float)
    velocity = np.array([n.velocity for n, _ in notes], float)
    length = np.array([n.duration_beats for n, _ in pitched])
    places = np.array([n.start_beats % 1.0 for n, _ in notes])
    tonic = pitch_class(score.key.tonic)
    beats = score.end_beats
    degrees = np.zeros(12)
    for note, _ in pitched:
        degrees[(note.midi - tonic) % 12] += note.duration_beats
    roles = [sum(p.role is role for _, p in notes) / beats for role in ChannelRole]
    lead = [n for line in score.lead.lines for n in line.notes]
    steps = np.abs(np.diff([n.midi for n in lead])) if len(lead) > 1 else np.zeros(1)
    grid = [np.mean(np.abs((places - at + 0.5) % 1.0 - 0.5) < 0.06) for at in (0.0, 0.25, 1 / 3, 0.5, 0.75)]
    facts = [
        score.tempo_map.changes[0].bpm,
        score.beats_per_bar,
        len(notes) / beats,
        midi.mean(),
        midi.std(),
        velocity.mean(),
        velocity.std(),
        np.log(length.mean()),
        len(score.chords) / beats,
        np.mean([len(c.pitch_classes) for c in score.chords]),
        np.mean([(c.root + 3) % 12 in c.pitch_classes for c in score.chords]),
        steps.mean(),
        len(lead) / beats,
        sum(p.is_drums for _, p in notes) / beats,
    ]
    return np.array([*facts, *grid, *roles, *(degrees / degrees.sum())])


def heard(score: Score, folder: Path) -> np.ndarray:
    """What is in the sum of the stems: timbre, brightness, noisiness, attacks, dynamics, each as mean and spread."""
    spec = OrchestraSpec(score.parts, score.tempo_map, score.duration_s, SOUNDFONT, seed=1, sample_rate_hz=RATE_HZ)
    total = np.zeros(spec.total_samples, np.float32)
    for path in render_stems(spec, folder).stem_paths:
        total += sf.read(path, dtype="float32")[0].mean(axis=1)
        path.unlink()
    total /= np.sqrt(np.mean(total**2)) + 1e-9
    power = np.abs(librosa.stft(total, n_fft=2048, hop_length=1024))
    mel = librosa.feature.melspectrogram(S=power**2, sr=RATE_HZ, n_mels=64)
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=16)
    rows = np.vstack(
        [
            mfcc[1:],
            np.log(librosa.feature.spectral_centroid(S=power, sr=RATE_HZ) + 1.0),
            np.log(librosa.feature.spectral_bandwidth(S=power, sr=RATE_HZ) + 1.0),
            np.log(librosa.feature.spectral_flatness(S=power) + 1e-9),
            librosa.feature.spectral_contrast(S=power, sr=RATE_HZ, n_bands=5),
            np.log(librosa.feature.rms(S=power) + 1e-6),
            np.atleast_2d(librosa.onset.onset_strength(S=librosa.power_to_db(mel), sr=RATE_HZ)),
        ]
    )
    return np.concatenate([rows.mean(axis=1), rows.std(axis=1)])


def gather(told: argparse.Namespace) -> dict[str, np.ndarray]:
    """Arrays `written`, `heard` (songs, features), `style` and `seed` (songs,); kept after every round of styles."""
    found: dict[str, list] = {"written": [], "heard": [], "style": [], "seed": []}
    if told.keep and told.keep.exists():
        found = {name: list(rows) for name, rows in np.load(told.keep).items()}
    first = len(found["seed"]) // len(STYLES)
    with tempfile.TemporaryDirectory() as room:
        for number in range(first, told.train + told.test):
            for index, style in enumerate(STYLES):
                score = song(style, VOICES[number % len(VOICES)], told.length, FIRST_SEED + number)
                found["written"].append(written(score))
                found["heard"].append(heard(score, Path(room)))
                found["style"].append(index)
                found["seed"].append(number)
            print(f"{len(found['seed'])} songs rendered", flush=True)
            if told.keep:
                np.savez(told.keep, **{name: np.array(rows) for name, rows in found.items()})
    songs = (told.train + told.test) * len(STYLES)
    return {name: np.array(rows[:songs]) for name, rows in found.items()}


def classified(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The label of each row of `test` (songs, features) by a linear discriminant."""
    centre, spread = train.mean(axis=0), train.std(axis=0) + 1e-9
    train, test = (train - centre) / spread, (test - centre) / spread
    kinds = np.unique(labels)
    means = np.array([train[labels == kind].mean(axis=0) for kind in kinds])
    rest = train - means[np.searchsorted(kinds, labels)]
    covariance = rest.T @ rest / len(rest)
    shrunk = (1.0 - SHRINKAGE) * covariance + SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(
        len(covariance)
    )
    inverse = np.linalg.inv(shrunk)
    distances = [np.einsum("ij,jk,ik->i", test - mean, inverse, test - mean) for mean in means]
    return kinds[np.argmin(distances, axis=0)]


def main(told: argparse.Namespace) -> None:
    features = gather(told)
    new = features["seed"] >= told.train
    labels, truth = features["style"][~new], features["style"][new]
    print(f"{(~new).sum()} songs of {told.length:g} s to learn from, {new.sum()} new ones")
    for name, columns in (
        ("written and heard", ("written", "heard")),
        ("written", ("written",)),
        ("heard", ("heard",)),
    ):
        table = np.hstack([features[column] for column in columns])
        said = classified(table[~new], labels, table[new])
        shuffled = generator(1, "shuffled").permutation(labels)
        chance = np.mean(classified(table[~new], shuffled, table[new]) == truth)
        wrong = [f"{STYLES[t].value} as {STYLES[s].value}" for t, s in zip(truth, said, strict=True) if t != s]
        print(
            f"{name:18s} {100.0 * np.mean(said == truth):5.1f} % right (shuffled labels {100.0 * chance:.0f} %)", *wrong
        )


if __name__ == "__main__":
    main(asked())
