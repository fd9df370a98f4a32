"""Bad and unusual input through the API: a clear sentence with the field named, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from generation.models import Generation

pytestmark = pytest.mark.django_db

GOOD = {"theme": "a lighthouse keeper", "length_s": 30, "film_size": "none"}


def post(client: Client, **fields: Any) -> Any:
    return client.post("/api/generations", json.dumps({**GOOD, **fields}), content_type="application/json")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("theme", "", "empty"),
        ("theme", " \t\n ", "empty"),
        ("theme", "\u0000\u0007\u001b", "empty"),
        ("theme", "\ud800", "empty"),
        ("theme", "x" * 10_000, "10,000 characters"),
        ("theme", None, "text"),
        ("theme", 5, "text"),
        ("theme", ["a"], "text"),
        ("title", "t" * 121, "121 characters"),
        ("title", {"a": 1}, "text"),
        ("lyrics", "la " * 5_000, "5,000 words"),
        ("lyrics", "!!! ??? 🎵", "no word"),
        ("style", "polka", "polka"),
        ("style", "", "epic"),
        ("style", 3, "epic"),
        ("style", ["epic"], "epic"),
        ("voice", "tenor", "heroic_male"),
        ("voice", {"a": "b"}, "heroic_male"),
        ("film_size", "640x480", "1920x1080"),
        ("length_s", 0, "30 to 300"),
        ("length_s", -5, "30 to 300"),
        ("length_s", 301, "30 to 300"),
        ("length_s", "long", "30 to 300"),
        ("length_s", True, "30 to 300"),
        ("length_s", [60], "30 to 300"),
        ("seed", -1, "0 to"),
        ("seed", 2**31, "0 to"),
        ("seed", 1.5, "0 to"),
        ("seed", "x", "0 to"),
        ("seed", 10**400, "0 to"),
        ("lenght_s", 60, "length_s"),
        ("lyrics", "say {hello|Ж}", "“Ж” of the word “hello”"),
        ("lyrics", "say {hello there|hɛlO}", "one word"),
        ("lyrics", "word " * 2_000, "2,000 words"),
        ("pronunciations", "Siobhan", "pairs"),
        ("pronunciations", [["Siobhan"]], "pair of texts"),
        ("pronunciations", [["Siobhan", 5]], "pair of texts"),
        ("pronunciations", [["Siobhan", "SH AH0 Q9"]], "“Siobhan”"),
        ("pronunciations", [["Siobhan", ""]], "sounds are empty"),
        ("pronunciations", [["", "SH"]], "needs a word"),
        ("pronunciations", [["two words", "SH AH0"]], "several"),
        ("pronunciations", [["b", "b"]], "vowel"),
        ("pronunciations", [["w", "a" * 500]], "too long"),
        ("pronunciations", [[f"w{i}", "AA1"] for i in range(201)], "200 are the most"),
        ("speech", "siri", "local, gtts, openai"),
        ("speech", None, "may not be null"),
        ("effects", 3, "by name"),
    ],
)
def test_bad_field_is_named(client: Client, field: str, value: Any, told: str) -> None:
    response = post(client, **{field: value})
    assert response.status_code == 400, response.content
    error = response.json()["error"]
    assert error["field"] == field
    assert told in error["message"]
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("pitch_semitones", 13, "-12 to 12"),
        ("pitch_semitones", "up", "-12 to 12"),
        ("bass_boost_db", -1, "0 to 9"),
        ("reverb_db", True, "-12 to 12"),
        ("doubler", 1.5, "0 to 1"),
        ("reverb", "spring", "convolution, algorithmic"),
        ("echo", 1, "reverb_db"),
    ],
)
def test_a_bad_effect_is_named(client: Client, name: str, value: Any, told: str) -> None:
    response = post(client, effects={name: value})
    assert response.status_code == 400, response.content
    error = response.json()["error"]
    assert error["field"] == f"effects.{name}"
    assert told in error["message"]
    assert not Generation.objects.exists()


def test_the_singers_wishes_are_kept_echoed_and_can_be_sent_again(client: Client) -> None:
    wishes = {
        "voice": "spoken",
        "speech": "gtts",
        "pronunciations": [["Siobhan", "SH AH0 V AO1 N"], ["Eärendil", "ɛɑɹˈɛndɪl"], ["siobhan", "ʃəˈvɔːn"]],
        "effects": {"reverb_db": -3, "doubler": 0.4, "reverb": "algorithmic"},
    }
    first = post(client, **wishes)
    assert first.status_code == 202, first.content
    brief = first.json()["brief"]
    assert (brief["voice"], brief["speech"]) == ("spoken", "gtts")
    assert brief["pronunciations"] == [["siobhan", "ʃəvˈɔn"], ["Eärendil", "ɛɑɹˈɛndɪl"]]
    asked = {"reverb_db": -3.0, "doubler": 0.4, "reverb": "algorithmic"}
    untouched = {"bass_boost_db": 0.0, "pitch_semitones": 0.0, "saturation": 0.0, "de_esser": 0.0}
    assert brief["effects"] == asked | untouched
    made = Generation.objects.get()
    assert made.brief.effects.doubler == 0.4 and made.brief.pronunciations[1][0] == "Eärendil"
    again = post(client, **brief)
    assert again.status_code == 202 and again.json()["brief"] == brief


def test_pronunciations_may_be_a_mapping_and_defaults_ask_for_nothing(client: Client) -> None:
    brief = post(client, pronunciations={"Zoë": "Z OW1 IY0"}).json()["brief"]
    assert brief["pronunciations"] == [["Zoë", "zˈOi"]]
    brief = post(client).json()["brief"]
    assert (brief["pronunciations"], brief["speech"]) == ([], "local")
    assert set(brief["effects"].values()) == {0.0, "convolution"}


def test_the_same_key_with_other_effects_is_another_song(client: Client) -> None:
    def start(**fields: Any) -> Any:
        body = json.dumps({**GOOD, "seed": 1, **fields})
        return client.post("/api/generations", body, content_type="application/json", headers={"Idempotency-Key": "k"})

    assert start(effects={"doubler": 0.5}).status_code == 202
    assert start(effects={"doubler": 0.5, "reverb_db": 0}).headers["Idempotent-Replay"] == "true"
    assert start(effects={"doubler": 0.6}).status_code == 409
    assert start(pronunciations=[["a", "AA1"]]).status_code == 409


def test_the_schema_tells_ranges_and_choices(client: Client) -> None:
    schema = client.get("/api/schema", headers={"Accept": "application/json"}).json()
    parts = schema["components"]["schemas"]
    fields = parts["Brief"]["properties"]

    def choices(name: str) -> list[str]:
        field = fields[name]
        named = field.get("$ref") or field["allOf"][0]["$ref"]
        return parts[named.rsplit("/", 1)[-1]]["enum"]

    assert fields["effects"]["properties"]["pitch_semitones"] == {
        "type": "number", "minimum": -12.0, "maximum": 12.0, "default": 0.0,
    }  # fmt: skip
    assert choices("speech") == ["local", "gtts", "openai"]
    assert {"alto", "spoken"} <= set(choices("voice"))
    assert fields["pronunciations"]["items"]["maxItems"] == 2


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none(client: Client, number: str) -> None:
    body = '{"theme": "x", "length_s": ' + number + "}"
    response = client.post("/api/generations", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('it\'s a "quoted" theme', 'it\'s a "quoted" theme'),
        ("Ü ñ ß Ж 日本", "Ü ñ ß Ж 日本"),
        ("🔥 a phoenix 👩‍🚀", "🔥 a phoenix 👩‍🚀"),
        ("שלום עולם", "שלום עולם"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\u0000b\u0007c", "abc"),
        ("  many   spaces \n here ", "many spaces here"),
        ("cafe\u0301", "café"),
        ("'; DROP TABLE generation_generation; --", "'; DROP TABLE generation_generation; --"),
    ],
)
def test_unusual_themes_are_taken_as_they_are(client: Client, given: str, kept: str) -> None:
    response = post(client, theme=given)
    assert response.status_code == 202, response.content
    assert response.json()["brief"]["theme"] == kept
    assert Generation.objects.get().theme == kept


def test_defaults_and_a_random_seed(client: Client) -> None:
    answers = [
        client.post("/api/generations", '{"theme": "x"}', content_type="application/json").json() for _ in range(2)
    ]
    brief = answers[0]["brief"]
    assert (brief["voice"], brief["style"], brief["film_size"]) == ("heroic_male", "epic", "1920x1080")
    assert brief["length_s"] == 120
    assert brief["seed"] != answers[1]["brief"]["seed"]


def test_one_word_of_lyrics(client: Client) -> None:
    response = post(client, lyrics="Hallelujah")
    assert response.status_code == 202
    assert response.json()["brief"]["lyrics"] == "Hallelujah"


def test_missing_soundfont(client: Client, tmp_path: Any) -> None:
    from django.test import override_settings

    with override_settings(SOUNDFONT_PATH=tmp_path / "gone.sf3"):
        response = post(client)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "soundfont_missing"
    assert "SOUNDFONT_PATH" in response.json()["error"]["message"]


def test_missing_ffmpeg(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from codecraft.common.audio import ffmpeg_path

    ffmpeg_path.cache_clear()
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    try:
        response = post(client)
    finally:
        ffmpeg_path.cache_clear()
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "ffmpeg_missing"


def test_full_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    class Usage:
        free = 1_000_000

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage)
    response = post(client)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "disk_full"
    assert settings.STORE_DIR.parent.exists()
