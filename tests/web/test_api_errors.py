"""Every error of the API has one shape, wherever it comes from."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.urls import handler400, handler403, handler404, handler500
from codecraft.urls import urlpatterns as real_patterns

pytestmark = pytest.mark.django_db

__all__ = ["handler400", "handler403", "handler404", "handler500"]


class BrokenView(APIView):
    """A view with a mistake in it, under the real middleware and the real handlers."""

    def get(self, request: HttpRequest) -> Response:
        raise ZeroDivisionError("a secret of the house")


def broken_page(request: HttpRequest) -> Response:
    raise ZeroDivisionError("a secret of the house")


urlpatterns = [path("api/broken", BrokenView.as_view()), path("broken", broken_page), *real_patterns]


def check_shape(response: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "field", "details"}
    assert body["error"]["code"] == code
    assert body["error"]["field"] == field
    assert body["error"]["message"].endswith(".")
    return body["error"]


def post(client: Client, body: bytes | dict[str, Any], **extra: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post("/api/generations", data, content_type="application/json", **extra)


def test_unknown_address(client: Client) -> None:
    check_shape(client.get("/api/nothing"), 404, "not_found")
    check_shape(client.get("/api/generations/not-a-uuid"), 404, "not_found")


def test_unknown_generation(client: Client) -> None:
    for address in ("", "/files/song.wav", "/package.zip", "/preview.jpg"):
        url = f"/api/generations/00000000-0000-4000-8000-000000000000{address}"
        check_shape(client.get(url), 404, "not_found")


def test_wrong_method(client: Client) -> None:
    check_shape(client.put("/api/generations"), 405, "method_not_allowed")


def test_malformed_json(client: Client) -> None:
    check_shape(post(client, b"{nonsense"), 400, "parse_error")


def test_json_that_is_no_object(client: Client) -> None:
    check_shape(post(client, b"[1, 2]"), 400, "invalid_input")


def test_other_media_type(client: Client) -> None:
    response = client.post("/api/generations", {"theme": "a form"})
    check_shape(response, 415, "unsupported_media_type")


def test_too_large(client: Client) -> None:
    body = {"theme": "x", "lyrics": "la " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    check_shape(post(client, body), 413, "too_large")


def test_wrong_token(client: Client) -> None:
    response = client.get("/api/generations", headers={"authorization": "Token wrong"})
    check_shape(response, 401, "authentication_failed")
    assert response["WWW-Authenticate"] == "Token"


def test_missing_page(client: Client) -> None:
    check_shape(client.get("/api/generations?page=7"), 404, "not_found")


def test_wrong_password_for_a_token(client: Client) -> None:
    response = client.post("/api/token", {"username": "x", "password": "y"}, content_type="application/json")
    check_shape(response, 400, "invalid_input")


@pytest.mark.urls(__name__)
def test_a_mistake_of_ours_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/api/broken")
    check_shape(response, 500, "internal_error")
    assert b"secret" not in response.content
    assert "a secret of the house" in caplog.text
    page = client.get("/broken")
    assert page.status_code == 500
    assert b"secret" not in page.content


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("database or disk is full", "disk_full"),
        ('could not extend file "base/1": No space left on device', "disk_full"),
        ("database is locked", "database_unavailable"),
        ("connection refused", "database_unavailable"),
    ],
)
def test_a_database_that_cannot_answer_is_503_without_its_words(told: str, code: str) -> None:
    from codecraft.common.api import _describe

    status, body, _ = _describe(OperationalError(told))
    assert (status, body["error"]["code"]) == (503, code)
    assert told not in body["error"]["message"]


def test_a_file_that_does_not_fit_on_the_disk_is_503() -> None:
    from codecraft.common.api import _describe

    status, body, _ = _describe(OSError(errno.ENOSPC, "No space left on device", "/srv/secret/a.wav"))
    assert (status, body["error"]["code"]) == (503, "disk_full") and "/srv" not in body["error"]["message"]
    assert _describe(OSError(errno.EACCES, "Permission denied"))[0] == 500


def test_a_guest_session_is_guarded_against_forged_requests() -> None:
    client = Client(enforce_csrf_checks=True)
    first = post(client, {"theme": ""})
    assert first.status_code == 400, "a newcomer has no session that could be abused"
    session = client.session
    session["guest_id"] = "6f1f1a52-6a52-4ed7-a3c9-0a6a3c1f2b11"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    for header in (
        {"origin": "https://evil.example"},
        {"referer": "https://evil.example/x"},
        {"sec-fetch-site": "same-site"},
    ):
        check_shape(post(client, {"theme": "x"}, headers=header), 403, "permission_denied")
    assert post(client, {"theme": ""}).status_code == 400, "a program with a cookie jar is no browser that was tricked"
    client.get("/login")
    token = client.cookies["csrftoken"].value
    own = {"x-csrftoken": token, "sec-fetch-site": "same-origin"}
    assert post(client, {"theme": ""}, headers=own).status_code == 400


def test_a_member_s_session_is_guarded_whoever_calls() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_user(username="ada"))
    check_shape(post(client, {"theme": "x"}), 403, "permission_denied")


def test_throttle(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from codecraft.common.api import AddressThrottle

    monkeypatch.setitem(AddressThrottle.THROTTLE_RATES, "compose", "3/min")
    cache.clear()
    for _ in range(3):
        assert post(client, {"theme": ""}).status_code == 400
    response = post(client, {"theme": ""})
    check_shape(response, 429, "throttled")
    assert 1 <= int(response["Retry-After"]) <= 61
    assert client.get("/api/generations").status_code == 200, "reading has a budget of its own"
    other = post(client, {"theme": ""}, REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 400, "another address has a budget of its own"
    forged = post(client, {"theme": ""}, headers={"x-forwarded-for": "198.51.100.8"})
    assert forged.status_code == 429, "nobody gets a new budget by claiming another address"


def test_headers(client: Client) -> None:
    response = client.get("/api/generations")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "'unsafe-eval'" not in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]


def test_schema_and_docs(client: Client) -> None:
    schema = client.get("/api/schema", headers={"accept": "application/vnd.oai.openapi+json"})
    paths = schema.json()["paths"]
    for address in ("", "/{generation_id}", "/{generation_id}/cancel", "/{generation_id}/files/{name}"):
        assert f"/api/generations{address}" in paths
    parts = schema.json()["components"]["schemas"]
    assert parts["StyleEnum"]["enum"] == ["epic", "pop", "dark", "gregorian", "fantasy", "gladiator", "emotional"]
    docs = client.get("/api/docs")
    assert docs.status_code == 200
    assert b"cdn" not in docs.content.lower() and b"https://" not in docs.content
