"""A person's own words, made singable without changing one of them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_LYRICS_WORDS
from generation.engine.lyrics.types import LyricLine, Lyrics, LyricSection, LyricsSpec, SectionKind
from voicelab.engine.phonemes import (
    PronouncedWord,
    Pronunciations,
    check_marked,
    foreign_language,
    has_sound,
    is_english_line,
    pronounce_line,
    shown_text,
    tokens_of,
)

Reader = Callable[[str], tuple[PronouncedWord, ...]]
"""How a line of this song is read."""
MAX_LINE_WORDS = 9
MAX_LINE_SYLLABLES = 12
MAX_WORD_CHARS = 60
MAX_TEXT_CHARS = 40_000
_TAG_LINE = re.compile(r"^\s*\[([^\[\]]{1,40})\]\s*:?\s*(.*)$")
_MARKUP = re.compile(
    r"</?(?:a|b|i|u|em|strong|br|p|div|span|script|style|h[1-6]|ul|ol|li|html|head|body|font|img|pre|code|small|big|"
    r"sub|sup|s|del|ins|table|tr|td|th|iframe|svg|center)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BIDI = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_KINDS = (
    (("pre-chorus", "prechorus", "pre chorus", "build"), SectionKind.PRE_CHORUS),
    (("chorus", "refrain", "hook", "drop"), SectionKind.CHORUS),
    (("bridge", "middle"), SectionKind.BRIDGE),
    (("intro",), SectionKind.INTRO),
    (("outro", "coda", "ending", "end"), SectionKind.OUTRO),
)  # fmt: skip


def custom_lyrics(spec: LyricsSpec) -> Lyrics:
    """The lyrics of `spec.custom_text`. The title is the one given, else the theme's, else the first words sung."""
    from generation.engine.lyrics.theme import read_theme

    sections, language = _parse(spec.custom_text, spec.pronunciations)
    given = " ".join(spec.title.split())
    titles = read_theme(spec.theme).titles
    first = " ".join(w.text for w in sections[0].lines[0].words[:5]).strip(" ,.;:!?-")
    title = given or (titles[0] if titles else first)
    return Lyrics(title=title, sections=sections, source="custom", notices=_language_notices(language))


def _language_notices(language: str | None) -> tuple[str, ...]:
    if language is None:
        return ()
    named = "in another language than English" if language == "another language" else f"in {language}"
    return (f"The lyrics seem to be {named}: they are sung by their spelling, with English sounds.",)


def parse_custom_lyrics(text: str, said: Pronunciations = ()) -> tuple[LyricSection, ...]:
    """Sections and lines of a person's text; every word stays, in order.

    `[Verse]`, `[Chorus 2]`, … on a line of their own start a section; without any, blank lines do, and a block that
    comes back word for word is taken for the chorus. A line that is too long for one breath is cut at punctuation, else
    about every eight words. Control characters and HTML markup are no words. `{word|sounds}` fixes a pronunciation at
    its place, `said` wherever else the word stands. Lines in another language are read by the rules of its spelling.

    Raises InvalidInput (field "lyrics").
    """
    return _parse(text, said)[0]


def _parse(text: str, said: Pronunciations) -> tuple[tuple[LyricSection, ...], str | None]:
    if len(text) > MAX_TEXT_CHARS:
        raise _wrong(f"The lyrics are too long: at most {MAX_LYRICS_WORDS:,} words can be sung.")
    clean = _clean(text)
    blocks = _tagged_blocks(clean) if any(_is_tag(line) for line in clean.splitlines()) else _bare_blocks(clean)
    _check(blocks)
    language = foreign_language("\n".join(line for _, _, lines in blocks for line in lines))

    def read(phrase: str) -> tuple[PronouncedWord, ...]:
        return pronounce_line(phrase, said, None if language and is_english_line(phrase) else language)

    sections = []
    for kind, label, lines in blocks:
        phrases = [phrase for line in lines for phrase in split_line(line, read)]
        if phrases:
            sections.append(LyricSection(kind, label, tuple(_line(p, read) for p in phrases)))
    return tuple(sections), language


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, field="lyrics")


def _clean(text: str) -> str:
    text = _MARKUP.sub(" ", html.unescape(text)).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    kept = (c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text)
    return unicodedata.normalize("NFC", "".join("" if c in _BIDI else c for c in kept))


def _is_tag(line: str) -> bool:
    tag = _TAG_LINE.match(line)
    return bool(tag and (_kind_of(tag.group(1)) or not tag.group(2).strip()))


