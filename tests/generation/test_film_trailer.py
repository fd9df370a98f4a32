"""Trailers: the window that is chosen, the plan that is cut down to it, and its sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.errors import InvalidInput
from generation.contracts import MusicStyle
from generation.engine.film import render_film
from generation.engine.film.trailer import choose_window, cut_sound, cut_storyboard, fade_out_s
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score
from tests.generation.composing import song
from tests.generation.film_helpers import board_for, film_spec, luma_frames, small_score
from voicelab.contracts import VoiceStyle

STYLES = list(MusicStyle)


def score_of(style: MusicStyle, length_s: float = 90.0) -> Score:
    return song(style, VoiceStyle.SOPRANO, length_s, 3)


def bars_s(score: Score) -> list[float]:
    at = score.tempo_map.seconds_at
    return [*(at(bar * score.beats_per_bar) for bar in range(score.bars)), score.duration_s]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.value)
@pytest.mark.parametrize("length_s", [15, 30])
def test_the_window_lies_on_bars_is_as_long_as_asked_and_holds_a_chorus(style: MusicStyle, length_s: int) -> None:
    score = score_of(style)
    window, bars = choose_window(score, length_s), bars_s(score)
    assert window == choose_window(score, length_s)
    assert (window.start_s, window.end_s) == (bars[window.start_bar], bars[window.end_bar])
    bar_s = score.duration_s / score.bars
    assert 15.0 <= window.length_s <= 60.0 and abs(window.length_s - length_s) <= bar_s + 0.01
    choruses = [s for s in score.sections if s.kind is SectionKind.CHORUS]
    shared = sum(
        max(0, min(s.start_bar + s.bars, window.end_bar) - max(s.start_bar, window.start_bar)) for s in choruses
    )
    assert shared >= 0.4 * (window.end_bar - window.start_bar)


def test_it_begins_or_ends_where_sections_do_far_more_often_than_by_chance() -> None:
    hits = chances = 0.0
    for style in STYLES:
        score = score_of(style)
        bounds = {s.start_bar for s in score.sections} | {score.bars}
        window = choose_window(score, 30)
        hits += (window.start_bar in bounds) + (window.end_bar in bounds)
        chances += 2 * len(bounds) / (score.bars + 1)
    assert hits >= 1.5 * len(STYLES) > chances


def test_a_song_that_is_hardly_longer_has_no_trailer() -> None:
    with pytest.raises(InvalidInput) as caught:
        choose_window(small_score(), 15)
    assert caught.value.field == "trailer_s"


def test_the_plan_keeps_its_shots_cues_and_words_at_their_moments() -> None:
    score = score_of(MusicStyle.EPIC)
    board, window = board_for(score), choose_window(score, 15)
    cut = cut_storyboard(board, window)
    first = round(window.start_s * board.fps)
    assert cut.frames == round(window.end_s * board.fps) - first
    assert (cut.shots[0].start_frame, cut.shots[-1].end_frame) == (0, cut.frames)
    assert all(a.end_frame == b.start_frame for a, b in zip(cut.shots, cut.shots[1:], strict=False))
    assert {shot.start_frame for shot in cut.shots} <= set(cut.bar_frames)
    own = {(shot.look, shot.seed, shot.move) for shot in board.shots}
    assert {(shot.look, shot.seed, shot.move) for shot in cut.shots} <= own
    kicks = {round(cue.time_s - first / board.fps, 6) for cue in board.cues}
    assert cut.cues and {round(cue.time_s, 6) for cue in cut.cues} <= kicks
    title, end = cut.cards
    assert (title.kind, end.kind, end.end_s) == ("title", "end", cut.duration_s) and title.start_s < 1.0
    sung = {(word.text, round(word.start_s - first / board.fps, 6)) for line in board.lines for word in line.words}
    assert cut.lines and all((w.text, round(w.start_s, 6)) in sung for line in cut.lines for w in line.words)
    assert all(line.hide_s <= end.start_s + 1e-9 for line in cut.lines)


def test_words_in_the_middle_of_the_picture_wait_for_the_title_to_go() -> None:
    score = score_of(MusicStyle.EPIC)
    board = replace(board_for(score), words="lyric_video")
    cut = cut_storyboard(board, choose_window(score, 15))
    title, end = cut.cards
    assert cut.lines and all(title.end_s <= line.show_s < line.hide_s <= end.start_s for line in cut.lines)


def test_the_sound_is_that_of_the_window_and_fades(tmp_path: Path) -> None:
    rate_hz = 8_000
    noise = np.random.default_rng(5).normal(0.0, 0.1, (rate_hz * 20, 2))
    sf.write(tmp_path / "song.wav", noise, rate_hz, subtype="FLOAT")
    cut_sound(tmp_path / "song.wav", tmp_path / "cut.wav", start_s=4.0, length_s=15.0, fade_s=2.0)
    heard, _ = sf.read(tmp_path / "cut.wav")
    assert len(heard) == 15 * rate_hz
    steady = slice(rate_hz, 12 * rate_hz)
    assert np.abs(heard[steady] - noise[4 * rate_hz :][steady]).max() < 1e-5
    tail = [float(np.sqrt((heard[-n * 2000 - 2000 : -n * 2000 or None] ** 2).mean())) for n in (6, 4, 2, 0)]
    assert tail == sorted(tail, reverse=True) and tail[-1] < 0.01 and np.abs(heard[0]).max() < 1e-3


def test_the_fade_is_a_bar_unless_the_song_ends() -> None:
    score = score_of(MusicStyle.EPIC)
    window = choose_window(score, 15)
    bar_s = window.end_s - score.tempo_map.seconds_at((window.end_bar - 1) * score.beats_per_bar)
    assert fade_out_s(score, window) == pytest.approx(max(1.5, bar_s))
    assert fade_out_s(score, replace(window, end_bar=score.bars)) < 0.2


@pytest.mark.slow
def test_a_trailer_is_rendered_frame_for_frame(tmp_path: Path) -> None:
    score = score_of(MusicStyle.POP, 60.0)
    window = choose_window(score, 15)
    cut = cut_storyboard(board_for(score), window)
    sf.write(tmp_path / "long.wav", np.zeros((round(score.duration_s * 8_000), 2)), 8_000)
    folder = tmp_path / "film"
    folder.mkdir()
    cut_sound(tmp_path / "long.wav", folder / "song.wav", start_s=window.start_s, length_s=cut.duration_s, fade_s=1.0)
    made = render_film(film_spec(cut, folder), tmp_path / "trailer.mp4")
    frames = luma_frames(tmp_path / "trailer.mp4")
    assert made.frames == cut.frames == len(frames)
    middle = frames[len(frames) // 4 : -len(frames) // 4]
    assert middle.mean() > 8 and frames[-1].mean() < middle.mean()
