"""Whether a line looks like English, and whether a person's own sounds can be sung."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

from codecraft.common.errors import InvalidInput, Unavailable
from voicelab.engine.phonemes import check_marked, foreign_language, is_english_word, read_sounds, syllabify

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKED = re.compile(r"\{[^{}|]+\|[^{}|]+\}")
_ENDINGS = ("'s", "’s", "s", "es", "ed", "d", "ing", "ly", "er", "est", "in'", "in’")
PATIENCE_S = 10.0
_one_at_a_time = threading.Lock()
FOREIGN_SHARE, FOREIGN_WORDS = 0.5, 2
"""A line is taken for another language when half of its words, and at least two, are in no English lexicon."""


def language_of(text: str) -> str | None:
    """The language that a line is read in, as `pronounce_line` takes it; None for English, and for lines too short to
    tell. The identifier takes a second and 100 MB: one at a time, and answers are kept, for who changes a note sings
    the same line again. Raises Unavailable when too many ask at once."""
    if not _one_at_a_time.acquire(timeout=PATIENCE_S):
        raise Unavailable("The voices are busy: please try again in a few seconds.", code="voices_busy")
    try:
        return _identified(text)
    finally:
        _one_at_a_time.release()


@lru_cache(maxsize=256)
def _identified(text: str) -> str | None:
    return foreign_language(text)


def foreign_notice(text: str) -> tuple[str, ...]:
    """A sentence for people when the line is not English, or nothing."""
    plain = _MARKED.sub(" ", text)  # who wrote the sounds knows how the word goes
    language = language_of(text)
    if language is not None:
        return (f"This line seems to be in {language}: it is read by its spelling, with English sounds.",)
    if any(_is_other_script(c) for c in plain):
        return ("Some of this line is in another script: it is read letter by letter, with English sounds.",)
    words = {w.casefold(): w for w in _WORD.findall(plain) if len(w) > 1}.values()
    unknown = [w for w in words if not _is_english(w)]
    if len(unknown) >= FOREIGN_WORDS and len(unknown) >= FOREIGN_SHARE * len(words):
        return ("This does not look like English: it is read as English spelling would sound, as well as can be.",)
    return ()


def _is_other_script(char: str) -> bool:
    return char.isalpha() and not unicodedata.name(char, "LATIN").startswith("LATIN")


def _is_english(word: str) -> bool:
    forms = {word.lower(), word.replace("’", "'").lower()}
    for form in tuple(forms):
        for ending in _ENDINGS:
            stem = form.removesuffix(ending)
            if stem != form and len(stem) > 1:
                forms |= {stem, stem + "e"}
    return any(is_english_word(form) for form in forms)


def check_line(text: str) -> None:
    """Raises InvalidInput (field "text") for braces that are no `{word|sounds}`."""
    check_marked(text, field="text")
    left = _MARKED.sub("", text)
    if "{" in left or "}" in left:
        raise InvalidInput("A pronunciation is written {word|sounds}, such as {read|ɹˈɛd}.", field="text")


def read_syllable(sounds: str, *, field: str) -> str:
    """A person's sounds for one syllable, as the singer takes them. Raises InvalidInput."""
    read = read_sounds(sounds, field=field)
    parts = syllabify(read)
    if len(parts) > 1:
        raise InvalidInput(f"“{sounds[:40]}” are {len(parts)} syllables; a note has one.", field=field)
    return parts[0].phonemes
