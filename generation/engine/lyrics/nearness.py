"""How near a written line lies to a theme in meaning, by word vectors.

The vectors are GloVe's (Pennington, Socher & Manning, "GloVe: Global Vectors for Word Representation", EMNLP 2014; 6B
tokens, 50 dimensions, public domain by PDDL 1.0), their 28,000 most frequent words and those of our material, with
the mean and the two strongest directions taken out, in which all words are alike (Mu & Viswanath, "All-but-the-Top",
ICLR 2018). They only choose among lines that people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from generation.engine.lyrics.fields import all_fields
from generation.engine.lyrics.units import MATERIAL, SLOT, all_units

_WORDS = re.compile(r"[a-z]+")
_RARE = 300.0
"""Words weigh by rank / (rank + this): the hundred most frequent ones say little of what a line is about."""
NEIGHBOURS = 2
"""A unit is as near to a theme as its nearest words: one that hits, and a second that bears it out."""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], np.ndarray]:
    """({word: row}, float32 [words, 50] of length 1), most frequent first."""
    with np.load(MATERIAL / "word_vectors.npz") as stored:
        rows = {word: i for i, word in enumerate(str(stored["words"]).split("\n"))}
        vectors = stored["vectors"].astype(np.float32)
    return rows, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _rows_of(words: Iterable[str]) -> list[int]:
    rows, _ = _table()
    return [rows[w] for w in dict.fromkeys(words) if w in rows]


def _weights(rows: Sequence[int]) -> np.ndarray:
    rank = np.asarray(rows, np.float32)
    return rank / (rank + _RARE)


def _words_in(text: str) -> list[str]:
    return _WORDS.findall(SLOT.sub(" ", text).replace("'s", " ").lower())


@lru_cache(maxsize=1)
def _units() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows of all the words of all units, their weights, where each unit's words begin)."""
    rows, starts = [], []
    for unit in all_units():
        starts.append(len(rows))
        rows += _rows_of(_words_in(" ".join(unit.lines))) or [0]
    return np.asarray(rows), _weights(rows), np.asarray(starts)


@lru_cache(maxsize=1)
def _themes_at_large() -> np.ndarray:
    """float32 [themes, 50]: what songs are about in general, one direction for each lexical field."""
    return np.stack([_direction(tuple(sorted(f.triggers))) for f in all_fields().values()])


def _direction(words: Sequence[str]) -> np.ndarray:
    _, vectors = _table()
    rows = _rows_of(words)
    if not rows:
        return np.zeros(vectors.shape[1], np.float32)
    mean = _weights(rows) @ vectors[rows]
    return mean / max(float(np.linalg.norm(mean)), 1e-6)


def _nearest(similarity: np.ndarray) -> np.ndarray:
    """For each unit the mean similarity of its nearest words. similarity: float [words, themes]."""
    _, weights, starts = _units()
    weighted = similarity * weights[:, None]
    best = [np.sort(part, axis=0)[-NEIGHBOURS:].sum(axis=0) / NEIGHBOURS for part in np.split(weighted, starts[1:])]
    return np.stack(best)


@lru_cache(maxsize=1)
def _at_large() -> tuple[np.ndarray, np.ndarray]:
    """(mean, deviation) of each unit's nearness to themes at large: what is near to everything is near to nothing."""
    rows, _, _ = _units()
    found = _nearest(_table()[1][rows] @ _themes_at_large().T)
    return found.mean(axis=1), found.std(axis=1) + 1e-3


def nearness_of_units(words: Sequence[str]) -> dict[str, float]:
    """{unit key: standard deviations by which it lies nearer to a theme of these words than units do on average}.

    Empty where none of the words is known.
    """
    theme = _direction(words)
    if not theme.any():
        return {}
    rows, _, _ = _units()
    mean, deviation = _at_large()
    found = (_nearest((_table()[1][rows] @ theme)[:, None])[:, 0] - mean) / deviation.mean()
    found = (found - found.mean()) / (found.std() + 1e-6)
    return {unit.key: round(float(z), 4) for unit, z in zip(all_units(), found, strict=True)}
