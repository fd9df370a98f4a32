"""What the mixer's rooms do when several things happen at once: nothing that somebody made is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from codecraft.common.models import JobState
from mixer import services
from mixer.models import AudioJob, MixSession
from mixer.services.sessions import fill_session
from mixer.services.stems import used_bytes
from rados.contracts import Person
from tests.mixer.sounds import bring, done, open_session, post, put, tone, wav

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MIXES_DIR = tmp_path / "mixes"
    yield


@pytest.fixture
def session(client: Client) -> dict[str, Any]:
    return open_session(client, lead=wav(tone()), pad=wav(tone(660.0)))


def meanwhile(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, happening: Any) -> None:
    """`happening` happens once, just before `place.name` does its work."""
    really, left = getattr(place, name), [happening]

    def with_it(*given: Any, **named: Any) -> Any:
        if left:
            left.pop()()
        return really(*given, **named)

    monkeypatch.setattr(place, name, with_it)


def test_a_worker_that_lost_its_job_touches_nothing_of_who_has_it_now(
    client: Client, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixer.services.work import mixing

    job = post(client, "/api/audio/mix", session=session["id"]).json()
    other = threading.Thread(target=services.run_audio_job, kwargs={"job_id": job["id"]})

    def cancelled_and_taken_by_another() -> None:
        post(client, job["links"]["cancel"])
        assert post(client, job["links"]["retry"]).status_code == 202
        other.start()
        while AudioJob.objects.get(id=job["id"]).state == JobState.QUEUED:
            time.sleep(0.01)

    meanwhile(monkeypatch, mixing, "rendered_mix", cancelled_and_taken_by_another)
    services.run_audio_job(job_id=job["id"])
    other.join()
    row = AudioJob.objects.get(id=job["id"])
    assert row.state == JobState.DONE and (row.folder / "mix.wav").is_file()
    assert not list(row.folder.parent.glob(".*"))


def test_what_was_moved_while_the_assistant_mixed_stays(
    client: Client, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixer.services.work import mixing

    def move() -> None:
        now = client.get(session["links"]["console"]).json()
        now["state"]["channels"][0]["fader_db"] = -7.0
        assert put(client, session["links"]["console"], state=now["state"], base_revision=0).status_code == 200

    meanwhile(monkeypatch, mixing, "rendered_mix", move)
    done(post(client, "/api/audio/mix", session=session["id"], console="auto"))
    told = client.get(session["links"]["console"]).json()
    assert (told["revision"], told["state"]["channels"][0]["fader_db"]) == (1, -7.0)


def test_a_take_recorded_while_the_assistant_listens_keeps_its_channel(
    client: Client, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixer.services.work import listening

    def record_and_delete() -> None:
        take = SimpleUploadedFile("t.wav", wav(tone(220.0)))
        assert client.post(f"{session['links']['self']}/takes", {"file": take, "name": "Solo"}).status_code == 201
        assert client.delete(f"{session['links']['self']}/stems/pad").status_code == 204

    meanwhile(monkeypatch, listening, "set_console", record_and_delete)
    done(post(client, f"{session['links']['self']}/assist"))
    told = client.get(session["links"]["console"]).json()
    assert [channel["stem"] for channel in told["state"]["channels"]] == ["lead", "Solo"]
    assert (
        put(client, session["links"]["console"], state=told["state"], base_revision=told["revision"]).status_code == 200
    )


def test_a_session_that_is_ready_already_is_not_filled_again(client: Client, session: dict[str, Any]) -> None:
    """Two jobs may fetch the stems of one song; whoever comes late must not take the console away."""
    late = MixSession.objects.get(id=session["id"])
    late.is_ready = False  # as it was when the job began
    assert post(client, f"{session['links']['self']}/snapshots", name="mine").status_code == 201
    fill_session(late, ())
    assert late.is_ready and late.stems.count() == 2 and late.snapshots.count() == 1


def test_a_deleted_upload_that_a_session_plays_still_takes_its_space(client: Client, session: dict[str, Any]) -> None:
    person = Person(None, MixSession.objects.get().guest_id)
    before = used_bytes(person)
    for upload in client.get("/api/audio/uploads").json()["uploads"]:
        assert client.delete(f"/api/audio/uploads/{upload['id']}").status_code == 204
    assert used_bytes(person) == before > 0


def test_a_retry_waits_its_turn_and_a_frozen_channel_needs_space(
    client: Client, session: dict[str, Any], settings: Any
) -> None:
    job = post(client, "/api/audio/mix", session=session["id"]).json()
    post(client, job["links"]["cancel"])
    settings.MIXES_AT_ONCE = 1
    assert post(client, "/api/audio/mix", session=session["id"]).status_code == 202
    refused = post(client, job["links"]["retry"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_jobs")
    settings.MIXES_LIMIT_BYTES = used_bytes(Person(None, MixSession.objects.get().guest_id))
    full = post(client, f"{session['links']['self']}/freeze", channel="lead")
    assert (full.status_code, full.json()["error"]["code"]) == (409, "too_much_sound")


def test_a_list_of_jobs_asks_the_database_once(
    client: Client, session: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        job = post(client, "/api/audio/mix", session=session["id"]).json()
        post(client, job["links"]["cancel"])
    with django_assert_max_num_queries(4):
        assert len(client.get("/api/audio/jobs").json()["jobs"]) == 5
    with django_assert_max_num_queries(6):
        assert len(client.get(f"{session['links']['self']}/bounces").json()["bounces"]) == 5


def test_nobody_hears_the_uploads_of_another(client: Client, session: dict[str, Any]) -> None:
    upload = client.get("/api/audio/uploads").json()["uploads"][0]
    stranger = Client()
    own = bring(stranger, wav(tone(330.0))).json()["id"]
    mine = post(stranger, "/api/audio/sessions", uploads=[own]).json()["id"]
    for path, body in (
        ("master", {"session": mine, "reference": upload["id"]}),
        ("mix", {"session": mine, "target": "club", "reference": upload["id"]}),
        ("master", {"upload": upload["id"]}),
        ("analyse", {"upload": upload["id"]}),
        ("analyse", {"session": session["id"]}),
    ):
        assert post(stranger, f"/api/audio/{path}", **body).status_code == 404, (path, body)
    for url in (upload["audio_url"], upload["peaks_url"], session["stems"][0]["peaks_url"]):
        assert stranger.get(url).status_code == 404
    assert stranger.delete(f"/api/audio/uploads/{upload['id']}").status_code == 404
    take = SimpleUploadedFile("t.wav", wav(tone(220.0)))
    assert stranger.post(f"{session['links']['self']}/takes", {"file": take}).status_code == 404


def test_an_upload_deleted_while_it_is_mastered_is_still_heard(
    client: Client, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixer.services.work import mastering

    sound, reference = (upload["id"] for upload in client.get("/api/audio/uploads").json()["uploads"])

    def delete_both() -> None:
        for upload in (sound, reference):
            assert client.delete(f"/api/audio/uploads/{upload}").status_code == 204

    meanwhile(monkeypatch, mastering, "master_file", delete_both)
    job = done(post(client, "/api/audio/master", upload=sound, reference=reference))
    assert client.get(f"{job['links']['self']}/files/master.wav").status_code == 200
    mix = client.get(job["links"]["self"]).json()["result"]["mix"]
    assert mix["channels"] == 2, "a mono upload is mastered for both sides"
