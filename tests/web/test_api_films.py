"""More films of a finished song: asked for, watched, stopped, taken away; whose they are; what is refused."""

from __future__ import annotations

import hashlib
import io
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from django.test import Client

from codecraft.common.audio import run_ffmpeg
from codecraft.common.codec import encode, file_hash
from codecraft.common.models import JobState
from generation import services
from generation.contracts import FilmFraming, FilmOptions
from generation.engine.score.editing import open_score, pack
from generation.models import FilmCut, Generation, ScoreRevision
from generation.services.cut_jobs import CutRunner
from generation.services.jobs import copy_stream
from tests.generation.film_helpers import small_score, small_song

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def song(client: Client) -> Generation:
    """A finished song of ten seconds, owned by the client's session."""
    guest = uuid.uuid4()
    session = client.session
    session["guest_id"] = str(guest)
    session.save()
    score = small_score()
    generation = Generation.objects.create(
        guest_id=guest, theme="a battle", title="Test Song", voice="choir", style="epic", seed=1, length_s=30,
        film_size="none", film=encode(FilmOptions(fps=30, framing=FilmFraming.FULL)), duration_s=score.duration_s,
        state=JobState.DONE, progress=1,
    )  # fmt: skip
    generation.out_dir.mkdir(parents=True)
    small_song(score, generation.out_dir / "song.wav")
    revision = ScoreRevision.objects.create(generation=generation, number=0, packed=pack(open_score(score)))
    generation.revision = generation.rendered_revision = revision
    generation.save()
    return generation


def ask(client: Client, song: Generation, **fields: Any) -> Any:
    return client.post(f"/api/generations/{song.id}/films", fields, content_type="application/json")


def finished(song: Generation, content: bytes = b"0123456789" * 50) -> FilmCut:
    """A cut whose file stands, as the runner leaves it."""
    cut = FilmCut.objects.create(
        generation=song, revision=song.rendered_revision, size="1080x1920", fps=30, framing="full", words="karaoke",
        state=JobState.DONE, progress=1, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest(),
        duration_s=10.0,
    )  # fmt: skip
    cut.path.parent.mkdir(parents=True, exist_ok=True)
    cut.path.write_bytes(content)
    cut.poster_path.write_bytes(b"\xff\xd8 poster")
    return cut


def test_a_cut_is_queued_and_takes_after_the_song_s_own_film(client: Client, song: Generation) -> None:
    response = ask(client, song, size="1080x1920")
    told = response.json()
    assert response.status_code == 202 and response["Location"] == told["links"]["self"]
    assert (told["state"], told["size"], told["fps"], told["framing"]) == ("queued", "1080x1920", 30, "full")
    assert (told["words"], told["trailer_s"], told["progress"], told["is_current"]) == ("karaoke", 0, 0, True)
    assert told["links"]["film"] is None and client.get(told["links"]["self"]).json() == told
    assert [film["id"] for film in client.get(f"/api/generations/{song.id}/films").json()["films"]] == [told["id"]]
    assert FilmCut.objects.get().enqueued_at is not None


