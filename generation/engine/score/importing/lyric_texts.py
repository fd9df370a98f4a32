"""Syllables as other programs write them into MIDI files: spaces, hyphens, slashes and returns.

Three customs are read: lyric events with a space before or behind each word ("SMF Lyric Meta Event Definition", MMA
RP-017, which also has the return for a new line), syllables that hyphens join, and karaoke files (.KAR: text events,
"/" before a new line and "\\" before a new verse, "@" before remarks). Where a file tells no words apart (as those that
Verovio writes), the lexicon joins their syllables.
"""

from __future__ import annotations

from dataclasses import replace

from generation.engine.score.importing.raw import RawLyric
from voicelab.engine.phonemes import is_english_word, pronounce_word

MAX_SYLLABLES = 8_000
_MOST_SYLLABLES = 5
_STRANGE_COST = 4.0
"""What a word that no lexicon has costs, against 1 for one that is known."""
_OF_WORDS_COST = {2: 1.8, 3: 2.95, 4: 3.95, 5: 4.95}
"""What a word costs whose syllables are words: "away" is likelier than "a way", but "fade away" than "fadeaway"."""
_BREAKS = ("/", "\\", "\r", "\n")
_HELD = frozenset({"", "-", "_", "+", "--", "~", "…"})


def karaoke_texts(texts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Text events of a karaoke file without its remarks."""
    return [(tick, text) for tick, text in texts if text and not text.startswith("@")]


def read_lyrics(texts: list[tuple[int, str]]) -> tuple[RawLyric, ...]:
    """Syllables from (tick, text) in order. A text that only breaks the line, or holds the syllable before, is none."""
    texts = list(dict.fromkeys(texts))  # the voices of a choir in one track have the same words
    spaced = any(" " in text.strip("\r\n/\\") for _, text in texts)
    hyphened = any(_bare(text).endswith("-") and len(_bare(text)) > 1 for _, text in texts)
    found: list[RawLyric] = []
    opens_word, opens_line = True, True
    for tick, text in texts:
        breaks = text.startswith(_BREAKS)
        opens_line = opens_line or breaks
        opens_word = opens_word or opens_line or text.lstrip("\r\n/\\").startswith(" ")
        bare = _bare(text)
        if bare in _HELD:
            opens_line = opens_line or text.endswith(("\r", "\n"))
            opens_word = opens_word or (spaced and text.endswith(" "))
            continue
        joins = bare.endswith("-") and len(bare) > 1
        told = bare.rstrip("-_") if joins else bare.rstrip("_")
        continues = hyphened and not spaced and not opens_word
        found.append(RawLyric(tick, told.lstrip("-") or told, not continues and opens_word, opens_line, bare))
        opens_line = text.endswith(("\r", "\n"))
        opens_word = _next_opens(text, joins=joins, spaced=spaced, hyphened=hyphened)
    return tuple(found if spaced or hyphened or len(found) > MAX_SYLLABLES else _joined(found))


def _joined(lyrics: list[RawLyric]) -> list[RawLyric]:
    """Syllables joined to the fewest known words, line by line (the shortest path over all ways to part them)."""
    found, first = list(lyrics), 0
    while first < len(lyrics):
        stop = next((i for i in range(first + 1, len(lyrics)) if lyrics[i].starts_line), len(lyrics))
        texts = [lyrics[i].text for i in range(first, stop)]
        starts = _word_starts(texts)
        for i in range(first, stop):
            found[i] = replace(lyrics[i], starts_word=i - first in starts)
        first = stop
    return found


def _word_starts(texts: list[str]) -> set[int]:
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(texts) + 1):
        options = []
        for start in range(max(0, end - _MOST_SYLLABLES), end):
            cost = _word_cost(texts[start:end])
            if cost:
                options.append((best[start][0] + cost, start))
        best.append(min(options))
    starts, at = set(), len(texts)
    while at > 0:
        at = best[at][1]
        starts.add(at)
    return starts


def _word_cost(texts: list[str]) -> float:
    """What it costs to take the syllables as one word, 0 for what is no word."""
    pieces = [text.strip(".,;:!?\"'()").lower() for text in texts]
    whole = "".join(pieces)
    if len(texts) == 1:
        return 1.0 if _is_known(whole) else _STRANGE_COST
    closed = any(not text[-1:].isalpha() for text in texts[:-1])
    if closed or not whole.isalpha() or not _is_known(whole) or len(pronounce_word(whole).syllables) != len(texts):
        return 0.0
    return _OF_WORDS_COST[len(texts)] if all(map(is_english_word, pieces)) else 1.0


def _is_known(word: str) -> bool:
    """In the lexicon, as it stands or without its ending."""
    stems = [word.removesuffix(ending) for ending in ("s", "es", "ed", "ing", "'s")]
    return is_english_word(word) or any(len(stem) > 2 and is_english_word(stem) for stem in stems if stem != word)


def _next_opens(text: str, *, joins: bool, spaced: bool, hyphened: bool) -> bool:
    """Whether the next syllable begins a word, as far as this one tells."""
    if joins:
        return False
    if text.endswith((" ", "\r", "\n")):
        return True
    return not spaced if not hyphened else True


def _bare(text: str) -> str:
    return text.strip().lstrip("/\\").strip()
