"""From tones to notes: the last chord, stops, human timing and touch, expression curves, order."""

from __future__ import annotations

from math import pi, sin

from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import ControlPoint, Note
from mixer.contracts import ChannelRole as R

_SUSTAINED = frozenset({"pad", "cluster", "drone", "stabs", "melody"})
_EXPRESSION = 11
_GAP_BEATS = 0.02


def last_chord(stage: Stage, plan: PartPlan, energy: float) -> list[Tone]:
    """What a part does in the last bar: harmony rings into the tail, drums strike once."""
    start, chord = stage.last_bar, stage.chords.at(stage.last_bar)
    ring = stage.end - start + 0.75 * stage.form.tail_s * stage.form.bpm / 60.0
    velocity = loud(plan, energy)
    if plan.is_drums:
        return [Tone(start, 1.0, key, velocity * 0.9) for key in (36, 49)] if energy >= 0.3 else []
    if plan.play == "riser" or (plan.play == "melody" and plan.figure == "echo"):
        return []
    if plan.play in ("taiko", "timpani"):
        return [Tone(start, 1.0, into(plan.low + (chord.root - plan.low) % 12, plan.low, plan.high), velocity)]
    if plan.play in ("bass", "bells"):
        return [Tone(start, ring, into(plan.low + (chord.root - plan.low) % 12, plan.low, plan.high), velocity)]
    voices = stage.voicing(chord)
    chosen = {"upper": (2, 3), "lower": (0, 1), "middle": (1, 2)}.get(plan.figure, (1, 2, 3))
    if plan.play == "melody":
        chosen = (3,)
    pitches = sorted({into(voices[i], plan.low, plan.high) for i in chosen})
    if plan.play in ("arpeggio", "comp"):
        rolled = [Tone(start + 0.12 * i, ring - 0.12 * i, p, velocity) for i, p in enumerate(pitches)]
        return rolled
    return [Tone(start, ring, p, velocity) for p in pitches]


def apply_stops(stage: Stage, plan: PartPlan, tones: list[Tone]) -> list[Tone]:
    """Epic songs hold their breath for a beat before a chorus that follows a build: nothing but the riser sounds."""
    if stage.profile.style.value != "epic" or plan.play == "riser":
        return tones
    kept = tones
    for before, after in zip(stage.form.sections, stage.form.sections[1:], strict=False):
        if after.kind is not K.CHORUS or before.kind not in (K.INSTRUMENTAL, K.BRIDGE, K.PRE_CHORUS):
            continue
        end = float(after.start_bar * stage.bar)
        start = end - 1.0
        kept = [
            Tone(t.start, min(t.length, start - t.start), t.midi, t.velocity)
            if t.start < start < t.start + t.length
            else t
            for t in kept
            if not start - 1e-6 <= t.start < end - 1e-6
        ]
    return kept


def humanise(stage: Stage, plan: PartPlan, tones: list[Tone]) -> tuple[Note, ...]:
    """Notes in order. Each bar draws from a stream of its own, so that an edit elsewhere leaves it as it was."""
    by_bar: dict[int, list[Tone]] = {}
    for tone in tones:
        by_bar.setdefault(int((tone.start + 1e-6) // stage.bar), []).append(tone)
    notes: list[Note] = []
    spread = stage.profile.timing_s * stage.form.bpm / 60.0 * (0.6 if plan.is_drums else 1.0)
    for bar, members in sorted(by_bar.items()):
        members.sort(key=lambda t: (t.start, t.midi))
        rng = stage.rng(plan, "human", bar)
        shifts = rng.normal(0.0, spread, len(members)).clip(-2.2 * spread, 2.2 * spread)
        touches = rng.normal(0.0, 3.5, len(members))
        for tone, shift, touch in zip(members, shifts, touches, strict=True):
            start = max(0.0, tone.start + float(shift))
            velocity = int(min(127, max(1, round(tone.velocity + float(touch)))))
            notes.append(Note(round(start, 5), round(max(0.05, tone.length), 5), tone.midi, velocity))
    return _untangled(notes)


def _untangled(notes: list[Note]) -> tuple[Note, ...]:
    """Sorted; a key ends before it is struck again, and is never struck twice at once."""
    last: dict[int, int] = {}
    kept: list[Note | None] = []
    for note in sorted(notes, key=lambda n: (n.start_beats, n.midi, -n.velocity)):
        index = last.get(note.midi)
        if index is not None and kept[index] is not None:
            before = kept[index]
            room = note.start_beats - before.start_beats
            if room < 0.06:
                continue
            if before.duration_beats > room - _GAP_BEATS:
                kept[index] = Note(before.start_beats, round(room - _GAP_BEATS, 5), before.midi, before.velocity)
        last[note.midi] = len(kept)
        kept.append(note)
    return tuple(n for n in kept if n is not None)


def expression(stage: Stage, plan: PartPlan, blocks: list[Block]) -> tuple[ControlPoint, ...]:
    """CC11 for held sounds: each four bars swell and fall, a section leans into the next one's heat."""
    held = plan.play in _SUSTAINED and plan.role in (R.STRINGS, R.BRASS, R.CHOIR, R.PAD, R.WOODWIND)
    if not held:
        return ()
    points: dict[float, int] = {}
    period = 4.0 * stage.bar
    for block in blocks:
        index = stage.blocks.index(block)
        following = stage.blocks[index + 1].energy if index + 1 < len(stage.blocks) else 0.4 * block.energy
        beats = round(block.end - block.start)
        for beat in range(beats):
            share = beat / beats
            swell = sin(pi * ((beat % period) / period))
            lean = max(0.0, share - 0.6) / 0.4 * (following - block.energy)
            value = 62 + 44 * min(1.0, max(0.0, block.energy + 0.5 * lean)) + 15 * swell
            points[block.start + beat] = int(min(127, max(30, round(value))))
    points.setdefault(0.0, next(iter(points.values()), 90))
    points.update(_fade(stage))
    thinned: list[ControlPoint] = []
    for beat, value in sorted(points.items()):
        if not thinned or thinned[-1].value != value:
            thinned.append(ControlPoint(beat, _EXPRESSION, value))
    return tuple(thinned)


def _fade(stage: Stage) -> dict[float, int]:
    """The last chord dies away through the tail."""
    steps = 8
    length = stage.bar + 0.75 * stage.form.tail_s * stage.form.bpm / 60.0
    return {stage.last_bar + length * i / steps: round(108 - 58 * i / steps) for i in range(steps + 1)}