def test_the_same_film_is_made_once(client: Client, song: Generation) -> None:
    first, again = ask(client, song, size="1080x1080"), ask(client, song, size="1080x1080", trailer_s=0)
    assert first.json()["id"] == again.json()["id"]
    assert (first["Idempotent-Replay"], again["Idempotent-Replay"]) == ("false", "true")
    assert ask(client, song, size="1080x1080", words="none").json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "size"),
        ({"size": "none"}, "size"),
        ({"size": "640x480"}, "size"),
        ({"size": "1280x720", "fps": 25}, "fps"),
        ({"size": "1280x720", "fps": True}, "fps"),
        ({"size": "1280x720", "framing": "round"}, "framing"),
        ({"size": "1280x720", "words": ["karaoke"]}, "words"),
        ({"size": "1280x720", "trailer_s": 14}, "trailer_s"),
        ({"size": "1280x720", "trailer_s": 61}, "trailer_s"),
        ({"size": "1280x720", "trailer_s": "15"}, "trailer_s"),
        ({"size": "1280x720", "trailer_s": 15}, "trailer_s"),  # the song lasts ten
        ({"size": "1280x720", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_field(
    client: Client, song: Generation, fields: dict[str, Any], field: str
) -> None:
    response = ask(client, song, **fields)
    assert (response.status_code, response.json()["error"]["field"]) == (400, field)
    assert not FilmCut.objects.exists()


def test_an_unfinished_song_has_no_cuts(client: Client, song: Generation) -> None:
    Generation.objects.update(state=JobState.FAILED)
    response = ask(client, song, size="1280x720")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "not_done")


def test_only_so_many_at_once(client: Client, song: Generation, settings: Any) -> None:
    settings.SONGS_AT_ONCE = 1
    assert ask(client, song, size="1280x720").status_code == 202
    refused = ask(client, song, size="1920x1080")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_films")


def test_nobody_reaches_the_films_of_another(client: Client, song: Generation) -> None:
    cut, stranger = finished(song), Client()
    url = f"/api/generations/{song.id}/films"
    assert stranger.get(url).status_code == 404
    assert ask(stranger, song, size="1280x720").status_code == 404
    for path in ("", "/film.mp4", "/poster.jpg", "/preview.jpg"):
        assert stranger.get(f"{url}/{cut.id}{path}").status_code == 404
    assert stranger.delete(f"{url}/{cut.id}").status_code == 404
    assert client.get(f"/api/generations/{uuid.uuid4()}/films/{cut.id}").status_code == 404


def test_a_finished_film_is_played_by_ranges_and_taken_away(client: Client, song: Generation) -> None:
    cut = finished(song)
    links = client.get(f"/api/generations/{song.id}/films/{cut.id}").json()["links"]
    part = client.get(links["film"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part["Content-Range"], part["Content-Type"]) == (206, "bytes 10-19/500", "video/mp4")
    assert b"".join(part.streaming_content) == b"0123456789"
    assert client.get(links["film"], headers={"Range": "bytes=900-"}).status_code == 416
    whole = client.get(links["film"] + "?download=1")
    assert 'filename="Test Song - film, 1080x1920.mp4"' in whole["Content-Disposition"]
    assert client.get(links["poster"])["Content-Type"] == "image/jpeg"


def test_cancel_retry_delete(client: Client, song: Generation) -> None:
    url = ask(client, song, size="1280x720").json()["links"]["self"]
    assert client.post(f"{url}/retry").json()["error"]["code"] == "not_ended"
    for _ in range(2):  # safe to repeat
        assert client.post(f"{url}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{url}/retry").json()["state"] == "queued"
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404 and not FilmCut.objects.exists()
    cut = finished(song)
    url = f"/api/generations/{song.id}/films/{cut.id}"
    assert client.post(f"{url}/cancel").json()["error"]["code"] == "already_finished"
    assert client.delete(url).status_code == 204
    assert not cut.path.exists() and (song.out_dir / "song.wav").is_file()


def test_a_cut_of_a_song_rendered_anew_says_so(client: Client, song: Generation) -> None:
    cut = finished(song)
    newer = ScoreRevision.objects.create(generation=song, number=1, packed=song.revision.packed)
    Generation.objects.update(revision=newer, rendered_revision=newer)
    assert client.get(f"/api/generations/{song.id}/films/{cut.id}").json()["is_current"] is False


def test_deleting_the_song_stops_its_films_and_purging_removes_them(
    client: Client, song: Generation, settings: Any
) -> None:
    cut = finished(song)
    asked = FilmCut.objects.get(id=ask(client, song, size="1280x720").json()["id"])
    assert client.delete(f"/api/generations/{song.id}").status_code == 200
    asked.refresh_from_db()
    assert asked.state == JobState.CANCELLED
    settings.UNDO_DAYS = 0
    assert services.purge_generations() == 1
    assert not FilmCut.objects.exists() and not cut.path.exists()


def test_a_lost_film_is_queued_again(song: Generation) -> None:
    lost = FilmCut.objects.create(generation=song, size="1280x720", state=JobState.QUEUED)
    assert services.sweep_cuts() == 1
    assert services.sweep_cuts() == 0, "once is enough"
    lost.refresh_from_db()
    assert lost.enqueued_at is not None


def test_a_film_without_its_song_s_files_fails_with_a_word(client: Client, song: Generation) -> None:
    (song.out_dir / "song.wav").unlink()
    cut = FilmCut.objects.get(id=ask(client, song, size="1280x720").json()["id"])
    assert services.run_cut(cut_id=cut.id)
    cut.refresh_from_db()
    assert (cut.state, cut.error_code) == (JobState.FAILED, "song_is_gone")
    assert client.get(f"/api/generations/{song.id}/films/{cut.id}").json()["message"] == cut.error


class FilmedLongAgo(CutRunner):
    """Its pictures were painted, and its sound was mixed, while the song played another mix."""

    def work(self) -> dict[str, Any]:
        self._heard = "the master of then"
        cut, silence = self.job, ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
        cut.path.parent.mkdir(parents=True, exist_ok=True)
        picture = ["-f", "lavfi", "-i", f"testsrc2=s=64x64:r=24:d={cut.generation.duration_s}"]
        run_ffmpeg(["-v", "error", *picture, *silence, "-shortest", cut.path])
        return {"revision": cut.generation.rendered_revision, "duration_s": cut.generation.duration_s}


def test_a_film_that_is_finished_after_another_mix_was_chosen_plays_that(client: Client, song: Generation) -> None:
    master = song.out_dir / "song.wav"
    song.files.create(name="song.wav", size_bytes=master.stat().st_size, sha256=file_hash(master))
    ask(client, song, size="1080x1080", fps=24)
    cut = FilmCut.objects.get()
    assert FilmedLongAgo(cut.id).run()
    cut.refresh_from_db()
    assert (cut.state, cut.sha256) == (JobState.DONE, file_hash(cut.path)), cut.error
    heard = song.out_dir / "heard.wav"
    run_ffmpeg(["-v", "error", "-i", cut.path, "-vn", heard])
    film, now = sf.read(heard)[0], sf.read(master, always_2d=True)[0]
    length = min(len(film), len(now))
    assert np.corrcoef(film[:length, 0], now[:length, 0])[0, 1] > 0.9, "AAC keeps noise so far; silence would be 0"
    assert not list(cut.path.parent.glob(".*")), "no draft is left"


@pytest.mark.slow
def test_a_cut_is_filmed_beside_the_song(client: Client, song: Generation) -> None:
    """Ten seconds, square, without words; judged by PyAV."""
    import av

    before = {p: p.read_bytes() for p in song.out_dir.rglob("*") if p.is_file()}
    # only the drums' stem is named by this small score: the picture hears the cues of the score alone
    url = ask(client, song, size="1080x1080", fps=24, words="none").json()["links"]["self"]
    cut = FilmCut.objects.get()
    assert services.run_cut(cut_id=cut.id)
    told = client.get(url).json()
    assert told["state"] == "done", told
    film = b"".join(client.get(told["links"]["film"]).streaming_content)
    assert hashlib.sha256(film).hexdigest() == told["sha256"] and len(film) == told["size_bytes"]
    with av.open(io.BytesIO(film)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, round(float(video.average_rate))) == (1080, 1080, 24)
        assert abs(float(video.duration * video.time_base) - song.duration_s) < 1 / 24
    assert all(path.read_bytes() == content for path, content in before.items()), "the song was touched"


def test_the_growing_film_is_served_to_its_owner_alone(client: Client, song: Generation) -> None:
    Generation.objects.update(state=JobState.RUNNING, lease=uuid.uuid4())
    url = f"/api/generations/{song.id}"
    assert client.get(url).json()["links"]["stream"] is None
    assert client.get(f"{url}/stream/stream.m3u8").status_code == 404
    song.stream_dir.mkdir(parents=True)
    pieces = {"init.mp4": b"init", "part-0000.m4s": b"part", "stream.m3u8": b"#EXTM3U\n"}
    for name, content in {**pieces, "secret.txt": b"no"}.items():
        (song.stream_dir / name).write_bytes(content)
    assert client.get(url).json()["links"]["stream"] == f"{url}/stream/stream.m3u8"
    for name, content in pieces.items():
        response = client.get(f"{url}/stream/{name}")
        assert (response.status_code, b"".join(response.streaming_content)) == (200, content)
    assert response["Content-Type"] == "application/vnd.apple.mpegurl"
    for name in ("secret.txt", "part-0001.m4s", "..%2fsecret.txt", "stream.m3u8.txt"):
        assert client.get(f"{url}/stream/{name}").status_code == 404
    assert Client().get(f"{url}/stream/stream.m3u8").status_code == 404
    Generation.objects.update(state=JobState.DONE)
    assert client.get(url).json()["links"]["stream"] is None


def test_new_fragments_come_before_the_playlist_that_names_them(tmp_path: Path) -> None:
    source, target = tmp_path / "work", tmp_path / "shown"
    copy_stream(source, target)  # nothing there yet
    source.mkdir()
    head = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n'
    (source / "init.mp4").write_bytes(b"init")
    (source / "part-0000.m4s").write_bytes(b"0")
    (source / "stream.m3u8").write_text(head + "#EXTINF:2.0,\npart-0000.m4s\n")
    copy_stream(source, target)
    assert sorted(p.name for p in target.iterdir()) == ["init.mp4", "part-0000.m4s", "stream.m3u8"]
    (source / "stream.m3u8").write_text(head + "#EXTINF:2.0,\npart-0000.m4s\n#EXTINF:2.0,\npart-0001.m4s\n")
    copy_stream(source, target)
    assert "part-0001" not in (target / "stream.m3u8").read_text(), "it names a fragment that is not there"
    (source / "part-0001.m4s").write_bytes(b"1")
    copy_stream(source, target)
    assert "part-0001" in (target / "stream.m3u8").read_text() and (target / "part-0001.m4s").is_file()
