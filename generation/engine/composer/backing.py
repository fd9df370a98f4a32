"""Backing vocals: who joins the lead, where in the song, and on which notes.

Doubles sing the tune; harmonies go with it in thirds and sixths on the chords (the close harmony of popular and film
music); a bridge may have a held "ooh" or "ah" behind it; in a chant the second voice follows at the fourth or fifth
below, as parallel organum (Musica enchiriadis, c. 900). How much of that there is follows the style and grows towards
the last chorus, so that the song has somewhere to go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from codecraft.common.seeds import generator
from generation.contracts import MusicStyle
from generation.engine.composer.harmonising import Harmony, harmonise, hold_chords
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.keyplan import KeyPlan
from generation.engine.composer.spec import Form, FormSection
from generation.engine.composer.theory import scale_pcs
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import SungLine, VocalPart
from voicelab.contracts import BACKING_VOICES, VOICE_RANGES, VoiceRange, VoiceStyle

PARTS = ("double", "high", "low")
"""The parts in the order of `BACKING_VOICES`; a part that never sings has no lines."""
_TAIL_WORDS = 3


@dataclass(frozen=True)
class _Manner:
    """How a style uses its backing. `choruses` are the parts of the first, the later and the last chorus; `doubles`
    the chorus lines that are doubled ("all", "hooks", "none"); `tails` the parts that join the last words of a verse;
    `lift` those that join the last line before a chorus; `pad` the vowel held behind a bridge."""

    choruses: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    doubles: str = "all"
    tails: tuple[str, ...] = ()
    lift: tuple[str, ...] = ()
    pad: str = ""
    organum: bool = False


_MANNERS: dict[MusicStyle, _Manner] = {
    MusicStyle.POP: _Manner((("high",), ("high", "low"), ("high", "low")), "all", ("high",), ("double", "high"), "ooh"),
    MusicStyle.EPIC: _Manner((("low",), ("low",), ("high", "low")), "all", (), ("double",), "ah"),
    MusicStyle.DARK: _Manner(((), ("low",), ("low",)), "hooks", ("low",), (), "ooh"),
    MusicStyle.GREGORIAN: _Manner((("low",), ("low",), ("low",)), "none", organum=True),
    MusicStyle.FANTASY: _Manner((("high",), ("high",), ("high", "low")), "hooks", ("high",), (), "ah"),
    MusicStyle.GLADIATOR: _Manner(((), ("low",), ("high", "low")), "all", (), ("double",), "ah"),
    MusicStyle.EMOTIONAL: _Manner(((), ("low",), ("high", "low")), "hooks", ("high",), (), "ooh"),
}


@dataclass(frozen=True)
class BackingSpec:
    """What the backing is written for: the song as far as it stands."""

    style: MusicStyle
    voice: VoiceStyle
    title: str
    form: Form
    keys: KeyPlan
    chords: ChordTrack
    seed: int


def backing_ranges(voice: VoiceStyle) -> tuple[VoiceRange, ...]:
    """The compass of each part behind a lead of `voice`; none behind a choir or a narrator."""
    return tuple(VOICE_RANGES[kind] for kind in BACKING_VOICES[voice])


def write_backing(spec: BackingSpec, lead: tuple[SungLine, ...]) -> tuple[VocalPart, ...]:
    """The parts double, high and low, with only the lines they sing; nothing at all when nobody would sing."""
    if not BACKING_VOICES[spec.voice]:
        return ()
    writer = _Writer(spec)
    sung: dict[str, list[SungLine]] = {name: [] for name in PARTS}
    for line, section, number, count in _placed(spec.form, lead):
        for name, backing in writer.lines(line, section, number, count):
            sung[name].append(backing)
    return tuple(VocalPart(name, tuple(sung[name])) for name in PARTS) if any(sung.values()) else ()


def told(backing: tuple[VocalPart, ...], form: Form) -> tuple[str, ...]:
    """What was decided, as a sentence."""
    if not backing:
        return ()
    where = sorted({line.section for part in backing for line in part.lines})
    names = list(dict.fromkeys(form.sections[index].name for index in where))
    who = [_WHO[part.name] for part in backing if part.lines]
    return (f"Backing singers join in {_listed(names)}: {_listed(who)}.",)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


_WHO = {"double": "the tune doubled", "high": "a harmony above", "low": "a harmony below"}


def _placed(form: Form, lead: tuple[SungLine, ...]) -> list[tuple[SungLine, FormSection, int, int]]:
    """Each line with its section, its number there, and how many lines the section has."""
    counts: dict[int, int] = {}
    placed = []
    for line in lead:
        number = counts.get(line.section, 0)
        counts[line.section] = number + 1
        placed.append((line, form.sections[line.section], number))
    return [(line, section, number, counts[line.section]) for line, section, number in placed]


class _Writer:
    """Writes the backing of one line at a time."""

    def __init__(self, spec: BackingSpec) -> None:
        self._spec, self._manner = spec, _MANNERS[spec.style]
        self._ranges = dict(zip(PARTS, backing_ranges(spec.voice), strict=True))
        rng = generator(spec.seed, "backing", spec.style.value)
        self._sixths = bool(rng.random() < 0.4)
        self._organum = 5 if rng.random() < 0.5 else 7

    def lines(self, line: SungLine, section: FormSection, number: int, count: int) -> list[tuple[str, SungLine]]:
        """(part, its line) for everybody who joins in this line of the lead."""
        last = number + 1 == count
        if section.kind is K.CHORUS:
            return self._chorus(line, section, number, last)
        if section.kind is K.PRE_CHORUS and last:
            return self._sing(line, self._manner.lift)
        if section.kind is K.VERSE and last and count > 1:
            return self._sing(_last_words(line), self._manner.tails)
        if section.kind is K.BRIDGE and self._manner.pad:
            return hold_chords(line, self._spec.chords, self._manner.pad, self._harmony_ranges())
        return []

    def _chorus(self, line: SungLine, section: FormSection, number: int, last: bool) -> list[tuple[str, SungLine]]:
        first, later, final = self._manner.choruses
        closing = section.occurrence + 1 == section.occurrences
        parts = final if closing else first if section.occurrence == 0 else later
        if section.occurrence == 0 and not closing and number == 0:
            parts = ()  # the tune is heard alone once before anybody joins
        hook = last or _letters(self._spec.title) in _letters(line.text)
        doubled = self._manner.doubles == "all" or (self._manner.doubles == "hooks" and hook)
        return self._sing(line, (("double",) if doubled else ()) + parts)

    def _sing(self, line: SungLine, parts: tuple[str, ...]) -> list[tuple[str, SungLine]]:
        found: list[tuple[str, SungLine]] = []
        if "double" in parts:
            found.append(("double", line))
        for name in PARTS[1:]:
            if name in parts and (written := self._harmony(line, name, [f for n, f in found if n != "double"])):
                found.append((name, written))
        return found

    def _harmony(self, line: SungLine, name: str, others: list[SungLine]) -> SungLine | None:
        spec = self._spec
        harmony = Harmony(
            above=name == "high",
            compass=self._ranges[name],
            key_pcs=scale_pcs(spec.keys.at(line.notes[0].start_beats + 1.0)),
            beats_per_bar=spec.form.beats_per_bar,
            favourite=self._organum if self._manner.organum else 8 if self._sixths and name == "low" else 3,
            organum=self._manner.organum,
        )
        return harmonise(line, spec.chords, harmony, tuple(others))

    def _harmony_ranges(self) -> dict[str, VoiceRange]:
        return {name: self._ranges[name] for name in PARTS[1:]}


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _last_words(line: SungLine) -> SungLine:
    """The last words of a line, cut where a word begins."""
    words = sorted({n.syllable.word_index for n in line.notes if n.syllable})[-_TAIL_WORDS:]
    start = next(i for i, n in enumerate(line.notes) if n.syllable and n.syllable.word_index == words[0])
    kept = line.notes[start:]
    spoken = list(dict.fromkeys((n.syllable.word_index, n.syllable.word) for n in kept if n.syllable))
    return replace(line, notes=kept, text=" ".join(word for _, word in spoken))
