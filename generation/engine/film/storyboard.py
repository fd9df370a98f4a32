"""From the score to the film's plan: places by sections, shots by bars, words by syllables."""

from __future__ import annotations

from dataclasses import asdict, replace

from codecraft.common.errors import InvalidInput
from generation.engine.film.choices import choices_of
from generation.engine.film.credits import plan_cards
from generation.engine.film.cues import find_cues
from generation.engine.film.karaoke import karaoke_lines
from generation.engine.film.looks import checked_treatment, looks_of
from generation.engine.film.own_media import weave_media
from generation.engine.film.shots import ShotPlanner
from generation.engine.film.treatment import plan_treatment
from generation.engine.film.types import Storyboard, StoryboardSpec


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
    treatment = checked_treatment(spec.treatment, spec) if spec.treatment else plan_treatment(spec)
    cues = find_cues(score)
    shots = ShotPlanner(spec, looks_of(treatment, spec), cues, bar_frames, frames).plan()
    shots, notices = weave_media(shots, spec)
    return Storyboard(
        spec.title, str(spec.style), spec.seed, (width, height), spec.fps, frames, shots, cues,
        karaoke_lines(score), plan_cards(spec, frames / spec.fps), bar_frames,
        choices_of(spec, treatment, shots), spec.framing, spec.words, (*treatment.notices, *notices),
    )  # fmt: skip


def refit(board: Storyboard, frames: int) -> Storyboard:
    """The same plan for a song that became a little longer or shorter than the score says."""
    if frames == board.frames:
        return board
    shots = [shot for shot in board.shots if shot.start_frame < frames]
    shots[-1] = replace(shots[-1], end_frame=frames)
    shift_s = (frames - board.frames) / board.fps
    cards = tuple(
        replace(card, start_s=card.start_s + shift_s, end_s=card.end_s + shift_s) if card.kind != "title" else card
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
