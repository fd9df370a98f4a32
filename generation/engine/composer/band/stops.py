"""Where everybody holds their breath: the beats before a chorus in which the band is silent or strikes together.

A general pause before the return makes it larger (the "break" before the drop; the stops of trailer cues: Solberg,
"Waiting for the bass to drop", Dancecult 6/1, 2014).
"""

from __future__ import annotations

from itertools import pairwise

from generation.contracts import MusicStyle as S
from generation.engine.composer.band.stage import Stage, Tone
from generation.engine.composer.profile import PartPlan
from generation.engine.lyrics.types import SectionKind as K
from mixer.contracts import ChannelRole

# Silent spans before a chorus as (from, to) beats before its downbeat: before each that follows a build, and before
# the last. Between the two spans of the epic stop the band strikes once more.
_EACH: dict[S, tuple[tuple[float, float], ...]] = {
    S.EPIC: ((1.0, 0.0),),
    S.POP: ((0.5, 0.0),),
}
_LAST: dict[S, tuple[tuple[float, float], ...]] = {
    S.EPIC: ((3.0, 2.5), (2.0, 0.0)),
    S.POP: ((1.0, 0.0),),
    S.DARK: ((2.0, 0.0),),
    S.GLADIATOR: ((1.0, 0.0),),
    S.FANTASY: ((1.0, 0.0),),
    S.EMOTIONAL: ((1.0, 0.0),),
}
_BUILDS = frozenset({K.INSTRUMENTAL, K.BRIDGE, K.PRE_CHORUS})
_THROUGH = frozenset({"riser", "impact", "fall"})
_NEARLY = 1e-6


def stops(stage: Stage) -> tuple[tuple[float, float], ...]:
    """The silent spans of the song in beats, in order."""
    style, sections = stage.profile.style, stage.form.sections
    heads = [i for i, s in enumerate(sections) if i and s.kind is K.CHORUS and sections[i - 1].kind is not K.CHORUS]
    found: list[tuple[float, float]] = []
    for index in heads:
        at = float(sections[index].start_bar * stage.bar)
        spans = _EACH.get(style, ()) if sections[index - 1].kind in _BUILDS else ()
        if (index == heads[-1] and len(heads) > 1) or (index == heads[-1] and spans):
            spans = _LAST.get(style, spans)
        found.extend((at - start, at - end) for start, end in spans)
    drops = [s for s in sections if style is S.POP and s.kind is K.INSTRUMENTAL and s.start_bar]
    found.extend((at - 1.0, at) for at in (float(s.start_bar * stage.bar) for s in drops))
    return tuple(sorted(found))


def _without_bass(stage: Stage) -> tuple[tuple[float, float], ...]:
    """The last bars of a pop song's build, from which the bass is taken away so that it can come back with the
    chorus or the drop (Solberg 2014)."""
    if stage.profile.style is not S.POP:
        return ()
    found = []
    for section, after in pairwise(stage.form.sections):
        builds = section.kind in _BUILDS - {K.INSTRUMENTAL} and after.kind is K.CHORUS
        if builds or (section.kind is K.CHORUS and after.kind is K.INSTRUMENTAL):
            end = float(after.start_bar * stage.bar)
            found.append((end - min(2, section.bars // 2) * stage.bar, end))
    return tuple(found)


def apply_stops(stage: Stage, plan: PartPlan, tones: list[Tone]) -> list[Tone]:
    """The tones without those that begin in a stop; what sounds into one ends there."""
    if plan.play in _THROUGH:
        return tones
    kept = tones
    silent = stops(stage) + (_without_bass(stage) if plan.role is ChannelRole.BASS else ())
    for start, end in silent:
        kept = [
            Tone(t.start, min(t.length, start - t.start), t.midi, t.velocity)
            if t.start < start - _NEARLY < t.start + t.length
            else t
            for t in kept
            if not start - _NEARLY <= t.start < end - _NEARLY
        ]
    return kept
