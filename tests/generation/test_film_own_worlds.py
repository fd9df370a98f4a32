"""Own pictures and clips as places of a film: framing, light, time; and a small film judged by its decoded frames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from codecraft.common.audio import run_ffmpeg, write_wav
from generation.engine.film import StoryboardSpec, plan_storyboard, render_film
from generation.engine.film.brushes.framing import fit_in, saliency
from generation.engine.film.brushes.layers import Camera
from generation.engine.film.layout import layout_for
from generation.engine.film.media import prepare_media
from generation.engine.film.plates import open_world
from generation.engine.film.reaction import Heard
from generation.engine.film.types import Look, OwnMedia, Storyboard
from generation.engine.film.worlds import OWN_WORLDS, WORLDS
from generation.engine.film.worlds.base import Canvas, Moment, World
from generation.engine.film.worlds.own_clip import TAIL_S, clip_times
from tests.generation.film_helpers import film_spec, luma_frames, small_score

SCOPE, TALL, SQUARE = Canvas(240, 100), Canvas(108, 192), Canvas(120, 120)
SIZE = (256, 144)


def photograph(folder: Path, size: tuple[int, int], at: tuple[float, float]) -> OwnMedia:
    """Dim noise, and one bright green disc at a place (0..1)."""
    width, height = size
    picture = np.random.default_rng(1).normal(70, 5, (height, width, 3))
    picture = cv2.GaussianBlur(picture, (0, 0), 1.5)
    cv2.circle(picture, (int(at[0] * width), int(at[1] * height)), min(size) // 9, (30, 220, 40), -1)
    path = folder / f"{width}x{height}-{at}.png"
    cv2.imwrite(str(path), np.clip(picture, 0, 255).astype(np.uint8))
    return prepare_media(path, name=path.name, media_dir=folder / "media")


def quadrants(folder: Path, *, frames: int, fps: int = 24) -> OwnMedia:
    """Frame n shows white in quadrant n mod 4."""
    path = folder / f"quadrants-{frames}.mp4"
    lit = "255*eq(mod(N,4),gte(X,W/2)+2*gte(Y,H/2))"
    run_ffmpeg(["-v", "error", "-f", "lavfi", "-i", f"nullsrc=s=256x144:r={fps}:d={frames / fps}",
                "-vf", f"format=gray,geq=lum='{lit}',format=yuv420p", "-frames:v", str(frames), path])  # fmt: skip
    return prepare_media(path, name=path.name, media_dir=folder / "media")


def opened(media: OwnMedia, folder: Path, canvas: Canvas, **fields: str) -> World:
    look = Look(f"own_{media.kind}", fields.pop("palette", "natural"), 0.5, 3, media=media.key, **fields)
    return open_world(look, canvas, folder / "plates", folder / "media")


def moment(world: World, *, size: str = "wide", phase: float = 0.5, length_s: float = 4.0, **fields: object) -> Moment:
    focus = world.focus(size, 1)
    camera = Camera(focus.x, focus.y, focus.zoom)
    usual = {"energy": 0.5, "growth": 0.5, "age_s": phase * length_s, "length_s": length_s, "seed": 5}
    return Moment(phase * length_s, phase, size, camera, **{**usual, **fields})


def green_share(picture: np.ndarray) -> float:
    b, g, r = (picture[..., c].astype(int) for c in range(3))
    return float(((g > b + 60) & (g > r + 60)).mean())


def test_own_worlds_are_placed_and_never_cast():
    assert not set(OWN_WORLDS) & set(WORLDS)


@pytest.mark.parametrize("at", [(0.12, 0.5), (0.88, 0.5), (0.5, 0.1), (0.5, 0.9)])
@pytest.mark.parametrize(("canvas", "size"), [(SCOPE, (600, 400)), (SQUARE, (640, 480)), (TALL, (300, 400))])
def test_a_crop_keeps_what_is_worth_seeing(canvas: Canvas, size: tuple[int, int], at: tuple[float, float], tmp_path):
    media = photograph(tmp_path, size, at)
    world = opened(media, tmp_path, canvas)
    whole = np.pi / 81.0 * min(size) ** 2 / (size[0] * size[1])
    wide = green_share(world.draw(moment(world)).picture)
    close = green_share(world.draw(moment(world, size="close")).picture)
    assert wide > 0.45 * whole
    assert close > 1.2 * wide


def test_what_would_lose_too_much_stands_before_its_blur():
    for aspect, canvas, extended in (
        (1.5, 2.39, False),
        (0.5625, 2.39, True),
        (1.78, 0.5625, True),
        (1.33, 1.0, False),
    ):
        fit = fit_in(aspect, canvas, np.ones((60, 60), np.float32))
        assert fit.extended is extended
        covers = fit.width >= canvas - 1e-6 and fit.height >= 1.0 - 1e-6
        assert covers is not extended
        if extended:
            shown = min(fit.width, canvas) * min(fit.height, 1.0) / (fit.width * fit.height)
            assert 0.39 < shown < 0.8


def test_an_upright_picture_fills_a_wide_canvas_without_black_sides(tmp_path: Path):
    world = opened(photograph(tmp_path, (300, 500), (0.5, 0.4)), tmp_path, SCOPE)
    for size, phase in (("wide", 0.0), ("mid", 0.5), ("close", 1.0)):
        drawing = world.draw(moment(world, size=size, phase=phase))
        assert drawing.picture[..., :3].mean(axis=(0, 2)).min() > 12.0
        assert green_share(drawing.picture) > 0.005


def test_saliency_finds_the_odd_one_out():
    picture = np.full((120, 200, 3), 90, np.uint8)
    picture[::8] = 100
    cv2.circle(picture, (150, 40), 9, (40, 40, 230), -1)
    row, col = np.unravel_index(saliency(picture).argmax(), saliency(picture).shape)
    assert abs(col / 96 - 0.75) < 0.1
    assert abs(row / 58 - 0.33) < 0.12


def test_near_parts_of_a_photograph_move_more_than_far_ones(tmp_path: Path):
    rng = np.random.default_rng(2)
    picture = cv2.GaussianBlur(rng.integers(0, 255, (400, 600, 3)).astype(np.float32), (0, 0), 4)
    cv2.imwrite(str(tmp_path / "a.png"), np.clip((picture - 127) * 6 + 127, 0, 255).astype(np.uint8))
    media = prepare_media(tmp_path / "a.png", name="a", media_dir=tmp_path / "media")
    world = opened(media, tmp_path, SCOPE)
    base = moment(world)
    pictures = [
        cv2.cvtColor(
            world.draw(replace(base, camera=replace(base.camera, x=x, zoom=1.15))).picture, cv2.COLOR_BGRA2GRAY
        )
        for x in (-0.05, 0.05)
    ]
    moved = [cv2.phaseCorrelate(*(p[rows].astype(np.float64) for p in pictures))[0][0]
             for rows in (slice(0, 36), slice(64, 100))]  # fmt: skip
    assert abs(moved[1]) > 1.05 * abs(moved[0]) > 4.0


def test_light_answers_the_music_and_the_palette(tmp_path: Path):
    media = photograph(tmp_path, (480, 200), (0.5, 0.5))
    world = opened(media, tmp_path, SCOPE)
    calm = world.draw(moment(world))
    loud = world.draw(moment(world, kick=1.0, heard=Heard(strings=1.0, voice=1.0, spectrum=np.ones(24, np.float32))))
    assert loud.light.mean() > 1.5 * calm.light.mean()
    assert loud.gain > calm.gain
    assert opened(media, tmp_path, SCOPE, hour="night").draw(moment(world)).gain < 0.9 * calm.gain
    assert (
        opened(media, tmp_path, SCOPE, palette="crimson").grade == opened(media, tmp_path, SCOPE, palette="ember").grade
    )
    assert opened(media, tmp_path, SCOPE, palette="silver").grade != world.grade


@pytest.mark.parametrize("duration_s", [0.6, 1.7, 3.1, 4.4, 5.3, 40.0])
@pytest.mark.parametrize("length_s", [1.0, 4.0, 9.0])
def test_a_clip_never_stands_still_and_never_jumps_back_unmelted(duration_s: float, length_s: float):
    ages = np.arange(0.0, length_s + TAIL_S, 1 / 24)
    times = [clip_times(age, length_s, duration_s, 7) for age in ages]
    assert all(0.0 <= at <= duration_s + 1e-9 and 0.0 <= other <= duration_s + 1e-9 for at, other, _ in times)
    for (at, _, _), (later, other, weight) in zip(times, times[1:], strict=False):
        ahead = later - at
        if ahead < 0.0:  # round again: what is shown is still nearly all the end of the turn before
            assert weight > 0.8
            ahead = other - at
        assert 0.5 / 24 < ahead < 1.02 / 24


def test_frames_of_a_clip_do_not_depend_on_the_order_they_are_drawn_in(tmp_path: Path):
    media = quadrants(tmp_path, frames=48)
    ages = [0.0, 1.5, 0.5, 0.54, 3.9, 4.6, 0.1]
    forward, back = (opened(media, tmp_path, SCOPE) for _ in range(2))
    first = {age: forward.draw(moment(forward, phase=age / 4.0)).picture for age in ages}
    for age in reversed(ages):
        assert np.array_equal(back.draw(moment(back, phase=age / 4.0)).picture, first[age])


def lit_quadrant(luma: np.ndarray) -> int:
    height, width = luma.shape
    means = [luma[y : y + height // 2, x : x + width // 2].mean() for y in (0, height // 2) for x in (0, width // 2)]
    return int(np.argmax(means))


def planned(media: tuple[OwnMedia, ...]) -> Storyboard:
    """The small score with sixteen bars of verse, as the planner films it, cut down to the shots of one's own."""
    score = small_score(bpm=200.0)
    intro, verse, chorus = score.sections
    score = replace(score, sections=(intro, replace(verse, bars=16), replace(chorus, start_bar=17)))
    board = plan_storyboard(
        StoryboardSpec(score, "a sea", score.title, score.style, SIZE, 3, words="none", media=media)
    )
    assert board.notices == ()
    shots, frame = [], 0
    for shot in board.shots:
        if shot.look.media:
            length = min(shot.frames, 60)
            shots.append(replace(shot, index=len(shots), start_frame=frame, end_frame=frame + length))
            frame += length
    return replace(board, shots=tuple(shots), frames=frame, cards=(), lines=())


