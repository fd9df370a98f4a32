"""The song's name: the one that was asked for, else one drawn from the theme, else an image of its fields."""

from __future__ import annotations

import numpy as np

from generation.engine.lyrics.blocklist import blocked_words
from generation.engine.lyrics.fields import all_fields
from generation.engine.lyrics.morphology import title_case
from generation.engine.lyrics.rhyme import sound_of
from generation.engine.lyrics.theme import ThemeReading
from generation.engine.lyrics.types import LyricsSpec, SectionKind
from generation.engine.lyrics.word_lists import NAMES
from voicelab.engine.phonemes import has_sound


def choose_title(
    spec: LyricsSpec, reading: ThemeReading, fields: tuple[str, ...], rng: np.random.Generator
) -> tuple[str, tuple[str, ...]]:
    """(title, notices). A given title is kept as it is, unless it cannot be sung at all."""
    given = " ".join("".join(c if c.isprintable() else " " for c in spec.title).split())
    if given and any(has_sound(w) for w in given.split()) and not blocked_words(given):
        return given, ()
    notices = ("The title could not be sung, so we chose one.",) if given else ()
    room = min((n for p in spec.form if p.kind is SectionKind.CHORUS for n in p.syllables[:1]), default=8)
    said = spec.pronunciations
    fitting = [t for t in reading.titles if sound_of(t, said).syllables <= room and not blocked_words(t)]
    roomy = [t for t in fitting if sound_of(t, said).syllables <= room - 2] or fitting
    best = [t for t in roomy if sound_of(t, said).syllables <= 6] or roomy
    if best:
        whole = len(best[0].split()) + 1 >= len(spec.theme.split())
        second = len(best) > 1 and not whole and rng.random() < 0.2
        return best[int(second)], notices
    return _from_fields(fields, room, rng), notices


def _from_fields(fields: tuple[str, ...], room: int, rng: np.random.Generator) -> str:
    """An image as a name: "Wait for the Dawn"."""
    acts = [
        p.text for p in all_fields()[fields[0]].parts["do"] if not {"my", "me", "your", "you"} & set(p.text.split())
    ]
    fitting = [a for a in acts if sound_of(a).syllables <= room] or acts
    return title_case(fitting[int(rng.integers(len(fitting)))])


def sentence_case(title: str, names: frozenset[str] = frozenset()) -> str:
    """A title of ours as it stands in a line: names and "I" keep their capitals, other words do not.

    `names` are further names, in lower case (those of the theme).
    """
    known = NAMES | names | {"i", "i'm", "i've", "i'll", "i'd"}
    words = title.split()
    return " ".join(w if w.lower().removesuffix("'s") in known else w[:1].lower() + w[1:] for w in words)


def names_of(reading: ThemeReading) -> frozenset[str]:
    """The words of the theme that are names, in lower case."""
    return frozenset(w.lower() for p in reading.phrases if p.kind == "name" for w in p.bare.split() if w[:1].isupper())
