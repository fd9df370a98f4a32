"""The mixer's rooms behind its API: what dead workers leave, what expires, what a real studio does with a job."""

from __future__ import annotations

import io
import json
import os
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.utils import timezone

from codecraft.asgi import application
from codecraft.common.errors import InvalidInput
from codecraft.common.models import JobState
from mixer import services
from mixer.engine.console.schema import checked
from mixer.engine.console.state import Bus, Channel, ConsoleState, EffectSlot, Lane, Point, Send
from mixer.models import AudioJob, AudioUpload, ConsoleRevision, MixSession
from mixer.services import consoles
from mixer.services.consoles import without_channel
from mixer.services.stems import stem_name
from tests.mixer.sounds import bring, done, open_session, post, put, tone, wav
from tests.web.studio_process import Studio, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MIXES_DIR = tmp_path / "mixes"
    yield


def test_a_job_that_a_dead_worker_left_is_found_and_done(client: Client) -> None:
    session = open_session(client, a=wav(tone()))
    job_id = post(client, "/api/audio/mix", session=session["id"]).json()["id"]
    AudioJob.objects.filter(id=job_id).update(
        state=JobState.RUNNING,
        lease=uuid.uuid4(),
        runner="nowhere 1 1",
        heartbeat_at=timezone.now() - timedelta(hours=1),
    )
    assert services.sweep_audio_jobs() == 1
    assert services.run_audio_job(job_id=job_id) and not services.run_audio_job(job_id=job_id)
    job = AudioJob.objects.get(id=job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert not list(job.folder.parent.glob(".*")), "nothing half-made is left"


def test_a_cancelled_job_leaves_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from mixer.services.work import mixing

    session = open_session(client, a=wav(tone()))
    job = post(client, "/api/audio/mix", session=session["id"]).json()
    really = mixing.render_console

    def cancelling(*given: Any, **named: Any) -> Any:
        assert post(client, job["links"]["cancel"]).status_code == 202
        return really(*given, **named)

    monkeypatch.setattr(mixing, "render_console", cancelling)
    services.run_audio_job(job_id=job["id"])
    row = AudioJob.objects.get(id=job["id"])
    assert row.state == JobState.CANCELLED and row.files == [] and not row.folder.exists()
    assert not list(row.folder.parent.glob(".*"))


def test_what_nobody_opens_goes_and_what_is_in_use_stays(client: Client, settings: Any) -> None:
    old, kept = open_session(client, a=wav(tone())), open_session(client, b=wav(tone(550.0)))
    done(post(client, "/api/audio/mix", session=old["id"]))
    long_ago = timezone.now() - timedelta(days=settings.MIXES_KEEP_DAYS + 1)
    MixSession.objects.filter(id=old["id"]).update(used_at=long_ago)
    AudioUpload.objects.filter(name="a.wav").update(used_at=long_ago)
    stray = settings.MIXES_DIR / "uploads" / f"{uuid.uuid4()}.wav"
    stray.write_bytes(b"left behind")
    os.utime(stray, (time.time() - 90_000,) * 2)
    assert services.purge_mixes() == 2
    assert [str(one.id) for one in MixSession.objects.all()] == [kept["id"]]
    assert [upload.name for upload in AudioUpload.objects.all()] == ["b.wav"]
    assert not AudioJob.objects.exists() and not stray.exists()
    assert client.get(kept["stems"][0]["audio_url"]).status_code == 200
    assert len(list((settings.MIXES_DIR / "sessions").iterdir())) == 1
    assert len(list((settings.MIXES_DIR / "uploads").iterdir())) == 1
    assert not list((settings.MIXES_DIR / "jobs").iterdir())


@pytest.mark.parametrize("most", ["MAX_REVISIONS", "_MOST_POINTS"])
def test_a_long_evening_at_the_console_does_not_fill_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    monkeypatch.setattr(consoles, most, 20)
    session = open_session(client, a=wav(tone()))
    url = session["links"]["console"]
    post(client, f"{session['links']['self']}/snapshots", name="first")
    state = client.get(url).json()["state"]
    state["lanes"] = [{"target": "a/pan", "points": [{"at_s": 0.0, "value": 0.5}]}]
    for number in range(60):
        state["channels"][0]["fader_db"] = -number / 10.0 - 0.1
        assert put(client, url, state=state, base_revision=number).status_code == 200
    assert ConsoleRevision.objects.count() <= 42
    assert ConsoleRevision.objects.filter(number=0).exists(), "it has a name"
    snapshot = client.get(f"{session['links']['self']}/snapshots").json()["snapshots"][0]
    back = post(client, f"{session['links']['self']}/snapshots/{snapshot['id']}/restore").json()
    assert back["state"]["channels"][0]["fader_db"] == 0.0


def test_a_channel_leaves_the_console_whole() -> None:
    ducker = EffectSlot("duck", "ducker", key="lead")
    state = checked(
        ConsoleState(
            channels=(
                Channel("lead", stem="lead", sends=(Send("room"),)),
                Channel("pad", stem="pad", effects=(ducker,)),
            ),
            buses=(Bus("room", effects=(EffectSlot("c", "compressor", key="lead"),)),),
            lanes=(Lane("lead/pan", (Point(0.0, 0.1),)), Lane("pad/pan", (Point(0.0, 0.1),))),
        )
    )
    left = without_channel(state, "lead")
    assert [channel.id for channel in left.channels] == ["pad"] and [lane.target for lane in left.lanes] == ["pad/pan"]
    assert left.channels[0].effects[0].bypass and left.buses[0].effects[0].key == ""
    with pytest.raises(InvalidInput, match="at least one"):
        without_channel(left, "pad")


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("Lead Vocal", [], "Lead-Vocal"),
        ("Lead Vocal", ["Lead-Vocal"], "Lead-Vocal-2"),
        ("mix", [], "mix-2"),
        ("lanes", [], "lanes-2"),
        ("…", [], "sound"),
        ("../../etc/passwd", [], "etc-passwd"),
        ("x" * 90, [], "x" * 56),
    ],
)
def test_names_of_stems_are_names_of_channels(wanted: str, taken: list[str], name: str) -> None:
    assert stem_name(wanted, taken) == name


