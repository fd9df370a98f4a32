"""Drummers: grooves that vary every second and fourth bar, fills into the next section, crashes where one begins."""

from __future__ import annotations

import numpy as np

from generation.engine.composer.band.grooves import (
    CRASH,
    CRASH_2,
    EXTRAS,
    FILLS,
    GROOVES,
    SNARE,
    TAIKO,
    TURNS,
    Groove,
)
from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.composer.theory import pitch_class
from generation.engine.lyrics.types import SectionKind as K

_GENTLE = frozenset({"dark", "ballad", "fantasy"})


def drums(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A groove for the block's heat, varied, with a fill where the section ends and a crash where it begins."""
    groove = _pick(GROOVES[plan.figure], block.energy)
    first = round((block.start - block.section.start_bar * stage.bar) / stage.bar)
    bars, tones = stage.bars_in(block), []
    for number, bar in enumerate(bars, start=first):
        closing = block.closes and bar == bars[-1] and bar < stage.last_bar and (len(bars) > 1 or first > 0)
        if closing:
            tones.extend(_closing_bar(stage, plan, block, groove, bar))
        else:
            tones.extend(_bar(stage, plan, block, _varied(stage, plan, block, groove, number), bar))
    if block.opens and (block.energy >= 0.55 or block.section.kind in (K.CHORUS, K.INSTRUMENTAL)):
        tones.append(Tone(block.start, 2.0, CRASH, loud(plan, block.energy) * 1.05))
    elif block.section.kind is K.CHORUS and first == block.section.bars // 2:
        tones.append(Tone(block.start, 2.0, CRASH_2, loud(plan, block.energy) * 0.9))
    return tones


def _pick(options: tuple[tuple[float, Groove], ...], energy: float) -> Groove:
    chosen = options[0][1]
    for floor, groove in options:
        if energy >= floor - 1e-9:
            chosen = groove
    return chosen


def _varied(stage: Stage, plan: PartPlan, block: Block, groove: Groove, number: int) -> dict[int, str]:
    """Bars two and four have a stroke more, the fourth a turn at its end; a chorus that returns draws anew."""
    size = 4 * stage.bar
    bar = {key: _sized(strokes, size) for key, strokes in groove.items()}
    rng = stage.rng(plan, "groove", block.section.kind.value, block.section.occurrence, number % 8)
    if number % 2 == 1:
        free = [x for x in EXTRAS[plan.figure] if x[0] in bar and x[1] < size and bar[x[0]][x[1]] == "."]
        if free:
            key, at, strength = free[int(rng.integers(len(free)))]
            bar[key] = bar[key][:at] + str(strength) + bar[key][at + 1 :]
    if number % 4 == 3 and block.energy >= 0.4:
        turn = TURNS[plan.figure][int(rng.integers(len(TURNS[plan.figure])))]
        for key, strokes in turn.items():
            end = strokes[-size:].rjust(size, ".")
            bar[key] = "".join(b if b != "." else a for a, b in zip(bar.get(key, "." * size), end, strict=True))
    return bar


def _sized(strokes: str, size: int) -> str:
    """A pattern in a bar of another length (a tune that somebody brought): cut, or begun again."""
    return (strokes * -(-size // len(strokes)))[:size]


def _closing_bar(stage: Stage, plan: PartPlan, block: Block, groove: Groove, bar: float) -> list[Tone]:
    """The last bar of a section: a fill over its second half, over all of it into something much hotter, and none
    into something colder, where the groove just ends."""
    jump = stage.jump(block)
    if jump < -0.15:
        return _bar(stage, plan, block, groove, bar, until=bar + stage.bar - 1.0)
    if jump >= 0.2 and plan.figure in ("pop", "march", "epic"):
        return _roll(stage, plan, block, bar)
    options = FILLS["3" if stage.bar == 3 else "4"]
    fill = options[int(stage.rng(plan, "fill", block.index).integers(len(options)))]
    scale = 0.7 if plan.figure in _GENTLE and block.energy < 0.6 else 1.0
    half = _bar(stage, plan, block, groove, bar, until=bar + stage.bar / 2)
    return [*half, *_bar(stage, plan, block, fill, bar, scale=scale)]


def _roll(stage: Stage, plan: PartPlan, block: Block, bar: float) -> list[Tone]:
    """A snare that doubles its strokes twice while it grows: the build of marches and of dance music alike."""
    steps = np.concatenate([np.arange(0, 2, 0.5), np.arange(2, 3, 0.25), np.arange(3, stage.bar, 0.125)])
    grow = 0.45 + 0.6 * steps / stage.bar
    return [
        Tone(bar + float(at), 0.1, SNARE, loud(plan, block.energy) * float(g))
        for at, g in zip(steps, grow, strict=True)
        if at < stage.bar
    ]


def _bar(
    stage: Stage,
    plan: PartPlan,
    block: Block,
    groove: dict[int, str],
    bar: float,
    *,
    until: float | None = None,
    scale: float = 1.0,
) -> list[Tone]:
    tones = []
    for key, strokes in groove.items():
        for index, stroke in enumerate(strokes):
            at = bar + index * 0.25
            if stroke == "." or index >= 4 * stage.bar or (until is not None and at >= until):
                continue
            tones.append(Tone(at, 0.2, key, loud(plan, block.energy) * scale * (0.35 + 0.075 * int(stroke))))
    return tones


def taiko(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Strokes of a tuned drum: strong ones low on the tonic, lighter ones higher."""
    plain = TAIKO[plan.figure][0][1]
    for floor, option in TAIKO[plan.figure]:
        if block.energy >= floor - 1e-9:
            plain = option
    tonic = pitch_class(stage.key_at(block.start).tonic)
    low = into(plan.low + (tonic - plan.low) % 12, plan.low, plan.high)
    tones = []
    for number, bar in enumerate(stage.bars_in(block)):
        turns = number % 4 == 3 and plan.figure != "heartbeat"
        strokes = plain[:12] + "6677" if turns else plain
        for index, stroke in enumerate(strokes):
            if stroke != "." and index < 4 * stage.bar:
                midi = low if int(stroke) >= 7 else min(plan.high, low + 7)
                tones.append(Tone(bar + index * 0.25, 0.4, midi, loud(plan, block.energy) * (0.4 + 0.07 * int(stroke))))
    return tones


def bells(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Bells: a toll at section starts, every four bars, through choruses, or a sparkle on the weak beats."""
    tones = []
    for number, bar in enumerate(stage.bars_in(block)):
        chord = stage.chords.at(bar)
        pcs = chord.pitch_classes
        base = into(plan.low + (pcs[0] - plan.low) % 12, plan.low, plan.high)
        tolls = number % 4 == 0 if plan.figure == "toll" else plan.figure == "sections" and number == 0 and block.opens
        if tolls:
            tones.append(Tone(bar, 3.5, base, loud(plan, block.energy)))
        elif plan.figure == "chorus" and block.section.kind in (K.CHORUS, K.INSTRUMENTAL):
            for order, beat in enumerate((0.0, 1.5) if stage.bar == 4 else (0.0,)):
                tone = into(base + (pcs[min(2, len(pcs) - 1) if order else 0] - pcs[0]) % 12, plan.low, plan.high)
                tones.append(Tone(bar + beat, 1.4, tone, loud(plan, block.energy)))
        elif plan.figure == "sparkle" and number % 2 == 1:
            for order in range(3):
                tone = into(base + (pcs[order % len(pcs)] - pcs[0]) % 12, plan.low, plan.high)
                tones.append(Tone(bar + 0.5 * order + stage.bar - 2.0, 0.9, tone, loud(plan, block.energy)))
    return tones
