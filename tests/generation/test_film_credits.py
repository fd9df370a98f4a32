"""The cards of a film: when they stand, and what they tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.engine.film.storyboard import plan_storyboard, refit
from generation.engine.film.types import StoryboardSpec
from tests.generation.film_helpers import small_score

FACTS = ("Voice\tsoprano", "song.wav\tSHA-256 0123456789abcdef")


def spec_of(*, tail_s: float = 0.5, words: str = "karaoke") -> StoryboardSpec:
    score = replace(small_score(title="Ashes"), tail_s=tail_s)
    return StoryboardSpec(score, "a battle", "Ashes", "epic", (320, 180), 77, words=words, credits=FACTS)


def test_a_song_that_rings_out_has_credits_after_the_singing():
    board = plan_storyboard(spec_of(tail_s=12.0))
    title, end, credits = board.cards
    assert title.end_s < board.lines[0].words[0].start_s or title.end_s - title.start_s == pytest.approx(3.2)
    assert board.lines[-1].words[-1].end_s < end.start_s < end.end_s == credits.start_s
    assert credits.end_s == pytest.approx(board.duration_s) and credits.end_s - credits.start_s > 3.0
    rows = dict(row.split("\t") for row in credits.lines)
    assert rows["Key and tempo"] == "D minor, 125 bpm" and rows["Seed"] == "77" and rows["Music style"] == "epic"
    assert rows["song.wav"] == "SHA-256 0123456789abcdef" and rows["Voice"] == "soprano"
    longer = refit(board, board.frames + 24)
    assert [card.end_s for card in longer.cards][1:] == [card.end_s + 1.0 for card in board.cards][1:]


def test_a_song_that_is_sung_to_its_end_tells_all_on_one_card():
    board = plan_storyboard(spec_of())
    end = board.cards[-1]
    assert end.kind == "end" and end.lines[:2] == ("Ashes", "CodeCraft Studio")
    told = " ".join(end.lines)
    assert all(fact in told for fact in ("D minor, 125 bpm", "seed 77", "Voice: soprano", "0123456789abcdef"))


def test_in_a_lyric_video_the_title_makes_room_for_the_first_word():
    board = plan_storyboard(spec_of(words="lyric_video"))
    for card in board.cards:
        assert card.kind != "title" or card.end_s <= board.lines[0].words[0].start_s - 0.3