async def test_the_socket_tells_a_job_as_polling_does(client: Client) -> None:
    session = await sync_to_async(open_session)(client, a=wav(tone()))
    job = (await sync_to_async(post)(client, "/api/audio/mix", session=session["id"])).json()

    def socket_of(somebody: Client) -> WebsocketCommunicator:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in somebody.cookies.items())
        headers = [(b"cookie", cookies.encode()), (b"origin", b"http://testserver"), (b"host", b"testserver")]
        return WebsocketCommunicator(application, job["links"]["socket"], headers=headers)

    stranger = socket_of(Client())
    await stranger.connect()
    assert (await stranger.receive_output(timeout=5))["code"] == 4404
    socket = socket_of(client)
    await socket.connect()
    told = await socket.receive_json_from(timeout=5)
    assert told == {name: job[name] for name in told} and told["message"] == "Waiting for a worker."
    await sync_to_async(services.run_audio_job)(job_id=job["id"])
    while told["state"] != "done":
        told = await socket.receive_json_from(timeout=20)
    assert told["files"][0]["url"] == f"{job['links']['self']}/files/mix.wav"
    assert (await socket.receive_output(timeout=5))["code"] == 1000


def test_a_real_studio_mixes_what_was_uploaded(running_studio: Studio) -> None:
    """Web server, worker and database in processes of their own; the sound by multipart over a real socket."""
    visitor = running_studio.visitor()
    upload = _send(visitor, running_studio, wav(tone(channels=2)))
    status, session = visitor.call("POST", "/api/audio/sessions", {"uploads": [upload["id"]]})
    assert status == 201
    status, job = visitor.call("POST", "/api/audio/mix", {"session": session["id"], "target": "streaming"})
    assert status == 202

    def finished() -> dict[str, Any] | None:
        now = visitor.call("GET", job["links"]["self"])[1]
        assert now["state"] not in ("failed", "cancelled"), now
        return now if now["state"] == "done" else None

    told = wait_until(finished, within_s=240.0, what="the mix is done")
    assert [file["name"] for file in told["files"]] == ["mix.wav", "master.wav"]
    status, _, content = visitor.raw("GET", told["files"][1]["url"])
    assert status == 200 and content[:4] == b"RIFF"


def _send(visitor: Any, studio: Studio, data: bytes) -> dict[str, Any]:
    import urllib.request

    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'.encode()
    body = io.BytesIO(head + data + f"\r\n--{mark}--\r\n".encode())
    token = next(cookie.value for cookie in visitor.cookies if cookie.name == "csrftoken")
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "X-CSRFToken": token}
    request = urllib.request.Request(f"{studio.url}/api/audio/uploads", data=body.read(), headers=headers)
    with visitor._opener.open(request, timeout=60) as answer:
        return json.loads(answer.read())


def test_the_same_file_in_an_account_and_as_a_guest_is_one_after_login(client: Client) -> None:
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create_user("ada", password="a long enough secret")
    member = Client()
    member.login(username="ada", password="a long enough secret")
    mine, theirs = bring(member, wav(tone())).json(), bring(client, wav(tone())).json()
    session = post(client, "/api/audio/sessions", uploads=[theirs["id"]]).json()
    client.login(username="ada", password="a long enough secret")
    assert [str(one.id) for one in AudioUpload.objects.filter(owner=user)] == [mine["id"]]
    assert AudioUpload.objects.count() == len(list(AudioUpload.objects.get().path.parent.iterdir())) == 1
    assert client.get(session["stems"][0]["audio_url"]).status_code == 200