def _kind_of(label: str) -> SectionKind | None:
    low = label.lower()
    if any(word in low for word in ("verse", "strophe", "stanza")):
        return SectionKind.VERSE
    return next((kind for words, kind in _KINDS if any(re.search(rf"\b{w}", low) for w in words)), None)


_Block = tuple[SectionKind, str, list[str]]


def _tagged_blocks(text: str) -> list[_Block]:
    """Sections by their tags; what stands before the first is a verse. An unknown tag is a verse by that name."""
    blocks: list[_Block] = [(SectionKind.VERSE, "Verse", [])]
    for line in text.splitlines():
        if _is_tag(line):
            label, rest = _TAG_LINE.match(line).groups()
            label = " ".join(label.split())
            blocks.append((_kind_of(label) or SectionKind.VERSE, label, [rest]))
        else:
            blocks[-1][2].append(line)
    return blocks


def _bare_blocks(text: str) -> list[_Block]:
    """Sections by blank lines; one that comes back is the chorus."""
    paragraphs = [p.splitlines() for p in re.split(r"\n[ \t]*\n", text) if any(has_sound(w) for w in p.split())]
    keys = [" ".join(" ".join(p).lower().split()) for p in paragraphs]
    often, number, blocks = Counter(keys), Counter(), []
    for key, lines in zip(keys, paragraphs, strict=True):
        kind = SectionKind.CHORUS if often[key] > 1 else SectionKind.VERSE
        number[kind] += 1
        blocks.append((kind, f"{kind.value.title()} {number[kind]}", lines))
    return blocks


def _check(blocks: list[_Block]) -> None:
    words = [w for _, _, lines in blocks for line in lines for w in tokens_of(line) if has_sound(shown_text(w))]
    if not words:
        raise _wrong("The lyrics hold no word that can be sung: write at least one.")
    if len(words) > MAX_LYRICS_WORDS:
        raise _wrong(f"The lyrics have {len(words):,} words: at most {MAX_LYRICS_WORDS:,} can be sung.")
    long = next((w for w in map(shown_text, words) if len(w) > MAX_WORD_CHARS), None)
    if long:
        raise _wrong(f"The word “{long[:20]}…” is too long to be sung: at most {MAX_WORD_CHARS} letters.")
    check_marked("\n".join(line for _, _, lines in blocks for line in lines), field="lyrics")


def split_line(line: str, read: Reader = pronounce_line) -> list[str]:
    """A written line as phrases for one breath each; joined by spaces they are the line."""
    tokens = tokens_of(line)
    if not any(has_sound(t) for t in tokens):
        return []
    if _fits(tokens, read):
        return [" ".join(tokens)]
    phrases: list[list[str]] = []
    for clause in _clauses(tokens):
        for piece in _pieces(clause, read):
            if phrases and _fits([*phrases[-1], *piece], read) and not _ends_sentence(phrases[-1][-1]):
                phrases[-1] += piece
            else:
                phrases.append(list(piece))
    return [" ".join(p) for p in _without_silence(phrases)]


def _without_silence(phrases: list[list[str]]) -> list[list[str]]:
    """Tokens without sound (a lone dash) go with the phrase before them, or after."""
    out: list[list[str]] = []
    for phrase in phrases:
        if any(has_sound(t) for t in phrase) and not (out and not any(has_sound(t) for t in out[-1])):
            out.append(phrase)
        elif out:
            out[-1] += phrase
        else:
            out.append(phrase)
    return out


def _fits(tokens: list[str], read: Reader) -> bool:
    return sum(has_sound(t) for t in tokens) <= MAX_LINE_WORDS and _syllables(tokens, read) <= MAX_LINE_SYLLABLES


def _syllables(tokens: list[str], read: Reader) -> int:
    return sum(len(word.syllables) for word in read(" ".join(tokens)))


def _ends_sentence(token: str) -> bool:
    return token.rstrip("\"'”’)").endswith((".", "!", "?", "…"))


def _clauses(tokens: list[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for token in tokens:
        clause.append(token)
        if token.rstrip("\"'”’)").endswith((",", ";", ":", ".", "!", "?", "…", "—", "–", "、", "。", "،")):
            yield clause
            clause = []
    if clause:
        yield clause


def _pieces(clause: list[str], read: Reader) -> Iterator[list[str]]:
    """A clause in equal pieces that fit, as few as can be."""
    for count in range(1, len(clause) + 1):
        cuts = [round(i * len(clause) / count) for i in range(count + 1)]
        pieces = [clause[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
        if all(_fits(p, read) or len(p) == 1 for p in pieces):
            yield from pieces
            return


def _line(phrase: str, read: Reader) -> LyricLine:
    return LyricLine(text=shown_text(phrase), words=read(phrase))
