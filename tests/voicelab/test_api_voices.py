"""The voice lab through its API: lines sung by real voices, judged by ears of their own, and clear sentences."""

from __future__ import annotations

import io
import json
import os
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyloudnorm
import pytest
import soundfile as sf
from django.test import Client

from tests.judges.pitch import note_errors_cents, pitch_track
from voicelab.contracts import VOICE_RANGES, VoiceStyle
from voicelab.services.store import prune

pytestmark = pytest.mark.django_db

LINE = "I lay my sword beneath the morning sun"


def post(client: Client, **asked: Any) -> Any:
    return client.post("/api/voices/auditions", json.dumps({"text": LINE, **asked}), content_type="application/json")


def sing(client: Client, **asked: Any) -> dict[str, Any]:
    response = post(client, **asked)
    assert response.status_code == 201, response.content
    return response.json()


def audio_bytes(client: Client, audition: dict[str, Any], **headers: str) -> bytes:
    response = client.get(audition["audio_url"], headers=headers)
    return b"".join(response.streaming_content)


def test_the_voices_tell_who_they_are(client: Client) -> None:
    answer = client.get("/api/voices").json()
    assert {voice["voice"] for voice in answer["voices"]} == set(VoiceStyle)
    for voice in answer["voices"]:
        assert voice["name"] and voice["description"] and voice["sample_text"]
        assert voice["range"]["lowest"] == VOICE_RANGES[VoiceStyle(voice["voice"])].lowest
    assert len(answer["melodies"]) >= 5
    assert answer["limits"]["text_chars"] == 200


def test_a_sung_line_is_heard_at_its_notes(client: Client, tmp_path: Path) -> None:
    """Another ear (WORLD) finds the pitches that the answer tells, so what is shown is what is heard."""
    sung = sing(client, voice="alto", melody="hymn")
    assert [n["text"] for n in sung["notes"]] == "I lay my sword be neath the mor ning sun".split()
    path = tmp_path / "sung.wav"
    path.write_bytes(audio_bytes(client, sung))
    facts = sf.info(path)
    assert facts.duration == pytest.approx(sung["duration_s"], abs=0.01)
    assert (facts.samplerate, facts.channels) == (sung["sample_rate_hz"], 1)
    assert -30 < sung["level_db"] < -12
    assert sung["level_db"] == pytest.approx(pyloudnorm.Meter(48_000).integrated_loudness(sf.read(path)[0]), abs=3)
    notes = [SimpleNamespace(**note) for note in sung["notes"]]
    errors = note_errors_cents(*pitch_track(path), notes)
    assert sum(abs(errors) < 60) >= 0.8 * len(errors), errors
    meant = sung["pitch"]["midi"]
    for note in sung["notes"]:  # the curve that is drawn lies on the notes that are drawn
        middle = round((note["start_s"] + note["end_s"]) / 2 / sung["pitch"]["step_s"])
        assert abs(meant[middle] - note["midi"]) < 1.0
    assert meant[0] is None and meant[-1] is None


def test_what_the_singer_would_do_is_told_and_what_is_set_wins(client: Client) -> None:
    free = sing(client, voice="soprano", melody="lullaby")
    assert all(0 <= n["automatic"]["energy"] <= 1 and n["automatic"]["breath"] is not None for n in free["notes"])
    assert free["notes"][-1]["automatic"]["vibrato"]["depth_cents"] > 0
    wide = {"depth_cents": 120, "rate_hz": 4, "onset_s": 0}
    last = len(free["notes"]) - 1
    formed = sing(client, voice="soprano", melody="lullaby", expressions=[{"note": last, "vibrato": wide}])
    assert formed["notes"][last]["automatic"] == free["notes"][last]["automatic"]
    assert formed["notes"][last]["expression"]["vibrato"] == wide

    def swing(one: dict[str, Any]) -> float:
        note, step_s = one["notes"][last], one["pitch"]["step_s"]
        held = one["pitch"]["midi"][round((note["start_s"] + 0.5) / step_s) : round((note["end_s"] - 0.5) / step_s)]
        return max(held) - min(held)

    assert swing(formed) > 1.3 > swing(free)


def test_a_whisper_and_speech_have_no_pitch(client: Client) -> None:
    assert sing(client, voice="whisper", text="come closer")["pitch"] is None
    assert sing(client, mode="say", text="come closer")["pitch"] is None


