"""Which mix a song plays: put into it all at once, whatever dies, is deleted or is asked for meanwhile."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from codecraft.common.audio import run_ffmpeg
from codecraft.common.codec import file_hash
from codecraft.common.models import JobState
from codecraft.common.streaming import attachment
from generation.engine.pipeline import PackageResult
from generation.engine.score.editing import open_score, pack
from generation.models import FilmCut, Generation, MixVersion, ScoreRevision
from generation.services import mix_choices
from generation.services.cut_jobs import CutRunner
from generation.services.film_sounds import FilmSounds
from generation.services.jobs import GenerationRunner
from generation.services.versions import keep_version
from mixer import services
from mixer.contracts import FinishedMix, Loudness, Space
from mixer.engine.console.state import Channel, ConsoleState
from mixer.engine.desk import Desk
from mixer.models import AudioJob, JobKind, MixSession
from tests.generation.film_helpers import small_score, small_song
from tests.mixer.sounds import post
from tests.songs import FONTS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def song(client: Client, settings: Any, tmp_path: Path) -> Generation:
    """A finished song of ten seconds with its package, owned by the client's session, and a mix that was bounced."""
    settings.SONGS_DIR, settings.MIXES_DIR, settings.FONT_DIR = tmp_path / "songs", tmp_path / "mixes", FONTS
    session = client.session
    session["guest_id"] = str(uuid.uuid4())
    session.save()
    score = small_score()
    made = Generation.objects.create(
        guest_id=session["guest_id"], theme="a battle", title="Test Song", voice="choir", style="epic", seed=1,
        length_s=30, film_size="none", duration_s=score.duration_s, state=JobState.DONE, progress=1,
    )  # fmt: skip
    made.rendered_revision = ScoreRevision.objects.create(generation=made, number=0, packed=pack(open_score(score)))
    made.revision = made.rendered_revision
    made.save()
    made.out_dir.mkdir(parents=True)
    for name in ("song.wav", "mix.wav"):
        small_song(score, made.out_dir / name)
    told = {"title": "Test Song", "loudness": {"integrated_lufs": -14.0}, "choices": [], "files": {}}
    (made.out_dir / "metadata.json").write_text(json.dumps(told))
    for path in list(made.out_dir.iterdir()):
        made.files.create(name=path.name, size_bytes=path.stat().st_size, sha256=file_hash(path), media_type="x/y")
    return made


def bounced(song: Generation, number: int = 1) -> MixVersion:
    """A mix that differs from the song's by its level."""
    folder = song.out_dir.parent / f"bounce-{number}"
    folder.mkdir()
    sound = (song.out_dir / "song.wav").read_bytes()
    (folder / "mix.wav").write_bytes(sound[:-4] + bytes([number, 0, number, 0]))
    files = {"song_path": folder / "mix.wav", "mix_path": folder / "mix.wav", "stem_paths": {}}
    return keep_version(
        song, FinishedMix(f"bounce-{number}", "Test Song", loudness=Loudness(-16.0, -1.0, 3.0), **files)
    )


def chosen(client: Client, song: Generation, mix: str) -> AudioJob:
    answer = post(client, f"/api/generations/{song.id}/mixes/{mix}/choose")
    assert answer.status_code == 202, answer.content
    return AudioJob.objects.get(id=answer.json()["id"])


def run(job: AudioJob) -> AudioJob:
    assert services.run_audio_job(job_id=job.id)
    job.refresh_from_db()
    return job


def check_whole(song: Generation) -> None:
    for row in song.files.all():
        assert file_hash(row.path) == row.sha256, row.name
    assert not list(song.out_dir.glob(".*")), "nothing is left of the making"


def test_a_worker_that_died_among_the_files_loses_nothing(client: Client, song: Generation) -> None:
    """Some files are the other mix's already, no row says so: the next worker goes on, and the way back stays."""
    master, version = file_hash(song.out_dir / "song.wav"), bounced(song)
    mix_choices.ready_choice(song, version.bounce_id, lambda fraction: None)  # and dies: nothing is cleared
    (song.out_dir / "song.wav").unlink()
    (song.out_dir / "song.wav").write_bytes((version.folder / "song.wav").read_bytes())
    assert run(chosen(client, song, str(version.id))).state == JobState.DONE
    check_whole(song)
    assert file_hash(song.out_dir / "song.wav") == file_hash(version.folder / "song.wav") != master
    assert run(chosen(client, song, "original")).state == JobState.DONE
    check_whole(song)
    assert file_hash(song.out_dir / "song.wav") == master, "the studio's own mix was kept"


