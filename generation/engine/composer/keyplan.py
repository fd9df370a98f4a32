"""The keys of a song: the first one, and the lift into the last chorus where the style likes it.

The last chorus of popular and film music is often raised by a semitone, a tone or a third after its new dominant has
been heard ("the truck driver's gear change"; Ricci, "The pump-up in pop music of the 1970s and 1980s", Music Analysis
36/1, 2017; Capuzzo, "Sectional tonality and sectional centricity in rock music", Music Theory Spectrum 31/2, 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

from codecraft.common.seeds import generator
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import Form
from generation.engine.composer.theory import best_key, pitch_class
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Key, KeyChange
from voicelab.contracts import VoiceRange

_HEADROOM = 2
"""Semitones that stay free above the lifted tune."""


@dataclass(frozen=True)
class KeyPlan:
    """The first key and the changes after it, in order of their beats."""

    first: Key
    changes: tuple[KeyChange, ...] = ()
    lifted_section: int | None = None
    """Index of the section that begins in the new key."""

    def at(self, beat: float) -> Key:
        """The key that holds at a beat."""
        return next((c.key for c in reversed(self.changes) if c.beat <= beat + 1e-6), self.first)

    def lift_at(self, beat: float) -> int:
        """Semitones by which the music stands above its first key, -5..6."""
        return (pitch_class(self.at(beat).tonic) - pitch_class(self.first.tonic) + 5) % 12 - 5

    @property
    def most_lift(self) -> int:
        return max((self.lift_at(c.beat) for c in self.changes), default=0)


def plan_keys(profile: StyleProfile, form: Form, key: Key, register: VoiceRange, seed: int) -> KeyPlan:
    """Lift the last chorus of some songs of the styles that like it, as far as the singer's compass allows."""
    room = register.highest - register.comfortable[1] - _HEADROOM
    steps = [step for step in profile.lifts if step <= room]
    choruses = [i for i, s in enumerate(form.sections) if s.kind is K.CHORUS]
    rng = generator(seed, "lift", profile.style.value)
    wanted = rng.random() < profile.lift_chance
    if not wanted or not steps or len(choruses) < 2 or form.sections[choruses[-1] - 1].bars < 2:
        return KeyPlan(key)
    step = steps[int(rng.integers(len(steps)))]
    index = choruses[-1]
    beat = float(form.sections[index].start_bar * form.beats_per_bar)
    lifted = best_key((pitch_class(key.tonic) + step) % 12, key.mode)
    return KeyPlan(key, (KeyChange(beat, lifted),), index)


def lift_told(plan: KeyPlan, form: Form) -> tuple[str, ...]:
    """What was decided, as a sentence."""
    if plan.lifted_section is None:
        return ()
    change = plan.changes[0]
    how = {1: "a semitone", 2: "a tone", 3: "a third"}.get(plan.most_lift, f"{plan.most_lift} semitones")
    name = form.sections[plan.lifted_section].name
    return (f"The last {name} is lifted by {how} to {change.key.tonic} {change.key.mode}, after its new dominant.",)