def test_the_same_wish_is_the_same_audition_and_another_one_is_not(client: Client) -> None:
    first, again, other = sing(client), sing(client), sing(client, seed=2)
    assert first["audio_url"] == again["audio_url"] != other["audio_url"]
    assert audio_bytes(client, first) == audio_bytes(client, again) != audio_bytes(client, other)
    assert client.get(first["url"]).json() == first


def test_audio_takes_ranges_and_is_saved_under_a_name(client: Client) -> None:
    sung = sing(client)
    whole = audio_bytes(client, sung)
    part = client.get(sung["audio_url"], headers={"range": "bytes=44-143"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 44-143/{len(whole)}")
    assert b"".join(part.streaming_content) == whole[44:144]
    assert client.get(sung["audio_url"], headers={"range": "bytes=99999999-"}).status_code == 416
    saved = client.get(sung["audio_url"] + "?download=1")["Content-Disposition"]
    assert 'filename="heroic_male - I lay my sword' in saved
    assert sf.info(io.BytesIO(whole)).subtype == "PCM_24"


def test_a_choir_sings_four_parts_that_do_not_cross(client: Client) -> None:
    sung = sing(client, voice="choir", text="Keep one candle burning", melody="hymn")
    assert [part["name"] for part in sung["parts"]] == ["soprano", "alto", "tenor", "bass"]
    assert sung["channels"] == 2
    assert sung["parts"][0]["midi"] == [n["midi"] for n in sung["notes"]]
    for chord in zip(*(part["midi"] for part in sung["parts"]), strict=True):
        assert list(chord) == sorted(chord, reverse=True)
        assert len({round(m) % 12 for m in chord}) == 3  # a full triad
    assert sf.info(io.BytesIO(audio_bytes(client, sung))).channels == 2


@pytest.mark.parametrize("voice", ["heroic_male", "spoken"])
def test_a_line_is_said_with_the_times_of_its_words(client: Client, voice: str) -> None:
    said = sing(client, mode="say", voice=voice, text="I {read|ɹˈɛd} your letter", pronunciations={"letter": "lˈitəɹ"})
    assert [word["text"] for word in said["words"]] == ["I", "read", "your", "letter"]
    assert (said["melody"], said["notes"], said["parts"]) == ("", [], [])
    times = [(word["start_s"], word["end_s"]) for word in said["words"]]
    assert all(start < end for start, end in times) and times == sorted(times)
    assert times[-1][1] <= said["duration_s"]
    slow = sing(client, mode="say", voice=voice, text="I {read|ɹˈɛd} your letter", rate=0.6)
    assert slow["duration_s"] > 1.2 * said["duration_s"]


def test_own_notes_slurs_and_tempo(client: Client) -> None:
    notes = [
        {"midi": 57, "beats": 1},
        {"midi": 59, "beats": 1, "slur": True},
        {"midi": 55, "beats": 2, "rest_beats": 1},
    ]
    sung = sing(client, text="go home", melody=notes, tempo_bpm=120)
    assert [(n["syllable"], n["midi"]) for n in sung["notes"]] == [(0, 57), (0, 59), (1, 55)]
    start_s = sung["notes"][0]["start_s"]
    assert [round(n["start_s"] - start_s, 3) for n in sung["notes"]] == [0.0, 0.5, 1.5]
    assert sung["melody"] == "own"


def test_expression_and_pronunciation_change_what_is_sung(client: Client) -> None:
    plain = sing(client, text="go home")
    formed = sing(client, text="go home", expressions=[{"note": 1, "breath": 0.8, "phonemes": "hʌm"}])
    assert formed["notes"][1]["phonemes"] == "hʌm"
    assert formed["notes"][1]["expression"]["breath"] == 0.8
    said = sing(client, text="go home", pronunciations={"Home": "hˈʌm"})
    assert said["notes"][1]["phonemes"] == "hʌm"
    assert said["notes"][1]["text"] == "home"
    assert len({one["audio_url"] for one in (plain, formed, said)}) == 3


def test_a_pitch_out_of_reach_is_moved_by_octaves_and_told(client: Client) -> None:
    sung = sing(client, voice="soprano", text="go home", melody=[{"midi": 31, "beats": 1}, {"midi": 120, "beats": 2}])
    assert [n["midi"] for n in sung["notes"]] == [67, 72]
    assert "2 notes were moved by octaves" in sung["notices"][0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Der Mond ist aufgegangen", "German"),
        ("Gute Nacht", "does not look like English"),
        ("שלום לך", "This line seems to be in"),
        ("夜の歌", "This line seems to be in"),
        ("my heart is ночь tonight", "another script"),
    ],
)
def test_another_language_is_sung_with_a_notice(client: Client, text: str, told: str) -> None:
    sung = sing(client, text=text)
    assert any(told in notice for notice in sung["notices"]), sung["notices"]
    assert sung["duration_s"] > 2


def test_pronunciation_of_a_line(client: Client) -> None:
    answer = client.get("/api/voices/pronunciation", {"text": "I read {live|lˈIv} music yesterday"}).json()
    assert answer["syllables"] == 8
    by_word = {word["text"]: word for word in answer["words"]}
    assert by_word["read"]["phonemes"] == "ɹˈɛd"  # the past, by its neighbours
    assert by_word["live"]["phonemes"] == "lˈIv"
    assert len(by_word["yesterday"]["syllables"]) == 3
    for word in answer["words"]:  # what is shown can be written back
        braced = client.get("/api/voices/pronunciation", {"text": f"{{{word['text']}|{word['phonemes']}}}"})
        assert [s["phonemes"] for s in braced.json()["words"][0]["syllables"]] == [
            s["phonemes"] for s in word["syllables"]
        ]
    assert client.get("/api/voices/pronunciation").json()["error"]["field"] == "text"


VIBRATO = {"depth_cents": 40, "rate_hz": 5, "onset_s": 0.2}
NOTE = {"midi": 60, "beats": 1}


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"text": ""}, "text", "Write a line"),
        ({"text": " \n\t "}, "text", "Write a line"),
        ({"text": "... !? —"}, "text", "only signs"),
        ({"text": "love " * 2000}, "text", "200 characters"),
        ({"text": "a " * 61}, "text", "60 syllables"),
        ({"text": 5}, "text", "must be text"),
        ({"text": None}, "text", "must be text"),
        ({"text": "go {home}"}, "text", "{word|sounds}"),
        ({"text": "go {home|§}"}, "text", "not known"),
        ({"text": "go {home|ht}"}, "text", "vowel"),
        ({"text": "go {home"}, "text", "{word|sounds}"),
        ({"voice": "bass"}, "voice", "heroic_male"),
        ({"voice": ["alto"]}, "voice", "heroic_male"),
        ({"voice": "spoken"}, "voice", "only speaks"),
        ({"mode": "hum"}, "mode", "sing"),
        ({"melody": "polka"}, "melody", "hymn"),
        ({"melody": 7}, "melody", "list of notes"),
        ({"melody": []}, "melody", "list of notes"),
        ({"melody": [NOTE]}, "melody", "10 syllables"),
        ({"melody": [NOTE] * 121}, "melody", "120 notes"),
        ({"melody": [{"midi": "C4", "beats": 1}]}, "melody[0].midi", "number"),
        ({"melody": [{"midi": 60, "beats": 0}]}, "melody[0].beats", "0.125"),
        ({"melody": [{"midi": 60}]}, "melody[0].beats", "beats"),
        ({"melody": [{**NOTE, "slur": "yes"}]}, "melody[0].slur", "true or false"),
        ({"melody": [{**NOTE, "length": 1}]}, "melody[0].length", "no such field"),
        ({"tempo_bpm": 5}, "tempo_bpm", "40"),
        ({"tempo_bpm": True}, "tempo_bpm", "number"),
        ({"seed": -1}, "seed", "whole number"),
        ({"seed": 1.5}, "seed", "whole number"),
        ({"rate": 9}, "rate", "2"),
        ({"expressions": {"0": {}}}, "expressions", "list"),
        ({"expressions": [{"breath": 0.5}]}, "expressions[0].note", "whole number"),
        ({"expressions": [{"note": 99, "breath": 0.5}]}, "expressions", "no note 99"),
        ({"expressions": [{"note": 0, "breath": 1.5}]}, "expressions[0].breath", "0 to 1"),
        ({"expressions": [{"note": 0, "tension": "high"}]}, "expressions[0].tension", "number"),
        ({"expressions": [{"note": 0}, {"note": 0}]}, "expressions[1].note", "two expressions"),
        ({"expressions": [{"note": 0, "vibrato": {**VIBRATO, "rate_hz": 40}}]}, "expressions[0].vibrato.rate_hz", "9"),
        ({"expressions": [{"note": 0, "vibrato": {"rate_hz": 5}}]}, "expressions[0].vibrato.depth_cents", "needs"),
        ({"expressions": [{"note": 0, "phonemes": "hɑɹtə"}]}, "expressions[0].phonemes", "2 syllables"),
        (
            {"expressions": [{"note": 0, "pitch_curve": [{"at": 0.5, "cents": 0}, {"at": 0.2, "cents": 0}]}]},
            "expressions[0].pitch_curve[1].at",
            "forward",
        ),
        ({"pronunciations": ["home"]}, "pronunciations", "words"),
        ({"pronunciations": {"sword": "zzz"}}, "pronunciations", "vowel"),
        ({"pronunciations": {"two words": "ɑ"}}, "pronunciations", "several"),
        ({"tempo": 90}, "tempo", "no such field"),
        ({"text": "a " * 59, "melody": "lullaby", "tempo_bpm": 40}, "tempo_bpm", "90 s at most"),
    ],
)
def test_what_cannot_be_used_is_named(client: Client, asked: dict[str, Any], field: str, told: str) -> None:
    response = post(client, **asked)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["field"]) == ("invalid_input", field)
    assert told in error["message"]
    assert error["message"].endswith(".")


