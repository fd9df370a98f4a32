"""Starting, listing, cancelling, deleting, and whose it is."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.authtoken.models import Token

from codecraft.common.errors import InvalidInput
from codecraft.common.models import JobState
from generation import services
from generation.models import Generation
from rados.contracts import Person
from rados.models import User
from rados.services import register_account

pytestmark = pytest.mark.django_db(transaction=True)


def start(client: Client, theme: str = "a storm at sea", key: str = "", **fields: Any) -> Any:
    body = {"theme": theme, "length_s": 30, "film_size": "none", **fields}
    headers = {"idempotency-key": key} if key else {}
    return client.post("/api/generations", json.dumps(body), content_type="application/json", headers=headers)


def member(name: str = "ada") -> User:
    return register_account(username=name, password="correct horse battery", email=f"{name}@example.org")


def themes(client: Client, query: str = "") -> list[str]:
    return [song["brief"]["theme"] for song in client.get(f"/api/generations{query}").json()["results"]]


def test_start_answers_202_and_enqueues_the_id(client: Client) -> None:
    response = start(client)
    assert response.status_code == 202
    answer = response.json()
    assert response["Location"] == answer["links"]["self"] == f"/api/generations/{answer['id']}"
    assert (answer["state"], answer["progress"]) == ("queued", 0.0)
    assert [stage["name"] for stage in answer["stages"]][:3] == ["lyrics", "score", "vocals"]
    tasks = OrmQ.objects.all()
    assert len(tasks) == 1
    assert tasks[0].task["func"] == "generation.tasks.run_generation"
    assert tasks[0].task["args"] == (answer["id"],)


def test_nothing_is_enqueued_when_the_transaction_fails(client: Client) -> None:
    from django.db import transaction

    brief = services.make_brief(theme="x")
    with pytest.raises(RuntimeError), transaction.atomic():
        services.start_generation(person=Person(guest_id=uuid.uuid4()), brief=brief)
        raise RuntimeError
    assert not OrmQ.objects.exists() and not Generation.objects.exists()


def test_a_guest_owns_by_session_and_nobody_else_sees_it(client: Client) -> None:
    song = start(client).json()
    stranger, other_member = Client(), Client()
    other_member.force_login(member())
    assert client.get(song["links"]["self"]).status_code == 200
    for outsider in (stranger, other_member):
        assert outsider.get("/api/generations").json()["count"] == 0
        assert outsider.get(song["links"]["self"]).status_code == 404
        assert outsider.get(song["links"]["self"] + "/files/song.wav").status_code == 404
        assert outsider.post(song["links"]["cancel"]).status_code == 404
        assert outsider.post(song["links"]["restore"]).status_code == 404
        assert outsider.delete(song["links"]["self"]).status_code == 404
    assert Generation.objects.get().state == "queued"


def test_a_newcomer_without_session_owns_nothing(client: Client) -> None:
    Generation.objects.create(theme="nobody's", voice="choir", style="epic", seed=1, length_s=30, film_size="none")
    assert client.get("/api/generations").json()["count"] == 0
    assert settings.SESSION_COOKIE_NAME not in client.cookies, "looking around leaves no session"


def test_logging_in_keeps_the_work_of_the_guest(client: Client) -> None:
    song = start(client, key="k").json()
    user = member()
    client.force_login(user)
    assert client.get(song["links"]["self"]).status_code == 200
    generation = Generation.objects.get()
    assert (generation.owner_id, generation.guest_id) == (user.pk, None)
    client.logout()
    assert client.get(song["links"]["self"]).status_code == 404, "the session that follows is another guest's"


def test_claiming_with_the_same_key_on_both_sides() -> None:
    user, guest = member(), uuid.uuid4()
    brief = services.make_brief(theme="x", seed=1)
    for person in (Person(user_id=user.pk), Person(guest_id=guest)):
        services.start_generation(person=person, brief=brief, idempotency_key="same")
    assert services.claim_guest_work(user_id=user.pk, guest_id=guest) == 1
    assert Generation.objects.filter(owner=user).count() == 2


def test_a_token_speaks_for_its_member() -> None:
    user = member()
    program = Client(enforce_csrf_checks=True)
    got = program.post(
        "/api/token", {"username": "ada", "password": "correct horse battery"}, content_type="application/json"
    )
    token = got.json()["token"]
    assert token == Token.objects.get(user=user).key
    body = json.dumps({"theme": "by a program", "film_size": "none"})
    headers = {"authorization": f"Token {token}"}
    made = program.post("/api/generations", body, content_type="application/json", headers=headers)
    assert made.status_code == 202
    assert Generation.objects.get().owner == user


def test_same_key_same_song(client: Client) -> None:
    first, second = (start(client, key="abc") for _ in range(2))
    assert first.json()["id"] == second.json()["id"], "the seed is random, but was not asked for"
    assert (first["Idempotent-Replay"], second["Idempotent-Replay"]) == ("false", "true")
    assert Generation.objects.count() == OrmQ.objects.count() == 1
    assert start(client, key="other").json()["id"] != first.json()["id"]
    assert start(Client(), key="abc").json()["id"] != first.json()["id"], "keys of two people never meet"


def test_same_key_another_song_is_a_conflict(client: Client) -> None:
    start(client, key="abc", seed=1)
    for changed in ({"seed": 2}, {"style": "dark"}):
        response = start(client, key="abc", **{"seed": 1, **changed})
        assert response.status_code == 409
        assert response.json()["error"]["code"] == "idempotency_key_reused"


def test_an_endless_key(client: Client) -> None:
    response = start(client, key="k" * 101)
    assert response.status_code == 400
    assert response.json()["error"]["field"] == "idempotency_key"


def test_songs_at_once(client: Client, settings: Any) -> None:
    settings.SONGS_AT_ONCE = 2
    first = start(client).json()
    start(client)
    refused = start(client)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_songs"
    client.post(first["links"]["cancel"])
    assert start(client).status_code == 202


def test_paging(client: Client) -> None:
    for number in range(5):
        start(client, f"theme {number}")
    page = client.get("/api/generations?page_size=2&page=2").json()
    assert (page["count"], page["page"], page["pages"]) == (5, 2, 3)
    assert [song["brief"]["theme"] for song in page["results"]] == ["theme 2", "theme 1"]
    assert "page=3" in page["next"] and page["previous"]


def test_search_filter_and_sort(client: Client) -> None:
    start(client, "red rose", title="Zebra", style="dark")
    start(client, "blue rose", title="Anemone")
    start(client, "100% gold", title="Milk_y")
    assert themes(client, "?search=ROSE") == ["blue rose", "red rose"]
    assert themes(client, "?search=rose+zeb") == ["red rose"]
    assert themes(client, "?search=100%25") == ["100% gold"]
    assert themes(client, "?search=_") == ["100% gold"], "an underscore is itself, not any letter"
    assert themes(client, "?style=dark") == ["red rose"]
    assert themes(client, "?state=done") == []
    assert themes(client, "?sort=title") == ["blue rose", "100% gold", "red rose"]
    assert themes(client, "?sort=created_at") == ["red rose", "blue rose", "100% gold"]
    assert themes(client, "?sort=owner__password") == ["100% gold", "blue rose", "red rose"], "unknown: the usual"


def test_a_waiting_song_is_cancelled_at_once(client: Client) -> None:
    song = start(client).json()
    for _ in range(2):
        answer = client.post(song["links"]["cancel"])
        assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert services.run_generation(generation_id=song["id"]) is False, "its task finds nothing to do"
    assert Generation.objects.get().attempts == 0


def test_a_finished_song_cannot_be_cancelled(client: Client) -> None:
    song = start(client).json()
    Generation.objects.update(state=JobState.DONE)
    answer = client.post(song["links"]["cancel"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_finished")


def test_trying_again(client: Client) -> None:
    song = start(client).json()
    assert client.post(song["links"]["retry"]).status_code == 409
    client.post(song["links"]["cancel"])
    answer = client.post(song["links"]["retry"])
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert OrmQ.objects.count() == 2
    assert Generation.objects.get().finished_at is None


def test_delete_and_undo(client: Client) -> None:
    song = start(client).json()
    deleted = client.delete(song["links"]["self"])
    assert deleted.status_code == 200 and deleted.json()["deleted_at"]
    assert client.delete(song["links"]["self"]).status_code == 200, "a second click is no error"
    assert client.get("/api/generations").json()["count"] == 0
    assert client.get(song["links"]["self"]).status_code == 404
    assert Generation.objects.get().state == "cancelled", "nobody works for the bin"
    assert client.post(song["links"]["restore"]).status_code == 200
    assert client.get(song["links"]["self"]).status_code == 200


def test_the_bin_is_emptied_when_undo_is_over(client: Client) -> None:
    kept, gone = start(client).json(), start(client).json()
    for song in (kept, gone):
        client.delete(song["links"]["self"])
    generation = Generation.objects.get(id=gone["id"])
    generation.out_dir.mkdir(parents=True)
    (generation.out_dir / "song.wav").write_bytes(b"x")
    long_ago = timezone.now() - timedelta(days=settings.UNDO_DAYS, minutes=1)
    Generation.objects.filter(id=gone["id"]).update(deleted_at=long_ago)
    assert services.purge_generations() == 1
    assert [str(g.id) for g in Generation.objects.all()] == [kept["id"]]
    assert not generation.out_dir.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "x\u0000y"}, "username"),
        ({"username": "n" * 51}, "username"),
        ({"username": "ADA"}, "username"),
        ({"email": "nonsense"}, "email"),
        ({"email": "ADA@EXAMPLE.ORG"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "\ud800" * 12}, "password"),
        ({"password": "x" * 5000}, "password"),
    ],
)
def test_bad_accounts(fields: dict[str, str], field: str) -> None:
    member("ada")
    with pytest.raises(InvalidInput) as refused:
        register_account(**{"username": "bob", "password": "correct horse battery", "email": "", **fields})
    assert refused.value.field == field
    assert User.objects.count() == 1
