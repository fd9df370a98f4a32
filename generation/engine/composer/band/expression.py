"""Dynamics as curves: expression (CC11) of held sounds, vibrato (CC1) of those that sing, pumping in a drop."""

from __future__ import annotations

from math import pi, sin

from generation.engine.composer.band.stage import Block, Stage
from generation.engine.composer.band.transitions import swell_beats, swells
from generation.engine.composer.profile import PartPlan
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import ControlPoint
from mixer.contracts import ChannelRole as R

_SUSTAINED = frozenset({"pad", "cluster", "drone", "stabs", "melody", "swell", "drop"})
_BOWED_AND_BLOWN = frozenset({R.STRINGS, R.BRASS, R.CHOIR, R.PAD, R.WOODWIND})
_EXPRESSION, _VIBRATO = 11, 1
_PUMP = ((0.0, 52), (0.25, 84), (0.5, 108), (0.75, 118))
"""Ducked on each beat as if by the kick: the breathing of dance music."""


def expression(stage: Stage, plan: PartPlan, blocks: list[Block]) -> tuple[ControlPoint, ...]:
    """The curves of one part, in order; nothing for what is struck or plucked."""
    if plan.play not in _SUSTAINED or not blocks or not (plan.role in _BOWED_AND_BLOWN or plan.play == "drop"):
        return ()
    points: dict[float, int] = {}
    for block in blocks:
        points.update(_curve(stage, plan, block))
    points.setdefault(0.0, next(iter(points.values()), 90))
    points.update(_fade(stage))
    curves = _thinned(points, _EXPRESSION)
    if plan.play == "melody":
        curves += _thinned({b.start: _vibrato(b.energy) for b in blocks} | {0.0: 16}, _VIBRATO)
    return tuple(sorted(curves, key=lambda c: (c.beat, c.controller)))


def _curve(stage: Stage, plan: PartPlan, block: Block) -> dict[float, int]:
    if plan.play == "swell":
        return _swelling(stage, block)
    if stage.profile.rhythm == "syncopated" and (plan.play == "drop" or (plan.play == "pad" and _drops(block))):
        beats = range(round(block.end - block.start))
        return {block.start + beat + offset: value for beat in beats for offset, value in _PUMP}
    return _breathing(stage, block)


def _drops(block: Block) -> bool:
    return block.section.kind in (K.INSTRUMENTAL, K.CHORUS) and block.energy >= 0.88


def _breathing(stage: Stage, block: Block) -> dict[float, int]:
    """Each four bars swell and fall; a section leans into the next one's heat."""
    index = stage.blocks.index(block)
    following = stage.blocks[index + 1].energy if index + 1 < len(stage.blocks) else 0.4 * block.energy
    period, beats = 4.0 * stage.bar, round(block.end - block.start)
    points = {}
    for beat in range(beats):
        lean = max(0.0, beat / beats - 0.6) / 0.4 * (following - block.energy)
        heat = min(1.0, max(0.0, block.energy + 0.5 * lean))
        value = 62 + 44 * heat + 15 * sin(pi * ((beat % period) / period))
        points[block.start + beat] = int(min(127, max(30, round(value))))
    return points


def _swelling(stage: Stage, block: Block) -> dict[float, int]:
    """From nearly nothing to all there is, faster towards the end."""
    if not swells(stage, block):
        return {}
    window, steps = swell_beats(stage, block), 12
    start = block.end - window
    return {start + window * i / steps: round(28 + 97 * (i / (steps - 1)) ** 1.6) for i in range(steps)}


def _vibrato(energy: float) -> int:
    return round(8 + 34 * energy)


def _fade(stage: Stage) -> dict[float, int]:
    """The last chord dies away through the tail."""
    steps = 8
    length = stage.bar + 0.75 * stage.form.tail_s * stage.form.bpm / 60.0
    return {stage.last_bar + length * i / steps: round(108 - 58 * i / steps) for i in range(steps + 1)}


def _thinned(points: dict[float, int], controller: int) -> list[ControlPoint]:
    kept: list[ControlPoint] = []
    for beat, value in sorted(points.items()):
        if not kept or kept[-1].value != value:
            kept.append(ControlPoint(beat, controller, value))
    return kept