@pytest.mark.parametrize("body", ["[1]", '"text"', "{", "null"])
def test_a_body_that_is_no_object(client: Client, body: str) -> None:
    response = client.post("/api/voices/auditions", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("key", ["0" * 64, "x", "..%2f..%2fsession_secret", "A" * 64])
def test_an_audition_that_was_never_sung(client: Client, key: str) -> None:
    for url in (f"/api/voices/auditions/{key}", f"/api/voices/auditions/{key}/audio.wav"):
        response = client.get(url)
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "not_found"


def test_the_store_keeps_what_was_heard_last(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.AUDITIONS_DIR = tmp_path
    old, middle = sing(client, text="old"), sing(client, text="middle")
    client.get(old["url"])  # heard again: now the other one is the oldest
    each = max(p.stat().st_size for p in tmp_path.rglob("*.wav"))
    settings.AUDITIONS_LIMIT_BYTES = int(2.5 * each)
    killed, busy = tmp_path / "00" / "x.1.dry.wav", tmp_path / "00" / "y.2.dry.wav"
    killed.parent.mkdir(exist_ok=True)
    for left, age_s in ((killed, 7200), (busy, 60)):
        left.write_bytes(b"half")
        os.utime(left, (time.time() - age_s, time.time() - age_s))
    new = sing(client, text="new")
    assert (killed.exists(), busy.exists()) == (False, True)
    busy.unlink()
    found = [client.get(one["url"]).status_code for one in (old, middle, new)]
    assert found == [200, 404, 200]
    assert not [p for p in tmp_path.rglob("*") if re.search(r"dry|pcm|part", p.name)]
    assert prune(0) == 1  # the newest always stays: it is being listened to


def test_the_store_outlives_half_written_and_broken_files(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.AUDITIONS_DIR = tmp_path
    sung = sing(client, text="go")
    facts = next(tmp_path.rglob("*.json"))
    facts.write_text("{broken")
    assert client.get(sung["url"]).status_code == 404
    again = sing(client, text="go")
    assert again == sung
    next(tmp_path.rglob("*.wav")).unlink()
    assert client.get(sung["audio_url"]).status_code == 404
    assert audio_bytes(client, sing(client, text="go"))


def test_schema_knows_the_voices(client: Client) -> None:
    schema = client.get("/api/schema", headers={"accept": "application/vnd.oai.openapi+json"}).json()
    assert {path for path in schema["paths"] if path.startswith("/api/voices")} == {
        "/api/voices",
        "/api/voices/pronunciation",
        "/api/voices/auditions",
        "/api/voices/auditions/{key}",
        "/api/voices/auditions/{key}/audio.wav",
    }
    asked = schema["components"]["schemas"]["AuditionRequest"]
    assert asked["required"] == ["text"]
    notes = asked["properties"]["melody"]["oneOf"][1]["items"]["properties"]
    assert set(notes) == {"midi", "beats", "rest_beats", "slur"}
