"""Written words cut into as many fragments as they have sung syllables."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from voicelab.engine.phonemes import PronouncedWord
from voicelab.engine.pronunciation.alignment import align

_VOWEL_GROUP = re.compile(r"[aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿ]+", re.IGNORECASE)
MAX_MISFIT = 2.0
_KEPT = ("ch", "ck", "gh", "ng", "ph", "qu", "sh", "tch", "th", "wh")


def split_word(word: PronouncedWord) -> tuple[str, ...]:
    """The written word in as many fragments as it has sung syllables; together they spell the word.

    Letters go with the sounds that they say ("some-where", "sci-ence"). Where spelling and sound are too far apart for
    that, written vowel groups stand for syllables; where these do not count up either (numbers, abbreviations), the
    letters are shared out evenly, and a fragment may be empty.
    """
    text, wanted = word.text, len(word.syllables)
    if wanted == 1:
        return (text,)
    if (cuts := _cuts_by_sound(word)) is not None:
        return tuple(text[a:b] for a, b in pairwise([0, *cuts, len(text)]))
    groups = [m.span() for m in _VOWEL_GROUP.finditer(text)]
    groups = _drop_silent(text, groups, wanted)
    groups = _match_count(groups, wanted)
    if len(groups) != wanted:
        return _even(text, wanted)
    cuts = [0]
    for (_, end), (begin, _) in zip(groups, groups[1:], strict=False):
        cuts.append(_cut_between(text, end, begin))
    cuts.append(len(text))
    return tuple(text[a:b] for a, b in zip(cuts, cuts[1:], strict=False))


def _cuts_by_sound(word: PronouncedWord) -> list[int] | None:
    """Where each syllable but the first begins in the text; None where letters and sounds do not go together."""
    letters = "".join(_plain(char) for char in word.text.lower())
    if len(letters) != len(word.text) or any(c.isdigit() for c in letters):
        return None
    cost, units = align(letters, word.phonemes)
    if cost > MAX_MISFIT:
        return None
    cuts, first = [], 0
    for syllable in word.syllables[:-1]:
        first += len(syllable.phonemes)
        unit = next(u for u in units if u.last > first and u.last > u.first)
        inside = unit.first < first or letters[unit.start : unit.end] in ("ck", "ng")
        doubled = unit.end - unit.start == 2 and letters[unit.start] == letters[unit.end - 1]
        cut = unit.end if inside else unit.start + (doubled and letters[unit.start] not in "aeiou")
        while cut > 0 and letters[cut - 1 : cut + 1] in ("'n", "'v", "'l", "'r"):
            cut -= 1
        cuts.append(cut)
    return cuts if all(a < b for a, b in pairwise([0, *cuts, len(letters)])) else None


def _plain(char: str) -> str:
    """A letter without its accent; apostrophes straight."""
    if char in "’‘":
        return "'"
    return unicodedata.normalize("NFKD", char)[:1]


def _drop_silent(text: str, groups: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    """Leave out silent e's, the last ones first, while there are too many vowel groups."""
    kept = list(groups)
    for index in range(len(groups) - 1, 0, -1):
        begin, end = groups[index]
        if len(kept) <= wanted:
            break
        tail = text[end:].lower().rstrip(".,;:!?'\"’”)")
        if text[begin:end].lower() == "e" and (len(kept) - wanted > 0) and (tail in ("", "s", "d") or end < len(text)):
            kept.remove(groups[index])
    return kept


def _match_count(groups: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    """Cut long vowel groups in two ("li-on") until there are enough."""
    groups = list(groups)
    while len(groups) < wanted:
        longest = max(range(len(groups)), key=lambda i: groups[i][1] - groups[i][0], default=None)
        if longest is None or groups[longest][1] - groups[longest][0] < 2:
            break
        begin, end = groups[longest]
        groups[longest : longest + 1] = [(begin, begin + 1), (begin + 1, end)]
    return groups


def _cut_between(text: str, end: int, begin: int) -> int:
    """Where a word is cut between two vowels: after a hyphen, else one consonant (or a digraph) goes on."""
    between = text[end:begin].lower()
    for mark in "-–—'’":
        if mark in between:
            return end + between.rindex(mark) + 1
    if len(between) <= 1:
        return end
    for kept in _KEPT:
        if between.endswith(kept):
            return begin - len(kept) if kept not in ("ck", "ng") or len(between) > len(kept) else begin
    return begin - 2 if len(between) > 2 and between[-1] in "rl" and between[-2] in "bcdfgkpt" else begin - 1


def _even(text: str, wanted: int) -> tuple[str, ...]:
    cuts = [round(i * len(text) / wanted) for i in range(wanted + 1)]
    return tuple(text[a:b] for a, b in zip(cuts, cuts[1:], strict=False))
