"""The storyboard: worlds from words, cuts from bars, lines from notes, cards at both ends."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from codecraft.common.errors import InvalidInput
from generation.engine.film import StoryboardSpec, plan_storyboard, storyboard_to_dict
from generation.engine.film.cues import Pulse
from generation.engine.film.storyboard import refit
from generation.engine.film.worlds import WORLDS
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Section
from tests.generation.film_helpers import board_for, small_score


def test_the_same_spec_gives_the_same_plan_and_another_seed_another():
    score = small_score()
    assert board_for(score, seed=5) == board_for(score, seed=5)
    assert board_for(score, seed=5).shots != board_for(score, seed=6).shots


def test_shots_cover_every_frame_once_and_start_on_bars():
    board = board_for(small_score())
    assert board.shots[0].start_frame == 0 and board.shots[-1].end_frame == board.frames
    for before, after in zip(board.shots, board.shots[1:], strict=False):
        assert before.end_frame == after.start_frame
        assert after.start_frame in board.bar_frames
    assert all(shot.frames > 0 for shot in board.shots)


def test_words_and_style_choose_the_home_world():
    def home(style: str, theme: str) -> str:
        board = board_for(small_score(style=style), theme=theme)
        return board.shots[-1].look.world

    assert home("epic", "a battle of kings") == "epic_battle"
    assert home("gregorian", "vespers") == "sacred_temple"
    assert home("fantasy", "once") == "enchanted_forest"
    assert home("epic", "a prayer of monks in the cathedral, for an angel") == "sacred_temple"


def test_choruses_return_to_one_place_that_grows():
    score = small_score()
    more = Section(SectionKind.CHORUS, "Chorus 2", 5, 2, 1.0)
    board = board_for(replace(score, sections=(*score.sections, more)))
    first = [shot for shot in board.shots if shot.section == "Chorus"]
    second = [shot for shot in board.shots if shot.section == "Chorus 2"]
    places = {(shot.look.world, shot.look.palette, shot.look.density, shot.look.seed) for shot in (*first, *second)}
    assert len(places) == 1
    assert min(shot.growth for shot in second) > max(shot.growth for shot in first)


def test_each_kick_is_a_cue_and_a_song_without_drums_breathes_on_its_bars():
    score = small_score()
    kicks = [cue.time_s for cue in board_for(score).cues if cue.kind == "kick"]
    expected = [score.tempo_map.seconds_at(note.start_beats) for note in score.parts[0].notes]
    np.testing.assert_allclose(kicks, expected)
    soft = [cue for cue in board_for(small_score(kicks=False)).cues if cue.kind == "kick"]
    assert len(soft) == score.bars and all(cue.strength < 0.5 for cue in soft)


def test_a_pulse_rises_at_once_and_decays():
    cues = [cue for cue in board_for(small_score()).cues if cue.kind == "kick"]
    pulse = Pulse(cues, "kick")
    at = cues[2].time_s
    assert pulse.at(at - 0.01) < 0.2 < pulse.at(at) and pulse.at(at) == pytest.approx(cues[2].strength)
    assert pulse.at(at + 0.1) < pulse.at(at + 0.05) < pulse.at(at)


def test_lines_follow_the_notes_and_never_meet():
    score = small_score()
    board = board_for(score)
    words = [word for line in board.lines for word in line.words]
    notes = [note for line in score.lead.lines for note in line.notes]
    assert [word.text for word in words] == " ".join(line.text for line in score.lead.lines).split()
    for word, note in zip(words, notes, strict=True):
        assert word.start_s == pytest.approx(score.tempo_map.seconds_at(note.start_beats))
    for before, after in zip(board.lines, board.lines[1:], strict=False):
        assert before.hide_s <= after.show_s
        assert before.show_s <= before.words[0].start_s and before.hide_s >= before.words[-1].end_s


def test_cards_carry_title_studio_and_seed():
    board = board_for(small_score(title="Ashes of Dawn"), seed=77)
    title, end = board.cards
    assert title.lines == ("Ashes of Dawn",) and title.start_s < 1.0
    assert (
        end.lines[0] == "Ashes of Dawn" and "CodeCraft Studio" in end.lines and any("77" in line for line in end.lines)
    )
    assert end.end_s == pytest.approx(board.duration_s)


def test_plan_is_plain_json_with_times():
    data = json.loads(json.dumps(storyboard_to_dict(board_for(small_score()))))
    assert data["shots"][1]["start_s"] == pytest.approx(data["shots"][1]["start_frame"] / data["fps"])
    assert all(shot["look"]["world"] in WORLDS for shot in data["shots"])


def test_a_longer_song_lengthens_the_last_shot_only():
    board = board_for(small_score())
    longer = refit(board, board.frames + 10)
    assert longer.shots[:-1] == board.shots[:-1] and longer.shots[-1].end_frame == board.frames + 10
    assert longer.cards[-1].end_s == pytest.approx(longer.duration_s)
    assert refit(board, board.shots[-1].start_frame - 5).shots[-1].end_frame == board.shots[-1].start_frame - 5


@pytest.mark.parametrize(("size", "fps"), [((321, 180), 24), ((320, 20), 24), ((9000, 180), 24), ((320, 180), 5)])
def test_sizes_and_rates_we_cannot_draw_are_refused(size, fps):
    with pytest.raises(InvalidInput):
        plan_storyboard(StoryboardSpec(small_score(), "t", "t", "epic", size, 1, fps))
