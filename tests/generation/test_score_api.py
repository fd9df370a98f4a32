"""The score over HTTP: read, patch, refuse, undo, redo, revert, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django_q.models import OrmQ

from generation import services
from generation.engine.score.editing import unpack
from generation.models import Generation, ScoreRevision
from rados.models import User
from tests.generation.open_songs import patch, send, song_of, url_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def song(client: Client) -> Generation:
    return song_of(client)


def read(client: Client, song: Generation) -> dict[str, Any]:
    response = client.get(url_of(song))
    assert response.status_code == 200, response.content
    return response.json()


def note_of(score: dict[str, Any], name: str) -> dict[str, Any] | None:
    notes = [n for part in score["parts"] for n in part["notes"]]
    notes += [n for line in score["lead"]["lines"] for n in line["notes"]]
    return next((n for n in notes if n["id"] == name), None)


def test_the_score_is_told_with_ids_beats_and_seconds(client: Client, song: Generation) -> None:
    response = client.get(url_of(song))
    score = response.json()
    notes = [n for part in score["parts"] for n in part["notes"]]
    sung = [n for line in score["lead"]["lines"] for n in line["notes"]]
    assert len({n["id"] for n in (*notes, *sung)}) == len(notes) + len(sung) > 100
    beat_s = 60.0 / score["tempo"][0]["bpm"]
    early = next(n for n in notes if n["start_beats"] > 4)
    assert early["start_s"] == pytest.approx(early["start_beats"] * beat_s, abs=1e-4)
    assert score["revision"] == 0 and score["links"]["undo"] is None
    again = client.get(url_of(song), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304 and not again.content


def test_an_edit_moves_its_notes_and_nothing_else(client: Client, song: Generation) -> None:
    before = read(client, song)
    part = before["parts"][0]
    moved, steady = part["notes"][3], part["notes"][4]
    after = patch(client, song, 0, {"type": "move_notes", "notes": [moved["id"]], "semitones": 1}).json()
    assert after["revision"] == 1 and after["rendered_revision"] == 0
    assert note_of(after, moved["id"])["midi"] == moved["midi"] + 1
    assert note_of(after, steady["id"]) == steady
    assert after["lead"] == before["lead"] and after["chords"] == before["chords"]
    assert after["parts"][1:] == before["parts"][1:]


def test_other_words_are_sung_on_the_same_notes(client: Client, song: Generation) -> None:
    before = read(client, song)
    line = before["lead"]["lines"][0]
    text = "Carry me {home|HH OW1 M} again"
    after = patch(client, song, 0, {"type": "set_words", "line": line["id"], "text": text}).json()
    changed = after["lead"]["lines"][0]
    assert changed["text"] == "Carry me home again" and changed["id"] == line["id"]
    words = [n["syllable"]["word"] for n in changed["notes"] if n["syllable"] and not n["syllable"]["index_in_word"]]
    assert words == ["Carry", "me", "home", "again"]
    indices = [n["syllable"]["word_index"] for x in after["lead"]["lines"] for n in x["notes"] if n["syllable"]]
    assert indices == sorted(indices) and set(indices) == set(range(indices[-1] + 1))
    assert {n["midi"] for n in changed["notes"]} <= {n["midi"] for n in line["notes"]}
    assert after["lead"]["lines"][1]["notes"][0]["midi"] == before["lead"]["lines"][1]["notes"][0]["midi"]
    assert after["parts"] == before["parts"]


def test_more_syllables_cut_notes_in_two_up_to_what_can_be_sung(client: Client, song: Generation) -> None:
    line = read(client, song)["lead"]["lines"][0]
    fits = patch(
        client, song, 0, {"type": "set_words", "line": line["id"], "text": line["text"] + " once more tonight"}
    )
    assert fits.status_code == 200
    sung = fits.json()["lead"]["lines"][0]["notes"]
    assert len(sung) > len(line["notes"]) and all(n["syllable"] for n in sung)
    crowd = patch(client, song, 1, {"type": "set_words", "line": line["id"], "text": "every single word " * 12})
    assert crowd.status_code == 422 and crowd.json()["error"]["field"] == "operations.0"
    assert "syllables" in crowd.json()["error"]["message"]


def test_another_chord_is_played_by_the_band_in_its_bars_only(client: Client, song: Generation) -> None:
    before = read(client, song)
    bar = before["beats_per_bar"]
    chord = next(c for c in before["chords"] if c["start_beats"] >= 4 * bar and c["start_beats"] % bar == 0)
    asked = {"type": "set_chord", "start_beats": chord["start_beats"], "duration_beats": bar, "name": "F#m7b5"}
    after = patch(client, song, 0, asked).json()
    assert next(c for c in after["chords"] if c["start_beats"] == chord["start_beats"])["name"] == "F#m7b5"
    start, end = chord["start_beats"] - 0.2, chord["start_beats"] + bar
    for old, new in zip(before["parts"], after["parts"], strict=True):
        outside = [n for n in old["notes"] if not start <= n["start_beats"] < end]
        kept = {n["id"]: n for n in new["notes"]}
        rings = [n for n in outside if n["start_beats"] < start < n["start_beats"] + n["duration_beats"]]
        assert all(kept[n["id"]] == n for n in outside if n not in rings)
    heard = {n["midi"] % 12 for p in after["parts"] if not p["is_drums"] for n in p["notes"]
             if start <= n["start_beats"] < end - 0.5}  # fmt: skip
    assert heard and heard != {n["midi"] % 12 for p in before["parts"] if not p["is_drums"] for n in p["notes"]
                               if start <= n["start_beats"] < end - 0.5}  # fmt: skip


def test_a_patch_that_breaks_the_score_is_refused_whole(client: Client, song: Generation) -> None:
    before = read(client, song)
    good = {"type": "set_title", "title": "Another"}
    sung = before["lead"]["lines"][0]["notes"][0]["id"]
    played = before["parts"][0]["notes"][0]["id"]
    refused = [
        ({"type": "move_notes", "notes": [sung], "semitones": 30}, 422, "broken_score", "operations.1"),
        ({"type": "move_notes", "notes": ["n99999999"], "beats": 1}, 422, "bad_edit", "operations.1"),
        ({"type": "set_notes", "notes": [{"id": played, "start_beats": -1}]}, 422, "bad_edit", "operations.1"),
        ({"type": "set_velocity", "notes": [sung], "velocity": 90}, 422, "bad_edit", "operations.1"),
        ({"type": "set_chord", "start_beats": 0, "name": "H♮"}, 422, "bad_edit", "operations.1"),
        ({"type": "set_words", "line": "l1", "text": "x"}, 422, "bad_edit", "operations.1"),
        ({"type": "add_part", "name": "Bad Name"}, 422, "bad_edit", "operations.1"),
        ({"type": "conjure"}, 400, "invalid_input", "operations.1.type"),
        ({"type": "set_tempo", "bpm": "fast"}, 400, "invalid_input", "operations.1.bpm"),
        ({"type": "remove_notes", "notes": []}, 400, "invalid_input", "operations.1.notes"),
    ]
    for operation, status, code, field in refused:
        response = patch(client, song, 0, good, operation)
        error = response.json()["error"]
        assert (response.status_code, error["code"], error["field"]) == (status, code, field), (operation, error)
        assert error["message"].endswith((".", ")")) and len(error["message"]) > 20
    assert read(client, song) == before


def test_undo_redo_and_revert_lose_nothing(client: Client, song: Generation) -> None:
    zero = read(client, song)
    one = patch(client, song, 0, {"type": "set_title", "title": "One"}).json()
    two = patch(client, song, 1, {"type": "set_title", "title": "Two"}).json()
    assert (one["title"], two["title"]) == ("One", "Two")
    assert send(client, song, "/undo", base_revision=2).json()["title"] == "One"
    undone = send(client, song, "/undo", base_revision=1).json()
    assert undone["parts"] == zero["parts"] and undone["revision"] == 0
    assert send(client, song, "/undo", base_revision=0).json()["error"]["code"] == "nothing_to_undo"
    assert send(client, song, "/redo", base_revision=0).json()["title"] == "One"
    three = patch(client, song, 1, {"type": "set_title", "title": "Three"}).json()
    assert three["revision"] == 3 and three["links"]["redo"] is None
    assert send(client, song, "/revert", base_revision=3, revision=2).json()["title"] == "Two"
    assert send(client, song, "/revert", base_revision=2, revision=9).status_code == 400
    listed = client.get(url_of(song, "/revisions")).json()
    assert [(r["number"], r["parent"], r["is_current"]) for r in listed] == [
        (3, 1, False), (2, 1, True), (1, 0, False), (0, None, False)]  # fmt: skip


def test_a_stale_base_and_a_running_job_are_conflicts(client: Client, song: Generation) -> None:
    patch(client, song, 0, {"type": "set_title", "title": "One"})
    stale = patch(client, song, 0, {"type": "set_title", "title": "Late"})
    assert stale.status_code == 409
    assert stale.json()["error"]["code"] == "stale_revision" and stale.json()["error"]["details"] == {"revision": 1}
    OrmQ.objects.all().delete()
    queued = send(client, song, "/render")
    assert queued.status_code == 202 and queued.json()["state"] == "queued"
    assert OrmQ.objects.count() == 1
    for response in (patch(client, song, 1, {"type": "set_title", "title": "Now"}), send(client, song, "/render")):
        assert response.status_code == 409 and response.json()["error"]["code"] == "song_in_the_works"
    assert ScoreRevision.objects.filter(generation=song).count() == 2


def test_only_the_owner_sees_and_edits(client: Client, song: Generation) -> None:
    stranger = Client()
    assert stranger.get(url_of(song)).status_code == 404
    assert patch(stranger, song, 0, {"type": "set_title", "title": "Mine"}).status_code == 404
    for rest in ("/undo", "/redo", "/revert", "/render"):
        assert send(stranger, song, rest, base_revision=0, revision=0).status_code == 404
    assert stranger.get(url_of(song, "/revisions")).status_code == 404
    assert unpack(song.revision.packed).score.title == song.title


def test_revisions_are_looked_at_in_the_admin_and_not_rewritten(client: Client, song: Generation) -> None:
    patch(client, song, 0, {"type": "set_title", "title": "One"})
    staff = Client()
    staff.force_login(User.objects.create_superuser("root", "root@example.org", "correct horse battery"))
    listed = staff.get("/admin/generation/scorerevision/")
    assert listed.status_code == 200 and "The title is" in listed.content.decode()
    revision = song.revisions.get(number=1)
    assert staff.get(f"/admin/generation/scorerevision/{revision.id}/change/").status_code == 200
    assert staff.get("/admin/generation/scorerevision/add/").status_code == 403
    assert staff.get(f"/admin/generation/generation/{song.id}/change/").status_code == 200


def test_a_deleted_song_is_purged_with_all_its_revisions(client: Client, song: Generation, settings: Any) -> None:
    patch(client, song, 0, {"type": "set_title", "title": "One"})
    assert client.delete(f"/api/generations/{song.id}").status_code == 200
    assert client.get(url_of(song)).status_code == 404
    settings.UNDO_DAYS = 0
    assert services.purge_generations() == 1
    assert not Generation.objects.exists() and not ScoreRevision.objects.exists()


def test_a_render_may_set_the_console_anew(client: Client, song: Generation) -> None:
    for remix, kept in ((False, b"desk"), (True, b"")):
        Generation.objects.filter(id=song.id).update(state="done")
        ScoreRevision.objects.filter(id=song.rendered_revision_id).update(desk=b"desk")
        assert send(client, song, "/render", remix=remix).status_code == 202
        assert bytes(ScoreRevision.objects.get(id=song.rendered_revision_id).desk) == kept
