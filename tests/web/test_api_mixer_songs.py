"""A finished song at the console: its dry stems out, a mix back in as a version that its package can play."""

from __future__ import annotations

import gzip
import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile as sf
from django.test import Client

from codecraft.common.audio import run_ffmpeg
from codecraft.common.codec import file_hash
from codecraft.common.models import JobState
from generation import services as songs
from generation.engine.film.trailer import Window, choose_window
from generation.engine.score.editing import unpack
from generation.models import FilmCut, Generation, MixVersion, ScoreRevision
from generation.services.rendering import read_desk
from mixer.engine.console.schema import read_state
from mixer.models import AudioJob, MixSession
from tests.mixer.sounds import done, post, put, read
from tests.songs import FONTS, SOUNDFONT

RATE_HZ = 48_000

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mixed-songs")


@pytest.fixture(autouse=True)
def _own_places(settings: Any, places: Path) -> Iterator[None]:
    """One store for the module: the song is rendered once."""
    settings.MIXES_DIR, settings.STORE_DIR, settings.SONGS_DIR = places / "mixes", places / "store", places / "songs"
    settings.SOUNDFONT_PATH, settings.FONT_DIR = SOUNDFONT, FONTS
    yield


@pytest.fixture
def song(client: Client) -> Generation:
    """A song of thirty seconds that a worker has made, owned by the client's session."""
    asked = {"theme": "a lighthouse", "style": "pop", "voice": "soprano", "seed": 4, "length_s": 30}
    started = post(client, "/api/generations", **asked, film_size="none").json()
    assert songs.run_generation(generation_id=started["id"])
    made = Generation.objects.get(id=started["id"])
    assert made.state == JobState.DONE, made.error
    return made


def film(song: Generation, path: Path, *, start_s: float = 0.0, length_s: float = 0.0) -> None:
    """Pictures with the song's sound, or with a stretch of it, and words that end before it does."""
    path.parent.mkdir(exist_ok=True)
    length_s = length_s or song.duration_s
    picture = ["-f", "lavfi", "-i", f"testsrc2=s=64x64:r=24:d={length_s}"]
    words = path.with_suffix(".srt")
    words.write_text("1\n00:00:01,000 --> 00:00:04,000\nSing\n")
    sound = ["-ss", f"{start_s}", "-t", f"{length_s}", "-i", song.out_dir / "song.wav"]
    run_ffmpeg(["-v", "error", *picture, *sound, "-i", words, "-c:s", "mov_text", path])
    words.unlink()


def with_cuts(song: Generation) -> tuple[FilmCut, FilmCut, FilmCut]:
    """A further film of the whole song, a trailer of it, and a film of a score that it had before."""
    facts = {"size": "1080x1080", "state": JobState.DONE, "fps": 24}
    now = {**facts, "revision": song.rendered_revision}
    whole = FilmCut.objects.create(generation=song, duration_s=song.duration_s, **now)
    trailer = FilmCut.objects.create(generation=song, trailer_s=15, duration_s=15.0, **now)
    earlier = FilmCut.objects.create(generation=song, duration_s=song.duration_s, **facts)
    window = window_of(song)
    film(song, whole.path)
    film(song, trailer.path, start_s=window.start_s, length_s=15.0)
    film(song, earlier.path)
    return whole, trailer, earlier


def window_of(song: Generation) -> Window:
    return choose_window(unpack(song.rendered_revision.packed).heard, 15)


def with_film(song: Generation) -> None:
    """A film of the song's length beside it, as the package has one."""
    path = song.out_dir / "film.mp4"
    film(song, path)
    song.files.create(name="film.mp4", size_bytes=path.stat().st_size, sha256=file_hash(path), media_type="video/mp4")


