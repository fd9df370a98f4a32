"""Grooves: one bar as strokes on a grid, by style and heat; fills into the next section; crashes where one begins.

A stroke's strength is a digit 1..9. Keys are of the General MIDI percussion map.
"""

from __future__ import annotations

from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.composer.theory import pitch_class
from generation.engine.lyrics.types import SectionKind as K

KICK, LOW_KICK, STICK, SNARE, CLAP, HAT, OPEN_HAT, RIDE, TAMBOURINE, SHAKER = 36, 35, 37, 38, 39, 42, 46, 51, 54, 70
LOW_TOM, MID_TOM, HIGH_TOM, CRASH, CRASH_2 = 41, 45, 48, 49, 57

Groove = dict[int, str]
_GROOVES: dict[str, tuple[tuple[float, Groove], ...]] = {
    "epic": (
        (0.3, {LOW_KICK: "8...............", LOW_TOM: "............5.5."}),
        (0.55, {LOW_KICK: "9.......7.......", LOW_TOM: "....5...6...5.6.", SNARE: "........4......."}),
        (
            0.8,
            {
                LOW_KICK: "9..6..7.9..6....",
                KICK: "9.......9.......",
                LOW_TOM: "6.5.6.5.6.5.6.67",
                SNARE: "....8.......8..5",
                RIDE: "6...5...6...5...",
            },
        ),
    ),
    "pop": (
        (0.3, {KICK: "8.......7.......", STICK: "....5.......5...", SHAKER: "4.3.4.3.4.3.4.3."}),
        (0.5, {KICK: "9......68.......", SNARE: "....8.......8...", HAT: "6.4.6.4.6.4.6.4."}),
        (
            0.75,
            {
                KICK: "9..5..8.9....5..",
                SNARE: "....9.......9..3",
                CLAP: "....6.......6...",
                HAT: "6454645464546454",
                OPEN_HAT: "..............6.",
                TAMBOURINE: "..4...4...4...4.",
            },
        ),
        (
            0.88,
            {
                KICK: "9...9...9...9...",
                SNARE: "....9.......9..4",
                CLAP: "....7.......7...",
                OPEN_HAT: "..7...7...7...7.",
                HAT: "6.4.6.4.6.4.6.4.",
                TAMBOURINE: "5.3.5.3.5.3.5.3.",
            },
        ),
    ),
    "dark": (
        (0.3, {LOW_KICK: "8.4............."}),
        (0.5, {LOW_KICK: "8.5.....7.......", STICK: "....3.......4..."}),
        (
            0.7,
            {
                LOW_KICK: "9.5.....8.4.....",
                LOW_TOM: "....5.......6.5.",
                SNARE: "........5.......",
                RIDE: "4.......4.......",
            },
        ),
    ),
    "fantasy": (
        (0.3, {LOW_TOM: "7.......4...", TAMBOURINE: "....3...3..."}),
        (0.6, {KICK: "8...........", LOW_TOM: "......5.6...", TAMBOURINE: "4...5.3.5...", SHAKER: "3.2.3.2.3.2."}),
        (0.8, {KICK: "9.....6.....", LOW_TOM: "7...4.5.6.5.", TAMBOURINE: "5...6.4.6...", SHAKER: "4.3.4.3.4.3."}),
    ),
    "march": (
        (0.3, {KICK: "8.......7.......", SNARE: "....5.......5..."}),
        (0.55, {KICK: "9.......8.......", SNARE: "6..45.4.6..45.44", LOW_TOM: "8.......8......."}),
        (
            0.8,
            {
                KICK: "9...6...9...6...",
                SNARE: "7.456.457.456466",
                LOW_TOM: "8...6...8...6.6.",
                CRASH_2: "................",
            },
        ),
    ),
    "ballad": (
        (0.3, {KICK: "7.......5.......", STICK: "........4.......", RIDE: "3...3...3...3..."}),
        (0.7, {KICK: "8......57.......", SNARE: "........7.......", HAT: "4.3.4.3.4.3.4.3."}),
        (
            0.85,
            {KICK: "9......68..5....", SNARE: "........8......3", RIDE: "6...5...6...5...", HAT: "..4...4...4...4."},
        ),
    ),
}
_FILLS: dict[str, tuple[Groove, ...]] = {
    "4": (
        {SNARE: "........5.6.7.8.", HIGH_TOM: "............7...", LOW_TOM: "..............99"},
        {HIGH_TOM: "........77......", MID_TOM: "..........77....", LOW_TOM: "............8899"},
        {SNARE: "....5555667788.9", LOW_TOM: "..............88"},
        {LOW_TOM: "........6.7.8999", SNARE: "............6788"},
    ),
    "3": (
        {LOW_TOM: "......5.6.78", TAMBOURINE: "......4.5.66"},
        {MID_TOM: "....5.6.....", LOW_TOM: "........7.88"},
    ),
}
_TAIKO: dict[str, tuple[tuple[float, str], ...]] = {
    "epic": ((0.3, "9.......6..4...."), (0.6, "9..56...9..56.54"), (0.85, "9.659.659.659756")),
    "heartbeat": ((0.2, "8.5............."), (0.45, "9.5.....8.5....."), (0.8, "9.5.6...9.5.6.55")),
    "march": ((0.3, "9...5...8...5..."), (0.6, "9..75.5.9..75.55"), (0.85, "9.779.779.779999")),
}


