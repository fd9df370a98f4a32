"""A person's own pictures and clips between the painted shots: verses first, in their order, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codecraft.common.seeds import derive_seed
from generation.engine.film.types import OwnMedia, Shot, StoryboardSpec
from generation.engine.film.worlds import OWN_WORLDS
from generation.engine.lyrics.types import SectionKind

WORLD_OF = {"picture": "own_picture", "clip": "own_clip"}
_ORDER = (
    (SectionKind.VERSE, SectionKind.PRE_CHORUS),
    (SectionKind.BRIDGE, SectionKind.INSTRUMENTAL),
    (SectionKind.INTRO, SectionKind.OUTRO),
    (SectionKind.CHORUS,),
)
_PICTURE_MOVES = ("push", "pan_left", "pull", "pan_right")
_SEED = 0xFFFFFFFF


def weave_media(shots: tuple[Shot, ...], spec: StoryboardSpec) -> tuple[tuple[Shot, ...], tuple[str, ...]]:
    """The shots with the person's media in their place, and notices of what was left out and why.

    The first shot of a section keeps its painted place, so that the eye knows where it is; a clip is shown for no
    longer than it lasts: a longer shot is cut in two on a bar, and goes on in its painted place.
    """
    if not spec.media and not spec.stills:
        return shots, ()
    shown = [number for number, media in enumerate(spec.media) if WORLD_OF.get(media.kind) in OWN_WORLDS]
    slots = _slots(shots, spec, len(shown))
    left_out = [number for number in range(len(spec.media)) if number not in shown] + shown[len(slots) :]
    woven, used = list(shots), 0
    queue = shown[: len(slots)]
    free = [shot.index for shot in _candidates(shots, spec) if shot.index not in slots]
    parts: dict[int, list[Shot]] = {}
    for number, slot in zip(queue, slots, strict=True):
        media = spec.media[number]
        taken = _shown(shots[slot], media, spec)
        if taken is None:
            # the shot is too long for the clip, and its first bar too: any other free shot that is short enough
            other = next((index for index in free if _shown(shots[index], media, spec) is not None), None)
            if other is None:
                left_out.append(number)
                continue
            free.remove(other)
            slot, taken = other, _shown(shots[other], media, spec)
        parts[slot] = taken
        used += 1
    parts.update(_stills(shots, spec, {index for index in free if index not in parts}))
    result = [part for shot in woven for part in parts.get(shot.index, [shot])]
    return tuple(replace(shot, index=index) for index, shot in enumerate(result)), _notices(spec, sorted(left_out))


def _stills(shots: Sequence[Shot], spec: StoryboardSpec, free: set[int]) -> dict[int, list[Shot]]:
    """Stills that were painted for a section, each in a shot of it that is still free."""
    parts: dict[int, list[Shot]] = {}
    for still in spec.stills:
        section = spec.score.sections[still.section]
        bars = range(section.start_bar, section.start_bar + section.bars)
        index = next((i for i in sorted(free) if shots[i].start_bar in bars), None)
        if index is not None:
            free.remove(index)
            parts[index] = _shown(shots[index], still.media, spec) or [shots[index]]
    return parts


def _candidates(shots: Sequence[Shot], spec: StoryboardSpec) -> list[Shot]:
    """Shots that may give their place away: none that opens a section, nor the last."""
    opening = {section.start_bar for section in spec.score.sections}
    return [shot for shot in shots[1:-1] if shot.start_bar not in opening]


def _slots(shots: Sequence[Shot], spec: StoryboardSpec, wanted: int) -> list[int]:
    """Indices of `wanted` shots (or as many as there are) in order, spread evenly over the verses, then the rest."""
    kinds = {}
    for section in spec.score.sections:
        for bar in range(section.start_bar, section.start_bar + section.bars):
            kinds[bar] = section.kind
    chosen: list[int] = []
    candidates = _candidates(shots, spec)
    for group in _ORDER:
        there = [shot.index for shot in candidates if kinds.get(shot.start_bar) in group]
        count = min(len(there), wanted - len(chosen))
        chosen += [there[int((place + 0.5) * len(there) / count)] for place in range(count)]
    return sorted(chosen)


def _shown(shot: Shot, media: OwnMedia, spec: StoryboardSpec) -> list[Shot] | None:
    """The shot with the media in it, in two where a clip ends before it; None where not even one bar fits."""
    look = replace(
        shot.look, world=WORLD_OF[media.kind], media=media.key, density=0.0,
        seed=derive_seed(spec.seed, "media", media.key) & _SEED,
    )  # fmt: skip
    if media.kind == "picture":
        return [replace(shot, look=look, size="wide", move=_PICTURE_MOVES[shot.index % len(_PICTURE_MOVES)])]
    most = int(media.duration_s * spec.fps + 1e-6)
    plain = replace(shot, look=look, size="wide", move="drift")
    if shot.frames <= most:
        return [plain]
    cut = _bar_within(shot, spec, most)
    if cut is None:
        return None
    bar, frame = cut
    rest = replace(shot, start_frame=frame, start_bar=bar, transition="cut", transition_frames=0, seed=shot.seed ^ 1)
    return [replace(plain, end_frame=frame, transition_frames=min(shot.transition_frames, most // 2)), rest]


def _bar_within(shot: Shot, spec: StoryboardSpec, most_frames: int) -> tuple[int, int] | None:
    """The last bar, and its frame, inside the shot that lies no further than the clip lasts."""
    found, bar, score = None, shot.start_bar + 1, spec.score
    while bar < score.bars:
        frame = round(score.tempo_map.seconds_at(float(bar * score.beats_per_bar)) * spec.fps)
        if frame >= shot.end_frame or frame - shot.start_frame > most_frames:
            break
        found, bar = (bar, frame), bar + 1
    return found


def _notices(spec: StoryboardSpec, left_out: list[int]) -> tuple[str, ...]:
    if not left_out:
        return ()
    numbers = " and ".join(filter(None, (", ".join(str(n + 1) for n in left_out[:-1]), str(left_out[-1] + 1))))
    what = "picture or clip" if len(left_out) == 1 else "pictures and clips"
    return (
        f"The film shows {len(spec.media) - len(left_out)} of your {len(spec.media)} pictures and clips: there was no "
        f"shot for {what} number {numbers}. A clip needs at least one bar of the song; a longer song has more shots.",
    )
