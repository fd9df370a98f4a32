"""Files of a finished song: ranges as RFC 9110 has them, names that cannot escape, one zip."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from codecraft.common.audio import write_wav
from codecraft.common.models import JobState
from codecraft.common.streaming import parse_range
from generation.models import Generation, GenerationFile
from generation.services.jobs import media_type_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def song(client: Client) -> Generation:
    """A finished song with two real files, owned by the client's session."""
    guest = uuid.uuid4()
    session = client.session
    session["guest_id"] = str(guest)
    session.save()
    generation = Generation.objects.create(
        guest_id=guest,
        theme="x",
        title='Ünder "the" /moon',
        voice="choir",
        style="epic",
        seed=1,
        length_s=30,
        film_size="none",
        state=JobState.DONE,
        progress=1,
    )
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 100_000)).astype(np.float32)
    (generation.out_dir / "stems").mkdir(parents=True)
    for name in ("song.wav", "stems/01-lead-vocal.wav"):
        write_wav(generation.out_dir / name, noise, sample_rate_hz=48_000)
    (generation.out_dir / "lyrics.txt").write_text("Höre\n", encoding="utf-8")
    (generation.out_dir / "not-listed.txt").write_text("private")
    for name in ("song.wav", "stems/01-lead-vocal.wav", "lyrics.txt"):
        content = (generation.out_dir / name).read_bytes()
        GenerationFile.objects.create(
            generation=generation,
            name=name,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            media_type=media_type_of(name),
        )
    return generation


def get(client: Client, song: Generation, name: str = "song.wav", **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(f"/api/generations/{song.id}/files/{name}", headers=sent)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def content_of(song: Generation, name: str = "song.wav") -> bytes:
    return (song.out_dir / name).read_bytes()


def test_a_whole_file(client: Client, song: Generation) -> None:
    response, content = get(client, song), content_of(song)
    assert response.status_code == 200
    assert body(response) == content
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "audio/wav"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'


def test_a_stem_and_text(client: Client, song: Generation) -> None:
    stem = get(client, song, "stems/01-lead-vocal.wav")
    assert body(stem) == content_of(song, "stems/01-lead-vocal.wav")
    words = get(client, song, "lyrics.txt")
    assert words["Content-Type"] == "text/plain; charset=utf-8"
    assert body(words).decode() == "Höre\n"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-99", 0, 100), ("bytes=1000-", 1000, None), ("bytes=-500", -500, None), ("bytes=5-99999999", 5, None)],
)
def test_ranges(client: Client, song: Generation, asked: str, start: int, stop: int | None) -> None:
    content = content_of(song)
    part = content[start:stop]
    first = start if start >= 0 else len(content) + start
    response = get(client, song, range=asked)
    assert response.status_code == 206
    assert body(response) == part
    assert response["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(content)}"
    assert response["Content-Length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", "bytes=99999999-999999999"])
def test_ranges_out_of_reach(client: Client, song: Generation, asked: str) -> None:
    response = get(client, song, range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(content_of(song))}"
    assert response.json()["error"]["code"] == "range_not_satisfiable"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=a-b", "items=0-5", "bytes=0-1,5-9", "bytes=-", ""])
def test_ranges_that_are_none_get_the_whole(client: Client, song: Generation, asked: str) -> None:
    response = get(client, song, range=asked)
    assert response.status_code == 200
    assert len(body(response)) == len(content_of(song))


def test_if_range_and_if_none_match(client: Client, song: Generation) -> None:
    etag = get(client, song)["ETag"]
    assert get(client, song, range="bytes=0-9", if_range=etag).status_code == 206
    assert get(client, song, range="bytes=0-9", if_range='"older"').status_code == 200
    known = get(client, song, if_none_match=f'"x", W/{etag}')
    assert (known.status_code, known.content) == (304, b"")
    assert get(client, song, if_none_match='"x"').status_code == 200


def test_head(client: Client, song: Generation) -> None:
    response = client.head(f"/api/generations/{song.id}/files/song.wav")
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(content_of(song)))


@pytest.mark.parametrize(
    "name",
    ["not-listed.txt", "../session_secret", "..%2f..%2fsession_secret", "stems", "/etc/passwd", "song.wav/", "%00"],
)
def test_only_listed_names(client: Client, song: Generation, name: str) -> None:
    response = get(client, song, name)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_saved_under_the_song_s_name(client: Client, song: Generation) -> None:
    response = client.get(f"/api/generations/{song.id}/files/song.wav?download=1")
    saved_as = response["Content-Disposition"]
    assert saved_as.startswith('attachment; filename="Under the moon - song.wav"')
    assert "filename*=UTF-8''%C3%9Cnder%20the%20moon%20-%20song.wav" in saved_as


def test_zip(client: Client, song: Generation) -> None:
    first, second = (body(client.get(f"/api/generations/{song.id}/package.zip")) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["lyrics.txt", "song.wav", "stems/01-lead-vocal.wav"]
        assert archive.read("song.wav") == content_of(song)


def test_zip_of_an_unfinished_song(client: Client, song: Generation) -> None:
    Generation.objects.update(state=JobState.FAILED, error="x", error_code="x")
    response = client.get(f"/api/generations/{song.id}/package.zip")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "not_done")


def test_preview(client: Client, song: Generation) -> None:
    url = f"/api/generations/{song.id}/preview.jpg"
    Generation.objects.update(state=JobState.RUNNING, lease=uuid.uuid4())
    assert client.get(url).status_code == 404
    assert client.get(f"/api/generations/{song.id}").json()["links"]["preview"] is None
    song.preview_path.write_bytes(b"\xff\xd8 a frame")
    shown = client.get(f"/api/generations/{song.id}").json()
    assert (shown["links"]["preview"], shown["preview"] > 0) == (url, True)
    response = client.get(url)
    assert (response["Content-Type"], body(response)) == ("image/jpeg", b"\xff\xd8 a frame")


def test_a_file_that_was_removed_by_hand(client: Client, song: Generation) -> None:
    Path(song.out_dir / "song.wav").unlink()
    assert get(client, song).status_code == 404


def test_parse_range_of_an_empty_file() -> None:
    with pytest.raises(ValueError, match="behind"):
        parse_range("bytes=0-", 0)
