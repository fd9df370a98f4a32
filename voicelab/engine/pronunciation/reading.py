"""Lines of text as words with their sounds. A whole line is read at once because the reading of a word depends on its
neighbours ("the apple", "I read it yesterday").

What a person said of a word comes first, then what songs have and dictionaries lack (`sung`), then the lexicon of
hibari-tts in context, then its out-of-vocabulary network where the reading fits the spelling (`letters`).
Licence of the lexicon and the network: Apache-2.0.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

from codecraft.common.errors import InvalidInput
from voicelab.engine.pronunciation.foreign import in_latin_letters, read_foreign
from voicelab.engine.pronunciation.function_words import STRONG
from voicelab.engine.pronunciation.letters import checked_reading
from voicelab.engine.pronunciation.overrides import (
    Pronunciations,
    marked_word,
    read_sounds,
    shown_text,
    tokens_of,
    word_key,
)
from voicelab.engine.pronunciation.sounds import VOWELS, PronouncedWord, syllabify
from voicelab.engine.pronunciation.spoken_form import spoken_words
from voicelab.engine.pronunciation.sung import LATIN, SUNG, sung_reading, unstretched

_SPEAKABLE = re.compile(r"[^\W_]")
_OUT_OF_LEXICON = 2
"""The rating that hibari gives to readings by its network."""
_CITIES = frozenset(["LA", "DA", "PA", "MM", "AA", "UR", "MC", "DU", "BR", "GR", "RA", "FA", "EE"])
"""Capitals that are an initialism though their small letters are a sung syllable."""
_EVERYWHERE = frozenset("oh ooh ah aah hey yeah whoa woah uh mm hmm wow okay ok baby".split())
_LAST_LATIN = 0x24F
_lock = threading.Lock()


@dataclass(frozen=True)
class _Spoken:
    """A word as the lexicon is asked for it; `sounds` where it needs not be asked."""

    word: str
    sounds: str | None = None


@lru_cache(maxsize=1)
def _g2p():
    from hibari.g2p import G2P

    return G2P()


def has_sound(token: str) -> bool:
    """Whether a written token can be sung at all (punctuation alone cannot)."""
    return bool(_SPEAKABLE.search(token))


def tag_words(words: list[str]) -> list[str]:
    """Penn Treebank part-of-speech tags of a sentence's words, by the tagger that the lexicon uses."""
    with _lock:
        return list(_g2p().tagger(words))


def is_dictionary_word(word: str) -> bool:
    """Whether the English lexicon (names and borrowed words included) holds this written form."""
    lexicon = _g2p().lexicon
    return word in lexicon.golds or word in lexicon.silvers


def is_english_word(word: str) -> bool:
    """Whether a word (small letters) stands in the lexicon, as a name as well, or is one that songs have."""
    return is_dictionary_word(word) or is_dictionary_word(word.capitalize()) or word in SUNG


def pronounce_line(
    text: str, pronunciations: Pronunciations = (), language: str | None = None
) -> tuple[PronouncedWord, ...]:
    """The words of a line with their syllables. Tokens without letters or digits stay with the word before them.

    A token of the form `{word|sounds}` sounds as written behind the bar (see `overrides`); where those sounds cannot
    be read, as the word does. `pronunciations` hold for whole words, capitals and possessives included. What no
    lexicon holds is read by the network; what even that cannot read is spelled by its letters. With a `language` (as
    `foreign_language` names it) words are read by the rules of its spelling instead; so are other scripts always.
    """
    tokens = [t for t in tokens_of(text) if has_sound(shown_text(t))]
    said = {word_key(word): sounds for word, sounds in pronunciations}
    shouted = _is_shouted(tokens)
    spoken = [_spoken(token, said, shouted, language) for token in tokens]
    with _lock:
        readings = _read_in_context(spoken)
    return tuple(
        PronouncedWord(text=shown_text(token), syllables=tuple(s for r in reading for s in syllabify(r)))
        for token, reading in zip(tokens, readings, strict=True)
    )


def pronounce_word(word: str, pronunciations: Pronunciations = ()) -> PronouncedWord:
    """One word out of context."""
    words = pronounce_line(word, pronunciations)
    if len(words) != 1:
        raise ValueError(f"{word!r} is not one word")
    return words[0]


def _is_shouted(tokens: list[str]) -> bool:
    """A line in capitals throughout: its words are words, not initialisms."""
    letters = [c for token in tokens for c in token if c.isalpha()]
    return len(tokens) > 1 and len(letters) > 5 and not any(c.islower() for c in letters)


def _spoken(token: str, said: dict[str, str], shouted: bool, language: str | None) -> list[_Spoken]:
    marked = marked_word(token)
    if marked is not None:
        try:
            return [_Spoken("word", read_sounds(marked.sounds))]
        except InvalidInput:
            token = marked.shown
    if (sounds := _said(token, said)) is not None:
        return [_Spoken("word", sounds)]
    bare = _bare(token)
    if language is not None or any(c.isalpha() and ord(c) > _LAST_LATIN for c in token):
        return _foreign(token, bare, said, language or "")
    if bare in SUNG and not bare.isalpha():
        return [_Spoken("word", SUNG[bare])]
    out = []
    for word in spoken_words(token):
        sounds = _said(word, said)
        out.append(_Spoken("word", sounds) if sounds is not None else _as_sung(_small(word) if shouted else word))
    return out


