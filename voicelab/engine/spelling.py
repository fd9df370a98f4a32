"""Written words cut into as many fragments as they have sung syllables."""

from __future__ import annotations

import re

from voicelab.engine.phonemes import PronouncedWord

_VOWEL_GROUP = re.compile(r"[aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿ]+", re.IGNORECASE)
_KEPT = ("ch", "ck", "gh", "ng", "ph", "qu", "sh", "tch", "th", "wh")


def split_word(word: PronouncedWord) -> tuple[str, ...]:
    """The written word in as many fragments as it has sung syllables; together they spell the word.

    Written vowel groups stand for syllables; a last silent "e" does not. Where spelling and sound disagree (numbers,
    abbreviations), the letters are shared out evenly, and a fragment may be empty.
    """
    text, wanted = word.text, len(word.syllables)
    if wanted == 1:
        return (text,)
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
