"""A draft from outside, checked line by line against the plan: mended where little is wrong, refused where much is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from generation.engine.lyrics.blocklist import blocked_words
from generation.engine.lyrics.hook import hook_texts
from generation.engine.lyrics.local_writer import write_locally
from generation.engine.lyrics.provider import Draft, DraftSection, ProviderFailed
from generation.engine.lyrics.rhyme import plain_word, rhyme_scheme, rhymes
from generation.engine.lyrics.types import LyricLine, Lyrics, LyricSection, LyricsSpec, SectionKind, SectionPlan
from voicelab.engine.phonemes import Pronunciations, has_sound, pronounce_line

SYLLABLES_OFF = 1
MAX_MENDED = 0.4
_LABEL = re.compile(
    r"^\s*(?:(?:\[[^\]]*\]|\(\s*(?:verse|chorus|bridge|x\d)[^)]*\)|\d+[.)]\s|[-•]\s)\s*)+", re.IGNORECASE
)


def fit_draft(draft: Draft, spec: LyricsSpec, *, source: str) -> Lyrics:
    """The draft as lyrics of exactly the planned shape.

    Lines more than one syllable off their target, empty, or holding a blocked word are written anew by our own writer,
    and a notice says how many. Raises ProviderFailed when more than two fifths of the lines would have to be.
    """
    plans = [p for p in spec.form if p.lines > 0]
    title = _title(draft, spec)
    sections = _assigned(draft, plans)
    said = spec.pronunciations
    lines = {
        (i, j): _good_line(_at(sections[i], j), p.syllables[j], said)
        for i, p in enumerate(plans)
        for j in range(p.lines)
    }
    _same_choruses(plans, lines)
    _no_repeats(plans, lines)
    missing = [place for place, line in lines.items() if line is None]
    if not lines or len(missing) > MAX_MENDED * len(lines):
        raise ProviderFailed(
            f"what the language model wrote did not fit the song ({len(missing)} of {len(lines)} lines)"
        )
    own = write_locally(_with_title(spec, title))
    for i, j in missing:
        lines[i, j] = own.sections[i].lines[j]
    _title_into_chorus(title, plans, lines, own, said)
    written = tuple(
        LyricSection(p.kind, p.label, tuple(lines[i, j] for j in range(p.lines))) for i, p in enumerate(plans)
    )
    notices = (f"{len(missing)} of {len(lines)} lines did not fit the melody and were rewritten.",) if missing else ()
    return Lyrics(title=title, sections=written, source=source, notices=notices)


def lines_that_miss(draft: Draft, spec: LyricsSpec) -> tuple[tuple[int, int, str, int, int], ...]:
    """(section, line, text, syllables, target) of the lines that would be refused, to ask for them once more."""
    plans = [p for p in spec.form if p.lines > 0]
    found = []
    for i, (plan, section) in enumerate(zip(plans, _assigned(draft, plans), strict=True)):
        for j, target in enumerate(plan.syllables):
            text = clean_line(_at(section, j))
            if _good_line(text, target, spec.pronunciations) is None:
                found.append((i, j, text, _count(text, spec.pronunciations), target))
    return tuple(found)


def rhymes_that_miss(draft: Draft, spec: LyricsSpec) -> tuple[tuple[int, int, str, str], ...]:
    """(section, line, text, the line that it should rhyme with) where the planned scheme is not kept.

    A word that rhymes with itself is no rhyme. Family rhymes are not taken either: what is asked for is a perfect one.
    """
    plans = [p for p in spec.form if p.lines > 0]
    found = []
    for i, (plan, section) in enumerate(zip(plans, _assigned(draft, plans), strict=True)):
        scheme = rhyme_scheme(spec.style, plan.lines, plan.syllables)
        for j, letter in enumerate(scheme):
            before = scheme.rfind(letter, 0, j)
            one, other = clean_line(_at(section, before)) if before >= 0 else "", clean_line(_at(section, j))
            if not all(any(has_sound(w) for w in text.split()) for text in (one, other)):
                continue
            if not rhymes(pronounce_line(one, spec.pronunciations), pronounce_line(other, spec.pronunciations)):
                found.append((i, j, other, one))
    return tuple(found)


def _with_title(spec: LyricsSpec, title: str) -> LyricsSpec:
    return replace(spec, title=title, custom_text="")


def _title(draft: Draft, spec: LyricsSpec) -> str:
    for text in (spec.title, draft.title):
        text = clean_line(text)[:120]
        if any(has_sound(w) for w in text.split()) and not blocked_words(text):
            return text
    return ""


def _assigned(draft: Draft, plans: list[SectionPlan]) -> list[DraftSection]:
    """A draft section for each planned one: in order when the numbers agree, else by their labels."""
    empty = DraftSection("", ())
    if len(draft.sections) == len(plans):
        return list(draft.sections)
    unused, out = list(draft.sections), []
    for plan in plans:
        match = next((s for s in unused if s.label.strip().lower() == plan.label.lower()), None)
        match = match or next((s for s in unused if _same_kind(s.label, plan.kind)), None)
        if match is not None:
            unused.remove(match)
        elif plan.kind is SectionKind.CHORUS:
            match = next((s for s in draft.sections if _same_kind(s.label, plan.kind)), None)
        out.append(match or empty)
    return out


def _same_kind(label: str, kind: SectionKind) -> bool:
    words = re.sub(r"[^a-z]+", "_", label.lower()).strip("_")
    return words.startswith(kind.value)


def _at(section: DraftSection, index: int) -> str:
    return section.lines[index] if index < len(section.lines) else ""


def clean_line(text: str) -> str:
    """One line of plain words: no labels, markup, control characters or end stops."""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text)[:400])
    text = _LABEL.sub("", re.sub(r"[*_#`<>{}|]", "", text))
    return " ".join(text.split()).rstrip(" .,;:")


def _count(text: str, said: Pronunciations) -> int:
    return sum(len(w.syllables) for w in pronounce_line(text, said))


def _good_line(text: str, target: int, said: Pronunciations) -> LyricLine | None:
    text = clean_line(text)
    if not any(has_sound(w) for w in text.split()) or blocked_words(text):
        return None
    line = LyricLine(text=text, words=pronounce_line(text, said))
    return line if abs(line.syllable_count - target) <= SYLLABLES_OFF else None


def _same_choruses(plans: list[SectionPlan], lines: dict[tuple[int, int], LyricLine | None]) -> None:
    """A chorus that comes back has the words it had, where its plan is the same."""
    first: dict[tuple[int, int], int] = {}
    for i, plan in enumerate(plans):
        for j, target in enumerate(plan.syllables if plan.kind is SectionKind.CHORUS else ()):
            if (j, target) in first:
                lines[i, j] = lines[first[j, target], j]
            elif lines[i, j] is not None:
                first[j, target] = i


def _no_repeats(plans: list[SectionPlan], lines: dict[tuple[int, int], LyricLine | None]) -> None:
    said: set[str] = set()
    for (i, j), line in lines.items():
        if line is None or plans[i].kind is SectionKind.CHORUS:
            continue
        key = _key(line.text)
        if key in said:
            lines[i, j] = None
        said.add(key)


def _key(text: str) -> str:
    return " ".join(plain_word(w) for w in text.split())


def _title_into_chorus(
    title: str,
    plans: list[SectionPlan],
    lines: dict[tuple[int, int], LyricLine | None],
    own: Lyrics,
    said: Pronunciations,
) -> None:
    """A chorus without the title gets our own hook lines, which hold it."""
    for i, plan in enumerate(plans):
        if plan.kind is not SectionKind.CHORUS or not title:
            continue
        sung = _key(" ".join(lines[i, j].text for j in range(plan.lines)))
        if _key(title) not in sung:
            for j in hook_texts(title, plan.syllables, said):
                lines[i, j] = own.sections[i].lines[j]