def _foreign(token: str, bare: str, said: dict[str, str], language: str) -> list[_Spoken]:
    """A token of another language; figures are said in English, sung syllables are everywhere the same."""
    if bare in _EVERYWHERE or any(c.isdigit() for c in token):
        return [_as_sung(word) for word in spoken_words(token)]
    out = []
    for part in re.split(r"[-–—‐/\s.…]+", in_latin_letters(token)):
        told = _said(part, said)
        word = re.sub(r"(.)\1{2,}", r"\1", _bare(part))
        sounds = told or (LATIN.get(word) if language == "Latin" else None) or read_foreign(word, language)
        if sounds:
            out.append(_Spoken("word", sounds))
    return out or [_Spoken(word) for word in spoken_words(token)]


def _bare(word: str) -> str:
    """Small letters, straight apostrophes, no other signs around."""
    return word.replace("’", "'").replace("‘", "'").lower().strip('.,;:!?…"“”()[]*_~-–—')


def _small(word: str) -> str:
    low = word.lower()
    return low if len(low) > 1 and (is_english_word(_bare(low)) or _bare(low) in SUNG or len(low) > 4) else word


def _said(token: str, said: dict[str, str]) -> str | None:
    """What the song's own list says of a word, or of the word that this is the possessive of."""
    if not said:
        return None
    key = word_key(token)
    if key in said:
        return said[key]
    owner = key.removesuffix("'s")
    return _with_s(said[owner]) if owner != key and owner in said else None


def _with_s(sounds: str) -> str:
    last = sounds[-1:]
    return sounds + ("ᵻz" if last in "szʃʒʧʤ" else "s" if last in "ptkfθ" else "z")


def _as_sung(word: str) -> _Spoken:
    """A spoken word with the sounds that songs give it, where they differ from the dictionary's."""
    bare = _bare(word)
    if word.strip(".,;:!?'") in _CITIES:
        return _Spoken(word)
    for form in dict.fromkeys((bare, bare.removeprefix("'"), bare.removesuffix("'"), bare.strip("'"))):
        sounds = sung_reading(form, is_english_word)
        if sounds is not None:
            return _Spoken("word", sounds)
    bare = bare.strip("'")
    owner = bare.removesuffix("'s")
    if owner != bare and owner in SUNG:
        return _Spoken("word", _with_s(SUNG[owner]))
    plain = unstretched(bare, is_english_word)
    if plain is not None:
        return _Spoken(plain, STRONG.get(plain) or sung_reading(plain, is_english_word))
    has_mark = word.rstrip(".,;:!?").endswith("'")
    if bare.endswith("in") and len(bare) > 3 and is_english_word(bare + "g"):
        return _Spoken("word", _without_g(bare)) if has_mark or not is_english_word(bare) else _Spoken(word)
    return _Spoken(word)


@lru_cache(maxsize=2048)
def _without_g(word: str) -> str:
    """ "runnin'": the sounds of "running" with a plain n at the end."""
    reading = _g2p()(word + "g", normalize_text=False)
    return reading[:-1] + "n" if reading.endswith("ŋ") else reading


def _read_in_context(spoken: list[list[_Spoken]]) -> list[list[str]]:
    """Phonemes for each spoken word of each token; the line is read whole so that neighbours count."""
    words = [s for token in spoken for s in token]
    readings = _read_words([s.word for s in words])
    result, at = [], 0
    for token in spoken:
        result.append([s.sounds or r for s, r in zip(token, readings[at : at + len(token)], strict=True)])
        at += len(token)
    return result


def _read_words(words: list[str]) -> list[str]:
    """A reading with at least one vowel for each word."""
    if not words:
        return []
    readings: list[tuple[str, bool]] = []
    current, guessed = "", False
    for token in _g2p().phonemize_tokens(_g2p().tokenize(" ".join(words))):
        current += token.phonemes or ""
        guessed |= token.rating == _OUT_OF_LEXICON
        if token.whitespace:
            readings.append((current, guessed))
            current, guessed = "", False
    readings.append((current, guessed))
    if len(readings) != len(words):  # the tokenizer split or joined where we did not: read each word alone
        return [_read_alone(word) for word in words]
    return [
        (checked_reading(word, reading) if guessed else reading) if VOWELS & set(reading) else _read_alone(word)
        for word, (reading, guessed) in zip(words, readings, strict=True)
    ]


def _read_alone(word: str) -> str:
    reading = _g2p()(word, normalize_text=True).replace(" ", "")
    if VOWELS & set(reading):
        return reading
    reading = "".join(_g2p().oov(w) or "" for w in re.findall(r"[a-z]+", word.lower()))
    return reading if VOWELS & set(reading) else (reading + "ə" if reading else "ɑ")
