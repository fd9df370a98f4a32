"""Live progress over real sockets: the right words to the right person, silence to everybody else."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from codecraft.asgi import application
from codecraft.common.models import JobState
from generation.models import FilmCut, Generation
from tests.web.studio_process import Studio

ORIGIN = (b"origin", b"http://testserver")


def started(client: Client) -> str:
    body = json.dumps({"theme": "a comet", "length_s": 30, "film_size": "none"})
    return client.post("/api/generations", body, content_type="application/json").json()["id"]


def socket_of(
    client: Client, job_id: str, origin: bytes = b"http://testserver", kind: str = "generations"
) -> WebsocketCommunicator:
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"cookie", cookies.encode()), (b"origin", origin), (b"host", b"testserver")]
    return WebsocketCommunicator(application, f"/ws/{kind}/{job_id}", headers=headers)


@sync_to_async
def update(**fields: Any) -> None:
    Generation.objects.update(**fields)


@pytest.mark.django_db(transaction=True)
class TestConsumer:
    async def test_each_change_is_told_and_the_end_closes(self, client: Client) -> None:
        song = await sync_to_async(started)(client)
        socket = socket_of(client, song)
        assert (await socket.connect())[0]
        first = await socket.receive_json_from(timeout=5)
        polled = (await sync_to_async(client.get)(f"/api/generations/{song}")).json()
        assert first == {name: polled[name] for name in first}, "polling tells the same"
        assert (first["state"], first["message"]) == ("queued", "Waiting for a worker.")
        stages = {"lyrics": 1.0, "score": 1.0, "vocals": 0.5, "orchestra": 0.2}
        await update(state=JobState.RUNNING, lease=uuid.uuid4(), stage="vocals", stages=stages, progress=0.1)
        told = await socket.receive_json_from(timeout=5)
        assert (told["state"], told["stage"], told["progress"]) == ("running", "vocals", 0.1)
        shown = {stage["name"]: (stage["state"], stage["progress"]) for stage in told["stages"]}
        assert (shown["lyrics"], shown["vocals"]) == (("done", 1), ("running", 0.5))
        assert shown["orchestra"] == ("running", 0.2)
        assert (shown["mix"][0], shown["film"][0]) == ("waiting", "skipped")
        assert await socket.receive_nothing(timeout=1.5), "nothing new, nothing said"
        await update(state=JobState.FAILED, lease=None, error_code="disk_full", error="The disk is full.")
        last = await socket.receive_json_from(timeout=5)
        assert last["error"] == {"code": "disk_full", "message": "The disk is full."}
        assert (await socket.receive_output(timeout=5))["code"] == 1000

    async def test_strangers_hear_nothing(self, client: Client) -> None:
        song = await sync_to_async(started)(client)
        for generation_id in (song, str(uuid.uuid4())):
            socket = socket_of(Client(), generation_id)
            await socket.connect()
            assert (await socket.receive_output(timeout=5))["code"] == 4404

    async def test_a_deleted_song_falls_silent(self, client: Client) -> None:
        song = await sync_to_async(started)(client)
        socket = socket_of(client, song)
        await socket.connect()
        await socket.receive_json_from(timeout=5)
        await sync_to_async(client.delete)(f"/api/generations/{song}")
        assert (await socket.receive_output(timeout=5))["code"] == 4404

    async def test_nonsense_frames_do_no_harm(self, client: Client) -> None:
        song = await sync_to_async(started)(client)
        socket = socket_of(client, song)
        await socket.connect()
        await socket.receive_json_from(timeout=5)
        await socket.send_to(text_data="{nonsense")
        await socket.send_to(bytes_data=b"\x00\xff")
        await update(progress=0.25)
        assert (await socket.receive_json_from(timeout=5))["progress"] == 0.25
        await socket.disconnect()

    async def test_another_site_may_not_listen(self, client: Client) -> None:
        song = await sync_to_async(started)(client)
        assert (await socket_of(client, song, origin=b"http://evil.example").connect())[0] is False

    async def test_a_cut_of_a_finished_song_is_told_of_to_its_owner_alone(self, client: Client) -> None:
        song = await sync_to_async(started)(client)
        cut = await FilmCut.objects.acreate(generation_id=song, size="1080x1920")
        stranger = socket_of(Client(), str(cut.id), kind="films")
        await stranger.connect()
        assert (await stranger.receive_output(timeout=5))["code"] == 4404
        socket = socket_of(client, str(cut.id), kind="films")
        await socket.connect()
        told = await socket.receive_json_from(timeout=5)
        polled = (await sync_to_async(client.get)(told["links"]["self"])).json()
        assert told == {name: polled[name] for name in told}, "polling tells the same"
        await FilmCut.objects.filter(id=cut.id).aupdate(state=JobState.DONE, progress=1.0)
        last = await socket.receive_json_from(timeout=5)
        assert (last["state"], last["links"]["film"]) == ("done", f"{told['links']['self']}/film.mp4")
        assert (await socket.receive_output(timeout=5))["code"] == 1000

    async def test_an_address_that_does_not_exist(self) -> None:
        socket = WebsocketCommunicator(application, "/ws/nothing", headers=[ORIGIN, (b"host", b"testserver")])
        await socket.connect()
        assert (await socket.receive_output(timeout=5))["code"] == 4404


def test_a_real_socket_to_a_real_studio(running_studio: Studio) -> None:
    """A newcomer with another session is shut out, the owner is told how it ends."""
    owner, stranger = running_studio.visitor(), running_studio.visitor()
    song = owner.compose("a socket across processes")
    address = f"ws://127.0.0.1:{running_studio.port}/ws/generations/{song}"
    with connect(address, additional_headers={"Cookie": stranger.cookie_header()}) as shut:
        with pytest.raises(ConnectionClosed) as closed:
            shut.recv(timeout=20)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404
    with connect(address, additional_headers={"Cookie": owner.cookie_header()}) as open_socket:
        assert json.loads(open_socket.recv(timeout=20))["id"] == song
        owner.call("POST", f"/api/generations/{song}/cancel")
        state = ""
        while state not in ("cancelled", "done"):
            state = json.loads(open_socket.recv(timeout=20))["state"]
        assert state == "cancelled"
    with pytest.raises(InvalidStatus):
        connect(address, origin="http://evil.example", additional_headers={"Cookie": owner.cookie_header()})