def test_choosing_what_is_chosen_mends_a_package_that_a_worker_left_half(client: Client, song: Generation) -> None:
    version = bounced(song)
    assert run(chosen(client, song, str(version.id))).state == JobState.DONE
    (song.out_dir / "song.wav").unlink()
    (song.out_dir / "song.wav").write_bytes((song.out_dir / "mixes/original/song.wav").read_bytes())
    assert run(chosen(client, song, str(version.id))).state == JobState.DONE
    check_whole(song)
    assert file_hash(song.out_dir / "song.wav") == file_hash(version.folder / "song.wav")


def test_a_mix_deleted_on_its_way_into_the_song_leaves_the_song_as_it_was(client: Client, song: Generation) -> None:
    version = bounced(song)
    before = {path.name: file_hash(path) for path in song.out_dir.glob("*.*") if path.is_file()}
    ready = mix_choices.ready_choice(song, version.bounce_id, lambda fraction: None)
    assert client.delete(f"/api/generations/{song.id}/mixes/{version.id}").status_code == 204
    with pytest.raises(mix_choices.NotFound):
        ready.publish()
    ready.clear()
    assert {path.name: file_hash(path) for path in song.out_dir.glob("*.*") if path.is_file()} == before
    check_whole(song)


def test_a_mix_that_was_chosen_this_moment_is_not_deleted(client: Client, song: Generation, monkeypatch: Any) -> None:
    """The request read the mix before it was the song's."""
    from generation.services import versions

    version = bounced(song)
    read = versions.get_version

    def read_then_chosen(*args: Any) -> MixVersion:
        found = read(*args)
        MixVersion.objects.filter(id=version.id).update(is_current=True)
        return found

    monkeypatch.setattr(versions, "get_version", read_then_chosen)
    refused = client.delete(f"/api/generations/{song.id}/mixes/{version.id}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "is_current")
    assert (version.folder / "song.wav").is_file() and MixVersion.objects.count() == 1


def test_a_song_rendered_once_more_meanwhile_keeps_what_that_made(client: Client, song: Generation) -> None:
    version = bounced(song)
    ready = mix_choices.ready_choice(song, version.bounce_id, lambda fraction: None)
    Generation.objects.filter(id=song.id).update(finished_at="2026-11-23T10:00:00Z")
    with pytest.raises(mix_choices.Conflict):
        ready.publish()
    ready.clear()
    check_whole(song)


def test_what_was_chosen_last_wins_when_an_earlier_choice_is_tried_again(client: Client, song: Generation) -> None:
    first, second = bounced(song, 1), bounced(song, 2)
    one = chosen(client, song, str(first.id))
    two = chosen(client, song, str(second.id))
    one.refresh_from_db()
    assert one.state == JobState.CANCELLED, "it gave way"
    assert post(client, f"/api/audio/jobs/{one.id}/retry").status_code == 202
    two.refresh_from_db()
    assert two.state == JobState.CANCELLED
    assert AudioJob.objects.filter(kind=JobKind.CHOOSE, state=JobState.QUEUED).count() == 1


def test_bounces_of_a_song_that_was_deleted_are_still_listed(client: Client, song: Generation) -> None:
    session = MixSession.objects.create(
        guest_id=song.guest_id, title="Test Song", source_kind="generation", source_id=str(song.id)
    )
    assert client.delete(f"/api/generations/{song.id}").status_code < 300
    assert client.get(f"/api/audio/sessions/{session.id}/bounces").status_code == 200


class FilmedBeforeAnEdit(CutRunner):
    """Its pictures and sound are those of a score that the song does not play any more."""

    def work(self) -> dict[str, Any]:
        self._heard = "the master of then"
        self.job.path.parent.mkdir(parents=True, exist_ok=True)
        self.job.path.write_bytes(b"the film of then")
        newer = ScoreRevision.objects.create(generation_id=self.job.generation_id, number=1, packed=b"")
        Generation.objects.filter(id=self.job.generation_id).update(revision=newer, rendered_revision=newer)
        return {"revision": self.job.generation.rendered_revision, "duration_s": 10.0}


def test_a_film_of_an_earlier_score_does_not_get_the_sound_of_the_new_one(song: Generation) -> None:
    cut = FilmCut.objects.create(generation=song, size="1080x1080", fps=24, state=JobState.QUEUED)
    assert FilmedBeforeAnEdit(cut.id).run()
    cut.refresh_from_db()
    assert (cut.state, cut.revision.number) == (JobState.DONE, 0), cut.error
    assert cut.path.read_bytes() == b"the film of then"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("\uff02Quoted\uff02 \uff3c\uff0f - mix 1.wav", "Quoted - mix 1.wav"),  # full-width signs become ASCII ones
        ("T" * 120 + " - the studio's mix, before mastering.wav", ""),
        ("\u041b\u0443\u043d\u0430 - mix 1.wav", "- mix 1.wav"),
        ("half \ud800 a pair.wav", "half a pair.wav"),
        ('a/b\\c"d\r\nX: y.wav', "a b c d X y.wav"),
    ],
)
def test_a_file_name_survives_its_header(name: str, plain: str) -> None:
    header = attachment(name)
    assert header.count('"') == 2 and header.isascii() and "\n" not in header
    told = header.split('filename="')[1].split('"')[0]
    assert told.endswith(".wav") and len(told) <= 150
    if plain:
        assert told == plain


