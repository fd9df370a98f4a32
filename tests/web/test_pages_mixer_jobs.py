"""What the console's page has the studio do: the assistant, wishes, bounces, masters; a song's way through it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import Guest, until
from tests.web.studio_process import Visitor
from tests.web.test_pages_mixer import channel_of, console_of, open_console, stems, wait_ready, wait_saved

__all__ = ["stems"]
RENDERED_WITHIN_MS = 240_000


def open_side(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(name)).click()


def wait_decisions(page: Page) -> None:
    expect(page.locator("#decision-count")).not_to_be_empty(timeout=RENDERED_WITHIN_MS)


@pytest.mark.slow
def test_the_assistant_says_what_it_does_and_each_thing_can_be_undone(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.get_by_role("button", name="Mix it for me").click()
    wait_decisions(page)
    open_side(page, "Assistant")
    before = console_of(page)
    step = page.locator("#decisions .decision", has_text="trimmed").first
    step.get_by_role("button", name="Undo this").click()
    expect(page.locator("#decisions .decision.is-undone")).to_have_count(1)
    wait_saved(page)
    assert console_of(page)["state"] != before["state"]
    page.locator("#decisions .is-undone").get_by_role("button", name="Do it again").click()
    expect(page.locator("#decisions .decision.is-undone")).to_have_count(0)
    assert console_of(page)["state"] == before["state"]
    open_side(page, "Channel")
    expect(page.locator("#chosen-decisions .decision").first).to_be_visible()


@pytest.mark.slow
def test_a_wish_moves_controls_and_says_what_it_did_not_understand(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.get_by_role("button", name="Mix it for me").click()
    wait_decisions(page)
    was = channel_of(page)
    open_side(page, "Assistant")
    page.get_by_label("A wish, in words").fill("voice a little louder, and paint it green")
    page.get_by_role("button", name="Send the wish").click()
    expect(page.locator("#wish-answer .wish-done").first).to_be_visible()
    expect(page.locator("#wish-answer .notice").first).to_contain_text("green")
    assert channel_of(page) != was
    page.locator("#undo").click()
    until(page, "document.querySelector('#announcer').textContent.startsWith('Taken back')")
    assert channel_of(page) == was


@pytest.mark.slow
def test_a_bounce_and_a_master_stand_among_the_versions(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.locator("#bounce").click()
    page.get_by_label("Loudness", exact=True).select_option("podcast")
    page.locator('#bounce-form button[value="yes"]').click()
    expect(page.locator(".toast-card", has_text="The bounce is ready")).to_be_visible(timeout=RENDERED_WITHIN_MS)
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".version")).to_contain_text("−16.0 LUFS")
    with page.expect_download() as download:
        page.get_by_role("link", name="master.flac").click()
    assert download.value.suggested_filename == "An evening at the desk - mix 1, podcast.flac"
    assert download.value.path().stat().st_size > 10_000
    page.get_by_role("tab", name="Master", exact=True).click()
    page.locator('.target:has([value="broadcast"])').click()
    page.locator("#master-go").click()
    expect(page.locator("#master-full")).to_be_visible(timeout=RENDERED_WITHIN_MS)
    expect(page.locator("#master-figures")).to_contain_text("−23.0")
    expect(page.locator("#codec-rows tr")).to_have_count(3)
    page.locator('[data-ab="mix"]').click()
    expect(page.locator('[data-ab="mix"]')).to_have_attribute("aria-pressed", "true")
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".version")).to_have_count(2)
    page.get_by_role("button", name="Delete Mix 1").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".version")).to_have_count(1)


@pytest.mark.slow
def test_a_song_opens_at_the_console_and_gets_a_new_mix(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}", visitor=visitor)
    page.get_by_role("link", name="Mix and master").click()
    page.wait_for_url("**/audio-mixer/*-*", timeout=RENDERED_WITHIN_MS)
    expect(page.locator("#console")).to_have_attribute("data-state", "ready", timeout=RENDERED_WITHIN_MS)
    expect(page.locator(".section-button:visible").first).to_be_visible()
    assert page.locator(".strip-card.is-channel").count() > 5
    page.locator("#bounce").click()
    page.locator('#bounce-form button[value="yes"]').click()
    expect(page.locator(".toast-card", has_text="The bounce is ready")).to_be_visible(timeout=RENDERED_WITHIN_MS)
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".version")).to_have_count(1)
    page.get_by_role("link", name="The song").click()
    page.wait_for_url(f"**/songs/{song_id}")
    mixes = page.locator(".mix-row")
    expect(mixes).to_have_count(2)
    expect(mixes.nth(1)).to_contain_text("in the song")
    mixes.nth(0).get_by_role("button", name="Put it into the song").click()
    expect(page.locator("#mix-progress")).to_be_visible()
    expect(mixes.nth(0)).to_contain_text("in the song", timeout=RENDERED_WITHIN_MS)
    wait_link = page.get_by_role("link", name="Mix and master")
    expect(wait_link).to_be_visible()
    wait_link.click()  # the same session again, not a second one
    page.wait_for_url("**/audio-mixer/*-*")
    wait_ready(page)