def test_a_film_shows_the_own_clip_frame_by_frame_and_the_own_picture(tmp_path: Path):
    """Planned, drawn by two workers, encoded, and read again by ffmpeg alone."""
    board = planned((photograph(tmp_path, (600, 400), (0.5, 0.5)), quadrants(tmp_path, frames=240)))
    picture, clip = board.shots
    assert (picture.look.world, clip.look.world) == ("own_picture", "own_clip")
    samples = round(board.frames / board.fps * 48_000)
    write_wav(tmp_path / "song.wav", np.zeros((2, samples), np.float32), sample_rate_hz=48_000)
    spec = replace(film_spec(board, tmp_path), media_dir=tmp_path / "media")
    result = render_film(spec, tmp_path / "film.mp4")
    assert (result.notices, result.frames) == ((), board.frames)
    luma = luma_frames(tmp_path / "film.mp4", SIZE)
    layout = layout_for(SIZE, board.framing)
    seen = luma[:, layout.top : layout.top + layout.canvas.height]
    quarters = [lit_quadrant(seen[index]) for index in range(clip.start_frame, clip.end_frame - 4)]
    assert len(quarters) > 40
    assert (np.diff(quarters) % 4 == 1).all()
    middle = seen[picture.start_frame + picture.frames // 2].astype(float)
    height, width = middle.shape
    disc = middle[height * 2 // 5 : height * 3 // 5, width * 9 // 20 : width * 11 // 20]
    assert disc.mean() > 1.5 * middle.mean()
    steps = np.abs(np.diff(seen[picture.start_frame + 6 : picture.end_frame].astype(float), axis=0)).mean(axis=(1, 2))
    assert steps.min() > 0.25  # a photograph never stands still either
