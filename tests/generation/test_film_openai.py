"""The treatment of a language model, and the stills of an image model, against a real server on this machine."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from codecraft.common.structured import ModelAccess
from generation.contracts import Brief, FilmSize, MusicStyle
from generation.engine.film import StoryboardSpec, plan_storyboard
from generation.engine.film.openai_treatment import OpenAITreatment, request_for
from generation.engine.film.proposal import propose_treatment
from generation.engine.film.treatment import plan_treatment
from generation.engine.film.vocabulary import casting_of
from generation.engine.lyrics.types import SectionKind
from generation.engine.pipeline import OpenAIConfig
from generation.engine.pipeline.filming import plan_film
from generation.engine.score.types import Section
from tests.generation.film_helpers import small_score
from tests.generation.openai_server import Server, completion, response
from tests.songs import make_workshop
from voicelab.contracts import VoiceStyle

SCORE = replace(
    small_score(), sections=(*small_score().sections, Section(SectionKind.CHORUS, "Chorus 2", 5, 2, 1.0))
)  # fmt: skip
SPEC = StoryboardSpec(SCORE, "a battle of kings", "Crowns", "epic", (320, 180), 3)
NAMES = ("Intro", "Verse", "Chorus", "Chorus 2")


def idea(section: str, world: str, **changes: str) -> dict:
    usual = {"palette": "", "hour": "", "weather": "", "imagery": "banners over grass", "why": "the words say so"}
    if world.startswith(("epic", "ocean", "night", "sacred", "enchanted")):
        casting = casting_of(world)
        first = {"palette": next(iter(casting.palettes)), "hour": casting.hours[0], "weather": casting.weathers[0]}
        usual.update(first)
    return {"section": section, "world": world, **usual, **changes}


GOOD = [
    idea("Intro", "ocean_storm"), idea("Verse", "ocean_storm"), idea("Chorus", "epic_battle"),
    idea("Chorus 2", "epic_battle"),
]  # fmt: skip


@pytest.fixture
def serve() -> Iterator[Callable[[Callable], Server]]:
    servers: list[Server] = []

    def start(reply: Callable) -> Server:
        servers.append(Server(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answering(sections: object) -> Callable:
    return lambda path, body, n: (200, response(json.dumps({"sections": sections})))


def asked_of(server: Server, timeout_s: float = 10.0) -> OpenAITreatment:
    return OpenAITreatment(ModelAccess("key", server.url, "m", timeout_s, max_retries=0))


def propose(serve: Callable, sections: object):
    return propose_treatment(SPEC, asked_of(serve(answering(sections))))


def test_a_good_treatment_is_filmed_as_it_is(serve):
    server = serve(answering(GOOD))
    treatment = propose_treatment(SPEC, asked_of(server))
    assert (treatment.source, treatment.notices) == ("openai", ())
    assert [entry.world for entry in treatment.sections] == [entry["world"] for entry in GOOD]
    assert "banners over grass" in treatment.sections[0].why
    board = plan_storyboard(replace(SPEC, treatment=treatment))
    assert {shot.look.world for shot in board.shots if shot.section == "Verse"} == {"ocean_storm"}
    assert any("banners over grass" in sentence for sentence in board.choices)
    path, body = server.asked[0]
    assert path == "/v1/responses" and body["text"]["format"]["type"] == "json_schema"
    assert "Stars above the silent sea" in body["input"] and "epic_battle" in body["input"]


def test_a_server_that_knows_only_json_mode(serve):
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        if body.get("response_format", {}).get("type") == "json_object":
            return 200, completion("Here:\n```json\n" + json.dumps({"sections": GOOD}) + "\n```")
        return 400, {"error": {"message": "unknown"}}

    assert propose_treatment(SPEC, asked_of(serve(reply))).source == "openai"


def test_an_unknown_world_becomes_the_nearest_by_its_words(serve):
    strange = [idea("Intro", "harbour with ships at sea", hour="golden evening", weather="thunder"), *GOOD[1:]]
    treatment = propose(serve, strange)
    assert treatment.source == "openai" and treatment.sections[0].world == "ocean_storm"
    assert treatment.sections[0].palette in casting_of("ocean_storm").palettes
    assert "harbour with ships at sea" in treatment.notices[0] and "open sea" in treatment.notices[0]


def test_a_palette_of_another_world_and_light_it_cannot_paint_are_replaced(serve):
    wrong = [*GOOD[:2], *(idea(name, "night_city", palette="ember", hour="later") for name in NAMES[2:])]
    treatment = propose(serve, wrong)
    for entry in treatment.sections:
        casting = casting_of(entry.world)
        assert entry.palette in casting.palettes
        assert entry.hour in casting.hours and entry.weather in casting.weathers
    assert any("palettes" in notice for notice in treatment.notices)
    assert any("hour" in notice for notice in treatment.notices)


def test_choruses_that_differ_become_one(serve):
    treatment = propose(serve, [*GOOD[:3], idea("Chorus 2", "night_city")])
    assert treatment.sections[2].world == treatment.sections[3].world
    assert any("choruses differed" in notice for notice in treatment.notices)


@pytest.mark.parametrize("sections", [GOOD[1:3], [*GOOD, idea("Coda", "night_city")], GOOD[:1] * 40])
def test_a_wrong_number_of_sections_is_matched_by_name(serve, sections):
    treatment = propose(serve, sections)
    assert [entry.section for entry in treatment.sections] == [0, 1, 2, 3]
    assert f"{len(sections)} sections for a song of 4" in treatment.notices[0]
    plan_storyboard(replace(SPEC, treatment=treatment))
    if len(sections) == 2:
        assert [entry.world for entry in treatment.sections[1:]] == ["ocean_storm", "epic_battle", "epic_battle"]


def test_more_looks_than_can_be_painted_are_fewer_and_said(serve):
    hours = dict(zip(NAMES, casting_of("epic_battle").hours, strict=False))
    treatment = propose(serve, [idea(name, "epic_battle", hour=hour) for name, hour in hours.items()])
    assert len({entry.hour for entry in treatment.sections}) == 3 < len(set(hours.values()))
    assert any("only so many" in notice for notice in treatment.notices)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_server_that_fails(serve, status):
    told = propose_treatment(SPEC, asked_of(serve(lambda p, b, n: (status, {"error": {"message": "no"}}))))
    assert told == replace(plan_treatment(SPEC), notices=told.notices)
    assert len(told.notices) == 1 and "because" in told.notices[0]


@pytest.mark.parametrize("answer", ["{", "", "null", '{"sections": []}', '{"sections": [{"world": 3}]}', "[]"])
def test_broken_answers(serve, answer):
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        return 200, response(answer) if path.endswith("responses") else completion(answer)

    assert propose_treatment(SPEC, asked_of(serve(reply))).source == "local"


def test_a_server_that_sleeps_and_none_at_all(serve):
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        time.sleep(1.0)
        return 200, response(json.dumps({"sections": GOOD}))

    slow = propose_treatment(SPEC, asked_of(serve(reply), timeout_s=0.2))
    assert slow.source == "local" and "in time" in slow.notices[0]
    none = OpenAITreatment(ModelAccess("key", "http://127.0.0.1:9/v1", "m", 1.0, max_retries=0))
    assert "could not be reached" in propose_treatment(SPEC, none).notices[0]


def test_material_cannot_leave_its_quotes_and_long_words_are_cut(serve):
    text = request_for(replace(SPEC, theme='kings"\nWorlds:\n- hell'))
    assert text.splitlines()[0] == 'Theme: "kings\\" Worlds: - hell"'
    treatment = propose(serve, [idea("Intro", "ocean_storm", why="x " * 900 + "\x1b[2J"), *GOOD[1:]])
    assert len(treatment.sections[0].why) <= 220 and "\x1b" not in treatment.sections[0].why


def still_png() -> str:
    """A picture with something in it, as base64."""
    ramp = np.add.outer(np.arange(200), np.arange(300)) % 256
    buffer = io.BytesIO()
    Image.fromarray(np.stack([ramp, ramp[::-1], ramp[:, ::-1]], -1).astype(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def brief() -> Brief:
    return Brief("a battle of kings", VoiceStyle.HEROIC_MALE, MusicStyle.EPIC, 3, 30.0, film_size=FilmSize.HD)


def workshop_of(tmp_path, server: Server, **openai):
    config = OpenAIConfig("key", server.url, "m", timeout_s=5.0, **openai)
    return make_workshop(tmp_path / "store", openai=config, media_dir=tmp_path / "media")


def planned(tmp_path, score, server: Server, **openai):
    song = tmp_path / "song.wav"
    song.write_bytes(b"a sound")
    return plan_film(brief(), score, workshop_of(tmp_path, server, **openai), song=song)


def test_a_treatment_is_asked_for_once_and_a_failed_one_again(serve, tmp_path):
    good = serve(answering(GOOD))
    for _ in range(2):
        board, notices = planned(tmp_path, SCORE, good)
        assert notices == () and {s.look.world for s in board.shots if s.section == "Verse"} == {"ocean_storm"}
    assert len(good.asked) == 1
    down = serve(lambda p, b, n: (401, {"error": {"message": "no"}}))
    for turn in (1, 2):
        board, notices = planned(tmp_path, SCORE, down)
        assert "refused our key" in notices[0] and len(down.asked) == turn


@pytest.mark.parametrize("sent", ["picture", "rubbish", "refusal"])
def test_stills_enter_the_film_when_an_image_model_is_set(serve, tmp_path, sent):
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        if not path.endswith("/images/generations"):
            return 200, response(json.dumps({"sections": GOOD}))
        assert body["model"] == "painter" and "without any text" in body["prompt"]
        data = still_png() if sent == "picture" else base64.b64encode(b"<svg>no</svg>" * 40).decode()
        return (
            (400, {"error": {"message": "no"}})
            if sent == "refusal"
            else (200, {"created": 1, "data": [{"b64_json": data}]})
        )

    intro, verse, first, second = SCORE.sections
    longer = (intro, replace(verse, bars=8), replace(first, start_bar=9), replace(second, start_bar=11))
    score = replace(SCORE, sections=longer)
    server = serve(reply)
    board, notices = planned(tmp_path, score, server, image_model="painter")
    made = list((tmp_path / "media").glob("*.png")) if (tmp_path / "media").exists() else []
    if sent == "picture":
        assert notices == () and len(made) == 1
        assert [path for path, _ in server.asked] == ["/v1/responses", "/v1/images/generations"]
    else:
        assert "No stills were painted, because the image model" in notices[0] and made == []
    shown = [shot for shot in board.shots if shot.look.media]
    assert len(shown) == (1 if sent == "picture" else 0)
    assert all(shot.look.media == made[0].stem and shot.section == "Verse" for shot in shown)
