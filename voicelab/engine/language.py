"""Whether a line looks like English, and whether a person's own phonemes can be sung."""

from __future__ import annotations

import re
import unicodedata

from codecraft.common.errors import InvalidInput
from voicelab.engine.phonemes import LEGAL_ONSETS, PRIMARY, SECONDARY, VOWELS, is_dictionary_word

ALPHABET = VOWELS | frozenset("".join(LEGAL_ONSETS)) | frozenset("ŋʒʔɾː" + PRIMARY + SECONDARY)
MAX_WORD_PHONEMES = 40
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BRACED = re.compile(r"\{([^{}]*)\}")
_ENDINGS = ("'s", "’s", "s", "es", "ed", "d", "ing", "ly", "er", "est", "in'", "in’")
FOREIGN_SHARE, FOREIGN_WORDS = 0.5, 2
"""A line is taken for another language when half of its words, and at least two, are in no English lexicon."""


def foreign_notice(text: str) -> tuple[str, ...]:
    """A sentence for people when the line is not English, or nothing."""
    plain = _BRACED.sub(" ", text)  # who wrote the phonemes knows how the word sounds
    words = {w.casefold(): w for w in _WORD.findall(plain) if len(w) > 1}.values()
    if any(_is_other_script(c) for c in plain):
        return (
            "Some of this line is in a script that the voice does not read: it is sung by the names of its letters.",
        )
    unknown = [w for w in words if not _is_english(w)]
    if len(unknown) >= FOREIGN_WORDS and len(unknown) >= FOREIGN_SHARE * len(words):
        return ("This does not look like English: it is sung as English spelling would sound, as well as can be.",)
    return ()


def _is_other_script(char: str) -> bool:
    return char.isalpha() and not unicodedata.name(char, "LATIN").startswith("LATIN")


def _is_english(word: str) -> bool:
    forms = {word, word.lower(), word.replace("’", "'").lower()}
    for form in tuple(forms):
        for ending in _ENDINGS:
            stem = form.removesuffix(ending)
            if stem != form and len(stem) > 1:
                forms |= {stem, stem + "e"}
    return any(is_dictionary_word(form) for form in forms)


def check_overrides(text: str) -> None:
    """Raises InvalidInput (field "text") for a brace that is no `{word|phonemes}`."""
    for inside in _BRACED.findall(text):
        word, bar, phonemes = inside.partition("|")
        if not bar or not word.strip() or "|" in phonemes or " " in word.strip():
            raise InvalidInput(f"“{{{inside}}}” should look like {{word|phonemes}}: {{read|ɹɛd}}.", field="text")
        check_phonemes(phonemes, field="text")
    left = _BRACED.sub("", text)
    if "{" in left or "}" in left:
        raise InvalidInput("A brace has no partner: a pronunciation is written {word|phonemes}.", field="text")


def check_phonemes(phonemes: str, *, field: str, one_syllable: bool = False) -> None:
    """Raises InvalidInput unless `phonemes` can be sung: the voice's own signs, and a vowel."""
    strange = sorted(set(phonemes) - ALPHABET)
    if strange:
        raise InvalidInput(
            f"“{strange[0]}” is no phoneme of this voice; vowels are {''.join(sorted(VOWELS))}.", field=field
        )
    vowels = [p for p in phonemes if p in VOWELS]
    if not vowels:
        raise InvalidInput(f"“{phonemes}” has no vowel to sing on.", field=field)
    if one_syllable and len(vowels) > 1:
        raise InvalidInput(f"“{phonemes}” has {len(vowels)} vowels; a syllable has one.", field=field)
    if len(phonemes) > MAX_WORD_PHONEMES:
        raise InvalidInput(f"A word takes up to {MAX_WORD_PHONEMES} phonemes.", field=field)
