"""Mixes, masters and measures over HTTP: asked for, rendered, watched, stopped; what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from django.test import Client
from django_q.models import OrmQ

from codecraft.common import queues
from mixer import services
from mixer.engine.meters import judge
from mixer.models import AudioJob, SessionStem
from tests.mixer.material import chords, drums, singer
from tests.mixer.sounds import bring, done, open_session, post, put, read, tone, wav

pytestmark = pytest.mark.django_db(transaction=True)
LENGTH_S = 6.0


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MIXES_DIR = tmp_path / "mixes"
    yield


@pytest.fixture
def band(client: Client) -> dict[str, Any]:
    """A singer, chords and drums, six seconds of them."""
    sounds = {"lead-vocal": singer(LENGTH_S), "strings": chords(LENGTH_S), "drums": drums(LENGTH_S)}
    return open_session(client, **{name.replace("-", "_"): wav(audio.T) for name, audio in sounds.items()})


def job_of(client: Client, started: dict[str, Any]) -> dict[str, Any]:
    return client.get(started["links"]["self"]).json()


def sound(client: Client, job: dict[str, Any], name: str) -> np.ndarray:
    url = next(file["url"] for file in job["files"] if file["name"] == name)
    return sf.read(io.BytesIO(read(client.get(url))), always_2d=True)[0]


def test_faders_at_0_give_the_plain_sum_and_its_stems(client: Client) -> None:
    session = open_session(client, a=wav(tone(440.0, channels=2)), b=wav(tone(550.0, 0.5, channels=2)))
    told = job_of(client, done(post(client, "/api/audio/mix", session=session["id"], stems=True)))
    assert (told["state"], told["kind"], told["revision"], told["result"]["target"]) == ("done", "mix", 0, None)
    assert [file["name"] for file in told["files"]] == ["mix.wav", "stems/a.wav", "stems/b.wav"]
    mix = sound(client, told, "mix.wav")
    expected = tone(440.0, channels=2)
    expected[:24_000] += tone(550.0, 0.5, channels=2)
    assert np.abs(mix - expected).max() < 2e-4, "16 bits in, 24 bits out"
    total = sound(client, told, "stems/a.wav") + sound(client, told, "stems/b.wav")
    assert np.abs(total - mix).max() < 1e-6
    assert told["result"]["mix"]["peak_dbfs"] == pytest.approx(-6.0, abs=0.2)


def test_the_assistant_mixes_and_the_master_meets_its_target(client: Client, band: dict[str, Any]) -> None:
    asked = {"session": band["id"], "console": "auto", "target": "streaming", "formats": ["flac", "mp3"]}
    told = job_of(client, done(post(client, "/api/audio/mix", **asked)))
    assert [file["name"] for file in told["files"]] == ["mix.wav", "master.wav", "master.flac", "master.mp3"]
    result = told["result"]
    assert result["target"]["name"] == "streaming" and result["decisions"] and result["assistant"]
    path = AudioJob.objects.get(id=told["id"]).folder / "master.wav"
    heard = judge(path)
    assert heard.integrated_lufs == pytest.approx(result["loudness"]["integrated_lufs"], abs=0.05)
    assert heard.integrated_lufs == pytest.approx(-14.0, abs=0.2) or result["refusal"]
    assert heard.true_peak_dbtp <= -1.0
    console = client.get(band["links"]["console"]).json()
    assert console["revision"] == 1 and console["summary"] == "Set by the assistant.", "nobody had moved anything"
    assert {one["status"] for one in console["decisions"]} == {"proposed"}


def test_the_assistant_s_decisions_are_taken_back_one_by_one(client: Client, band: dict[str, Any]) -> None:
    job = job_of(client, done(post(client, f"{band['links']['self']}/assist")))
    assert job["result"]["revision"] == 1 and job["revision"] == 1
    console = client.get(band["links"]["console"]).json()
    moving = [one for one in console["decisions"] if one["changes"]]
    assert len(moving) >= 5 and all(one["sentence"] for one in console["decisions"])
    first, second = moving[0], moving[1]
    url = f"{band['links']['self']}/decisions"
    undone = post(client, f"{url}/{first['id']}/undo").json()
    status = {one["id"]: one["status"] for one in undone["decisions"]}
    assert status[first["id"]] == "undone" and status[second["id"]] == "proposed"
    twice = post(client, f"{url}/{first['id']}/undo")
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "decision_undone")
    again = post(client, f"{url}/{first['id']}/redo").json()
    assert again["state"] == console["state"]
    accepted = post(client, f"{url}/{second['id']}/accept").json()
    assert {one["id"]: one["status"] for one in accepted["decisions"]}[second["id"]] == "accepted"
    assert post(client, f"{url}/nothing/undo").status_code == 404


def test_a_decision_taken_back_leaves_what_was_moved_by_hand_since(client: Client, band: dict[str, Any]) -> None:
    done(post(client, f"{band['links']['self']}/assist"))
    console = client.get(band["links"]["console"]).json()
    decision = next(
        one for one in console["decisions"] for change in one["changes"] if change["path"].endswith("/fader_db")
    )
    change = next(change for change in decision["changes"] if change["path"].endswith("/fader_db"))
    channel = next(c for c in console["state"]["channels"] if change["path"] == f"{c['id']}/fader_db")
    channel["fader_db"] += 1.5
    put(client, band["links"]["console"], state=console["state"], base_revision=console["revision"])
    undone = post(client, f"{band['links']['self']}/decisions/{decision['id']}/undo").json()
    now = next(c for c in undone["state"]["channels"] if c["id"] == channel["id"])
    assert now["fader_db"] == pytest.approx(change["before"] + 1.5)


def test_wishes_move_controls_and_say_what_was_not_understood(client: Client, band: dict[str, Any]) -> None:
    done(post(client, f"{band['links']['self']}/assist"))
    before = client.get(band["links"]["console"]).json()
    told = post(client, f"{band['links']['self']}/wishes", text="voice closer, and more xylophone magic").json()
    assert told["sentences"] and told["notes"] and told["source"] == "words"
    assert told["console"]["revision"] == before["revision"] + 1 and told["console"]["state"] != before["state"]
    wish = told["console"]["decisions"][-1]
    assert wish["id"].startswith("wish.") and wish["status"] == "accepted"
    undone = post(client, f"{band['links']['self']}/decisions/{wish['id']}/undo").json()
    lead, was = (
        next(c for c in s["channels"] if c["id"] == wish["channel"]) for s in (undone["state"], before["state"])
    )
    assert lead["fader_db"] == pytest.approx(was["fader_db"])
    empty = post(client, f"{band['links']['self']}/wishes", text=" ")
    assert (empty.status_code, empty.json()["error"]["field"]) == (400, "text")
    nothing = post(client, f"{band['links']['self']}/wishes", text="abracadabra").json()
    assert nothing["sentences"] == [] and nothing["console"]["revision"] == undone["revision"]


def test_a_bounce_is_mastered_against_a_reference_and_codecs(client: Client, band: dict[str, Any]) -> None:
    mix = done(post(client, "/api/audio/mix", session=band["id"], title="Rough"))
    reference = bring(client, wav((0.3 * drums(LENGTH_S) + 0.1 * chords(LENGTH_S)).T)).json()
    asked = {"bounce": mix["id"], "target": {"lufs": -18, "ceiling_dbtp": -2}, "reference": reference["id"]}
    told = job_of(client, done(post(client, "/api/audio/master", **asked, codecs=["mp3"])))
    result = told["result"]
    assert result["target"]["lufs"] == -18.0 and result["reference"] is not None
    assert result["codecs"][0]["codec"] == "mp3" and result["codecs"][0]["sentence"]
    assert result["loudness"]["true_peak_dbtp"] <= -2.0
    listed = client.get(f"{band['links']['self']}/bounces").json()["bounces"]
    assert [one["kind"] for one in listed] == ["master", "mix"] and not any(one["is_current"] for one in listed)
    refused = post(client, f"{band['links']['self']}/bounces/{mix['id']}/choose")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_song")


def test_an_upload_alone_is_mastered_and_measured(client: Client) -> None:
    upload = bring(client, wav(singer(LENGTH_S).T)).json()
    told = job_of(client, done(post(client, "/api/audio/master", upload=upload["id"], target="podcast")))
    assert told["session"] is None and told["result"]["target"]["name"] == "podcast"
    measured = job_of(client, done(post(client, "/api/audio/analyse", upload=upload["id"])))["result"]["sound"]
    assert measured["integrated_lufs"] == upload["measures"]["integrated_lufs"]
    assert len(measured["spectrum_db"]) >= 25 and measured["character"]["sounding_share"] > 0.5


def test_all_stems_are_measured(client: Client, band: dict[str, Any]) -> None:
    told = job_of(client, done(post(client, "/api/audio/analyse", session=band["id"])))["result"]
    assert set(told["stems"]) == {"lead_vocal", "strings", "drums"} and told["sound"] is None
    assert told["stems"]["strings"]["correlation"] < 0.999


def test_a_channel_is_frozen_once_for_what_is_heard_in_it(client: Client) -> None:
    session = open_session(client, voice=wav(tone(220.0)), other=wav(tone(330.0)))
    console = client.get(session["links"]["console"]).json()
    console["state"]["channels"][0]["effects"] = [
        {"id": "up", "kind": "pitch_shift", "params": {"semitones": 12.0, "material": "instrument"}}
    ]
    now = put(client, session["links"]["console"], state=console["state"], base_revision=0).json()
    assert now["frozen"]["voice"]["effects"] == ["up"] and now["frozen"]["voice"]["audio"] is None
    url = f"{session['links']['self']}/freeze"
    job = job_of(client, done(post(client, url, channel="voice")))
    audio = sound(client, job, "frozen.wav")[:, 0]
    spectrum = np.abs(np.fft.rfft(audio[9_600:38_400] * np.hanning(28_800)))
    assert np.argmax(spectrum) * 48_000 / 28_800 == pytest.approx(440.0, abs=4.0)
    frozen = client.get(session["links"]["console"]).json()["frozen"]["voice"]
    assert client.get(frozen["audio"]).status_code == 200
    now["state"]["channels"][0]["fader_db"] = -6.0  # behind the frozen sound
    moved = put(client, session["links"]["console"], state=now["state"], base_revision=1).json()
    assert moved["frozen"]["voice"] == frozen
    moved["state"]["channels"][0]["gain_db"] = -6.0
    assert (
        put(client, session["links"]["console"], state=moved["state"], base_revision=2).json()["frozen"]["voice"][
            "audio"
        ]
        is None
    )
    assert post(client, url, channel="nobody").status_code == 400


def test_a_mix_above_full_scale_loses_nothing(client: Client) -> None:
    loud = wav(4.0 * tone(channels=2), subtype="FLOAT")
    session = open_session(client, a=loud, b=wav(tone()))
    told = job_of(client, done(post(client, "/api/audio/mix", session=session["id"])))
    assert np.abs(sound(client, told, "mix.wav")).max() > 1.2
    assert "32-bit float" in told["notices"][0]


def test_a_stem_deleted_mid_mix_is_still_heard(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_session(client, a=wav(tone(440.0, channels=2)), b=wav(tone(550.0, channels=2)))
    started = post(client, "/api/audio/mix", session=session["id"]).json()
    from mixer.services.work import mixing

    really = mixing.render_console

    def deleting(*given: Any, **named: Any) -> Any:
        assert client.delete(f"{session['links']['self']}/stems/b").status_code == 204
        return really(*given, **named)

    monkeypatch.setattr(mixing, "render_console", deleting)
    assert services.run_audio_job(job_id=started["id"])
    told = job_of(client, started)
    assert told["state"] == "done", told["error"]
    expected = tone(440.0, channels=2) + tone(550.0, channels=2)
    assert np.abs(sound(client, told, "mix.wav") - expected).max() < 2e-4


def test_a_stem_whose_file_is_lost_fails_the_mix_by_name(client: Client) -> None:
    session = open_session(client, a=wav(tone()), b=wav(tone(550.0)))
    started = post(client, "/api/audio/mix", session=session["id"]).json()
    SessionStem.objects.get(name="b").path.unlink()
    services.run_audio_job(job_id=started["id"])
    told = job_of(client, started)
    assert told["state"] == "failed" and "“b”" in told["error"]["message"]
    assert client.get(session["links"]["console"]).status_code == 200


def test_a_job_is_cancelled_and_tried_again(client: Client) -> None:
    session = open_session(client, a=wav(tone()))
    job = post(client, "/api/audio/mix", session=session["id"]).json()
    cancelled = post(client, job["links"]["cancel"])
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert not services.run_audio_job(job_id=job["id"]), "nothing to do any more"
    assert post(client, job["links"]["retry"]).json()["state"] == "queued"
    assert services.run_audio_job(job_id=job["id"])
    assert post(client, job["links"]["cancel"]).json()["error"]["code"] == "already_finished"
    assert post(client, job["links"]["retry"]).json()["error"]["code"] == "not_ended"
    folder = AudioJob.objects.get(id=job["id"]).folder
    assert (folder / "mix.wav").is_file()
    assert client.delete(job["links"]["self"]).status_code == 204 and not folder.exists()


def test_a_mix_waits_in_the_lane_for_sound_and_is_saved_by_its_title(client: Client) -> None:
    session = open_session(client, a=wav(tone()))
    job = post(client, "/api/audio/mix", session=session["id"], target="podcast")
    (task,) = OrmQ.objects.all()
    assert task.key == queues.SHORT_LANE != queues.LONG_LANE, "no film is before it"
    made = job_of(client, done(job))
    assert made["result"]["version"] == 1
    saved = {file["name"]: client.get(f"{file['url']}?download=1")["Content-Disposition"] for file in made["files"]}
    assert 'filename="Test session - mix 1, podcast.wav"' in saved["master.wav"]
    assert 'filename="Test session - mix 1, before mastering.wav"' in saved["mix.wav"]


def test_only_so_many_jobs_at_once(client: Client, settings: Any) -> None:
    settings.MIXES_AT_ONCE = 1
    session = open_session(client, a=wav(tone()))
    assert post(client, "/api/audio/mix", session=session["id"]).status_code == 202
    refused = post(client, "/api/audio/mix", session=session["id"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_jobs")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("mix", {}, "session"),
        ("mix", {"target": "cinema"}, "target"),
        ("mix", {"target": {"lufs": 3}}, "target/lufs"),
        ("mix", {"console": "nice"}, "console"),
        ("mix", {"console": {"channels": []}}, "channels"),
        ("mix", {"formats": ["wma"]}, "formats"),
        ("mix", {"colour": 1}, "colour"),
        ("master", {"codecs": ["wma"]}, "codecs/0"),
        ("master", {"reference": "x"}, "reference"),
        ("master", {"reference_share": 2}, "reference_share"),
        ("master", {"chain": {"warmth": 1}}, "chain/warmth"),
        ("master", {"chain": {"\ud800": 1}}, "chain/\ud800"),
        ("master", {"chain": {"width": 10**400}}, "chain/width"),
        ("mix", {"target": {"lufs": -(10**400)}}, "target/lufs"),
        ("analyse", {"upload": "x"}, "upload"),
    ],
)
def test_what_cannot_be_rendered_is_refused_at_once(
    client: Client, path: str, body: dict[str, Any], field: str
) -> None:
    where = {} if not body else {"session": open_session(client, a=wav(tone()))["id"]}
    refused = post(client, f"/api/audio/{path}", **{**where, **body})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, field), refused.json()
    assert not AudioJob.objects.exists()


def test_nobody_reaches_the_job_of_another(client: Client) -> None:
    session = open_session(client, a=wav(tone()))
    job = done(post(client, "/api/audio/mix", session=session["id"]))
    stranger = Client()
    for address in (job["links"]["self"], f"{job['links']['self']}/files/mix.wav"):
        assert stranger.get(address).status_code == 404
    for address in (job["links"]["cancel"], job["links"]["retry"]):
        assert post(stranger, address).status_code == 404
    assert client.get(f"{job['links']['self']}/files/../../../studio.sqlite3").status_code == 404
    assert post(stranger, "/api/audio/master", bounce=job["id"]).status_code == 404


def test_jobs_are_listed_by_kind(client: Client) -> None:
    session = open_session(client, a=wav(tone()))
    post(client, "/api/audio/mix", session=session["id"])
    post(client, "/api/audio/analyse", session=session["id"])
    kinds = [job["kind"] for job in client.get("/api/audio/jobs").json()["jobs"]]
    assert kinds == ["analyse", "mix"]
    assert len(client.get("/api/audio/jobs?kind=mix").json()["jobs"]) == 1
    assert json.loads(client.get("/api/audio/jobs?kind=x").content)["error"]["field"] == "kind"
