"""Players of lines: themes where nobody sings, answers in the singer's breaths, doublings."""

from __future__ import annotations

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.band.counter import guide_line, last_steps
from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud, plays
from generation.engine.composer.motifs import make_motif, stretch
from generation.engine.composer.pitches import PitchSpec, choose_pitches
from generation.engine.composer.profile import PartPlan
from generation.engine.composer.theory import pitch_class, scale_pcs
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import SungLine

_RHYTHMS = {  # onsets in beats over two bars of four, or four bars of three
    "straight": ((0, 1.5, 2, 3, 4, 6), (0, 2, 3, 4, 5.5, 6), (0, 1, 2, 4, 5, 6)),
    "syncopated": ((0, 0.75, 1.5, 2.5, 3.5, 4.5, 6), (0, 1.5, 2.5, 3, 4, 5.5), (0.5, 1, 1.5, 2.5, 4.5, 5, 5.5)),
    "chant": ((0, 1, 1.5, 2, 3, 4, 5), (0, 1, 2, 2.5, 3, 4, 4.5, 5)),
    "lilt": ((0, 2, 3, 5, 6, 7, 8, 9), (0, 1, 2, 3, 5, 6, 8, 9), (0, 1.5, 2, 3, 6, 7.5, 8, 9)),
    "march": ((0, 1.5, 2, 3, 3.5, 4, 6), (0, 0.5, 1, 2, 3.5, 4, 5, 6), (0, 1, 1.5, 2, 4, 5, 5.5, 6)),
}


