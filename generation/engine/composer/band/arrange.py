"""Who plays when, and the parts of the score that come of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from generation.engine.composer.band import drums, melodic, moving, sustained, transitions
from generation.engine.composer.band.clearing import make_room
from generation.engine.composer.band.expression import expression
from generation.engine.composer.band.finish import humanise, last_chord
from generation.engine.composer.band.stage import Block, Stage, Tone, plays
from generation.engine.composer.band.stops import apply_stops
from generation.engine.composer.profile import PartPlan
from generation.engine.score.types import Part

_PLAYERS: dict[str, Callable[[Stage, PartPlan, Block], list[Tone]]] = {
    "pad": sustained.pad,
    "cluster": sustained.cluster,
    "drone": sustained.drone,
    "stabs": sustained.stabs,
    "bass": moving.bass,
    "ostinato": moving.ostinato,
    "arpeggio": moving.arpeggio,
    "comp": moving.comp,
    "timpani": moving.timpani,
    "melody": melodic.melody,
    "drums": drums.drums,
    "taiko": drums.taiko,
    "bells": drums.bells,
    "drop": moving.drop,
    "riser": transitions.riser,
    "impact": transitions.impact,
    "fall": transitions.fall,
    "braam": transitions.braam,
    "swell": transitions.swell,
    "run": transitions.run,
}


def arrange(stage: Stage) -> tuple[Part, ...]:
    """The parts of the style's instruments that have something to play in this song."""
    parts = (_part(stage, plan) for plan in stage.profile.parts)
    return tuple(part for part in parts if part.notes)


def _part(stage: Stage, plan: PartPlan) -> Part:
    blocks = [block for block in stage.blocks if plays(plan, block)]
    tones: list[Tone] = []
    for _, members in groupby(blocks, key=lambda block: block.index):
        section = list(members)
        played = [tone for block in section for tone in _PLAYERS[plan.play](stage, plan, block)]
        tones.extend(make_room(stage, plan, (section[0].start, section[-1].end), played))
    tones = apply_stops(stage, plan, _before_last_bar(stage, tones))
    if blocks and blocks[-1] is stage.blocks[-1]:
        tones.extend(last_chord(stage, plan, blocks[-1].energy))
    return Part(
        name=plan.name,
        program=plan.program,
        role=plan.role,
        notes=humanise(stage, plan, tones),
        is_drums=plan.is_drums,
        pan=plan.pan,
        controls=expression(stage, plan, blocks),
        synth=plan.synth,
    )


def _before_last_bar(stage: Stage, tones: list[Tone]) -> list[Tone]:
    """The last bar belongs to the last chord: what was to be played in it is left out, what sounds into it is cut."""
    end = stage.last_bar
    return [
        t if t.start + t.length <= end else Tone(t.start, end - t.start, t.midi, t.velocity)
        for t in tones
        if t.start < end - 1e-6
    ]
