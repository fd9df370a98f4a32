"""From the score to the film's plan: places by sections, shots by bars, words by syllables."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from codecraft.common.errors import InvalidInput
from codecraft.common.seeds import derive_seed, generator
from generation.engine.film.cues import find_cues
from generation.engine.film.karaoke import karaoke_lines
from generation.engine.film.types import Card, Look, Shot, Storyboard, StoryboardSpec
from generation.engine.film.vocabulary import world_scores
from generation.engine.film.worlds import WORLDS, world_class
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score, Section

STUDIO = "CodeCraft Studio"
_SEED = 0xFFFFFFFF
_SIZES = {
    "calm": ("wide", "mid", "wide", "close"),
    "sung": ("mid", "close", "wide", "mid", "close"),
    "full": ("wide", "mid", "close", "wide", "close", "mid"),
}
_MOVES = {
    "wide": ("push", "crane_up", "pan_right", "pull", "pan_left", "crane_down"),
    "mid": ("drift", "push", "pan_left", "handheld", "pan_right"),
    "close": ("handheld", "push", "drift", "pull"),
}


def plan_storyboard(spec: StoryboardSpec) -> Storyboard:
    """The plan of a film. Deterministic in the spec. Raises InvalidInput for a size or frame rate we do not draw."""
    width, height = spec.size
    if not (64 <= width <= 3840 and 64 <= height <= 3840) or width % 2 or height % 2:
        raise InvalidInput("A film needs an even width and height between 64 and 3840 pixels.", field="film_size")
    if not 12 <= spec.fps <= 60:
        raise InvalidInput("A film needs 12 to 60 frames a second.", field="fps")
    score = spec.score
    frames = max(1, round(score.duration_s * spec.fps))
    bar_frames = tuple(
        min(frames, round(score.tempo_map.seconds_at(bar * score.beats_per_bar) * spec.fps))
        for bar in range(score.bars + 1)
    )
    looks, why = _cast(spec)
    shots = _shots(spec, looks, bar_frames, frames)
    return Storyboard(
        spec.title, str(spec.style), spec.seed, (width, height), spec.fps, frames, shots, find_cues(score),
        karaoke_lines(score),
        _cards(spec, frames / spec.fps), bar_frames, why, spec.framing, spec.words,
    )  # fmt: skip


def refit(board: Storyboard, frames: int) -> Storyboard:
    """The same plan for a song that became a little longer or shorter than the score says."""
    if frames == board.frames:
        return board
    shots = [shot for shot in board.shots if shot.start_frame < frames]
    shots[-1] = replace(shots[-1], end_frame=frames)
    shift_s = (frames - board.frames) / board.fps
    cards = tuple(
        replace(card, start_s=card.start_s + shift_s, end_s=card.end_s + shift_s) if card.kind == "end" else card
        for card in board.cards
    )
    return replace(board, frames=frames, shots=tuple(shots), cards=cards)


def storyboard_to_dict(board: Storyboard) -> dict:
    """The plan as plain JSON types; `metadata.film.shots` is its `shots`, with times in seconds beside the frames."""
    data = asdict(board)
    for shot in data["shots"]:
        shot["start_s"] = shot["start_frame"] / board.fps
        shot["end_s"] = shot["end_frame"] / board.fps
    return data


def _cast(spec: StoryboardSpec) -> tuple[dict[str, Look], tuple[str, ...]]:
    """The places of the film by their part: "home" (choruses), "verse", "bridge"."""
    lyric = " ".join(line.text for line in spec.score.lead.lines)
    scores = world_scores(spec.style, f"{spec.theme} {spec.title}", lyric)
    names = sorted((name for name in scores if name in WORLDS), key=lambda name: (-scores[name], name))[:3]
    names += [names[0]] * (3 - len(names))
    looks: dict[str, Look] = {}
    for part, name in zip(("home", "verse", "bridge"), names, strict=True):
        rng = generator(spec.seed, "look", name)
        casting = world_class(name).casting
        palettes = tuple(casting.palettes)
        weights = np.array([2.0 if spec.style in styles else 0.08 for styles in casting.palettes.values()])
        palette = str(rng.choice(list(palettes), p=weights / weights.sum()))
        looks[part] = Look(
            name, palette, round(float(rng.uniform(0.35, 0.9)), 3), derive_seed(spec.seed, "plates", name) & _SEED,
            casting.hours[0], casting.weathers[0],
        )  # fmt: skip
    readable = [name.replace("_", " ") for name in names]
    why = (
        f"The choruses return to the {readable[0]}, grown each time: "
        f"it suits the {spec.style} style and the theme's words.",
        f"The verses are told in the {readable[1]}, the bridge in the {readable[2]}.",
        "Every cut falls on the first frame of a bar; louder sections are cut faster.",
    )
    return looks, why


def _part_of(section: Section) -> str:
    if section.kind in (SectionKind.VERSE, SectionKind.PRE_CHORUS):
        return "verse"
    if section.kind in (SectionKind.BRIDGE, SectionKind.INSTRUMENTAL):
        return "bridge"
    return "home"


def _shots(spec: StoryboardSpec, looks: dict[str, Look], bar_frames: tuple[int, ...], frames: int) -> tuple[Shot, ...]:
    score = spec.score
    choruses = max(1, sum(section.kind is SectionKind.CHORUS for section in score.sections))
    shots: list[Shot] = []
    seen_choruses = 0
    before: Section | None = None
    for number, section in enumerate(score.sections):
        if section.kind is SectionKind.CHORUS:
            seen_choruses += 1
        grown = seen_choruses / choruses if _part_of(section) == "home" else number / max(1, len(score.sections) - 1)
        rng = generator(spec.seed, "shots", number)
        sizes = _SIZES["full" if section.energy > 0.72 else "sung" if section.kind is not SectionKind.INTRO else "calm"]
        for place, (first, last) in enumerate(_cut_bars(score, section, rng)):
            start, end = bar_frames[first], bar_frames[last]
            if last >= score.bars:
                end = frames
            if end <= start:
                continue
            size = "wide" if number == 0 and place == 0 else sizes[place % len(sizes)]
            moves = _MOVES[size]
            move = moves[int(rng.integers(len(moves)))] if place else "push" if section.energy > 0.5 else moves[1]
            shot = Shot(
                len(shots), looks[_part_of(section)], size, move, start, end, first, section.name, section.energy,
                round(grown, 3), derive_seed(spec.seed, "shot", number, place) & _SEED,
            )  # fmt: skip
            kind, length = _transition(before, section, place, rng)
            length = min(length, (end - start) // 2)
            if shots and length > 0:
                shot = replace(shot, transition=kind, transition_frames=length)
            shots.append(shot)
        before = section
    first = replace(shots[0], start_frame=0)
    last = replace(shots[-1] if len(shots) > 1 else first, end_frame=frames)
    return (first, *shots[1:-1], last) if len(shots) > 1 else (last,)


def _cut_bars(score: Score, section: Section, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Bars of each shot of a section: about 3 s a shot at full energy, 6.5 s at rest, one to four bars."""
    start_s, end_s = score.section_span_s(section)
    bar_s = (end_s - start_s) / section.bars
    cuts, bar = [], section.start_bar
    stop = section.start_bar + section.bars
    while bar < stop:
        target_s = (6.6 - 3.4 * section.energy) * rng.uniform(0.85, 1.15)
        bars = int(np.clip(round(target_s / bar_s), 1, 4))
        bars = 4 if bars == 3 and stop - bar == 4 else bars
        end = min(stop, bar + bars)
        if stop - end == 1 and bars > 1 and (end + 1 - bar) * bar_s < 9.0:
            end = stop
        cuts.append((bar, end))
        bar = end
    return cuts


