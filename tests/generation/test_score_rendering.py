"""An edited score becomes sound: a preview of a few bars at once, the song's files by a job."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from django.test import Client

from generation import services
from generation.models import Generation
from tests.generation.open_songs import patch, send, song_of, url_of

pytestmark = pytest.mark.django_db(transaction=True)


def hear(client: Client, song: Generation, **body: Any) -> tuple[dict[str, Any], np.ndarray, int]:
    response = send(client, song, "/preview", **body)
    assert response.status_code == 201, response.content
    told = response.json()
    sound = client.get(told["audio_url"])
    assert sound.status_code == 200
    audio, rate_hz = sf.read(io.BytesIO(b"".join(sound.streaming_content)))
    return told, audio, rate_hz


def test_a_bar_is_heard_as_it_is_written_now(client: Client) -> None:
    song = song_of(client)
    score = client.get(url_of(song)).json()
    line = score["lead"]["lines"][0]
    bar = score["beats_per_bar"]
    first = line["notes"][0]["start_beats"] // bar * bar
    told, audio, rate_hz = hear(client, song, from_beats=first, to_beats=first + bar)
    assert told["start_s"] == pytest.approx(first * 60 / score["tempo"][0]["bpm"], abs=1e-3)
    length_s = bar * 60 / score["tempo"][0]["bpm"]
    assert length_s <= len(audio) / rate_hz <= length_s + 2.0 and told["duration_s"] == len(audio) / rate_hz
    assert np.sqrt((audio**2).mean()) > 0.02
    again, same, _ = hear(client, song, from_beats=first, to_beats=first + bar)
    assert again["id"] == told["id"] and (same == audio).all()
    patch(client, song, 0, {"type": "move_notes", "notes": [line["notes"][0]["id"]], "semitones": 2})
    edited, other, _ = hear(client, song, from_beats=first, to_beats=first + bar)
    assert edited["id"] != told["id"] and edited["revision"] == 1
    assert np.abs(other[: len(audio)] - audio[: len(other)]).max() > 0.01
    stranger = Client()
    assert stranger.get(told["audio_url"]).status_code == 404
    assert client.get(told["audio_url"].replace(told["id"], "0" * 64)).status_code == 404


def test_a_preview_of_no_bars_is_refused(client: Client) -> None:
    song = song_of(client)
    for body in ({}, {"section": 99}, {"from_beats": 4}, {"from_beats": 8, "to_beats": 4}, {"section": "all"}):
        response = send(client, song, "/preview", **body)
        assert response.status_code == 400, body
    assert send(Client(), song, "/preview", section=0).status_code == 404


@pytest.mark.slow
def test_a_job_renders_the_newest_revision_and_remembers_the_console(client: Client) -> None:
    song = song_of(client)
    Generation.objects.filter(id=song.id).update(rendered_revision=None)
    assert send(client, song, "/render").status_code == 202
    assert services.run_generation(generation_id=song.id)
    song.refresh_from_db()
    assert song.state == "done", song.error
    assert song.rendered_revision.number == 0 and song.rendered_revision.desk
    before = {file.name: file.sha256 for file in song.files.all()}
    score = client.get(url_of(song)).json()
    muted = next(p for p in score["parts"] if p["name"] == "piano")
    line = score["lead"]["lines"][-1]
    edits = (
        {"type": "set_part", "part": muted["id"], "muted": True},
        {"type": "set_words", "line": line["id"], "text": "Bring the lost ones home"},
    )
    patched = patch(client, song, 0, *edits, render=True)
    assert patched.status_code == 200 and patched.json()["state"] == "queued"
    assert patch(client, song, 1, {"type": "set_title", "title": "Now"}).status_code == 409
    assert services.run_generation(generation_id=song.id)
    assert not services.run_generation(generation_id=song.id), "safe to run twice"
    song.refresh_from_db()
    assert song.state == "done" and song.rendered_revision.number == 1, song.error
    changed = {file.name for file in song.files.all() if before[file.name] != file.sha256}
    assert {"lyrics.txt", "lyrics.lrc", "lyrics.srt", "score.mid", "score.musicxml", "song.wav"} <= changed
    silent = next(file for file in song.files.all() if file.name.endswith("-piano.wav"))
    assert not sf.read(silent.path)[0].any()
    assert "Bring the lost ones home" in (song.out_dir / "lyrics.txt").read_text()
    shown = client.get(url_of(song)).json()
    part = next(p for p in shown["parts"] if p["id"] == muted["id"])
    assert part["muted"] and part["notes"] == muted["notes"], "a muted part keeps its notes"


@pytest.mark.slow
def test_the_first_rendering_keeps_the_composed_score(client: Client) -> None:
    body = {"theme": "a lighthouse", "length_s": 30, "film_size": "none", "style": "emotional", "seed": 3}
    song = Generation.objects.get(
        id=client.post("/api/generations", body, content_type="application/json").json()["id"]
    )
    assert client.get(url_of(song)).json()["error"]["code"] == "no_score"
    assert services.run_generation(generation_id=song.id)
    song.refresh_from_db()
    assert song.state == "done", song.error
    score = client.get(url_of(song)).json()
    assert score["revision"] == score["rendered_revision"] == 0 and score["title"] == song.title
    assert client.get(f"/api/generations/{song.id}").json()["links"]["score"] == url_of(song)
