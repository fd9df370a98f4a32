"""The brief: filling it, what is said about mistakes, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from generation import page_texts
from generation.contracts import MusicStyle
from tests.web.browser import PHONE, Guest, choose, fill_brief, overflow_px, set_length, start_song, until
from tests.web.studio_process import Visitor
from voicelab.contracts import VoiceStyle


def test_every_style_and_voice_is_offered_with_words_and_a_picture(guest: Guest):
    page = guest.open("/")
    assert page.locator('input[name="style"]').evaluate_all("all => all.map(i => i.value)") == list(MusicStyle)
    assert set(page.locator('input[name="voice"]').evaluate_all("all => all.map(i => i.value)")) == set(VoiceStyle)
    page.locator(".choice .art").last.scroll_into_view_if_needed()
    until(page, "[...document.querySelectorAll('.choice .art')].every(i => i.complete && i.naturalWidth)")


def test_an_example_fills_the_brief_and_leaves_one_click(guest: Guest):
    page = guest.open("/")
    example = page_texts.EXAMPLES[2]
    page.get_by_role("button", name=example.theme).click()
    expect(page.get_by_label("What is your song about?")).to_have_value(example.theme)
    expect(page.locator(f'input[name="style"][value="{example.style}"]')).to_be_checked()
    expect(page.locator(f'input[name="voice"][value="{example.voice}"]')).to_be_checked()
    expect(page.locator("#length")).to_have_value(str(example.length_s))
    expect(page.locator("#generate")).to_be_focused()


def test_an_empty_theme_is_told_beside_the_field(guest: Guest):
    page = guest.open("/")
    page.locator("#generate").click()
    expect(page.locator("#error-theme")).to_contain_text("theme")
    theme = page.get_by_label("What is your song about?")
    expect(theme).to_be_focused()
    expect(theme).to_have_attribute("aria-invalid", "true")
    theme.press_sequentially("a")
    expect(page.locator("#error-theme")).to_be_empty()


def test_a_mistake_deep_in_the_form_is_opened_and_nothing_typed_is_lost(guest: Guest):
    page = guest.open("/")
    fill_brief(page, 'A storm over <b>the</b> "north" & l\'été')
    page.get_by_text("Title, seed and your own lyrics").click()
    page.get_by_label("Your own lyrics").fill("[Verse]\nSing this line\n")
    page.get_by_label("Seed").fill("not a number")
    page.get_by_text("Title, seed and your own lyrics").click()
    page.locator("#generate").click()
    expect(page.locator("#error-seed")).to_contain_text("whole number")
    expect(page.get_by_label("Seed")).to_be_visible()
    expect(page.get_by_label("Seed")).to_be_focused()
    expect(page.get_by_label("Seed")).to_have_value("not a number")
    expect(page.get_by_label("What is your song about?")).to_have_value('A storm over <b>the</b> "north" & l\'été')
    expect(page.get_by_label("Your own lyrics")).to_have_value("[Verse]\nSing this line\n")
    page.reload()
    expect(page.get_by_label("Your own lyrics")).to_have_value("[Verse]\nSing this line\n")
    expect(page.get_by_label("Seed")).to_have_value("not a number")


def test_a_theme_that_is_far_too_long_is_counted_and_refused(guest: Guest):
    page = guest.open("/")
    page.get_by_label("What is your song about?").fill("gold " * 2000)
    expect(page.locator("#theme-count")).to_have_class(re.compile("is-over"))
    page.locator("#generate").click()
    expect(page.locator("#error-theme")).to_contain_text("characters")


def test_words_of_own_lyrics_are_counted_without_their_tags(guest: Guest):
    page = guest.open("/")
    page.get_by_text("Title, seed and your own lyrics").click()
    page.get_by_label("Your own lyrics").fill("[Verse 1]\nFour words, don't you?\n\n[Chorus]\n… the end")
    expect(page.locator("#lyrics-count")).to_contain_text("6 of")


def test_the_summary_tells_what_will_be_made(guest: Guest):
    page = guest.open("/")
    choose(page, "style", "fantasy")
    choose(page, "voice", "choir")
    choose(page, "film_size", "none")
    set_length(page, 95)
    expect(page.locator("#brief-summary")).to_have_text("Fantasy · Choir · 1:35 · Song only")


def test_a_studio_that_is_away_is_told_and_the_button_works_again(guest: Guest):
    page = guest.open("/")
    fill_brief(page, "a quiet harbour")
    page.route("**/api/generations", lambda route: route.abort())
    page.locator("#generate").click()
    expect(page.locator("#error-form")).to_contain_text("does not answer")
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.get_by_label("What is your song about?")).to_have_value("a quiet harbour")


def test_the_whole_brief_by_keyboard(guest: Guest):
    page = guest.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What is your song about?")).to_be_focused()
    page.keyboard.type("a bell under the sea")
    page.locator('input[name="style"]:checked').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('input[name="style"][value="pop"]')).to_be_checked()
    page.locator('input[name="film_size"]:checked').focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator('input[name="film_size"][value="none"]')).to_be_checked()
    page.locator("#length").focus()
    page.keyboard.press("Home")
    expect(page.locator("#length")).to_have_value("30")
    page.locator("#generate").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/songs/*")
    expect(page.locator("#stages li").first).to_be_visible()
    page.locator("#cancel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep going")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#stopped-title")).to_have_text("You cancelled this song")


def test_a_double_click_makes_one_song(guest: Guest):
    page = guest.open("/")
    fill_brief(page, "one and only one")
    page.locator("#generate").dblclick()
    page.wait_for_url("**/songs/*")
    songs = page.request.get("/api/generations").json()
    assert songs["count"] == 1
    page.request.delete(
        songs["results"][0]["links"]["self"],
        headers={"X-CSRFToken": next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")},
    )


def test_an_earlier_brief_can_be_changed(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    page = guest.open(f"/?from={song_id}", visitor=visitor)
    expect(page.get_by_label("What is your song about?")).to_have_value("a lighthouse that calls lost ships")
    expect(page.get_by_label("Seed")).to_have_value("21")
    expect(page.locator('input[name="style"][value="dark"]')).to_be_checked()
    stranger = guest.open(f"/?from={song_id}")
    expect(stranger.get_by_label("What is your song about?")).to_have_value("")


def test_without_scripts_the_form_still_makes_a_song_and_tells_mistakes(guest: Guest):
    page = guest.open("/", java_script_enabled=False)
    page.locator("#generate").click()
    assert "theme is empty" in page.locator("#error-theme").inner_text()
    page.get_by_label("What is your song about?").fill("no scripts here")
    choose(page, "film_size", "none")
    assert len(start_song(page)) == 36


@pytest.mark.parametrize("path", ["/", "/library", "/login", "/sign-up", "/nothing-here"])
def test_no_page_is_wider_than_a_phone(guest: Guest, path: str):
    page = guest.open(path, viewport=PHONE)
    assert overflow_px(page) == 0
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Library", exact=True)).to_be_visible()
