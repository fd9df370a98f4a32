"""The plan of real songs, as a director would judge it: places by words, an arc of light, cuts on bars and lines."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import MusicStyle
from generation.engine.composer import ComposeSpec, compose
from generation.engine.film import StoryboardSpec, plan_storyboard
from generation.engine.film.arc import plan_light
from generation.engine.film.editing import phrase_bars
from generation.engine.film.places import cast_places
from generation.engine.film.treatment import plan_treatment
from generation.engine.film.types import HOURS, OwnMedia, Storyboard, Treatment
from generation.engine.film.vocabulary import (
    castable_worlds,
    casting_of,
    found_words,
    nearest_hour,
    nearest_weather,
    nearest_world,
)
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score
from tests.generation.composing import planned_lyrics
from tests.generation.film_helpers import small_score
from voicelab.contracts import VoiceStyle

STYLES = tuple(MusicStyle)


@lru_cache(maxsize=16)
def song(style: MusicStyle, length_s: float = 180.0) -> Score:
    spec = ComposeSpec(title="A song", style=style, voice=VoiceStyle.HEROIC_MALE, seed=5, length_s=length_s)
    return compose(spec, planned_lyrics(style, length_s, 5))


def spec_of(score: Score, *, theme: str = "a song", seed: int = 5, fps: int = 24, **more) -> StoryboardSpec:
    return StoryboardSpec(score, theme, score.title, score.style, (320, 180), seed, fps, **more)


@lru_cache(maxsize=16)
def board(style: MusicStyle, fps: int = 24) -> Storyboard:
    return plan_storyboard(spec_of(song(style), fps=fps))


def test_a_story_stays_in_its_realm_unless_the_words_lead_out():
    for style, theme, strange in (
        ("epic", "a king leads his army to the last battle", {"night_city", "cosmos", "emotional_closeup"}),
        ("pop", "two people dance through the streets of the city", {"epic_battle", "arena", "ocean_storm"}),
    ):
        score = song(MusicStyle(style))
        silent = saying(score, dict.fromkeys(range(len(score.sections)), ""))
        for seed in range(12):
            assert strange.isdisjoint(cast_places(spec_of(silent, theme=theme, seed=seed)).worlds), (style, seed)


def saying(score: Score, words: dict[int, str]) -> Score:
    """The score with other words sung in some of its sections, all in one line."""
    lines, told = [], set()
    for line in score.lead.lines:
        if line.section in words:
            line = replace(line, text="" if line.section in told else words[line.section])
            told.add(line.section)
        lines.append(line)
    return replace(score, lead=replace(score.lead, lines=tuple(lines)))


@pytest.mark.parametrize("style", STYLES)
def test_three_to_five_places_in_three_minutes(style):
    shots = board(style).shots
    assert 3 <= len({shot.look.world for shot in shots}) <= 5
    home = {shot.look.world for shot in shots if shot.section == "Chorus"}
    story = {shot.look.world for shot in shots if shot.section.startswith("Verse")}
    assert len(home) == 1 and not home & story


def test_the_styles_films_differ_and_so_do_two_seeds():
    plans = {style: tuple((s.look.world, s.look.palette, s.look.hour) for s in board(style).shots) for style in STYLES}
    assert len(set(plans.values())) == len(STYLES)
    homes = {next(shot.look.world for shot in board(style).shots if shot.section == "Chorus") for style in STYLES}
    # one world is nobody's first choice
    assert len(homes) >= min(len(STYLES), len(castable_worlds()) - 1)
    score = song(MusicStyle.FANTASY)
    films = {tuple(s.look for s in plan_storyboard(spec_of(score, seed=seed)).shots) for seed in range(4)}
    assert len(films) == 4


def test_words_sung_in_a_section_choose_its_place_and_weather():
    score = song(MusicStyle.EPIC)
    verses = [n for n, section in enumerate(score.sections) if section.kind is SectionKind.VERSE]
    told = saying(score, {verses[1]: "the neon city street, the taxi and the rain, rain on the skyline"})
    treatment = plan_treatment(spec_of(told))
    assert treatment.sections[verses[1]].world == "night_city"
    assert "city" in treatment.sections[verses[1]].why
    assert plan_treatment(spec_of(score)).sections[verses[1]].world != "night_city"
    wet = treatment.sections[verses[1]].weather
    assert wet == nearest_weather("rain", casting_of("night_city").weathers)


@pytest.mark.parametrize("theme", ["the last midnight", "a morning in may", "vespers at dusk"])
def test_hours_only_go_forward_and_the_words_choose_their_arc(theme):
    spec = spec_of(song(MusicStyle.POP), theme=theme)
    light = plan_light(spec, cast_places(spec))
    steps = [(HOURS.index(b) - HOURS.index(a)) % 4 for a, b in zip(light.wanted, light.wanted[1:], strict=False)]
    assert all(step <= 1 for step in steps)
    told = {"midnight": "night", "morning": "dawn", "dusk": "dusk"}
    assert any(hour in light.wanted for word, hour in told.items() if word in theme)


def test_figures_of_speech_and_other_words_decide_nothing():
    assert found_words("the season was warm, we search the kingdom", ("sea", "war", "king")) == ["kingdom"]
    assert found_words("seaside sailors raining", ("sea", "sail", "rain")) == ["seaside", "sailors", "raining"]
    score = song(MusicStyle.GLADIATOR)
    verse = next(n for n, section in enumerate(score.sections) if section.kind is SectionKind.VERSE)
    for text, wanted in (("white as snow, cold like snow", ""), ("there is snow and frost in winter", "snow")):
        section = plan_treatment(spec_of(saying(score, {verse: text}))).sections[verse]
        offered = casting_of(section.world).weathers
        assert section.weather == (nearest_weather(wanted, offered) if wanted else offered[0])


def test_what_a_world_cannot_paint_becomes_what_is_nearest():
    assert nearest_hour("night", ("day", "dusk")) == "dusk" and nearest_hour("day", ("night", "dawn")) == "dawn"
    assert nearest_weather("storm", ("clear", "rain")) == "rain" and nearest_weather("snow", ("clear",)) == "clear"
    assert nearest_world("a stormy sea with a lighthouse", {}) == "ocean_storm"
    for style in STYLES:
        for shot in board(style).shots:
            casting = casting_of(shot.look.world)
            assert shot.look.world in castable_worlds() and shot.look.palette in casting.palettes
            assert shot.look.hour in casting.hours and shot.look.weather in casting.weathers


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("style", STYLES)
def test_every_cut_is_on_a_bars_frame_and_no_two_framings_are_alike(style, fps):
    film, score = board(style, fps), song(style)
    at = [round(score.tempo_map.seconds_at(float(bar * score.beats_per_bar)) * fps) for bar in range(score.bars)]
    for before, shot in zip(film.shots, film.shots[1:], strict=False):
        assert shot.start_frame == before.end_frame == at[shot.start_bar]
        moved = before.look.world != shot.look.world
        assert moved or before.size != shot.size
        assert before.move != shot.move
        assert not moved or shot.size == "wide"
        assert shot.transition_frames <= shot.frames // 2
    assert film.shots[-1].end_frame == film.frames


def test_a_place_is_seen_from_another_side_each_time():
    shots = [shot for shot in board(MusicStyle.POP).shots if not shot.look.media]
    for size in ("wide", "mid", "close"):
        for world in {shot.look.world for shot in shots}:
            sides = [shot.seed % 7 for shot in shots if shot.size == size and shot.look.world == world]
            assert all((b - a) % 7 == 1 for a, b in zip(sides, sides[1:], strict=False))


@pytest.mark.parametrize("style", STYLES)
def test_shots_have_musical_lengths_and_quicken_with_the_music(style):
    film, score = board(style), song(style)
    spans = [b.start_bar - a.start_bar for a, b in zip(film.shots, film.shots[1:], strict=False)]
    assert sum(span in (1, 2, 4, 8) for span in spans) >= 0.85 * len(spans)
    seconds = {shot.index: shot.frames / film.fps for shot in film.shots[:-1]}
    loud = [seconds[s.index] for s in film.shots[:-1] if s.energy > 0.7]
    calm = [seconds[s.index] for s in film.shots[:-1] if s.energy < 0.5]
    if loud and calm and style is not MusicStyle.GREGORIAN:
        assert sum(loud) / len(loud) < sum(calm) / len(calm)
    inner = [s for s in film.shots if s.start_bar not in {section.start_bar for section in score.sections}]
    starts = phrase_bars(score)
    sung_bars = {bar for s in score.sections for bar in range(s.start_bar, s.start_bar + s.bars) if bar in starts}
    share = sum(s.start_bar in starts for s in inner) / len(inner)
    assert share > 1.15 * len(sung_bars) / score.bars or share > 0.6


@pytest.mark.parametrize("style", STYLES)
def test_the_last_chorus_is_the_biggest_picture(style):
    film = board(style)
    score = song(style)
    number = max(n for n, section in enumerate(score.sections) if section.kind is SectionKind.CHORUS)
    shots = [s for s in film.shots if score.sections[number].start_bar <= s.start_bar]
    assert shots[0].size == "wide" and shots[0].growth == 1.0
    assert max(s.growth for s in film.shots if s.start_bar < score.sections[number].start_bar) < 1.0
    assert film.choices and any("because" in sentence for sentence in film.choices)


def own(*durations: float) -> tuple[OwnMedia, ...]:
    return tuple(
        OwnMedia(f"{n:064x}", "clip" if duration else "picture", 640, 360, duration)
        for n, duration in enumerate(durations)
    )


def test_own_pictures_and_clips_are_woven_into_the_verses_in_order():
    score = song(MusicStyle.POP)
    media = own(0.0, 0.0, 2.2, 0.0, 30.0)
    film = plan_storyboard(spec_of(score, media=media))
    shown = [shot for shot in film.shots if shot.look.media]
    assert [shot.look.media for shot in shown] == [m.key for m in media] and film.notices == ()
    assert all(shot.section.startswith(("Verse", "Pre")) for shot in shown)
    assert [shot.look.world for shot in shown] == ["own_picture", "own_picture", "own_clip", "own_picture", "own_clip"]
    for shot in shown:
        lasts = next(m.duration_s for m in media if m.key == shot.look.media)
        assert not lasts or shot.frames / film.fps <= lasts + 1e-9
        assert shot.start_frame in film.bar_frames
    assert [shot.index for shot in film.shots] == list(range(len(film.shots)))
    for before, after in zip(film.shots, film.shots[1:], strict=False):
        assert before.end_frame == after.start_frame


def test_what_has_no_room_is_left_out_and_said():
    film = plan_storyboard(spec_of(small_score(), media=own(0.0, 0.0, 0.3, 0.0, 0.0, 0.0)))
    shown = {shot.look.media for shot in film.shots} - {""}
    assert len(film.notices) == 1 and f"{len(shown)} of your 6" in film.notices[0]
    many = plan_storyboard(spec_of(song(MusicStyle.POP), media=own(*[0.0] * 20)))
    assert len({shot.look.media for shot in many.shots} - {""}) == 20 and many.notices == ()


def test_a_treatment_for_another_score_is_refused():
    spec = spec_of(small_score())
    good = plan_treatment(spec)
    assert plan_storyboard(replace(spec, treatment=good)) == plan_storyboard(spec)
    wrong = replace(good.sections[0], palette="plaid")
    for sections in (good.sections[:-1], (wrong, *good.sections[1:])):
        with pytest.raises(InvalidInput):
            plan_storyboard(replace(spec, treatment=Treatment(sections)))
