"""From tones to notes: the last chord, human timing and touch, order."""

from __future__ import annotations

from generation.engine.composer.band.stage import Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.score.types import Note

_GAP_BEATS = 0.02
_LEADS_AWAY = frozenset({"riser", "impact", "fall", "swell", "run", "braam"})
"""They lead from section to section, and have no part in the last chord."""
_EXACT = frozenset({"riser", "impact", "fall"})
"""Machines: on the beat."""


def last_chord(stage: Stage, plan: PartPlan, energy: float) -> list[Tone]:
    """What a part does in the last bar: harmony rings into the tail, drums strike once."""
    start, chord = stage.last_bar, stage.chords.at(stage.last_bar)
    ring = stage.end - start + 0.75 * stage.form.tail_s * stage.form.bpm / 60.0
    velocity = loud(plan, energy)
    if plan.is_drums:
        return [Tone(start, 1.0, key, velocity * 0.9) for key in (36, 49)] if energy >= 0.3 else []
    if plan.play in _LEADS_AWAY or (plan.play == "melody" and plan.figure == "echo"):
        return []
    if plan.play in ("taiko", "timpani"):
        return [Tone(start, 1.0, into(plan.low + (chord.root - plan.low) % 12, plan.low, plan.high), velocity)]
    if plan.play == "drone":  # it stays where it has been
        low = into(plan.low + (chord.root - plan.low) % 12, plan.low, plan.high)
        return [Tone(start, ring, midi, velocity) for midi in (low, low + 7) if midi <= plan.high]
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


def humanise(stage: Stage, plan: PartPlan, tones: list[Tone]) -> tuple[Note, ...]:
    """Notes in order. Each bar draws from a stream of its own, so that an edit elsewhere leaves it as it was."""
    by_bar: dict[int, list[Tone]] = {}
    for tone in tones:
        by_bar.setdefault(int((tone.start + 1e-6) // stage.bar), []).append(tone)
    notes: list[Note] = []
    spread = stage.profile.timing_s * stage.form.bpm / 60.0 * (0.6 if plan.is_drums else 1.0)
    spread *= 0.0 if plan.play in _EXACT else 1.0
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
