"""What leads from one section into the next: risers, impacts, swells, falls, runs.

The build-up, the pause and the impact are the grammar of trailers and of dance music (Solberg, "Waiting for the bass to
drop", Dancecult 6/1, 2014: riser, drum roll, taken-away bass, drop).
"""

from __future__ import annotations

from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.composer.theory import local_scale, scale_pcs
from generation.engine.lyrics.types import SectionKind as K

HOTTER = 0.08
"""From this rise of energy on a section is led into."""
_GREAT = 0.25


def riser(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A sound that grows into a hotter section: it ends where that one begins, and lasts longer for a greater step."""
    following = stage.after(block)
    if not block.closes or following is None or stage.jump(block) < HOTTER:
        return []
    wish = 2.0 * stage.bar if stage.jump(block) >= _GREAT else 1.0 * stage.bar
    if plan.figure == "reverse-cymbal":  # a sample of fixed length
        wish = 2.2 * stage.form.bpm / 60.0
    length = min(wish, block.end - block.start)
    midi = into(plan.low + (stage.chords.at(block.end).root - plan.low) % 12, plan.low, plan.high)
    return [Tone(block.end - length, length, midi, loud(plan, following.energy))]


def impact(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A boom on the first beat of a section that is hot, or much hotter than the one before."""
    if not block.opens:
        return []
    rise = block.section.energy - (stage.form.sections[block.index - 1].energy if block.index else 0.0)
    hot = block.section.energy >= 0.6 and rise >= 0.0
    if not (hot or (block.index and rise >= _GREAT)):
        return []
    midi = into(plan.low + (stage.chords.at(block.start).root - plan.low) % 12, plan.low, plan.high)
    return [Tone(block.start, 2.0, midi, loud(plan, block.energy))]


def fall(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A sweep down where a section is much colder than the one before it."""
    if not block.opens or not block.index:
        return []
    before = stage.form.sections[block.index - 1]
    if before.energy - block.section.energy < 0.2:
        return []
    return [Tone(block.start, 3.0, plan.low, loud(plan, before.energy))]


def braam(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """The low blast of trailers: at the head of hot stretches, in played sections every second bar."""
    every = 2 if block.section.kind in (K.INSTRUMENTAL, K.INTRO) else max(1, len(stage.bars_in(block)))
    tones = []
    for number, bar in enumerate(stage.bars_in(block)):
        if number % every == 0 and (block.opens or every == 2):
            chord = stage.chords.at(bar)
            low = into(plan.low + (chord.bass - plan.low) % 12, plan.low, plan.high)
            length = min(1.5 * stage.bar, block.end - bar)
            tones.append(Tone(bar, length, low, loud(plan, block.energy)))
    return tones


def swell(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Chords held through the last bars before a hotter section, while `expression` makes them grow."""
    if not swells(stage, block):
        return []
    window = swell_beats(stage, block)
    voices = {"lower": (0, 1, 2), "upper": (2, 3)}.get(plan.figure, (1, 2))
    tones = []
    for chord, start, end in stage.chord_spans(block):
        start = max(start, block.end - window)
        if start < end - 0.1:
            pitches = sorted({into(stage.voicing(chord)[i], plan.low, plan.high) for i in voices})
            tones.extend(Tone(start, end - start, p, loud(plan, block.energy + 0.2)) for p in pitches)
    return tones


def swells(stage: Stage, block: Block) -> bool:
    """Whether something hotter comes right after the block."""
    return block.closes and stage.jump(block) >= HOTTER


def swell_beats(stage: Stage, block: Block) -> float:
    """Two bars, one where the section is short."""
    return min(2.0 * stage.bar if block.section.bars >= 4 else 1.0 * stage.bar, block.end - block.start)


def run(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A run up the scale through the last beat (a harp's glissando, a flute's flourish) into the next section."""
    following = stage.after(block)
    if not block.closes or following is None or stage.jump(block) < 0.0:
        return []
    chord = stage.chords.at(block.end - 0.5)
    scale = set(local_scale(scale_pcs(stage.key_at(block.end - 0.5)), chord.pitch_classes))
    ladder = [p for p in range(plan.low, plan.high + 1) if p % 12 in scale]
    beats = min(2.0 if plan.figure == "glissando" else 1.0, float(stage.bar))
    count = min(len(ladder), 14 if plan.figure == "glissando" else 8)
    first = max(0, len(ladder) - count - 1)
    step = beats / count
    return [
        Tone(
            block.end - beats + i * step,
            step * 1.2,
            ladder[first + i],
            loud(plan, following.energy) * (0.7 + 0.3 * i / count),
        )
        for i in range(count)
    ]
