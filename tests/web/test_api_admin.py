"""The admin shows what was made, links the files, and rewrites no results."""

from __future__ import annotations

import json
import uuid

import pytest
from django.contrib import admin
from django.test import Client

from codecraft.common.models import JobState
from generation.models import Generation, GenerationFile
from rados.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss", "boss@example.org", "correct horse battery"))
    return client


@pytest.fixture
def song() -> Generation:
    generation = Generation.objects.create(
        guest_id=uuid.uuid4(),
        theme="a <b>bold</b> theme",
        voice="choir",
        style="dark",
        seed=1,
        length_s=30,
        film_size="none",
        state=JobState.DONE,
        progress=1,
        notices=["<i>a notice</i>"],
    )
    generation.out_dir.mkdir(parents=True)
    (generation.out_dir / "lyrics.txt").write_text("words")
    GenerationFile.objects.create(
        generation=generation, name="lyrics.txt", size_bytes=5, sha256="0" * 64, media_type="text/plain; charset=utf-8"
    )
    return generation


def test_every_model_of_ours_is_in_the_admin() -> None:
    from django.apps import apps

    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in ("generation", "mixer", "rados")]
    assert ours and all(admin.site.is_registered(model) for model in ours)


def test_lists_filters_and_search(boss: Client, song: Generation) -> None:
    for query in ("", "?style=dark&state=done", "?q=bold", f"?q={song.id}", "?deleted_at__isempty=1"):
        page = boss.get(f"/admin/generation/generation/{query}")
        assert page.status_code == 200
        assert "a &lt;b&gt;bold&lt;/b&gt; theme" in page.content.decode(), query
    assert "bold" not in boss.get("/admin/generation/generation/?q=nowhere").content.decode()
    files = boss.get("/admin/generation/generationfile/?q=lyrics")
    assert f"/admin/generation/generation/{song.id}/files/lyrics.txt" in files.content.decode()


def test_one_song_with_its_files_read_only(boss: Client, song: Generation) -> None:
    url = f"/admin/generation/generation/{song.id}/change/"
    page = boss.get(url).content.decode()
    assert "&lt;i&gt;a notice" in page and "<i>a notice" not in page
    assert f"/admin/generation/generation/{song.id}/files/lyrics.txt" in page
    assert boss.post(url, {"theme": "rewritten"}).status_code == 403
    song.refresh_from_db()
    assert song.theme == "a <b>bold</b> theme"
    response = boss.get(f"/admin/generation/generation/{song.id}/files/lyrics.txt")
    assert b"".join(response.streaming_content) == b"words"


def test_files_are_for_staff_only(song: Generation) -> None:
    member = Client()
    member.force_login(User.objects.create_user("ada", password="correct horse battery"))
    assert member.get(f"/admin/generation/generation/{song.id}/files/lyrics.txt").status_code == 302
    plain_staff = Client()
    plain_staff.force_login(User.objects.create_user("eve", password="correct horse battery", is_staff=True))
    assert plain_staff.get(f"/admin/generation/generation/{song.id}/files/lyrics.txt").status_code == 403


def test_actions(boss: Client, song: Generation) -> None:
    Generation.objects.update(state=JobState.QUEUED)
    for action, state in (("cancel", "cancelled"), ("try_again", "queued")):
        boss.post("/admin/generation/generation/", {"action": action, "_selected_action": [str(song.id)]})
        song.refresh_from_db()
        assert song.state == state
    boss.delete(f"/api/generations/{song.id}")  # not theirs: the admin's session owns nothing of it
    Generation.objects.update(deleted_at="2026-01-01T00:00:00Z")
    boss.post("/admin/generation/generation/", {"action": "restore", "_selected_action": [str(song.id)]})
    song.refresh_from_db()
    assert song.deleted_at is None


def test_people(boss: Client) -> None:
    assert boss.get("/admin/rados/user/").status_code == 200
    assert json.dumps("boss")[1:-1] in boss.get("/admin/rados/user/?q=boss").content.decode()
