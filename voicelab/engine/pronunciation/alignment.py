"""Which letters of a word say which of its sounds.

The alignment of Damper et al., "Aligning text and phonemes for speech technology applications using an EM-like
algorithm" (2005), with fixed costs in place of learnt ones: sounds that no letter asks for and letters that nothing
answers cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from voicelab.engine.pronunciation.sounds import PRIMARY, SECONDARY, VOWELS

_ALIKE = str.maketrans({"T": "t", "ᵊ": "ə", "ᵻ": "ɪ", "ɐ": "ə", "ɚ": "ə"})
_VOWEL_LETTERS = frozenset("aeiouy")
_SAYS = {
    "b": "b", "bb": "b", "c": "k s ʃ ʧ", "cc": "k ks ʧ", "ch": "ʧ k ʃ h", "ck": "k", "cq": "k", "cz": "ʧ",
    "d": "d ʤ t", "dd": "d", "dg": "ʤ", "dj": "ʤ", "f": "f v", "ff": "f", "g": "ɡ ʤ ʒ h", "gg": "ɡ ʤ", "gh": "ɡ f",
    "gn": "n nj ɡn", "gu": "ɡ ɡw", "h": "h", "j": "ʤ j h ʒ", "k": "k", "kk": "k", "kh": "k", "kn": "n kn",
    "l": "l əl", "ll": "l j", "m": "m əm", "mm": "m", "mn": "m mn", "n": "n ŋ ən", "nn": "n", "ng": "ŋ ŋɡ nʤ",
    "nk": "ŋk", "nx": "ŋks", "p": "p", "pp": "p", "ph": "f", "ps": "s ps", "q": "k", "qu": "kw k", "r": "ɹ əɹ",
    "rr": "ɹ", "rh": "ɹ", "s": "s z ʃ ʒ", "ss": "s ʃ z", "sc": "s sk ʃ", "sch": "ʃ sk", "sh": "ʃ", "si": "ʒ ʃ si sI",
    "ssi": "ʃ", "ci": "ʃ si sI", "ti": "ʃ ti tI", "tch": "ʧ", "t": "t ʃ ʧ", "tt": "t", "th": "θ ð t", "ts": "ts s",
    "tz": "ts", "v": "v f", "vv": "v", "w": "w v", "wh": "w h hw", "wr": "ɹ", "x": "ks z ɡz k ʃ h", "xc": "ks",
    "y": "j", "z": "z s ts", "zz": "z ts", "zh": "ʒ", "u": "w ju jə", "ew": "ju", "eu": "ju", "ue": "ju",
    "ui": "w wi", "o": "wʌ wɑ", "oi": "wɑ", "i": "j", "e": "j", "'": "",
}  # fmt: skip
_SOUNDS_OF = {letters: tuple(said.split()) for letters, said in _SAYS.items()}
_LONGEST = max(map(len, _SAYS))


_HIDDEN_VOWEL, _GROUPED = 0.02, 0.004
"""A consonant with its vowel ("bottle"), and vowels together, give way to a letter for each sound."""


@dataclass(frozen=True)
class Unit:
    """Letters `start..end` of a word and the sounds `first..last` (ends excluded) that they say; either may be none."""

    start: int
    end: int
    first: int
    last: int


def misfit(letters: str, reading: str) -> float:
    """How badly a reading fits a spelling: 0 where each letter is answered and each sound asked for."""
    return align(letters, reading)[0]


@lru_cache(maxsize=4096)
def align(letters: str, reading: str) -> tuple[float, tuple[Unit, ...]]:
    """(cost, units in order) of the best alignment of small letters with a reading; stress marks do not count."""
    sounds = "".join(c for c in reading.translate(_ALIKE) if c not in (PRIMARY, SECONDARY))
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for i in range(len(letters) + 1):
        for j in range(len(sounds) + 1):
            if (i, j) not in best:
                continue
            here = best[i, j][0]
            for step_i, step_j, cost in _steps(letters, sounds, i, j):
                to = (i + step_i, j + step_j)
                if to not in best or here + cost < best[to][0]:
                    best[to] = (here + cost, (i, j))
    units, at = [], (len(letters), len(sounds))
    while (before := best[at][1]) is not None:
        units.append(Unit(before[0], at[0], before[1], at[1]))
        at = before
    return best[len(letters), len(sounds)][0], tuple(reversed(units))


def _steps(letters: str, sounds: str, i: int, j: int) -> list[tuple[int, int, float]]:
    steps = []
    if i < len(letters):
        steps.append((1, 0, _silent_cost(letters, i)))
    if j < len(sounds):
        steps.append((0, 1, 1.0))
    for size in range(1, min(_LONGEST, len(letters) - i) + 1):
        for said in _SOUNDS_OF.get(letters[i : i + size], ()):
            if sounds.startswith(said, j):
                steps.append((size, len(said), _HIDDEN_VOWEL if said[0] == "ə" else 0.0))
    if i < len(letters) and letters[i] in _VOWEL_LETTERS and j < len(sounds) and sounds[j] in VOWELS:
        size = 1
        while i + size < len(letters) and letters[i + size] in "aeiouyw" and size < 4:
            same = letters[i + size] == letters[i]
            steps.append((size + 1, 1, (0.5 if same else 1.0) * size * _GROUPED))
            size += 1
        steps.append((1, 1, 0.0))
    elif i < len(letters) and j < len(sounds):
        steps.append((1, 1, 1.0))
    return steps


def _silent_cost(letters: str, i: int) -> float:
    """A letter that says nothing: "e" and "h" often, a doubled letter, a vowel beside a vowel; others seldom."""
    letter = letters[i]
    is_vowel = letter in _VOWEL_LETTERS
    if not letter.isalpha() or (i > 0 and letters[i - 1] == letter and not is_vowel):
        return 0.0
    if letter == "h" or (letter == "e" and letters[i + 1 :] in ("", "s", "d")):
        return 0.1
    beside = letters[max(0, i - 1) : i + 2].replace(letter, "", 1)
    if is_vowel:
        return 0.5 if _VOWEL_LETTERS & set(beside) else 0.4 if letter == "e" else 0.9
    return 0.4 if letter in "gktpwb" else 0.8
