"""Sessions at the console over HTTP: opened, moved, undone, named; whose they are; what is refused, and how."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import soundfile as sf
from django.test import Client

from mixer.models import AudioUpload, ConsoleRevision, MixSession, SessionStem
from tests.mixer.sounds import bring, done, open_session, post, put, read, tone, wav

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MIXES_DIR = tmp_path / "mixes"
    yield


@pytest.fixture
def session(client: Client) -> dict[str, Any]:
    return open_session(client, lead=wav(tone(440.0)), strings=wav(tone(660.0, 1.5, channels=2)))


def console(client: Client, session: dict[str, Any]) -> dict[str, Any]:
    return client.get(session["links"]["console"]).json()


def moved(client: Client, session: dict[str, Any], **strip: Any) -> Any:
    """The first channel's strip moved, as the page does it."""
    now = console(client, session)
    now["state"]["channels"][0] |= strip
    return put(client, session["links"]["console"], state=now["state"], base_revision=now["revision"])


def test_a_session_of_uploads_has_a_channel_for_each(client: Client, session: dict[str, Any]) -> None:
    assert [stem["name"] for stem in session["stems"]] == ["lead", "strings"]
    assert (session["is_ready"], session["duration_s"], session["sample_rate_hz"]) == (True, 1.5, 48_000)
    told = console(client, session)
    assert [channel["stem"] for channel in told["state"]["channels"]] == ["lead", "strings"]
    assert all(channel["fader_db"] == 0.0 and not channel["effects"] for channel in told["state"]["channels"])
    assert (told["revision"], told["can_undo"], told["can_redo"], told["decisions"]) == (0, False, False, [])
    listed = client.get("/api/audio/sessions").json()["sessions"]
    assert [one["id"] for one in listed] == [session["id"]]


def test_stems_are_played_in_pieces_and_drawn(client: Client, session: dict[str, Any]) -> None:
    stem = session["stems"][1]
    whole = client.get(stem["audio_url"])
    audio, rate_hz = sf.read(io.BytesIO(read(whole)), always_2d=True)
    assert (rate_hz, audio.shape) == (48_000, (72_000, 2))
    assert np.abs(audio - tone(660.0, 1.5, channels=2)).max() < 1e-4
    part = client.get(stem["audio_url"], headers={"Range": "bytes=0-43"})
    assert (part.status_code, len(read(part))) == (206, 44)
    peaks = __import__("json").loads(read(client.get(stem["peaks_url"])))
    assert peaks["duration_s"] == 1.5 and max(peaks["values"]) == pytest.approx(0.25, abs=0.001)


def test_moves_are_kept_undone_and_done_again(client: Client, session: dict[str, Any]) -> None:
    assert moved(client, session, fader_db=-6.0).json()["revision"] == 1
    assert moved(client, session, fader_db=-9.0).json()["revision"] == 2
    undone = post(client, f"{session['links']['self']}/undo").json()
    assert (undone["revision"], undone["state"]["channels"][0]["fader_db"], undone["can_redo"]) == (1, -6.0, True)
    again = post(client, f"{session['links']['self']}/redo", base_revision=1).json()
    assert (again["revision"], again["state"]["channels"][0]["fader_db"]) == (2, -9.0)
    refused = post(client, f"{session['links']['self']}/redo")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_to_redo")


def test_the_same_state_makes_no_revision(client: Client, session: dict[str, Any]) -> None:
    assert moved(client, session).json()["revision"] == 0
    assert ConsoleRevision.objects.count() == 1


def test_who_comes_late_is_told_so(client: Client, session: dict[str, Any]) -> None:
    now = console(client, session)
    assert moved(client, session, pan=0.5).status_code == 200
    late = put(client, session["links"]["console"], state=now["state"], base_revision=0)
    error = late.json()["error"]
    assert (late.status_code, error["code"], error["details"]) == (409, "stale_revision", {"revision": 1})
    stale = post(client, f"{session['links']['self']}/undo", base_revision=0)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_revision")


