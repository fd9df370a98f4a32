"""The library: finding, deleting with undo, states, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, Guest, overflow_px
from tests.web.studio_process import Studio, Visitor

THEMES = ("the harbour of lost letters", "a fox in the city snow", "the last train to <b>Vienna</b>")


@pytest.fixture(scope="module")
def collector(running_studio: Studio) -> Iterator[Visitor]:
    """A guest with three songs, cancelled at once: the library shows them in every state."""
    visitor = running_studio.visitor()
    for theme in THEMES:
        song_id = visitor.compose(theme)
        visitor.call("POST", f"/api/generations/{song_id}/cancel")
        visitor.wait_for(song_id, "cancelled")
    yield visitor


def titles(page: Page) -> list[str]:
    return page.locator(".song-card h2").all_inner_texts()


def open_library(guest: Guest, collector: Visitor, **options) -> Page:
    page = guest.open("/library", visitor=collector, **options)
    expect(page.locator(".song-card")).to_have_count(3)
    return page


def test_an_empty_library_leads_to_the_studio(guest: Guest):
    page = guest.open("/library")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    page.get_by_role("link", name="Make the first one").click()
    expect(page.get_by_label("What is your song about?")).to_be_visible()


def test_newest_first_and_by_title(guest: Guest, collector: Visitor):
    page = open_library(guest, collector)
    assert [title.lower() for title in titles(page)] == [theme.lower() for theme in reversed(THEMES)]
    page.get_by_label("Order").select_option("created_at")
    expect(page.locator(".song-card h2").first).to_have_text(THEMES[0])


def test_search_narrows_the_wall_and_stays_in_the_address(guest: Guest, collector: Visitor):
    page = open_library(guest, collector)
    page.get_by_label("Search titles and themes").fill("fox snow")
    expect(page.locator(".song-card")).to_have_count(1)
    expect(page.locator(".song-card h2")).to_have_text(THEMES[1])
    expect(page.locator("#library-status")).to_have_text("1 song")
    page.reload()
    expect(page.locator(".song-card")).to_have_count(1)
    page.get_by_label("Search titles and themes").fill("no such words")
    expect(page.get_by_text("No song matches")).to_be_visible()


def test_states_are_shown_and_can_be_chosen(guest: Guest, collector: Visitor):
    page = open_library(guest, collector)
    expect(page.locator(".state", has_text="Cancelled")).to_have_count(3)
    page.get_by_label("State", exact=True).select_option("done")
    expect(page.get_by_text("No song matches")).to_be_visible()


def test_delete_and_undo_by_keyboard(guest: Guest, collector: Visitor):
    page = open_library(guest, collector)
    page.get_by_role("button", name=f"Delete {THEMES[1]}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".song-card")).to_have_count(2)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".song-card")).to_have_count(3)
    expect(page.get_by_role("link", name=THEMES[1])).to_be_focused()


def test_a_deleted_song_stays_away(guest: Guest, running_studio: Studio):
    visitor = running_studio.visitor()
    song_id = visitor.compose("only for a moment")
    page = guest.open("/library", visitor=visitor)
    page.get_by_role("button", name="Delete only for a moment").click()
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    page.goto(f"/songs/{song_id}")
    expect(page.locator(".error-page .number")).to_have_text("404")


def test_what_people_typed_is_shown_as_text(guest: Guest, collector: Visitor):
    page = open_library(guest, collector)
    expect(page.get_by_role("link", name=THEMES[2])).to_be_visible()
    assert page.locator(".song-card b").count() == 0


def test_a_finished_song_opens_from_its_card(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    page = guest.open("/library", visitor=visitor)
    page.locator(f'.song-card[data-id="{song_id}"] a').click()
    expect(page.locator("#result")).to_be_visible()


def test_the_library_fits_a_phone(guest: Guest, collector: Visitor):
    page = open_library(guest, collector, viewport=PHONE)
    assert overflow_px(page) == 0
