"""Players that move: basses, ostinati, arpeggios, accompaniments."""

from __future__ import annotations

from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.composer.theory import pitch_class

# (offset in beats, length, what: r root, f fifth, o octave above the root)
_BASS: dict[str, tuple[tuple[float, float, str], ...]] = {
    "eighths": tuple((i * 0.5, 0.45, "r") for i in range(8)),
    "whole": ((0.0, 4.0, "r"),),
    "whole-octaves": ((0.0, 4.0, "r"), (0.0, 4.0, "o")),
    "pop": ((0.0, 0.7, "r"), (0.75, 0.2, "r"), (1.5, 0.9, "r"), (2.5, 0.45, "r"), (3.0, 0.45, "o"), (3.5, 0.45, "f")),
    "sub": ((0.0, 4.0, "r"),),
    "sub-pop": ((0.0, 1.4, "r"), (1.5, 0.9, "r"), (2.5, 1.4, "r")),
    "pop-driving": tuple((i * 0.5, 0.42, "o" if i == 7 else "r") for i in range(8)),
    "waltz": ((0.0, 1.4, "r"), (2.0, 0.8, "f")),
    "march": ((0.0, 0.8, "r"), (1.0, 0.4, "r"), (1.5, 0.4, "r"), (2.0, 0.8, "f"), (3.0, 0.8, "r")),
}


