"""Syllables as other programs write them into MIDI files: spaces, hyphens, slashes and returns.

Three customs are read: lyric events with a space before or behind each word ("SMF Lyric Meta Event Definition", MMA
RP-017, which also has the return for a new line), syllables that hyphens join, and karaoke files (.KAR: text events,
"/" before a new line and "\\" before a new verse, "@" before remarks).
"""

from __future__ import annotations

from generation.engine.score.importing.raw import RawLyric

_BREAKS = ("/", "\\", "\r", "\n")
_HELD = frozenset({"", "-", "_", "+", "--", "~", "…"})


def karaoke_texts(texts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Text events of a karaoke file without its remarks."""
    return [(tick, text) for tick, text in texts if text and not text.startswith("@")]


def read_lyrics(texts: list[tuple[int, str]]) -> tuple[RawLyric, ...]:
    """Syllables from (tick, text) in order. A text that only breaks the line, or holds the syllable before, is none."""
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
    return tuple(found)


def _next_opens(text: str, *, joins: bool, spaced: bool, hyphened: bool) -> bool:
    """Whether the next syllable begins a word, as far as this one tells."""
    if joins:
        return False
    if text.endswith((" ", "\r", "\n")):
        return True
    return not spaced if not hyphened else True


def _bare(text: str) -> str:
    return text.strip().lstrip("/\\").strip()