def test_a_song_is_opened_mixed_and_plays_the_mix(client: Client, song: Generation) -> None:
    with_film(song)
    session = check_opened(client, song)
    version = check_mixed(client, song, session)
    cuts = with_cuts(song)
    before = [file_hash(cut.path) for cut in cuts]
    check_chosen(client, song, session, version)
    check_cuts(song, cuts, before)
    check_gone_back(client, song)
    assert apart_from(cuts[0].path, sf.read(song.out_dir / "song.wav")[0]) < 0.15, "the further film went back, too"


def check_opened(client: Client, song: Generation) -> dict[str, Any]:
    answer = post(client, "/api/audio/sessions", generation=str(song.id))
    assert answer.status_code == 201, "its dry stems lie in the store"
    session = answer.json()
    listed = {row.name for row in song.files.all()}
    assert {f"stems/{stem['name']}.wav" for stem in session["stems"]} == {n for n in listed if n.startswith("stems/")}
    assert session["links"]["source_page"] == f"/songs/{song.id}" and session["tempo_bpm"] == song.tempo_bpm
    assert session["sections"] and session["sections"][-1]["end_s"] <= session["duration_s"] + 0.01
    again = post(client, "/api/audio/sessions", generation=str(song.id)).json()
    assert again["id"] == session["id"]
    assert post(client, "/api/audio/sessions", generation=str(song.id), new=True).json()["id"] != session["id"]
    stranger = post(Client(), "/api/audio/sessions", generation=str(song.id))
    assert stranger.status_code == 404
    return session


def check_mixed(client: Client, song: Generation, session: dict[str, Any]) -> MixVersion:
    job = done(post(client, "/api/audio/mix", session=session["id"], console="auto", target="podcast", stems=True))
    version = song.mixes.get()
    assert (version.bounce_id, version.number, version.is_current) == (job["id"], 1, False)
    assert version.integrated_lufs == pytest.approx(-16.0, abs=0.2)
    length = sf.info(song.out_dir / "mix.wav").frames
    assert sf.info(version.folder / "song.wav").frames == length, "it may go under the song's film"
    told = client.get(f"/api/generations/{song.id}/mixes").json()["mixes"]
    assert [(one["number"], one["is_current"]) for one in told] == [(1, False), (0, True)]
    for one in told:
        audio = sf.read(io.BytesIO(read(client.get(one["links"]["song"]))))[0]
        assert len(audio) == length
    return version


