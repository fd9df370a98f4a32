"""Text to be spoken: cleaned, cut into sentences with the pause after each, and read as words for the network."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from codecraft.common.errors import InvalidInput
from voicelab.engine.phonemes import (
    PRIMARY,
    SECONDARY,
    PronouncedWord,
    SyllableSounds,
    has_sound,
    pronounce_line,
    shown_text,
    tokens_of,
)

MAX_WORDS = 5_000
MAX_WORD_CHARS = 40
MAX_SENTENCE_WORDS = 32
"""What the network reads at once; longer sentences are cut, best at a comma."""
PARAGRAPH_PAUSE_S = 0.75
_PAUSES_S = {".": 0.42, "!": 0.42, "?": 0.45, "…": 0.55, ";": 0.3, ":": 0.3, "—": 0.25, ",": 0.16, "": 0.1}
_BIDI = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_SENTENCE_END = re.compile(r'(?<=[.!?…])["”’\')\]]*\s+(?=\S)')
_TAIL = re.compile(r"[^\w}]*$")


@dataclass(frozen=True)
class Sentence:
    """`text` is what one reading of the voice says; `pause_s` is the rest after it, at the voice's own pace;
    `language` what the whole text is in, None for English."""

    text: str
    pause_s: float
    language: str | None = None


@dataclass(frozen=True)
class ReadWord:
    """A spoken word: `sounds` in the network's alphabet with stress marks, `mark` the punctuation after it or ""."""

    sounds: str
    mark: str


@dataclass(frozen=True)
class Reading:
    """A sentence as it is read: `text` as people read it, `spoken` words, and for each written word its text and the
    spoken words it covers (first, last + 1; several written words may share one, "$5 million")."""

    text: str
    spoken: tuple[ReadWord, ...]
    written: tuple[tuple[str, int, int], ...]