def filmed(song: Generation) -> FilmCut:
    """A finished further film of the song: pictures, and the sound that the song has now."""
    facts = {"size": "1080x1080", "fps": 24, "state": JobState.DONE, "duration_s": song.duration_s}
    cut = FilmCut.objects.create(generation=song, revision=song.rendered_revision, **facts)
    cut.path.parent.mkdir(parents=True, exist_ok=True)
    picture = ["-f", "lavfi", "-i", f"testsrc2=s=64x64:r=24:d={song.duration_s}"]
    run_ffmpeg(["-v", "error", *picture, "-i", song.out_dir / "song.wav", "-shortest", cut.path])
    FilmCut.objects.filter(id=cut.id).update(sha256=file_hash(cut.path), size_bytes=cut.path.stat().st_size)
    cut.refresh_from_db()
    return cut


def check_resounded(cut: FilmCut) -> None:
    before = cut.sha256
    cut.refresh_from_db()
    assert before != cut.sha256 == file_hash(cut.path)
    assert not list(cut.path.parent.glob(".*")), "nothing is left of the making"


def test_a_film_finished_while_a_mix_is_put_into_the_song_follows(
    client: Client, song: Generation, monkeypatch: Any
) -> None:
    version, cuts = bounced(song), []
    make = FilmSounds.make

    def make_and_another_is_finished(self: FilmSounds, *args: Any) -> None:
        make(self, *args)
        if not cuts:
            cuts.append(filmed(song))

    monkeypatch.setattr(FilmSounds, "make", make_and_another_is_finished)
    job = run(chosen(client, song, str(version.id)))
    assert job.state == JobState.DONE, job.error
    check_whole(song)
    check_resounded(cuts[0])


class MixedAnew(GenerationRunner):
    """The same score with another master in its package, as the pipeline leaves it."""

    def work(self) -> dict[str, Any]:
        out, score = self.job.out_dir, small_score()
        sound = (out / "song.wav").read_bytes()
        (out / "song.wav").unlink()
        (out / "song.wav").write_bytes(sound[:-4] + bytes([9, 0, 9, 0]))
        files = {row.name: file_hash(out / row.name) for row in self.job.files.all()}
        desk = Desk((), ConsoleState((Channel("drums", stem="drums"),)), Space.HALL, 1, 48_000)
        self._result = PackageResult(out, files, {}, (), score, desk)
        return {}


def test_further_films_follow_a_song_that_is_mixed_anew(song: Generation) -> None:
    cut = filmed(song)
    Generation.objects.filter(id=song.id).update(state=JobState.QUEUED)
    assert MixedAnew(song.id).run()
    song.refresh_from_db()
    assert song.state == JobState.DONE, song.error
    check_whole(song)
    check_resounded(cut)