def bass(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """The chord's bass in a figure; a step towards the next root in the last beat where there is room."""
    if plan.figure == "pedal":
        return _pedal(stage, plan, block)
    figure = _BASS["pop-driving" if plan.figure == "pop" and block.energy > 0.8 else plan.figure]
    tones = []
    for bar in stage.bars_in(block):
        for offset, length, what in figure:
            at = bar + offset
            if offset >= stage.bar:
                continue
            chord = stage.chords.at(at)
            until = min(chord.start_beats + chord.duration_beats, bar + stage.bar)
            root = into(plan.low + (chord.bass - plan.low) % 12, plan.low, plan.high)
            fifth = chord.pitch_classes[2] if len(chord.pitch_classes) > 2 else chord.pitch_classes[-1]
            midi = {"r": root, "o": root + 12, "f": into(root + (fifth - root) % 12, plan.low, plan.high)}[what]
            if midi > plan.high:
                midi = root
            accent = 1.06 if offset == 0 else 0.95
            tones.append(Tone(at, min(length, until - at), midi, loud(plan, block.energy) * accent))
        tones.extend(_half_bar_roots(stage, plan, block, bar, figure))
    return tones


def _half_bar_roots(stage: Stage, plan: PartPlan, block: Block, bar: float, figure: tuple) -> list[Tone]:
    """A chord that comes in the middle of a bar gets its bass, also where the figure is silent there."""
    tones = []
    for chord in stage.chords.between(bar, bar + stage.bar):
        at = chord.start_beats
        if bar < at < bar + stage.bar and not any(abs(bar + offset - at) < 0.01 for offset, _, _ in figure):
            root = into(plan.low + (chord.bass - plan.low) % 12, plan.low, plan.high)
            end = min(at + chord.duration_beats, bar + stage.bar)
            tones.append(Tone(at, end - at, root, loud(plan, block.energy)))
    return tones


def _pedal(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Long low notes: the chord's bass, tied while it stays."""
    tones: list[Tone] = []
    for chord, start, end in stage.chord_spans(block):
        midi = into(plan.low + (chord.bass - plan.low) % 12, plan.low, plan.high)
        if tones and tones[-1].midi == midi and end - tones[-1].start <= 4 * stage.bar:
            tones[-1] = Tone(tones[-1].start, end - tones[-1].start, midi, tones[-1].velocity)
        else:
            tones.append(Tone(start, end - start, midi, loud(plan, block.energy)))
    return tones


# step in beats, and which chord tone of the part's own ladder on each step; None rests
_FIGURES: dict[str, tuple[float, tuple[int | None, ...]]] = {
    "sixteenths": (0.25, (0, 2, 1, 2, 0, 2, 1, 2, 0, 2, 1, 2, 3, 2, 1, 2)),
    "sixteenths-b": (0.25, (0, 0, 1, 0, 2, 0, 1, 0, 0, 0, 1, 0, 3, 2, 1, 0)),
    "dark-eighths": (0.5, (0, 0, 1, 0, 0, 0, 2, 1)),
    "dark-eighths-b": (0.5, (0, None, 0, 1, 0, None, 2, 1)),
    "dark-drops": (0.5, (0, None, None, 1, None, None, 2, None)),
    "dark-drops-b": (0.5, (None, 0, None, None, 2, None, None, 1)),
    "pizz-drops": (0.5, (0, None, 2, None, 1, None, 3, None)),
    "pizz-drops-b": (0.5, (0, None, 1, 2, None, None, 3, None)),
    "gallop": (0.25, (0, None, 0, 0, 1, None, 0, 0, 2, None, 0, 0, 1, None, 1, 1)),
    "gallop-b": (0.25, (0, None, 0, 0, 0, None, 1, 1, 0, None, 0, 0, 2, None, 1, None)),
    "jig": (0.5, (0, 1, 2, 3, 2, 1)),
    "jig-b": (0.5, (2, 1, 0, 1, 2, 3)),
    "piano": (0.5, (0, 2, 3, 4, 3, 2, 3, 2)),
    "piano-b": (0.5, (0, 1, 2, 4, 3, 4, 2, 1)),
    "piano-full": (0.25, (0, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2)),
    "harp": (0.5, (0, 1, 2, 3, 4, 5)),
    "harp-b": (0.5, (0, 2, 4, 5, 4, 2)),
    "harp-slow": (0.5, (0, 1, 2, 3, 4, 5, 4, 3)),
    "eighths-muted": (0.5, (0, 2, 1, 2, 0, 2, 3, 2)),
    "eighths-muted-b": (0.5, (0, None, 2, 1, None, 2, 3, 1)),
    "sixteenths-up": (0.25, (0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 4, 3, 2, 1)),
}
_RINGING = frozenset({"piano", "piano-b", "piano-full", "harp", "harp-b", "harp-slow"})


def ostinato(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A short figure over the chord, accented on the beats."""
    return _figure(stage, plan, block, ring=0.8)


def arpeggio(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A broken chord; piano and harp let their notes ring to the end of the chord."""
    return _figure(stage, plan, block, ring=1.0)


def _figure(stage: Stage, plan: PartPlan, block: Block, *, ring: float) -> list[Tone]:
    variants = [name for name in (plan.figure, f"{plan.figure}-b") if name in _FIGURES]
    name = variants[int(stage.rng(plan, block.section.kind.value).integers(len(variants)))]
    if name == "piano" and block.energy > 0.7:
        name = "piano-full"
    step, tones_of = _FIGURES[name]
    tones = []
    for bar in stage.bars_in(block):
        for index in range(round(stage.bar / step)):
            at, tone = bar + index * step, tones_of[index % len(tones_of)]
            if tone is None:
                continue
            chord = stage.chords.at(at)
            ladder = _ladder(stage, plan, chord)
            until = min(chord.start_beats + chord.duration_beats, bar + stage.bar)
            length = (min(until - at, 2.5) if name in _RINGING else min(step, until - at)) * ring
            accent = 1.08 if at % 1.0 == 0 else 0.9
            accent *= 1.05 if at == bar else 1.0
            tones.append(Tone(at, length, ladder[tone % len(ladder)], loud(plan, block.energy) * accent))
    return tones


def _ladder(stage: Stage, plan: PartPlan, chord) -> list[int]:
    """Chord tones of the part's compass from the voicing's tenor up."""
    start = into(stage.voicing(chord)[1], plan.low, plan.high - 7)
    return [p for p in range(start, plan.high + 1) if p % 12 in chord.pitch_classes][:7] or [start]


_COMP = {
    "pop": ((0.0, 0.9), (1.5, 0.9), (2.5, 0.4), (3.0, 0.9)),
    "pop-soft": ((0.0, 3.8),),
    "strum": ((0.0, 0.5), (1.0, 0.4), (1.5, 0.4), (2.5, 0.4), (3.0, 0.4), (3.5, 0.4)),
    "waltz": ((1.0, 0.5), (2.0, 0.5)),
}


def comp(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Chords in rhythm; a strum rolls its strings."""
    name = "pop-soft" if plan.figure == "pop" and block.energy < 0.5 else plan.figure
    tones = []
    for bar in stage.bars_in(block):
        for offset, length in _COMP[name]:
            at = bar + offset
            chord = stage.chords.at(at)
            until = min(chord.start_beats + chord.duration_beats, bar + stage.bar)
            voices = [into(p, plan.low, plan.high) for p in stage.voicing(chord)[1:]]
            for order, midi in enumerate(sorted(set(voices))):
                delay = 0.02 * order if name == "strum" else 0.0
                accent = 1.0 if offset == 0 else 0.9
                tones.append(Tone(at + delay, min(length, until - at) - delay, midi, loud(plan, block.energy) * accent))
    return tones


_DROP = (  # (offset, length): chords of the drop, syncopated against the kick on every beat
    ((0.0, 0.7), (0.75, 0.7), (1.5, 0.45), (2.0, 0.7), (2.75, 0.7), (3.5, 0.45)),
    ((0.0, 0.7), (0.75, 0.2), (1.0, 0.45), (1.5, 0.95), (2.5, 0.45), (3.0, 0.45), (3.5, 0.45)),
    ((0.0, 1.45), (1.5, 0.95), (2.5, 0.95), (3.5, 0.45)),
)


def drop(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Full chords in the rhythm that the song has drawn for its drop."""
    figure = _DROP[int(stage.rng(plan, "drop").integers(len(_DROP)))]
    tones = []
    for bar in stage.bars_in(block):
        for offset, length in figure:
            at = bar + offset
            if at >= block.end or offset >= stage.bar:
                continue
            chord = stage.chords.at(at)
            length = min(length, chord.start_beats + chord.duration_beats - at)
            accent = 1.05 if offset == 0.0 else 0.96
            for midi in sorted({into(p, plan.low, plan.high) for p in stage.voicing(chord)[1:]}):
                tones.append(Tone(at, length * 0.95, midi, loud(plan, block.energy) * accent))
    return tones


def timpani(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Tonic or fifth on strong beats where the chord has it, and a growing roll into the next section."""
    tonic = pitch_class(stage.key_at(block.start).tonic)
    tones = []
    beats = (0.0, 2.0, 3.0) if plan.figure == "march" else (0.0,)
    bars = stage.bars_in(block)
    for number, bar in enumerate(bars):
        rolls = block.closes and number + 1 == len(bars) and bar < stage.last_bar and len(bars) > 1
        for offset in beats:
            if offset >= stage.bar or (rolls and offset > 0):
                continue
            pcs = stage.chords.at(bar + offset).pitch_classes
            pc = next((p for p in (tonic, (tonic + 7) % 12) if p in pcs), stage.chords.at(bar + offset).bass)
            midi = into(plan.low + (pc - plan.low) % 12, plan.low, plan.high)
            tones.append(Tone(bar + offset, 0.9, midi, loud(plan, block.energy) * (1.0 if offset == 0 else 0.85)))
        if rolls:
            tones.extend(_roll(stage, plan, block, bar))
    return tones


def _roll(stage: Stage, plan: PartPlan, block: Block, bar: float) -> list[Tone]:
    start = bar + stage.bar / 2
    pc = stage.chords.at(start).bass
    midi = into(plan.low + (pc - plan.low) % 12, plan.low, plan.high)
    count = round(stage.bar / 2 / 0.125)
    return [
        Tone(start + i * 0.125, 0.12, midi, loud(plan, block.energy) * (0.5 + 0.55 * i / count)) for i in range(count)
    ]