def clean_text(text: str) -> str:
    """NFC, no control characters, one blank at most, paragraphs and lines kept. Raises InvalidInput (field "text")."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    kept = re.sub(r"(?<=\s)&(?=\s)", "and", "".join(_kept(c) for c in text))
    lines = [" ".join(_short_words(line)) for line in kept.split("\n")]
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    words = [w for w in tokens_of(clean) if has_sound(w)]
    if not words:
        raise InvalidInput("There is nothing to say: give a text with at least one word.", field="text")
    if len(words) > MAX_WORDS:
        raise InvalidInput(f"The text has {len(words):,} words; {MAX_WORDS:,} are the most.", field="text")
    return clean


def _kept(char: str) -> str:
    if char in "\n\t":
        return char
    if char in _BIDI:
        return ""
    return " " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") else char


def _short_words(line: str) -> list[str]:
    """Words that nobody could say in one go (links, hashes) come in pieces."""
    words = []
    for word in tokens_of(line):
        step = len(word) if len(word) <= MAX_WORD_CHARS or word.startswith("{") else MAX_WORD_CHARS
        words += [word[i : i + step] for i in range(0, len(word), step)]
    return words


def sentences_of(text: str, language: str | None = None) -> tuple[Sentence, ...]:
    """The sentences of a cleaned text; each holds at least one word."""
    found: list[Sentence] = []
    for paragraph in text.split("\n\n"):
        for line in paragraph.split("\n"):
            for part in _split_line(line):
                found += _short_sentences(part)
        if found:
            found[-1] = replace(found[-1], pause_s=max(found[-1].pause_s, PARAGRAPH_PAUSE_S))
    return tuple(replace(sentence, language=language) for sentence in found)


def _split_line(line: str) -> list[str]:
    parts, cut = [], 0
    for match in _SENTENCE_END.finditer(line):
        if _ends_sentence(line, match.start(), match.end()):
            parts.append(line[cut : match.end()].strip())
            cut = match.end()
    parts.append(line[cut:].strip())
    joined: list[str] = []
    for part in parts:
        if has_sound(part):
            joined.append(part)
        elif joined and part:
            joined[-1] += " " + part
    return joined


def _ends_sentence(line: str, end: int, following: int) -> bool:
    """False after a title or an initial ("Dr. Smith", "J. K. Rowling") and before a word in lower case."""
    if line[following : following + 1].islower():
        return False
    if line[end - 1] != ".":
        return True
    if line[following].isdigit() and re.search(r"\bNos?\.$", line[:end]):
        return False
    word = line[line.rfind(" ", 0, end) + 1 : end - 1].lstrip("(\"“'‘")
    return not (word in _titles() or (len(word) == 1 and word.isupper() and word != "I"))


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    from hibari.g2p.normalize import TITLES

    return frozenset(TITLES)


def _short_sentences(text: str) -> list[Sentence]:
    """A sentence in pieces that the network reads at once: cut at the strongest mark near the middle."""
    words = tokens_of(text)
    if len(words) > MAX_SENTENCE_WORDS:
        middle = len(words) / 2
        places = [i for i in range(1, len(words)) if any(map(has_sound, words[:i])) and any(map(has_sound, words[i:]))]
        if places:
            at = min(places, key=lambda i: abs(i - middle) - 40.0 * _PAUSES_S[mark_of(words[i - 1])])
            return _short_sentences(" ".join(words[:at])) + _short_sentences(" ".join(words[at:]))
    sounding = [i for i, word in enumerate(words) if has_sound(word)]
    last = "".join(words[sounding[-1] :]) if sounding else ""
    return [Sentence(text, _PAUSES_S[mark_of(last)])]


def mark_of(word: str) -> str:
    """The punctuation at the end of a written word that the voice obeys, or ""."""
    tail = _TAIL.search(word).group(0).replace("...", "…")
    if tail.rstrip("\"'”’)]") in ("-", "–", "—", "--"):
        return "—"
    return next((c for c in "?!…;:.," if c in tail), "")


def read_sentence(text: str, language: str | None = None) -> Reading:
    """How a sentence is read. Numbers, dates and signs are spelled out; `{word|phonemes}` sounds as it says. With a
    `language` (as `foreign_language` names it) its words are read by that language's spelling.

    Raises InvalidInput (field "text") when it holds no word.
    """
    written = [token for token in tokens_of(text) if has_sound(token)]
    as_written = language is not None or "{" in text
    spoken = _joined_marks(text if as_written else _normalised(text))
    pronounced = pronounce_line(" ".join(spoken), language=language) if spoken else ()
    if len(pronounced) != len(spoken):
        spoken = _joined_marks(text)
        pronounced = pronounce_line(" ".join(spoken), language=language)
    if not pronounced:
        raise InvalidInput("There is nothing to say: give a text with at least one word.", field="text")
    return Reading(shown_text(text), _marked(pronounced, spoken), _matched(written, spoken))


def read_words(text: str, words: Sequence[PronouncedWord]) -> Reading:
    """How a line whose words are already pronounced is read; `text` is the line as people read it."""
    written = tuple((word.text, index, index + 1) for index, word in enumerate(words))
    return Reading(text, _marked(words, [word.text for word in words]), written)


def _marked(words: Sequence[PronouncedWord], tokens: Sequence[str]) -> tuple[ReadWord, ...]:
    """Each word with the mark after it, as its token is written."""
    marks = [_inner_mark(mark_of(token), token) for token in tokens[:-1]] + [mark_of(tokens[-1])]
    return tuple(ReadWord(_sounds(w.syllables), mark) for w, mark in zip(words, marks, strict=True))


def _joined_marks(text: str) -> list[str]:
    """Written words; signs without a sound go with the word before them."""
    words: list[str] = []
    for token in tokens_of(text):
        if has_sound(token):
            words.append(token)
        elif words:
            words[-1] += token
    return words


def _normalised(text: str) -> str:
    from hibari.g2p.normalize import normalize

    return normalize(text.replace("’", "'").replace("‘", "'"))


def _sounds(syllables: Sequence[SyllableSounds]) -> str:
    marks = {2: PRIMARY, 1: SECONDARY}
    return "".join(s.onset + marks.get(s.stress, "") + s.nucleus + s.coda for s in syllables)


def _inner_mark(mark: str, token: str) -> str:
    """A full stop inside a sentence is an abbreviation's, or a quotation's end before "he said"."""
    if mark != ".":
        return mark
    return "," if len(token.strip("\"'“”.")) > 4 and "." not in token.rstrip("\"'“”.") else ""


def _matched(written: list[str], spoken: list[str]) -> tuple[tuple[str, int, int], ...]:
    """Which spoken words each written word became."""
    plain = [[re.sub(r"\W", "", w).lower() for w in words] for words in (written, spoken)]
    found: list[tuple[str, int, int]] = []
    for _, i0, i1, j0, j1 in SequenceMatcher(None, *plain, autojunk=False).get_opcodes():
        if i0 == i1:  # words that only the reading has belong to the word before them
            if found:
                text, first, _ = found[-1]
                found[-1] = (text, first, j1)
            continue
        j0, j1 = (j0, j1) if j1 > j0 else (max(0, j0 - 1), max(1, j0))
        for k in range(i0, i1):
            first = j0 + (k - i0) * (j1 - j0) // (i1 - i0)
            last = j0 + (k + 1 - i0) * (j1 - j0) // (i1 - i0)
            found.append((written[k], first, max(last, first + 1)))
    return tuple((shown_text(text), first, last) for text, first, last in found)
