"""Room for the voice: while somebody sings, the band leaves the singer's register.

A part moves by an octave for a section where that takes it out of the way; what still crosses the tune is softened, and
of a quick figure the strokes off the beat are left out (Adler, "The Study of Orchestration", ch. 20: accompany a voice
from outside of its range, or thinly).
"""

from __future__ import annotations

from generation.engine.composer.band.stage import Stage, Sung, Tone
from generation.engine.composer.profile import PartPlan

_FREE = frozenset({"bass", "timpani", "taiko", "drums", "riser", "impact", "fall", "braam", "run", "drone"})
"""They play below the voice, or where it rests."""
_DOUBLING = frozenset({"octave", "shadow"})
_FIGURES = frozenset({"ostinato", "arpeggio", "comp"})
_SOFTER = 0.72
_MOVE_COST = 0.08


def make_room(stage: Stage, plan: PartPlan, stretch: tuple[float, float], tones: list[Tone]) -> list[Tone]:
    """The tones of a stretch of beats (a section: its voices keep their octave) as they are played around the voice."""
    if plan.is_drums or plan.play in _FREE or plan.figure in _DOUBLING or not tones:
        return tones
    spans = [s for s in stage.sung if s.start < stretch[1] and s.end > stretch[0]]
    if not spans:
        return tones
    moved = _moved(tones, plan, spans)
    return [kept for tone in moved if (kept := _thinned(tone, plan, spans)) is not None]


def _moved(tones: list[Tone], plan: PartPlan, spans: list[Sung]) -> list[Tone]:
    """All of them by the octave that crosses the tune least: the voices keep their leading."""
    lowest, highest = min(t.midi for t in tones), max(t.midi for t in tones)
    whole = sum(t.length for t in tones)

    def cost(shift: int) -> float:
        crossed = sum(_crossing(t.start, t.length, t.midi + shift, spans) for t in tones)
        return crossed / whole + _MOVE_COST * abs(shift) / 12.0

    shifts = [s for s in (0, 12, -12) if plan.low <= lowest + s and highest + s <= plan.high] or [0]
    best = min(shifts, key=cost)
    return tones if best == 0 else [Tone(t.start, t.length, t.midi + best, t.velocity) for t in tones]


def _crossing(start: float, length: float, midi: int, spans: list[Sung]) -> float:
    """Beats in which a note sounds within the register of a line that is being sung."""
    return sum(max(0.0, min(start + length, s.end) - max(start, s.start)) for s in spans if s.low <= midi <= s.high)


def _thinned(tone: Tone, plan: PartPlan, spans: list[Sung]) -> Tone | None:
    if _crossing(tone.start, tone.length, tone.midi, spans) <= 0.0:
        return tone
    if plan.play in _FIGURES and abs(tone.start - round(tone.start)) > 0.05:
        return None
    return Tone(tone.start, tone.length, tone.midi, tone.velocity * _SOFTER)
