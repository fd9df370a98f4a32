"""Lyrics as the composer reads them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicelab.engine.phonemes import PronouncedWord, Pronunciations


class SectionKind(StrEnum):
    INTRO = "intro"
    VERSE = "verse"
    PRE_CHORUS = "pre_chorus"
    CHORUS = "chorus"
    BRIDGE = "bridge"
    INSTRUMENTAL = "instrumental"
    OUTRO = "outro"


@dataclass(frozen=True)
class LyricLine:
    """One line, sung on one breath. `text` is what people read; `words` is how it is sung, in the same order."""

    text: str
    words: tuple[PronouncedWord, ...]

    @property
    def syllable_count(self) -> int:
        return sum(len(word.syllables) for word in self.words)


@dataclass(frozen=True)
class LyricSection:
    """A sung section (verse, pre-chorus, chorus, bridge). `label` is what people read, "Verse 1"."""

    kind: SectionKind
    label: str
    lines: tuple[LyricLine, ...]


@dataclass(frozen=True)
class Lyrics:
    """`source` is "local", "openai" or "custom"; `notices` say what a person should know (a fall-back, …)."""

    title: str
    sections: tuple[LyricSection, ...]
    source: str
    notices: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The lyrics as `[Verse 1]`-tagged plain text."""
        blocks = [f"[{s.label}]\n" + "\n".join(line.text for line in s.lines) for s in self.sections]
        return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True)
class SectionPlan:
    """A sung section to be written: `lines` lines, line i with `syllables[i]` syllables (`len(syllables) == lines`).

    Choruses that come back are planned each time they come back; they are given the same words.
    """

    kind: SectionKind
    label: str
    lines: int
    syllables: tuple[int, ...]


@dataclass(frozen=True)
class LyricsSpec:
    """What is to be written. `title` may be empty (one is drawn from the theme). `form` is the composer's plan.

    `custom_text` is a person's own words, sung verbatim; then `form` is not looked at and the sections come from
    the text. `style` is a `MusicStyle`. `pronunciations` hold wherever a word of theirs is sung, counted or rhymed.
    """

    theme: str
    title: str
    style: str
    seed: int
    form: tuple[SectionPlan, ...]
    custom_text: str = ""
    pronunciations: Pronunciations = ()
