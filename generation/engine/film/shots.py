"""From sections to shots: sizes, moves and transitions, by the grammar of editing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from codecraft.common.seeds import derive_seed, generator
from generation.engine.film.arc import final_chorus
from generation.engine.film.editing import Editor, Span
from generation.engine.film.types import Cue, Look, Shot, StoryboardSpec
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score, Section

_SEED = 0xFFFFFFFF
_SIZES = ("wide", "mid", "close")
# how often each size follows another: (calm, sung, full), each (wide, mid, close)
_TASTE = {"calm": (1.2, 1.0, 0.5), "sung": (0.6, 1.0, 1.1), "full": (1.2, 0.9, 0.9)}
_MOVES = {
    ("wide", False): ("push", "crane_up", "pan_right", "pan_left", "orbit_right", "drift"),
    ("wide", True): ("push", "crane_down", "crane_up", "orbit_left", "orbit_right", "pull"),
    ("mid", False): ("drift", "push", "pan_left", "pan_right", "orbit_left"),
    ("mid", True): ("handheld", "push", "orbit_right", "orbit_left", "pan_right", "pan_left"),
    ("close", False): ("drift", "push", "handheld", "orbit_left"),
    ("close", True): ("handheld", "push", "pull", "orbit_right"),
}
_OPPOSITE = {"pan_left": "pan_right", "pan_right": "pan_left", "push": "pull", "crane_up": "crane_down"}
_LOUD = 0.72
_HANDHELD_STYLES = frozenset(("epic", "gladiator", "dark", "pop"))
_GENTLE = frozenset(("gregorian", "emotional"))
"""Styles that flow: they dissolve, and flash at most once, where the last chorus comes in."""
# seconds; half of a transition's shot is the most it may take
_TRANSITION_S = {"dissolve": 0.62, "whip": 0.25, "flash": 0.40, "fade_black": 0.45}


@dataclass(frozen=True)
class _Place:
    """Where a shot stands: its section, the sections around it, and its place among the section's shots."""

    number: int
    section: Section
    before: Section | None
    following: Section | None
    span: Span
    place: int
    count: int
    arrives: bool
    leaves: bool
    final: bool


