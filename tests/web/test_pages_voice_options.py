"""The singer's part of the brief: effects with units and a reset, rows of pronunciations, who speaks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import DESKTOP, PHONE, Guest, choose, fill_brief, overflow_px


def open_folds(page: Page) -> None:
    page.locator("#effects-fold summary").click()
    page.locator("#pronunciations-fold summary").click()


def slide(page: Page, label: str, *keys: str) -> None:
    page.get_by_label(label, exact=True).focus()
    for key in keys:
        page.keyboard.press(key)


def say(page: Page, row: int, word: str, sounds: str) -> None:
    page.get_by_label("Word", exact=True).nth(row).fill(word)
    page.get_by_label("Sounds", exact=True).nth(row).fill(sounds)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_the_wishes_travel_to_the_api_and_come_back_for_another_song(guest: Guest, viewport: dict[str, int]):
    page = guest.open("/", viewport=viewport)
    fill_brief(page, "a harp for Siobhan", seed=4)
    open_folds(page)
    slide(page, "Pitch shift", "ArrowLeft", "ArrowLeft")
    expect(page.locator("#shown-pitch_semitones")).to_have_text("−1 semitone")
    slide(page, "Doubler", "Home", "ArrowRight")
    expect(page.locator("#shown-doubler")).to_have_text("5 %")
    page.get_by_label("Kind of room").select_option("algorithmic")
    expect(page.locator("#effects-note")).to_have_text("3 changed")
    say(page, 0, "Siobhan", "SH AH0 V AO1 N")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Word", exact=True).nth(1)).to_be_focused()
    say(page, 1, "Niamh", "niv")
    expect(page.locator("#pronunciations-note")).to_have_text("2 words")
    assert overflow_px(page) == 0
    page.reload()
    expect(page.locator("#shown-doubler")).to_have_text("5 %")
    expect(page.get_by_label("Sounds", exact=True).nth(1)).to_have_value("niv")
    with page.expect_request("**/api/generations") as sent:
        page.locator("#generate").click()
    body = sent.value.post_data_json
    assert body["effects"] == {"pitch_semitones": -1, "doubler": 0.05, "reverb": "algorithmic"}
    assert body["pronunciations"] == [["Siobhan", "SH AH0 V AO1 N"], ["Niamh", "niv"]]
    assert "speech" not in body
    page.wait_for_url("**/songs/*")
    page.goto(f"/?from={page.url.rsplit('/', 1)[-1]}")
    expect(page.locator("#shown-pitch_semitones")).to_have_text("−1 semitone")
    expect(page.get_by_label("Sounds", exact=True).nth(0)).to_have_value("ʃəvˈɔn")
    expect(page.get_by_label("Kind of room")).to_have_value("algorithmic")


def test_who_speaks_is_asked_only_of_the_spoken_voice(guest: Guest):
    page = guest.open("/")
    expect(page.get_by_label("Who speaks")).to_be_hidden()
    choose(page, "voice", "spoken")
    page.get_by_label("Who speaks").select_option("gtts")
    choose(page, "voice", "alto")
    expect(page.get_by_label("Who speaks")).to_be_hidden()


def test_the_reset_and_the_rows_work_by_keyboard(guest: Guest):
    page = guest.open("/")
    open_folds(page)
    reset = page.get_by_role("button", name="Reset the effects")
    expect(reset).to_be_disabled()
    slide(page, "Bass boost", "End")
    expect(page.locator("#shown-bass_boost_db")).to_have_text("+9 dB")
    reset.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#shown-bass_boost_db")).to_have_text("0 dB")
    expect(reset).to_be_disabled()
    say(page, 0, "Aoife", "IY1 F AH0")
    page.get_by_role("button", name="Add a word").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Word", exact=True).nth(1)).to_be_focused()
    page.get_by_role("button", name="Remove the pronunciation of Aoife").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Word", exact=True)).to_have_count(1)
    expect(page.get_by_label("Word", exact=True)).to_be_focused()
    expect(page.get_by_label("Word", exact=True)).to_have_value("")


def test_an_unknown_sound_is_told_beside_its_row_and_nothing_is_lost(guest: Guest):
    page = guest.open("/")
    fill_brief(page, "a quiet harbour")
    open_folds(page)
    say(page, 0, "Zoë", "zˈOi")
    page.get_by_role("button", name="Add a word").click()
    say(page, 1, "Xiomara", "ψi")
    page.locator("#pronunciations-fold summary").click()
    page.locator("#generate").click()
    expect(page.locator("#error-pronunciations")).to_contain_text("“ψ” of the word “Xiomara” is not known")
    expect(page.get_by_label("Word", exact=True).nth(1)).to_be_focused()
    expect(page.get_by_label("Sounds", exact=True).nth(1)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Sounds", exact=True).nth(0)).to_have_value("zˈOi")
    page.get_by_label("Sounds", exact=True).nth(1).fill("siomɑɹɑ")
    expect(page.locator("#error-pronunciations")).to_be_empty()


def test_without_scripts_the_wishes_are_sent_as_a_form(guest: Guest):
    page = guest.open("/", java_script_enabled=False)
    page.get_by_label("What is your song about?").fill("no scripts here")
    open_folds(page)
    choose(page, "film_size", "none")
    page.locator("#effect-saturation").press("End")
    say(page, 0, "Siobhan", "Ж")
    page.locator("#generate").click()
    expect(page.locator("#error-pronunciations")).to_contain_text("“Ж” of the word “Siobhan”")
    expect(page.locator("#effect-saturation")).to_have_value("1")
    page.get_by_label("Sounds", exact=True).nth(0).fill("SH AH0 V AO1 N")
    page.locator("#generate").click()
    page.wait_for_url("**/songs/*")
    brief = page.request.get(f"/api/generations/{page.url.rsplit('/', 1)[-1]}").json()["brief"]
    assert brief["pronunciations"] == [["Siobhan", "ʃəvˈɔn"]]
    assert brief["effects"]["saturation"] == 1.0