@pytest.mark.parametrize(
    ("strip", "field", "told"),
    [
        ({"fader_db": 99.0}, "lead/fader_db", "-96 to 12"),
        ({"pan": "left"}, "lead/pan", "another shape"),
        ({"pan": None}, "lead/pan", "another shape"),
        ({"label": "\ud800"}, "lead/label", "text"),
        ({"output": "\ud800"}, "lead/output", "no bus"),
        ({"effects": 3}, "lead/effects", "another shape"),
        ({"stem": "gone"}, "lead/stem", "not there"),
        ({"output": "nowhere"}, "lead/output", "no bus"),
        ({"effects": [{"id": "x", "kind": "flanger"}]}, "lead/effects/x/kind", "There is no effect"),
        (
            {"effects": [{"id": "c", "kind": "compressor", "params": {"ratio": 99}}]},
            "lead/effects/c/params/ratio",
            "1 to 20",
        ),
        (
            {"effects": [{"id": "c", "kind": "compressor", "params": {"warmth": 1}}]},
            "lead/effects/c/params/warmth",
            "no parameter",
        ),
        ({"effects": [{"id": "d", "kind": "ducker"}]}, "lead/effects/d/key", "side-chain"),
    ],
)
def test_what_cannot_be_is_named_by_its_control(
    client: Client, session: dict[str, Any], strip: dict[str, Any], field: str, told: str
) -> None:
    refused = moved(client, session, **strip)
    error = refused.json()["error"]
    assert (refused.status_code, error["field"]) == (400, field)
    assert told in error["message"]
    assert ConsoleRevision.objects.count() == 1, "nothing was lost"


@pytest.mark.parametrize(
    "body", [{}, {"state": 3, "base_revision": 0}, {"state": {"channels": []}, "base_revision": 0}, {"state": {}}]
)
def test_another_shape_is_refused(client: Client, session: dict[str, Any], body: dict[str, Any]) -> None:
    assert put(client, session["links"]["console"], **body).status_code == 400


@pytest.mark.parametrize(
    "body", [b'{"state": ' + b"[" * 100_000, b'{"state": NaN, "base_revision": 0}', b"\xff\xfe{", b"[1, 2]", b"3"]
)
def test_nonsense_is_refused(client: Client, session: dict[str, Any], body: bytes) -> None:
    assert client.put(session["links"]["console"], body, content_type="application/json").status_code == 400


def test_a_number_without_end_is_refused(client: Client, session: dict[str, Any]) -> None:
    now = console(client, session)
    for value in (10**400, 1e308, -(10**400)):
        now["state"]["channels"][0]["fader_db"] = value
        refused = put(client, session["links"]["console"], state=now["state"], base_revision=0)
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, "lead/fader_db")
    now["state"]["channels"][0]["fader_db"], now["state"]["seed"] = 0.0, -1
    refused = put(client, session["links"]["console"], state=now["state"], base_revision=0)
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "seed")


def test_a_console_with_long_lanes_is_taken_and_a_huge_one_is_not(client: Client, session: dict[str, Any]) -> None:
    now = console(client, session)
    points = [{"at_s": at / 10.0, "value": -(at % 7) / 10.0} for at in range(4_000)]
    targets = [f"{name}/{what}" for name in ("lead", "strings") for what in ("fader_db", "pan", "width")]
    now["state"]["lanes"] = [
        {"target": target, "points": points if "width" not in target else [{**p, "value": 1.0} for p in points]}
        for target in targets
    ]
    taken = put(client, session["links"]["console"], state=now["state"], base_revision=0)
    assert taken.status_code == 200, taken.json()["error"]
    assert len(taken.json()["state"]["lanes"]) == 6
    huge = put(client, session["links"]["console"], state={"channels": "x" * 9_000_000}, base_revision=1)
    assert (huge.status_code, huge.json()["error"]["code"]) == (413, "too_large")


