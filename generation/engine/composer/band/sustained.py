"""Players of held notes: pads, clusters, drones, stabs."""

from __future__ import annotations

from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.composer.theory import local_scale, pitch_class, scale_pcs

_VOICES = {"upper": (2, 3), "lower": (0, 1), "middle": (1, 2), "full": (1, 2, 3)}


def pad(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """The voicing's voices held; a pitch that stays is not struck again."""
    held: dict[int, Tone] = {}
    done: list[Tone] = []
    velocity = loud(plan, block.energy)
    chosen = _VOICES[plan.figure]
    shift = _octaves([stage.voicing(c)[i] for c in stage.chords.chords for i in chosen], plan)
    for chord, start, end in stage.chord_spans(block):
        voices = stage.voicing(chord)
        pitches = {into(voices[i] + shift, plan.low, plan.high) for i in chosen}
        for midi in sorted(set(held) - pitches):
            done.append(held.pop(midi))
        for midi in sorted(pitches):
            if midi in held:
                old = held[midi]
                held[midi] = Tone(old.start, end - old.start, midi, velocity)
            else:
                held[midi] = Tone(start, end - start, midi, velocity)
    return [*done, *held.values()]


def _octaves(pitches: list[int], plan: PartPlan) -> int:
    """One shift for the whole song, so that the voices' leading stays: the one that fits the compass best."""

    def outside(shift: int) -> int:
        return sum(not plan.low <= p + shift <= plan.high for p in pitches)

    return min((0, 12, -12), key=outside)


def cluster(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Three neighbouring notes of the scale around the chord's fifth, entering one after another."""
    tones = []
    for chord, start, end in stage.chord_spans(block):
        scale = sorted(local_scale(scale_pcs(stage.key_at(start)), chord.pitch_classes))
        fifth = chord.pitch_classes[min(2, len(chord.pitch_classes) - 1)]
        place = scale.index(fifth)
        pcs = [scale[place], scale[(place + 1) % len(scale)], chord.root]
        for order, pc in enumerate(pcs):
            enter = start + order * min(1.0, 0.25 * (end - start))
            midi = into(55 + (pc - 55) % 12, plan.low, plan.high)
            tones.append(Tone(enter, end - enter, midi, loud(plan, block.energy)))
    return tones


def drone(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Tonic and fifth held through the block, breathed every four bars; the fifth yields where it would rub."""
    tonic = pitch_class(stage.key_at(block.start).tonic)
    low = into(plan.low + (tonic - plan.low) % 12, plan.low, plan.high)
    tones = []
    for first in range(0, round(block.end - block.start), 4 * stage.bar):
        start = block.start + first
        end = min(block.end, start + 4 * stage.bar)
        for midi in (low, low + 7):
            if midi <= plan.high:
                tones.append(Tone(start, end - start - 0.1, midi, loud(plan, block.energy)))
    return tones


_STABS = {
    "halves": ((0.0, 1.6), (2.0, 1.6)),
    "whole": ((0.0, 4.0),),
    "march": ((0.0, 0.75), (1.5, 0.4), (2.0, 0.75), (3.0, 0.4), (3.5, 0.4)),
}


def stabs(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """Chords of the brass: bass and two inner voices, struck and swelling."""
    tones = []
    for bar in stage.bars_in(block):
        for offset, length in _STABS[plan.figure]:
            at = bar + offset
            if offset >= stage.bar or at >= block.end:
                continue
            chord = stage.chords.at(at)
            until = chord.start_beats + chord.duration_beats
            length = min(length, until - at, bar + stage.bar - at)
            accent = 1.06 if offset == 0 else 0.94
            for voice in (1, 2):
                midi = into(stage.voicing(chord)[voice], plan.low, plan.high)
                tones.append(Tone(at, length * 0.95, midi, loud(plan, block.energy) * accent))
    return tones