def _transition(before: Section | None, section: Section, place: int, rng: np.random.Generator) -> tuple[str, int]:
    """How a shot begins, by the energy it comes from and goes to."""
    if place > 0:
        if section.energy > 0.72 and rng.random() < 0.15:
            return "whip", 6
        return ("dissolve", 16) if section.energy < 0.35 else ("cut", 0)
    rise = section.energy - (before.energy if before else 0.0)
    if rise > 0.12 and section.energy > 0.6:
        return "flash", 10
    if rise < -0.30:
        return "fade_black", 10
    return ("dissolve", 14) if section.energy < 0.6 else ("cut", 0)


def _cards(spec: StoryboardSpec, duration_s: float) -> tuple[Card, ...]:
    """The title over the intro (until the singing starts, 3 to 7 s), the end card over the last seconds."""
    title = " ".join(spec.title.split()) or "Untitled"
    sung = [line.notes[0].start_beats for line in spec.score.lead.lines if line.notes]
    first_s = spec.score.tempo_map.seconds_at(min(sung)) if sung else duration_s
    last = max(
        (note.start_beats + note.duration_beats for line in spec.score.lead.lines for note in line.notes), default=0.0
    )
    end_start_s = max(duration_s - 4.5, min(duration_s - 2.0, spec.score.tempo_map.seconds_at(last) + 0.3), 0.0)
    title_start_s = 0.5
    title_end_s = min(title_start_s + 6.5, first_s - 0.4)
    if title_end_s - title_start_s < 2.4:
        # the singing starts at once: the title stays higher up for its three seconds all the same
        title_end_s = min(title_start_s + 3.2, end_start_s)
    return (
        Card("title", (title,), title_start_s, title_end_s),
        Card("end", (title, STUDIO, f"seed {spec.seed}"), end_start_s, duration_s),
    )