class ShotPlanner:
    """Plans the shots of a film. `looks` holds one look for each section; `bar_frames` the first frame of each bar."""

    def __init__(
        self, spec: StoryboardSpec, looks: tuple[Look, ...], cues: tuple[Cue, ...], bar_frames: tuple[int, ...],
        frames: int,
    ) -> None:  # fmt: skip
        self.spec, self.score, self.looks = spec, spec.score, looks
        self.bar_frames, self.frames = bar_frames, frames
        self.editor = Editor(spec.score, spec.style, cues)
        self.stops = [cue.time_s + cue.length_s for cue in cues if cue.kind == "stop"]
        self.last_final = final_chorus(spec.score)
        self.dealt: dict[tuple[str, str], int] = {}

    def plan(self) -> tuple[Shot, ...]:
        shots: list[Shot] = []
        sections = self.score.sections
        for number, section in enumerate(sections):
            before = sections[number - 1] if number else None
            following = sections[number + 1] if number + 1 < len(sections) else None
            rng = generator(self.spec.seed, "shots", number)
            arrives = number == 0 or _place(self.looks[number]) != _place(self.looks[number - 1])
            leaves = following is not None and _place(self.looks[number]) != _place(self.looks[number + 1])
            final = number == self.last_final
            spans = self.editor.spans(section, following, arrives=arrives or final, luck=float(rng.random()))
            for place, span in enumerate(spans):
                here = _Place(
                    number, section, before, following, span, place, len(spans), arrives, leaves, final,
                )  # fmt: skip
                shot = self._shot(here, shots, rng)
                if shot is not None:
                    shots.append(shot)
        shots[0] = replace(shots[0], start_frame=0, transition="cut", transition_frames=0)
        shots[-1] = replace(shots[-1], end_frame=self.frames)
        return tuple(shots)

    def _shot(self, here: _Place, shots: list[Shot], rng: np.random.Generator) -> Shot | None:
        start, end = self.bar_frames[here.span.first], self.bar_frames[here.span.last]
        if end <= start:
            return None
        last = shots[-1] if shots else None
        size = self._size(here, last, rng)
        shot = Shot(
            len(shots), self.looks[here.number], size, self._move(here, size, last, rng), start, end,
            here.span.first, here.section.name, here.section.energy, _growth(self.score, here),
            self._seed(here, size),
        )  # fmt: skip
        kind = self._transition(here, rng)
        length = min(round(_TRANSITION_S.get(kind, 0.0) * self._length(here) * self.spec.fps), (end - start) // 2)
        return replace(shot, transition=kind, transition_frames=length) if shots and length > 0 else shot

    def _seed(self, here: _Place, size: str) -> int:
        """The shot's seed. Its remainders choose among the place's framings of a size (`World.focus`, `camera_at`):
        they are dealt in turn, so that a place is seen from another side each time."""
        world = self.looks[here.number].world
        turn = self.dealt.get((world, size), derive_seed(self.spec.seed, "side", world, size) % 7)
        self.dealt[world, size] = turn + 1
        seed = derive_seed(self.spec.seed, "shot", here.number, here.place) & _SEED
        return seed // 35 * 35 + 2 * turn % 5 * 7 + turn % 7

    def _size(self, here: _Place, last: Shot | None, rng: np.random.Generator) -> str:
        """Wide where a place is new or the final chorus begins; never the size before in the same place; closer with
        tension; and the wide shot is saved up when the next section opens on one."""
        opens = here.place == 0 and (here.arrives or here.final or here.section.kind is SectionKind.CHORUS)
        if opens and (here.arrives or last is None or last.size != "wide"):
            return "wide"
        closing = here.place == here.count - 1
        if closing and here.following is None and (last is None or last.size != "wide"):
            return "wide"
        mood = "full" if here.section.energy > _LOUD else "calm" if here.section.kind is SectionKind.INTRO else "sung"
        weights = np.array(_TASTE[mood]) * (1.6, 1.0, 0.9) if here.final else np.array(_TASTE[mood])
        weights *= (1.0 - 0.75 * here.span.tension, 1.0, 1.0 + 1.6 * here.span.tension)
        if last is not None:
            weights[_SIZES.index(last.size)] = 0.0
        before_end = here.following is None and here.place == here.count - 2
        if before_end or (closing and self._next_is_wide(here)):
            weights[0] = 0.0
        return str(rng.choice(_SIZES, p=weights / weights.sum()))

    def _next_is_wide(self, here: _Place) -> bool:
        following = here.following
        ends = here.number + 2 == len(self.score.sections)
        return following is not None and (here.leaves or ends or following.kind is SectionKind.CHORUS)

    def _move(self, here: _Place, size: str, last: Shot | None, rng: np.random.Generator) -> str:
        """Rising music is pushed into, the end is left behind, a chorus opens from above; never one move twice, and a
        pan goes on in the direction of the pan before it."""
        closing = here.following is None and here.place == here.count - 1
        if closing:
            return "pull" if last is None or last.move != "pull" else "crane_up"
        if here.place == 0 and here.final:
            return "crane_up" if last is None or last.move != "crane_up" else "pull"
        lively = here.section.energy > _LOUD
        moves = [move for move in _MOVES[size, lively] if last is None or move != last.move]
        if self.spec.style not in _HANDHELD_STYLES:
            moves = [move for move in moves if move != "handheld"]
        if last is not None:
            moves = [move for move in moves if _OPPOSITE.get(last.move) != move] or moves
        if here.span.tension > 0.45 and "push" in moves:
            return "push"
        return str(rng.choice(moves))

    def _transition(self, here: _Place, rng: np.random.Generator) -> str:
        """How a shot begins, by the energy it comes from and goes to."""
        section, energy = here.section, here.section.energy
        if here.place > 0:
            if energy > _LOUD and self.spec.style not in _GENTLE and rng.random() < 0.14:
                return "whip"
            return "dissolve" if energy < (0.62 if self.spec.style in _GENTLE else 0.4) else "cut"
        rise = energy - (here.before.energy if here.before else 0.0)
        if self.spec.style in _GENTLE and not (here.final and self.spec.style == "emotional"):
            return "fade_black" if rise < -0.3 or section.kind is SectionKind.OUTRO else "dissolve"
        if self._after_stop(here.span.first):
            return "flash" if energy > 0.5 else "cut"
        if energy > 0.6 and (rise > 0.12 or here.final):
            return "flash"
        if rise < -0.3 or (here.arrives and section.kind is SectionKind.OUTRO):
            return "fade_black"
        return "dissolve" if energy < 0.6 else "whip" if here.arrives and energy > 0.85 else "cut"

    def _length(self, here: _Place) -> float:
        """Transitions take longer where the music is calm."""
        return 1.35 - 0.5 * here.section.energy

    def _after_stop(self, bar: int) -> bool:
        time_s = self.editor.bar_s(bar)
        return any(abs(stop_s - time_s) < 0.06 for stop_s in self.stops)


def _place(look: Look) -> tuple[str, str]:
    return look.world, look.media


def _growth(score: Score, here: _Place) -> float:
    """0..1: choruses grow each time they return and are full in the last one; elsewhere the song's own way."""
    choruses = [n for n, section in enumerate(score.sections) if section.kind is SectionKind.CHORUS]
    if here.final:
        return 1.0
    if here.number in choruses:
        return round((choruses.index(here.number) + 1) / len(choruses), 3)
    if choruses and here.number > choruses[-1]:
        return 1.0
    return round(0.9 * here.number / max(1, len(score.sections) - 1), 3)