def check_chosen(client: Client, song: Generation, session: dict[str, Any], version: MixVersion) -> None:
    before = {row.name: row.sha256 for row in song.files.all()}
    url = f"{session['links']['self']}/bounces/{version.bounce_id}/choose"
    done(post(client, url))
    bounces = client.get(f"{session['links']['self']}/bounces").json()
    assert bounces["bounces"][0]["is_current"] is True and bounces["working"] == []
    changed = {row.name for row in song.files.all() if row.sha256 != before[row.name]}
    stems = {name for name in before if name.startswith("stems/")}
    assert changed == {
        "song.wav", "mix.wav", "song.flac", "song.mp3", "film.mp4", "waveform.png", "metadata.json", *stems,
    }  # fmt: skip
    for row in song.files.all():
        assert file_hash(row.path) == row.sha256, row.name
    data = json.loads((song.out_dir / "metadata.json").read_text())
    assert data["loudness"]["integrated_lufs"] == version.integrated_lufs
    assert all(data["files"][name] == file_hash(song.out_dir / name) for name in ("song.wav", "film.mp4"))
    assert any(choice["stage"] == "mix" for choice in data["choices"])
    master = sf.read(song.out_dir / "song.wav")[0]
    assert apart_from(song.out_dir / "film.mp4", master) < 0.15, "the film plays it, too"
    refused = client.delete(f"/api/generations/{song.id}/mixes/{version.id}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "is_current")


def apart_from(film: Path, master: np.ndarray) -> float:
    """How far a film's sound is from what it should be: RMS of the difference by that of the master."""
    heard = film.with_suffix(".heard.wav")
    run_ffmpeg(["-v", "error", "-i", film, "-vn", heard])
    sound = sf.read(heard)[0]
    heard.unlink()
    with av.open(str(film)) as container:
        pictures = container.streams.video[0]
        assert abs(float(pictures.duration * pictures.time_base) - len(sound) / RATE_HZ) < 0.1, "neither was cut short"
    assert len(sound) >= len(master) - 2_048
    apart = sound[: len(master)] - master[: len(sound)]
    return float(np.sqrt(np.mean(apart**2)) / np.sqrt(np.mean(master**2)))


def check_cuts(song: Generation, cuts: tuple[FilmCut, ...], before: list[str]) -> None:
    whole, trailer, earlier = cuts
    master = sf.read(song.out_dir / "song.wav")[0]
    assert apart_from(whole.path, master) < 0.15
    start = round(window_of(song).start_s * 24) * RATE_HZ // 24
    middle = master[start : start + 10 * RATE_HZ]  # before it fades
    assert apart_from(trailer.path, middle) < 0.15, "the same stretch of the other mix"
    assert file_hash(earlier.path) == before[2], "it is of another score"
    for cut in (whole, trailer):
        cut.refresh_from_db()
        assert (cut.sha256, cut.size_bytes) == (file_hash(cut.path), cut.path.stat().st_size)
    assert not list(song.out_dir.glob(".remix-*")), "nothing is left of the making"


def check_gone_back(client: Client, song: Generation) -> None:
    original = client.get(f"/api/generations/{song.id}/mixes").json()["mixes"][-1]
    done(post(client, original["links"]["choose"]))
    told = client.get(f"/api/generations/{song.id}/mixes").json()["mixes"]
    assert [one["is_current"] for one in told] == [False, True]
    data = json.loads((song.out_dir / "metadata.json").read_text())
    assert data["files"]["song.wav"] == file_hash(song.out_dir / "song.wav")
    assert data["loudness"]["integrated_lufs"] == pytest.approx(-14.0, abs=0.3)
    song.refresh_from_db()
    assert song.loudness_lufs == data["loudness"]["integrated_lufs"]
    assert client.delete(f"/api/generations/{song.id}/mixes/{told[0]['id']}").status_code == 204
    assert not MixVersion.objects.exists() and not any((song.out_dir / "mixes").glob("*-*-*"))


def test_a_song_opens_on_the_console_as_it_was_published(client: Client, song: Generation) -> None:
    """State and decisions are the main job's; a bounce of the untouched console is the published mix; a decision taken
    back is heard; a song of before, whose desk is no console's state, opens with all faders at 0."""
    session = post(client, "/api/audio/sessions", generation=str(song.id)).json()
    console = client.get(session["links"]["console"]).json()
    desk = read_desk(song.rendered_revision.desk)
    told = json.loads((song.out_dir / "metadata.json").read_text())
    assert desk is not None and told["console_sha256"] == desk.digest
    opened = read_state(console["state"])
    labels = {channel.id: channel.label for channel in desk.state.channels}
    assert all(channel.label for channel in opened.channels)
    plain = tuple(replace(channel, label=labels[channel.id]) for channel in opened.channels)
    assert replace(opened, channels=plain) == desk.state
    assert [one["id"] for one in console["decisions"]] == [decision.id for decision in desk.decisions]
    sentences = " ".join(choice["sentence"] for choice in told["choices"] if choice["stage"] == "mix")
    assert all(decision["sentence"] in sentences for decision in console["decisions"])

    def bounced() -> np.ndarray:
        job = AudioJob.objects.get(id=done(post(client, "/api/audio/mix", session=session["id"]))["id"])
        return sf.read(job.folder / "mix.wav")[0]

    published = sf.read(song.out_dir / "mix.wav")[0]
    as_opened = bounced()
    assert as_opened.shape == published.shape
    apart_db = 20.0 * np.log10(np.abs(as_opened - published).max())
    print(f"the bounce against the published mix: {apart_db:.1f} dBFS")
    assert apart_db < -110.0
    undo = f"{session['links']['self']}/decisions/mix.peak/undo"
    assert post(client, undo).status_code == 200
    assert np.abs(bounced() - published).max() > 1e-3 or abs(desk.state.mix.gain_db) < 0.05

    ScoreRevision.objects.filter(id=song.rendered_revision_id).update(desk=gzip.compress(b'{"strips": []}'))
    old = post(client, "/api/audio/sessions", generation=str(song.id), new=True).json()
    flat = client.get(old["links"]["console"]).json()
    assert flat["decisions"] == [] and all(c["fader_db"] == 0.0 for c in flat["state"]["channels"])


def test_stems_that_are_not_kept_any_more_are_rendered_by_a_job(
    client: Client, song: Generation, settings: Any, tmp_path: Path
) -> None:
    settings.STORE_DIR = tmp_path / "pruned"
    answer = post(client, "/api/audio/sessions", generation=str(song.id))
    assert answer.status_code == 202 and answer.json()["is_ready"] is False
    session = answer.json()
    assert client.get(f"{session['links']['console']}").json()["error"]["code"] == "not_ready"
    early = post(client, "/api/audio/mix", session=session["id"])
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_ready")
    job = AudioJob.objects.get(id=session["preparing"]["id"])
    from mixer import services

    assert services.run_audio_job(job_id=job.id)
    ready = client.get(session["links"]["self"]).json()
    assert ready["is_ready"] and ready["preparing"] is None and len(ready["stems"]) >= 3
    kept = song.out_dir / "vocals-dry.wav"
    lead = sf.read(io.BytesIO(read(client.get(ready["stems"][0]["audio_url"]))))[0]
    assert np.abs(lead - sf.read(kept)[0]).max() < 1e-6, "to the same samples"


def test_a_song_itself_is_mastered_and_refused_while_it_is_made(client: Client, song: Generation) -> None:
    job = done(post(client, "/api/audio/master", generation=str(song.id), target="broadcast"))
    assert song.mixes.get().bounce_id == job["id"]
    Generation.objects.filter(id=song.id).update(state=JobState.QUEUED)
    for path in ("mix", "master"):
        refused = post(client, f"/api/audio/{path}", generation=str(song.id))
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_done")
    assert post(client, "/api/audio/mix", generation=str(uuid.uuid4())).status_code == 404


def test_a_song_rendered_anew_plays_the_studio_s_mix_and_opens_a_new_session(client: Client, song: Generation) -> None:
    first = post(client, "/api/audio/sessions", generation=str(song.id)).json()
    console = client.get(first["links"]["console"]).json()
    console["state"]["channels"][0]["fader_db"] = -3.0
    put(client, first["links"]["console"], state=console["state"], base_revision=0)
    job = done(post(client, "/api/audio/mix", session=first["id"]))
    done(post(client, f"{first['links']['self']}/bounces/{job['id']}/choose"))
    assert song.mixes.get().is_current
    revision = song.rendered_revision
    revision.pk, revision.number, revision.id = None, 1, uuid.uuid4()
    revision.save(force_insert=True)
    Generation.objects.filter(id=song.id).update(revision=revision, state=JobState.QUEUED)
    assert songs.run_generation(generation_id=song.id)
    assert not song.mixes.filter(is_current=True).exists()
    stale = post(client, f"/api/generations/{song.id}/mixes/{song.mixes.get().id}/choose")
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "mix_of_another_state")
    late = done(post(client, "/api/audio/mix", session=first["id"]))
    refused = post(client, f"{first['links']['self']}/bounces/{late['id']}/choose")
    assert refused.json()["error"]["code"] == "mix_of_another_state", "its stems are the old score's"
    assert post(client, "/api/audio/sessions", generation=str(song.id)).json()["id"] != first["id"]
    assert MixSession.objects.count() == 2
    assert client.delete(f"/api/generations/{song.id}").status_code < 300
    job = done(post(client, "/api/audio/mix", session=first["id"]))
    assert client.get(job["links"]["self"]).json()["notices"][-1] == "The song was deleted.", "the bounce is there"
