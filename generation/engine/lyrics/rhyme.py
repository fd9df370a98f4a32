"""Rhyme, metre and length of written phrases, judged by their phonemes and never by their spelling.

Two lines rhyme when the sounds from the last stressed vowel of the last word to its end are the same and the words
are not ("perfect rhyme": Preminger & Brogan, The New Princeton Encyclopedia of Poetry and Poetics, 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from voicelab.engine.phonemes import PronouncedWord, Pronunciations, has_sound, pronounce_line

_SAME = str.maketrans({"ᵊ": "ə", "ᵻ": "ɪ", "T": "t", "ɚ": "ə"})
LONG_LINE = 9
COUPLET_STYLES = frozenset({"epic", "gladiator", "dark"})


@dataclass(frozen=True)
class Sound:
    """How a phrase sounds: syllables, a "0/1/2" stress per syllable, the rhyme and the consonants before it."""

    syllables: int
    stress: str
    rhyme: str
    onset: str
    last_word: str


def sound_of(text: str, pronunciations: Pronunciations = ()) -> Sound:
    """The sound of a phrase, with the song's own pronunciations. An empty phrase has no syllables and no rhyme."""
    small = text.casefold()
    return _sound_of(text, tuple(pair for pair in pronunciations if pair[0].casefold() in small))


@lru_cache(maxsize=16384)
def _sound_of(text: str, pronunciations: Pronunciations) -> Sound:
    if not any(has_sound(token) for token in text.split()):
        return Sound(0, "", "", "", "")
    return sound_of_words(pronounce_line(text, pronunciations))


def sound_of_words(words: Sequence[PronouncedWord]) -> Sound:
    stress = "".join(str(s.stress) for w in words for s in w.syllables)
    rhyme, onset = rhyme_of(words[-1])
    return Sound(len(stress), stress, rhyme, onset, plain_word(words[-1].text))


def rhyme_of(word: PronouncedWord) -> tuple[str, str]:
    """(sounds from the last stressed vowel to the end, the consonants before that vowel)."""
    stressed = [i for i, s in enumerate(word.syllables) if s.stress > 0]
    first = stressed[-1] if stressed else len(word.syllables) - 1
    tail = word.syllables[first:]
    rhyme = tail[0].nucleus + tail[0].coda + "".join(s.phonemes for s in tail[1:])
    return rhyme.translate(_SAME), tail[0].onset


def rhymes(one: Sequence[PronouncedWord], other: Sequence[PronouncedWord]) -> bool:
    """Whether two lines end in a perfect rhyme (the same word twice is none)."""
    a, b = sound_of_words(one), sound_of_words(other)
    return a.rhyme == b.rhyme and a.last_word != b.last_word


def plain_word(text: str) -> str:
    """A word without its punctuation and capitals."""
    return "".join(c for c in text.replace("’", "'").lower() if c.isalnum() or c == "'").strip("'")


def rhyme_scheme(style: str, lines: int, syllables: Sequence[int] = ()) -> str:
    """One letter a line; lines with one letter rhyme, a letter that stands once is a line that need not.

    Couplets, "AABB", for epic, gladiator and dark, which close every thought; the ballad's "ABCB" for the others, which
    leave every second line open and so move on (Pattison, Writing Better Lyrics, 1995, on stable and unstable schemes).
    Two lines are a couplet in every style, and so are lines of nine syllables and more (`syllables` as planned), whose
    rhymes would lie too far apart to be heard; a third line stands free, a line alone too.
    """
    letters: list[str] = []
    names = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * (1 + lines // 26))
    left = lines
    while left > 0:
        if left >= 4 and not in_couplets(style, syllables[lines - left : lines - left + 4]):
            a, b, c = next(names), next(names), next(names)
            letters += [a, b, c, b]
            left -= 4
        elif left >= 2:
            letters += [next(names)] * 2
            left -= 2
        else:
            letters.append(next(names))
            left -= 1
    return "".join(letters)


def in_couplets(style: str, syllables: Sequence[int]) -> bool:
    """Whether four lines of a style rhyme in couplets."""
    return style in COUPLET_STYLES or min(syllables, default=0) >= LONG_LINE


def metre_roughness(stress: str) -> float:
    """How far a stress pattern is from one that sings: stresses that clash, and long runs without any.

    0 is an even beat. English metre bears one or two light syllables between beats, seldom none or three (Attridge,
    Poetic Rhythm, 1995).
    """
    beats = [i for i, s in enumerate(stress) if s == "2"]
    gaps = [b - a for a, b in zip(beats, beats[1:], strict=False)]
    edges = (beats[0], len(stress) - 1 - beats[-1]) if beats else (len(stress), 0)
    rough = sum(1.0 for gap in gaps if gap == 1) + sum(gap - 3.0 for gap in gaps if gap > 3)
    rough += sum(max(0, edge - 2) for edge in edges)
    return rough / max(1, len(stress) / 4)


def stress_distance(one: str, other: str) -> float:
    """0..1: the share of syllables whose weight differs, counted from the end (where the rhyme falls)."""
    pairs = list(zip(reversed(one), reversed(other), strict=False))
    return sum((a == "0") != (b == "0") for a, b in pairs) / max(1, len(pairs))