def test_snapshots_bring_a_state_back_and_undo_brings_back_what_was_there(
    client: Client, session: dict[str, Any]
) -> None:
    url = f"{session['links']['self']}/snapshots"
    assert post(client, url, name="  Rough   mix ").json()["name"] == "Rough mix"
    assert moved(client, session, fader_db=-20.0).status_code == 200
    kept = client.get(url).json()["snapshots"]
    back = post(client, f"{url}/{kept[0]['id']}/restore").json()
    assert (back["revision"], back["state"]["channels"][0]["fader_db"]) == (2, 0.0)
    assert "Rough mix" in back["summary"]
    undone = post(client, f"{session['links']['self']}/undo").json()
    assert undone["state"]["channels"][0]["fader_db"] == -20.0
    assert post(client, url, name=" ").status_code == 400
    assert client.delete(f"{url}/{kept[0]['id']}").status_code == 204
    assert client.get(url).json()["snapshots"] == []


def test_nobody_reaches_the_session_of_another(client: Client, session: dict[str, Any]) -> None:
    stranger = Client()
    url = session["links"]["self"]
    assert stranger.get("/api/audio/sessions").json() == {"sessions": []}
    for address in (url, f"{url}/console", f"{url}/snapshots", f"{url}/bounces", session["stems"][0]["audio_url"]):
        assert stranger.get(address).status_code == 404
    for address in ("undo", "redo", "assist", "snapshots/00000000-0000-4000-8000-000000000000/restore"):
        assert post(stranger, f"{url}/{address}").status_code == 404
    assert stranger.delete(url).status_code == 404
    upload = AudioUpload.objects.first()
    refused = post(stranger, "/api/audio/sessions", uploads=[str(upload.id)])
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "uploads")
    assert post(stranger, "/api/audio/mix", session=session["id"]).status_code == 404


def test_a_deleted_session_leaves_nothing_but_its_uploads(
    client: Client, session: dict[str, Any], settings: Any
) -> None:
    assert client.delete(session["links"]["self"]).status_code == 204
    assert client.get(session["links"]["self"]).status_code == 404
    assert not MixSession.objects.exists() and not SessionStem.objects.exists()
    assert not any((settings.MIXES_DIR / "sessions").iterdir())
    assert len(client.get("/api/audio/uploads").json()["uploads"]) == 2


def test_a_deleted_stem_takes_its_channel_along(client: Client, session: dict[str, Any]) -> None:
    now = console(client, session)
    duck = {"id": "duck", "kind": "ducker", "key": "lead"}
    now["state"]["channels"][1]["effects"] = [duck]
    now["state"]["lanes"] = [{"target": "lead/fader_db", "points": [{"at_s": 0.0, "value": -3.0}]}]
    put(client, session["links"]["console"], state=now["state"], base_revision=0)
    url = f"{session['links']['self']}/stems/lead"
    assert client.delete(url).status_code == 204
    told = console(client, session)["state"]
    assert [channel["id"] for channel in told["channels"]] == ["strings"] and told["lanes"] == []
    assert told["channels"][0]["effects"][0]["bypass"] is True, "it has nobody to make room for"
    assert client.get(session["stems"][0]["audio_url"]).status_code == 404
    last = client.delete(f"{session['links']['self']}/stems/strings")
    assert (last.status_code, last.json()["error"]["code"]) == (409, "last_stem")
    before = post(client, f"{session['links']['self']}/undo")
    assert before.status_code == 200 and len(before.json()["state"]["channels"]) == 2
    refused = post(client, "/api/audio/mix", session=session["id"])
    job = refused.json()
    from mixer import services
    from mixer.models import AudioJob

    services.run_audio_job(job_id=job["id"])
    failed = AudioJob.objects.get(id=job["id"])
    assert (failed.state, failed.error_code) == ("failed", "invalid_input") and "lead" in failed.error