def drums(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A groove for the block's heat, fills, and a crash at its head."""
    groove = _pick(_GROOVES[plan.figure], block.energy)
    bars, tones = stage.bars_in(block), []
    for number, bar in enumerate(bars):
        fills = block.closes and number + 1 == len(bars) and len(bars) > 1 and bar < stage.last_bar
        tones.extend(_bar(stage, plan, block, groove, bar, until=bar + stage.bar / 2 if fills else bar + stage.bar))
        if fills:
            options = _FILLS["3" if stage.bar == 3 else "4"]
            fill = options[int(stage.rng(plan, "fill", block.index).integers(len(options)))]
            gentle = plan.figure in ("dark", "ballad") and block.energy < 0.6
            tones.extend(_bar(stage, plan, block, fill, bar, scale=0.7 if gentle else 1.0))
    if block.opens and (block.energy >= 0.55 or block.section.kind in (K.CHORUS, K.INSTRUMENTAL)):
        tones.append(Tone(block.start, 2.0, CRASH, loud(plan, block.energy) * 1.05))
    elif block.section.kind is K.CHORUS:
        tones.append(Tone(block.start, 2.0, CRASH_2, loud(plan, block.energy) * 0.9))
    return tones


def _pick(options: tuple[tuple[float, Groove], ...], energy: float) -> Groove:
    chosen = options[0][1]
    for floor, groove in options:
        if energy >= floor - 1e-9:
            chosen = groove
    return chosen


def _bar(
    stage: Stage,
    plan: PartPlan,
    block: Block,
    groove: Groove,
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
    strokes = _TAIKO[plan.figure][0][1]
    for floor, option in _TAIKO[plan.figure]:
        if block.energy >= floor - 1e-9:
            strokes = option
    low = into(plan.low + (pitch_class(stage.key_at(block.start).tonic) - plan.low) % 12, plan.low, plan.high)
    tones = []
    for bar in stage.bars_in(block):
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


def riser(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A reversed cymbal into a hotter section: it ends where that one begins."""
    following = next((s for s in stage.form.sections if s.start_bar * stage.bar == block.end), None)
    if not block.closes or following is None or following.energy < block.section.energy + 0.1:
        return []
    length = min(2.2 * stage.form.bpm / 60.0, block.end - block.start)
    return [Tone(block.end - length, length, plan.low, loud(plan, following.energy))]