def melody(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """What a melodic instrument does in a block, by its figure."""
    sung = stage.lines_in(block) if block.section.phrases else []
    if not sung:
        return _theme(stage, plan, block)
    if plan.figure in ("octave", "shadow"):
        return _doubling(stage, plan, block, sung)
    if plan.figure in ("hook", "fanfare") and block.section.kind is K.CHORUS:
        return _hook(stage, plan, block)
    return _answers(stage, plan, block, sung)


def _theme(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """The song's hook in the first phrase and then every other one, the chorus motif in between; players with an echo
    answer every other phrase."""
    alone = _answering(stage, block) == [plan.name]
    if plan.figure == "echo" and block.energy > 0.55 and not alone:
        return []
    line = stage.profile.line_bars * stage.bar
    motif = make_motif(stage.profile, K.CHORUS, stage.seed)
    figures = _RHYTHMS[stage.profile.rhythm]
    rng = generator(stage.seed, "theme", block.section.kind.value, block.section.occurrence % 3)
    figure = figures[int(rng.integers(len(figures)))]
    tones: list[Tone] = []
    for number, start in enumerate(np.arange(block.start, block.end - 0.5 * line, line)):
        end = min(block.end, float(start) + line)
        echoes = plan.figure in ("shadow", "echo") and not alone
        if echoes and number % 2 == 0 and block.end - block.start > line:
            continue
        beats, steps = tuple(b for b in figure if start + b < end - 0.5), motif.line(number)
        if number % 2 == 0 and not echoes and stage.hook is not None:
            quoted = stage.hook.figure(end - float(start))
            beats, steps = quoted if len(quoted[0]) > 2 else (beats, steps)
        tones.extend(_tune(stage, plan, block, [float(start) + b for b in beats], end, steps))
    return tones


def _tune(
    stage: Stage, plan: PartPlan, block: Block, onsets: list[float], end: float, steps: tuple[int, ...]
) -> list[Tone]:
    """Notes at onsets that follow a motif over the chords, in the instrument's own compass."""
    if not onsets:
        return []
    lengths = [b - a for a, b in zip(onsets, [*onsets[1:], end], strict=True)]
    centre = (plan.low + plan.high) / 2
    key = stage.key_at(onsets[0])
    pcs = set(scale_pcs(key))
    ladder = [p for p in range(plan.low - 12, plan.high + 13) if p % 12 in pcs]
    tonic = pitch_class(key.tonic)
    base = min(range(len(ladder)), key=lambda i: abs(ladder[i] - centre + 3) + 2.0 * (ladder[i] % 12 != tonic))
    wished = stretch(steps, 0, len(onsets), steps[-1])
    targets = tuple(float(ladder[min(len(ladder) - 1, max(0, round(base + w)))]) for w in wished)
    chord = stage.chords.at(onsets[-1])
    spec = PitchSpec(
        plan.low,
        plan.high,
        (plan.low + 2.0, plan.high - 2.0),
        targets,
        (0.8,) * len(onsets),
        chord.pitch_classes[:3],
        scale_pcs(key),
        stage.bar,
    )
    taste = generator(stage.seed, "tune", block.section.kind.value, len(onsets)).uniform(0, 0.6, (8, 128))
    pitches = choose_pitches(onsets, lengths, stage.chords, spec, taste)
    loudness = loud(plan, block.energy)
    return [
        Tone(at, max(0.2, length * 0.96), midi, loudness * (1.04 if at % stage.bar == 0 else 0.97))
        for at, length, midi in zip(onsets, lengths, pitches, strict=True)
    ]


def _answers(stage: Stage, plan: PartPlan, block: Block, sung: list[SungLine]) -> list[Tone]:
    """Call and response: what the singer sang last, taken up while the last syllable is held and the breath taken.

    The melodic players of the block take turns, so that two never answer at once and no gap is left alone.
    """
    tones: list[Tone] = []
    turns = _answering(stage, block)
    if plan.figure == "counter":
        tones.extend(guide_line(stage, plan, block, sung))
    for number, line in enumerate(sung):
        last = line.notes[-1]
        starts = [other.notes[0].start_beats for other in stage.lead if other.notes[0].start_beats > last.start_beats]
        end = min([*starts[:1], block.end])
        begin = np.ceil((last.start_beats + 0.5) * 2) / 2
        room = end - begin
        if room < 1.0 or turns[number % len(turns)] != plan.name:
            continue
        count = int(min(6, room / 0.5))
        onsets = [float(begin) + 0.5 * i for i in range(count)]
        tones.extend(_tune(stage, plan, block, onsets, end, last_steps(line, count)))
    return tones


def _answering(stage: Stage, block: Block) -> list[str]:
    """Who has answers to give: melodic players that are in, and neither double the tune nor play a hook now."""
    busy = {"octave", "shadow"} | ({"hook", "fanfare"} if block.section.kind is K.CHORUS else set())
    return [p.name for p in stage.profile.parts if p.play == "melody" and p.figure not in busy and plays(p, block)]


def _doubling(stage: Stage, plan: PartPlan, block: Block, sung: list[SungLine]) -> list[Tone]:
    """The lead's notes an octave or more away; only where the song is open-throated."""
    if plan.figure == "octave" and block.section.kind is not K.CHORUS:
        return []
    tones = []
    for line in sung:
        first = into(line.notes[0].midi, plan.low, plan.high) - line.notes[0].midi
        for note in line.notes:
            midi = into(note.midi + first, plan.low, plan.high)
            start = max(block.start, note.start_beats)
            tones.append(Tone(start, note.duration_beats * 0.95, midi, loud(plan, block.energy) * 0.85))
    return tones


def _hook(stage: Stage, plan: PartPlan, block: Block) -> list[Tone]:
    """A two-bar riff that comes back through the chorus, kept to chord tones."""
    figures = _RHYTHMS[stage.profile.rhythm]
    rng = generator(stage.seed, "hook")
    figure = figures[int(rng.integers(len(figures)))]
    picks = rng.integers(0, 4, len(figure))
    tones = []
    for start in np.arange(block.start, block.end, 8.0):
        for at, pick in zip(figure, picks, strict=True):
            beat = float(start + at)
            if beat >= block.end:
                continue
            chord = stage.chords.at(beat)
            ladder = [p for p in range(plan.low + 3, plan.high + 1) if p % 12 in chord.pitch_classes]
            tones.append(Tone(beat, 0.45, ladder[int(pick) % len(ladder)], loud(plan, block.energy) * 0.9))
    return tones
