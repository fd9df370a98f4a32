"""More cuts of a finished song on its page, and the options of the film in the brief."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, SONG_WITHIN_MS, Guest, fill_brief, overflow_px, start_song, until
from tests.web.studio_process import Visitor


def open_song(guest: Guest, song_owner: tuple[Visitor, str], **options) -> Page:
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}", visitor=visitor, **options)
    expect(page.locator("#files li").first).to_be_visible()
    return page


def films_of(song_owner: tuple[Visitor, str]) -> list[dict]:
    visitor, song_id = song_owner
    return visitor.call("GET", f"/api/generations/{song_id}/films")[1]["films"]


def test_a_cut_is_asked_for_stopped_started_again_and_deleted(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_song(guest, song_owner)
    expect(page.locator("#cuts-empty")).to_be_visible()
    page.get_by_role("button", name="Square").click()
    row = page.locator(".cut")
    expect(row).to_have_count(1)
    expect(page.locator("#cuts-empty")).to_be_hidden()
    expect(row).to_have_class(re.compile("is-running"), timeout=SONG_WITHIN_MS)
    assert [(film["size"], film["state"]) for film in films_of(song_owner)] == [("1080x1080", "running")]
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_class(re.compile("is-cancelled"))
    row.get_by_role("button", name="Try again").click()
    expect(row).to_have_class(re.compile("is-queued|is-running"))
    row.get_by_role("button", name="Cancel").click()
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep it").click()
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(row).to_have_count(0)
    expect(page.locator("#cuts-empty")).to_be_visible()
    assert films_of(song_owner) == []


def test_only_trailers_that_are_shorter_are_offered_and_what_is_wrong_stands_beside_its_field(
    guest: Guest, song_owner: tuple[Visitor, str]
):
    page = open_song(guest, song_owner)
    offered = page.locator(".cut-preset:visible .name").all_inner_texts()
    assert offered == ["Upright", "Square", "4K", "Lyric video", "Trailer, 15 s"]
    page.get_by_text("A cut of your own").click()
    page.locator("#cut-trailer_s").evaluate("(s) => { s.options[3].disabled = false; s.value = '45'; }")
    page.get_by_role("button", name="Film it").click()
    expect(page.locator("#error-trailer_s")).to_contain_text("must be shorter")
    assert films_of(song_owner) == []
    page.set_viewport_size(PHONE)
    assert overflow_px(page) == 0
    expect(page.locator("#cut-size")).to_be_visible()


def test_film_options_go_into_the_brief_and_come_back_with_the_draft(guest: Guest):
    page = guest.open("/", viewport=PHONE)
    fill_brief(page, "a lamp in the mine", film_size="none")
    page.locator("#film-fold summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Framing", exact=True).select_option("full")
    page.get_by_label("Words", exact=True).select_option("lyric_video")
    page.get_by_label("Motion", exact=True).select_option("30")
    expect(page.locator("#film-note")).to_have_text("The whole frame, Lyric video, 30 pictures a second")
    assert overflow_px(page) == 0
    page.reload()
    expect(page.get_by_label("Motion", exact=True)).to_have_value("30")
    expect(page.locator("#film-fold")).to_have_attribute("open", "")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    song_id = start_song(page)
    asked = next(json.loads(body) for body in sent if "lamp" in body)
    assert asked["film"] == {"framing": "full", "words": "lyric_video", "fps": 30}
    told = page.request.get(f"/api/generations/{song_id}").json()
    assert told["brief"]["film"] == {"fps": 30, "framing": "full", "words": "lyric_video", "media": []}
    page.locator("#cancel").click()
    page.get_by_role("button", name="Cancel the song").click()
    expect(page.locator("#stopped-title")).to_be_visible()
    page.locator("#edit-brief").click()
    expect(page.get_by_label("Framing", exact=True)).to_have_value("full")


@pytest.mark.slow
def test_a_trailer_is_filmed_and_plays(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_song(guest, song_owner)
    page.get_by_text("A cut of your own").click()
    page.locator("#cut-size").select_option("1280x720")
    page.locator("#cut-trailer_s").select_option("15")
    page.get_by_role("button", name="Film it").click()
    row = page.locator(".cut")
    expect(row).to_have_class(re.compile("is-done"), timeout=4 * SONG_WITHIN_MS)
    row.get_by_role("button", name="Play").click()
    until(page, "document.querySelector('dialog video').currentTime > 0.5")
    size = page.locator("dialog video").evaluate("v => [v.videoWidth, v.videoHeight, v.duration]")
    assert size[:2] == [1280, 720] and 14.5 <= size[2] <= 20
    page.locator("dialog video").evaluate("v => { v.currentTime = 10; }")
    until(page, "document.querySelector('dialog video').currentTime > 10.2")
    page.get_by_role("button", name="Close").click()
    with page.expect_download() as taken:
        row.get_by_label("Download").click()
    assert taken.value.suggested_filename.endswith("trailer of 15 s, 1280x720.mp4")
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(row).to_have_count(0)