def test_the_schema_of_a_console_holds_for_what_the_studio_answers(client: Client, session: dict[str, Any]) -> None:
    schema = client.get("/api/audio/console-schema.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    now = console(client, session)["state"]
    now["channels"][0]["effects"] = [{"id": "eq", "kind": "eq", "params": {"bell_1_db": 3.0}}]
    jsonschema.validate(now, schema)
    now["channels"][0]["effects"][0]["params"]["bell_1_db"] = 30.0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(now, schema)


def test_the_catalogue_tells_every_parameter(client: Client) -> None:
    told = client.get("/api/audio/effects").json()
    kinds = {kind["kind"]: kind for kind in told["effects"]}
    ratio = next(param for param in kinds["compressor"]["params"] if param["name"] == "ratio")
    assert (ratio["lowest"], ratio["highest"], ratio["unit"]) == (1.0, 20.0, ":1")
    assert kinds["pitch_shift"]["live"] is False and kinds["ducker"]["needs_key"] is True
    assert {target["name"]: target["lufs"] for target in told["targets"]}["broadcast"] == -23.0


def test_rooms_are_files(client: Client) -> None:
    answer = client.get("/api/audio/impulses/studio-7.wav?decay=0.5")
    audio, rate_hz = sf.read(io.BytesIO(read(answer)), always_2d=True)
    assert rate_hz == 48_000 and np.sum(audio**2, axis=0) == pytest.approx([1.0, 1.0], abs=1e-3)
    assert client.get("/api/audio/impulses/moon-7.wav").status_code == 404
    assert client.get("/api/audio/impulses/hall-7.wav?decay=9").status_code == 400
    assert client.get("/api/audio/impulses/hall-7.wav?decay=x").status_code == 400


def test_a_guest_s_work_goes_along_into_an_account(client: Client, session: dict[str, Any]) -> None:
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create_user("ada", password="a long enough secret")
    client.login(username="ada", password="a long enough secret")
    assert client.get(session["links"]["self"]).status_code == 200
    assert MixSession.objects.get().owner_id == user.pk
    assert AudioUpload.objects.filter(owner=user).count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "generation"),
        ({"uploads": []}, "uploads"),
        ({"uploads": ["x"]}, "uploads"),
        ({"uploads": [str(uuid.uuid4())]}, "uploads"),
        ({"colour": "red", "uploads": []}, "colour"),
    ],
)
def test_a_session_of_nothing_is_refused(client: Client, body: dict[str, Any], field: str) -> None:
    refused = post(client, "/api/audio/sessions", **body)
    error = refused.json()["error"]
    assert refused.status_code == 400 and (error["field"] == field or field in error["details"])


def test_a_take_lands_where_it_was_sung(client: Client, session: dict[str, Any]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    url = f"{session['links']['self']}/takes"
    body = {"file": SimpleUploadedFile("take.wav", wav(tone(880.0, 1.0))), "offset_s": "1.25", "latency_s": "0.05"}
    answer = client.post(url, body)
    assert answer.status_code == 201, answer.content
    take = answer.json()
    assert (take["kind"], take["label"], take["offset_s"]) == ("take", "Take 1", pytest.approx(1.2))
    told = console(client, session)
    assert told["state"]["channels"][-1]["offset_s"] == pytest.approx(1.2) and told["revision"] == 1
    assert client.get(session["links"]["self"]).json()["duration_s"] == pytest.approx(2.2)
    job = done(post(client, "/api/audio/mix", session=session["id"]))
    mix, _ = sf.read(io.BytesIO(read(client.get(f"/api/audio/jobs/{job['id']}/files/mix.wav"))), always_2d=True)
    expected = np.zeros((len(mix), 2))
    expected[:48_000] += tone(440.0)
    expected[:72_000] += tone(660.0, 1.5, channels=2)
    expected[57_600 : 57_600 + 48_000] += tone(880.0, 1.0)
    assert np.abs(mix - expected).max() < 2e-4
    bad = client.post(url, {"file": SimpleUploadedFile("t.wav", wav(tone())), "latency_s": "9"})
    assert (bad.status_code, bad.json()["error"]["field"]) == (400, "latency_s")


def test_the_same_upload_is_kept_once_and_sessions_keep_its_sound(client: Client, settings: Any) -> None:
    data = wav(tone())
    first, again = bring(client, data), bring(client, data, "b.wav")
    assert (first.status_code, again.status_code) == (201, 200) and first.json()["id"] == again.json()["id"]
    opened = post(client, "/api/audio/sessions", uploads=[first.json()["id"]]).json()
    assert client.delete(f"/api/audio/uploads/{first.json()['id']}").status_code == 204
    assert client.get("/api/audio/uploads").json()["uploads"] == []
    assert not list((settings.MIXES_DIR / "uploads").iterdir()), "its file goes at once"
    assert client.get(opened["stems"][0]["audio_url"]).status_code == 200
