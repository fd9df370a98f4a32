"""Own pictures and clips over HTTP: brought, listed, shown, named in briefs, taken away; whose they are; limits."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from codecraft.common.audio import run_ffmpeg
from codecraft.common.codec import encode
from codecraft.common.models import JobState
from generation import services
from generation.contracts import FilmOptions
from generation.models import FilmMedia, Generation
from rados.contracts import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> Iterator[None]:
    settings.OWN_MEDIA_DIR = tmp_path / "media"
    yield


def picture(colour: str = "teal", size: tuple[int, int] = (320, 200), kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(stream, kind, **options)
    Image.blend(Image.open(stream).convert("RGB"), Image.new("RGB", size, colour), 0.5).save(
        stream := io.BytesIO(), kind, **options
    )
    return stream.getvalue()


def clip(folder: Path, seconds: float = 1.0) -> bytes:
    path = folder / "source.mp4"
    run_ffmpeg(
        ["-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=192x108:r=12:d={seconds}", "-pix_fmt", "yuv420p", path]
    )
    return path.read_bytes()


def bring(client: Client, data: bytes, name: str = "a.png") -> Any:
    return client.post("/api/media", {"file": SimpleUploadedFile(name, data)})


def compose(client: Client, *keys: str) -> Any:
    asked = {"theme": "a lighthouse", "film_size": "1280x720", "length_s": 30, "film": {"media": list(keys)}}
    return client.post("/api/generations", asked, content_type="application/json")


def test_a_picture_is_ready_at_once_and_the_same_one_is_kept_once(client: Client, settings):
    answer = bring(client, picture(), "../../Holiday\u0000 in Rome.png")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["name"], told["kind"], told["state"]) == ("Holiday in Rome.png", "picture", "done")
    assert (told["width"], told["height"], told["duration_s"]) == (320, 200, 0.0)
    assert (settings.OWN_MEDIA_DIR / f"{told['key']}.png").stat().st_size == told["size_bytes"]
    assert not any((settings.OWN_MEDIA_DIR / "incoming").iterdir())
    again = bring(client, picture(), "b.png")
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    thumbnail = client.get(told["links"]["thumbnail"])
    assert thumbnail["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(b"".join(thumbnail.streaming_content))).size == (320, 200)
    listed = client.get("/api/media").json()
    assert [one["id"] for one in listed["media"]] == [told["id"]]
    assert listed["limits"]["used_bytes"] == told["size_bytes"]


def test_two_files_of_one_picture_are_one(client: Client):
    first = bring(client, picture()).json()
    named = io.BytesIO()
    image = Image.open(io.BytesIO(picture()))
    image.save(named, "PNG", compress_level=1)
    second = bring(client, named.getvalue(), "the same.png")
    assert (second.status_code, second.json()["id"]) == (200, first["id"])
    assert FilmMedia.objects.count() == 1


def test_a_clip_is_made_ready_beside_the_request(client: Client, tmp_path: Path):
    answer = bring(client, clip(tmp_path), "clip.bin")
    assert answer.status_code == 202, answer.content
    url = answer["Location"]
    deadline_s = time.monotonic() + 60.0
    while (told := client.get(url).json())["state"] in ("queued", "running") and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert told["state"] == "done", told
    assert told["duration_s"] == pytest.approx(1.0, abs=0.05)
    assert len(told["key"]) == 64


def test_a_clip_that_a_dead_process_left_is_found_and_made(client: Client, tmp_path: Path, settings):
    """The row as a killed web process leaves it: running, under the name of a process that is gone."""
    data = clip(tmp_path)
    guest = uuid.uuid4()
    media = FilmMedia(
        guest_id=guest, name="clip.mp4", kind="clip", source_sha256="0" * 64, state=JobState.RUNNING,
        lease=uuid.uuid4(), runner="nowhere:1:1", heartbeat_at="2020-01-01T00:00:00Z",
    )  # fmt: skip
    media.upload_path.parent.mkdir(parents=True)
    media.upload_path.write_bytes(data)
    media.save()
    assert services.sweep_media() == 1
    assert services.make_media_ready(media_id=media.id)
    media.refresh_from_db()
    assert (media.state, media.width, media.upload_path.exists()) == (JobState.DONE, 192, False)
    assert not services.make_media_ready(media_id=media.id)


@pytest.mark.parametrize(
    ("name", "data", "code", "told"),
    [
        ("a.png", b"", "empty_media", "0 bytes"),
        ("film.mp4", b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1/a.ts\n", "unknown_media", "a playlist"),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown_media", "an SVG drawing"),
        ("a.png", b"MZ\x90\x00" + bytes(100), "unknown_media", "a program"),
        ("a.jpg", picture(kind="JPEG")[:-900], "broken", "damaged, or cut off"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence_and_leaves_nothing(
    client: Client, settings, name: str, data: bytes, code: str, told: str
):
    answer = bring(client, data, name)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, code, "file")
    assert told in error["message"]
    assert name in error["message"]
    assert FilmMedia.objects.count() == 0
    assert not [path for path in settings.OWN_MEDIA_DIR.rglob("*") if path.is_file()]


def test_a_request_without_a_file_is_refused(client: Client):
    answer = client.post("/api/media", {})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "file")


def test_limits_are_told(client: Client, settings):
    settings.OWN_MEDIA_ITEMS = 1
    assert bring(client, picture()).status_code == 201
    answer = bring(client, picture("red"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_much_media")
    settings.OWN_MEDIA_ITEMS, settings.OWN_MEDIA_LIMIT_BYTES = 9, 1000
    assert "remove some" in bring(client, picture("red")).json()["error"]["message"]


def test_nobody_sees_or_names_what_belongs_to_another(client: Client):
    told = bring(client, picture()).json()
    stranger = Client()
    assert stranger.get("/api/media").json()["media"] == []
    for call in (stranger.get, stranger.delete):
        assert call(told["links"]["self"]).status_code == 404
    assert stranger.get(told["links"]["thumbnail"]).status_code == 404
    refused = compose(stranger, told["key"])
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "film")
    assert "not among yours" in refused.json()["error"]["message"]
    accepted = compose(client, told["key"])
    assert accepted.status_code == 202, accepted.content
    assert accepted.json()["brief"]["film"]["media"] == [told["key"]]


def test_files_go_with_their_last_owner_and_stay_where_a_song_shows_them(client: Client, settings):
    other = Client()
    mine, theirs = bring(client, picture()).json(), bring(other, picture()).json()
    assert mine["key"] == theirs["key"]
    path = settings.OWN_MEDIA_DIR / f"{mine['key']}.png"
    assert client.delete(mine["links"]["self"]).json() == {"notice": ""}
    assert path.exists()
    guest = FilmMedia.objects.get().guest_id
    song = Generation.objects.create(
        guest_id=guest, theme="a sea", title="Sea Song", voice="choir", style="epic", seed=1, length_s=30,
        film_size="1280x720", film=encode(FilmOptions(media=(mine["key"],))), state=JobState.DONE,
    )  # fmt: skip
    notice = other.delete(theirs["links"]["self"]).json()["notice"]
    assert "“Sea Song”" in notice
    assert path.exists()
    song.delete()
    services.media_jobs.remove_unused(mine["key"])
    assert not path.exists()
    assert not [p for p in settings.OWN_MEDIA_DIR.rglob("*") if p.is_file()]


def test_a_song_made_of_another_may_keep_what_its_parent_shows(client: Client):
    told = bring(client, picture()).json()
    song = Generation.objects.get(id=compose(client, told["key"]).json()["id"])
    person = Person(guest_id=song.guest_id)
    client.delete(told["links"]["self"])
    origin = services.generations.Origin(song, "Another seed")
    made, _ = services.start_generation(person=person, brief=song.brief, origin=origin)
    assert made.brief.film.media == (told["key"],)


def test_a_guest_takes_them_along_into_an_account(client: Client):
    user = get_user_model().objects.create_user("ada", password="a long enough secret")
    bring(client, picture())
    bring(client, picture("red"))
    FilmMedia.objects.create(owner=user, name="known", kind="picture", source_sha256="1" * 64,
                             key=FilmMedia.objects.first().key, state=JobState.DONE)  # fmt: skip
    client.login(username="ada", password="a long enough secret")
    listed = client.get("/api/media").json()["media"]
    assert sorted(one["name"] for one in listed) == ["a.png", "known"]
    assert not FilmMedia.objects.exclude(owner=user).exists()
