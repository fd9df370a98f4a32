"""More songs from one, and songs from uploaded scores: the tune and the words stay, the rest is other."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_q.models import OrmQ

from generation.contracts import MusicStyle
from generation.engine.composer.sections import HouseBand
from generation.engine.score.editing import unpack
from generation.engine.score.midi import write_midi
from generation.engine.score.types import Score
from generation.models import Generation
from tests.generation.open_songs import song_of
from voicelab.contracts import VOICE_RANGES, VoiceStyle

pytestmark = pytest.mark.django_db(transaction=True)
TUNES = Path(__file__).resolve().parents[1] / "data/tunes"


@pytest.fixture
def song(client: Client) -> Generation:
    return song_of(client)


def ask(client: Client, song: Generation, **body: Any) -> Any:
    return client.post(f"/api/generations/{song.id}/variations", json.dumps(body), content_type="application/json")


def made(response: Any) -> tuple[dict[str, Any], Score]:
    assert response.status_code == 202, response.content
    (answer,) = response.json()["generations"]
    return answer, unpack(Generation.objects.get(id=answer["id"]).revision.packed).score


def tune(score: Score) -> list[int]:
    return [n.midi for line in score.lead.lines for n in line.notes]


def steps(score: Score) -> list[int]:
    return [b - a for a, b in pairwise(tune(score))]


def words(score: Score) -> list[str]:
    return [line.text for line in score.lead.lines]


def test_three_more_like_this_are_composed_to_the_same_brief(client: Client, song: Generation) -> None:
    OrmQ.objects.all().delete()
    answers = ask(client, song, count=3).json()["generations"]
    assert len({a["brief"]["seed"] for a in answers} | {song.seed}) == 4
    for answer in answers:
        assert {**answer["brief"], "seed": 0} == {**answers[0]["brief"], "seed": 0}
        assert answer["parent"] == str(song.id) and "more like" in answer["relation"]
        assert answer["state"] == "queued" and answer["links"]["score"] is None
    assert OrmQ.objects.count() == 3
    assert ask(client, song, count=5).json()["error"]["code"] == "too_many_songs"
    assert Generation.objects.count() == 4, "all of them or none"


@pytest.mark.parametrize("voice", ["heroic_male", "alto", "choir", "whisper"])
def test_another_voice_sings_the_same_words_and_tune(client: Client, song: Generation, voice: str) -> None:
    answer, score = made(ask(client, song, voice=voice))
    old = unpack(song.revision.packed).score
    assert words(score) == words(old) and answer["brief"]["voice"] == voice
    compass = VOICE_RANGES[VoiceStyle(voice)]
    assert all(compass.lowest <= midi <= compass.highest for midi in tune(score))
    same = [a == b for a, b in zip(steps(score), steps(old), strict=True)]
    assert sum(same) >= 0.97 * len(same)
    assert bool(score.harmonies) == (voice == "choir")


def test_another_style_plays_other_instruments_to_the_same_tune(client: Client, song: Generation) -> None:
    answer, score = made(ask(client, song, style="dark"))
    old = unpack(song.revision.packed).score
    assert words(score) == words(old) and steps(score) == steps(old)
    assert {p.name for p in score.parts} != {p.name for p in old.parts} and score.style == "dark"
    assert [c.name for c in score.chords] == [c.name for c in old.chords]
    assert answer["parent"] == str(song.id) and "dark" in answer["relation"]


def test_another_key_and_tempo(client: Client, song: Generation) -> None:
    old = unpack(song.revision.packed).score
    _, moved = made(ask(client, song, key="D dorian", tempo_bpm=90))
    assert (moved.key.tonic, moved.key.mode) == ("D", "dorian")
    assert moved.tempo_map.changes[0].bpm == pytest.approx(90, abs=0.01)
    assert words(moved) == words(old)
    lines = [[n.start_beats for n in line.notes] for line in moved.lead.lines]
    assert lines == [[n.start_beats for n in line.notes] for line in old.lead.lines]
    signs = [(a > 0) - (a < 0) for a in steps(moved)], [(a > 0) - (a < 0) for a in steps(old)]
    alike = [a == b for a, b in zip(*signs, strict=True)]
    assert sum(alike) >= 0.9 * len(alike), "the tune keeps its shape in another mode"


def test_what_cannot_be_varied_is_said(client: Client, song: Generation) -> None:
    for body in ({}, {"count": 2, "voice": "alto"}, {"count": 0}, {"key": "H major"}, {"tempo_bpm": 900}):
        response = ask(client, song, **body)
        assert response.status_code == 400, body
        assert len(response.json()["error"]["message"]) > 15
    assert ask(client, song, style="polka").status_code == 400
    assert ask(Client(), song, count=1).status_code == 404


def upload(client: Client, name: str, data: bytes, **fields: Any) -> Any:
    return client.post("/api/scores", {"file": SimpleUploadedFile(name, data), "film_size": "none", **fields})


@pytest.mark.parametrize(
    ("name", "sent"),
    [("amazing_grace.musicxml", ".musicxml"), ("greensleeves.mid", ".mid"), ("greensleeves.mid", ".kar")],
)
def test_a_tune_that_is_brought_is_sung_and_accompanied(client: Client, name: str, sent: str) -> None:
    response = upload(client, f"tune{sent}", (TUNES / name).read_bytes(), voice="alto", style="fantasy", seed=4)
    assert response.status_code == 202, response.content
    answer = response.json()
    assert answer["state"] == "queued" and answer["links"]["score"]
    score = client.get(answer["links"]["score"]).json()
    assert score["summary"].startswith("Uploaded") and len(score["parts"]) >= 4
    assert sum(len(line["notes"]) for line in score["lead"]["lines"]) > 20


def test_our_own_midi_comes_back_as_the_score_it_was(client: Client, song: Generation, tmp_path: Path) -> None:
    score = unpack(song.revision.packed).score
    write_midi(score, tmp_path / "score.mid")
    response = upload(client, "score.mid", (tmp_path / "score.mid").read_bytes(), voice="soprano", seed=song.seed)
    assert response.status_code == 202, response.content
    again = unpack(Generation.objects.get(id=response.json()["id"]).revision.packed).score
    assert again == score
    assert response.json()["brief"]["style"] == song.style


@pytest.mark.parametrize("voice", ["heroic_male", "alto", "choir", "whisper"])
def test_a_file_written_for_one_voice_is_sung_by_another(
    client: Client, song: Generation, tmp_path: Path, voice: str
) -> None:
    old = unpack(song.revision.packed).score
    write_midi(old, tmp_path / "score.mid")
    response = upload(client, "score.mid", (tmp_path / "score.mid").read_bytes(), voice=voice, seed=song.seed)
    assert response.status_code == 202, response.content
    score = unpack(Generation.objects.get(id=response.json()["id"]).revision.packed).score
    compass = VOICE_RANGES[VoiceStyle(voice)]
    assert words(score) == words(old)
    assert all(compass.lowest <= midi <= compass.highest for midi in tune(score))
    same = [a == b for a, b in zip(steps(score), steps(old), strict=True)]
    assert sum(same) >= 0.97 * len(same)
    band = HouseBand(MusicStyle(song.style), VoiceStyle(voice), song.seed)
    assert (score.harmonies, score.backing) == band.voices(score), "those behind the lead sing in the file's own style"


def test_files_that_are_no_scores_are_refused_with_a_sentence(client: Client) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><score-partwise>&a;</score-partwise>'
    refused = [
        ("song.mid", b""),
        ("song.mid", b"MThd\x00\x00"),
        ("song.musicxml", bomb),
        ("song.musicxml", b"not a score"),
        ("song.mp3", b"ID3"),
        ("song.mid", b"x" * (8 * 2**20 + 1)),
    ]
    for name, data in refused:
        response = upload(client, name, data)
        assert response.status_code == 400, (name, data[:20])
        assert response.json()["error"]["code"] == "bad_score_file", response.json()
    assert client.post("/api/scores", {}).status_code == 400
    assert not Generation.objects.exists()


def test_the_film_s_options_come_along_with_a_file_and_stay_in_more_like_this(client: Client) -> None:
    film = {"fps": 60, "framing": "full", "words": "none", "media": []}
    data = (TUNES / "greensleeves.mid").read_bytes()
    told = upload(client, "tune.mid", data, film=json.dumps({**film, "fps": 60})).json()
    assert told["brief"]["film"] == film
    more = client.post(f"/api/generations/{told['id']}/variations", {"count": 1}, content_type="application/json")
    assert more.json()["generations"][0]["brief"]["film"] == film
    refused = upload(client, "tune.mid", data, film='{"fps": 25}')
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "film")
