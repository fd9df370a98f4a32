"""Sign-up keeps what a guest made; log-in, log-out, the token; and the friendly faces of errors."""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import Guest
from tests.web.studio_process import Studio

PASSWORD = "violet-anchor-92"


def sign_up(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-up")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Create the account").click()


def new_name() -> str:
    return f"ada{secrets.token_hex(4)}"


def test_signing_up_keeps_the_guests_work_and_the_session_alone_does_not(guest: Guest, running_studio: Studio):
    visitor = running_studio.visitor()
    song_id = visitor.compose("what a guest began")
    visitor.call("POST", f"/api/generations/{song_id}/cancel")
    page = guest.open("/library", visitor=visitor)
    name = new_name()
    sign_up(page, name)
    expect(page).to_have_url(f"{running_studio.url}/library")
    expect(page.get_by_role("link", name="what a guest began")).to_be_visible()
    expect(page.get_by_text(f"Welcome, {name}")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.goto("/library")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    page.goto("/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto("/library")
    expect(page.get_by_role("link", name="what a guest began")).to_be_visible()


def test_mistakes_in_the_sign_up_are_told_beside_the_field(guest: Guest):
    page = guest.open("/sign-up")
    sign_up(page, "two words")
    expect(page.locator("#error-username")).to_contain_text("without spaces")
    expect(page.get_by_label("Name")).to_have_value("two words")
    sign_up(page, new_name(), "12345678")
    expect(page.locator("#error-password")).to_contain_text("common")
    expect(page.get_by_label("Password")).to_have_value("")


def test_a_taken_name_and_a_wrong_password(guest: Guest):
    page = guest.open("/")
    name = new_name()
    sign_up(page, name)
    page.get_by_role("button", name="Log out").click()
    sign_up(page, name.upper())
    expect(page.locator("#error-username")).to_contain_text("taken")
    page.goto("/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#error-form")).to_contain_text("do not fit together")
    expect(page.get_by_label("Name")).to_have_value(name)


def test_the_token_opens_the_api_and_a_new_one_shuts_the_old_one_out(guest: Guest, running_studio: Studio):
    page = guest.open("/account")
    expect(page).to_have_url(f"{running_studio.url}/login?next=/account")
    sign_up(page, new_name())
    page.goto("/account")
    page.get_by_role("button", name="Make a token").click()
    token = page.get_by_label("Your token").input_value()
    assert api_status(running_studio, token) == 200
    page.get_by_role("button", name="Replace it by a new one").click()
    page.get_by_role("button", name="Replace it", exact=True).click()
    expect(page.get_by_label("Your token")).not_to_have_value(token)
    assert api_status(running_studio, token) == 401
    assert api_status(running_studio, page.get_by_label("Your token").input_value()) == 200


def api_status(studio: Studio, token: str) -> int:
    request = urllib.request.Request(f"{studio.url}/api/generations", headers={"Authorization": f"Token {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_page_that_is_not_there_leads_back(guest: Guest, running_studio: Studio):
    page = guest.open("/nothing/here")
    expect(page.locator(".error-page .number")).to_have_text("404")
    page.get_by_role("link", name="To the studio").click()
    expect(page).to_have_url(f"{running_studio.url}/")


def test_a_form_from_elsewhere_meets_a_closed_door(guest: Guest):
    page = guest.open("/login")
    page.context.clear_cookies()
    page.get_by_label("Name").fill("someone")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".error-page .number")).to_have_text("403")
    expect(page.get_by_text("reload it")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/library", "/login"])
def test_pages_fetch_nothing_from_elsewhere_and_run_no_inline_script(guest: Guest, running_studio: Studio, path: str):
    page = guest.open("/api/health")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    response = page.goto(path)
    page.wait_for_load_state("networkidle")
    assert asked
    assert all(url.startswith((running_studio.url, "data:", "blob:")) for url in asked)
    assert response is not None
    assert "script-src 'self';" in response.headers["content-security-policy"]
    inline = page.locator("script:not([src]):not([type='application/json'])")
    assert inline.count() == 0
