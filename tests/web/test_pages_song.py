"""From the click to the finished song: live progress, the result that plays and seeks, its words, desk and files."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, SONG_WITHIN_MS, Guest, fill_brief, overflow_px, start_song, until
from tests.web.studio_process import Studio, Visitor

TIME = "document.querySelector('video, audio').currentTime"
# What the desk hands to the audio clock: when each piece starts, and how long it is.
SPY_ON_PIECES = """
window.pieces = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, offset) {
  window.pieces.push({when, offset, frames: this.buffer.length, rate: this.buffer.sampleRate});
  return start.call(this, when, offset);
};
"""


def open_result(guest: Guest, song_owner: tuple[Visitor, str], **options) -> Page:
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}", visitor=visitor, **options)
    expect(page.locator("#files li").first).to_be_visible()
    until(page, f"document.querySelector('video, audio').readyState >= 1 && {TIME} >= 0")
    return page


def metadata_of(page: Page) -> dict:
    return page.request.get(f"/api/generations/{page.url.rsplit('/', 1)[-1]}/files/metadata.json").json()


def listen(page: Page) -> list[str]:
    """What the page's socket hears from now on."""
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    return frames


def watch_it_grow(page: Page) -> None:
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#stages .is-running, #stages .is-done").first).to_be_visible(timeout=SONG_WITHIN_MS)
    until(page, "document.querySelector('#progress').value > 0", within_ms=SONG_WITHIN_MS)
    expect(page.locator("#stages li", has_text="Filming")).to_have_count(0)


def check_the_result_came(page: Page) -> None:
    expect(page.locator("#result")).to_be_visible(timeout=SONG_WITHIN_MS)
    assert page.evaluate("window.sameDocument"), "the page was loaded anew"
    expect(page.locator("#song-kind")).to_have_text("Finished")
    expect(page.locator("#files li").first).to_be_visible()


def test_a_guest_generates_sees_it_grow_and_the_result_comes_without_a_reload(guest: Guest):
    """One song on two pages: one hears of it by its socket, the other, in a browser without sockets, by asking."""
    page = guest.open("/")
    frames = listen(page)
    fill_brief(page, "A bridge that two brothers build", seed=5)
    song_id = start_song(page)
    without = guest.open("/", script="delete window.WebSocket;", reduced_motion="reduce")
    without.context.clear_cookies()
    without.context.add_cookies(page.context.cookies())
    frames_without = listen(without)
    without.goto(f"/songs/{song_id}")
    watch_it_grow(page)
    watch_it_grow(without)
    check_the_result_came(page)
    check_the_result_came(without)
    assert page.url.endswith(song_id)
    assert any(song_id in frame for frame in frames)
    assert without.evaluate("typeof WebSocket") == "undefined" and frames_without == []


def test_the_song_plays_and_seeks(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner)
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_attribute("aria-label", "Pause")
    until(page, f"{TIME} > 0.5")
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play")
    box = page.locator("#seek").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    length_s = page.evaluate("document.querySelector('video, audio').duration")
    assert page.evaluate(TIME) == pytest.approx(length_s / 2, abs=length_s * 0.03)
    page.locator("#seek").focus()
    before_s = page.evaluate(TIME)
    page.keyboard.press("ArrowRight")
    until(page, f"{TIME} > {before_s}")
    expect(page.locator("#seek")).to_have_attribute("aria-valuetext", re.compile(r"\d+ s of \d+ s|min"))


def test_files_answer_ranges_so_that_seeking_needs_no_whole_file(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner)
    source = page.locator("#screen video, #screen audio").get_attribute("src")
    assert source is not None
    part = page.request.get(source, headers={"Range": "bytes=1000-1999"})
    assert (part.status, len(part.body())) == (206, 1000)


def test_the_words_follow_the_song_and_a_click_leads_to_them(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner)
    words = metadata_of(page)["words"]
    shown = page.locator("#lyrics .word").all_inner_texts()
    assert shown == [word["text"] for word in words]
    middle = len(words) // 2
    page.locator("#lyrics .word").nth(middle).click()
    until(page, f"Math.abs({TIME} - {words[middle]['start_s']}) < 0.2")
    expect(page.locator("#lyrics .word").nth(middle)).to_have_class(re.compile("is-now"))
    expect(page.locator("#lyrics .word").nth(middle - 1)).to_have_class(re.compile("is-past"))
    expect(page.locator("#lyrics .word").nth(middle + 1)).not_to_have_class(re.compile("is-past|is-now"))
    page.locator("#lyrics .line").first.focus()
    page.keyboard.press("Enter")
    until(page, f"Math.abs({TIME} - {words[0]['start_s']}) < 0.2")


def test_sections_lead_to_their_place_and_the_waveform_is_drawn(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner)
    sections = metadata_of(page)["sections"]
    expect(page.locator("#sections button")).to_have_count(len(sections))
    page.locator("#sections button").nth(1).click()
    until(page, f"Math.abs({TIME} - {sections[1]['start_s']}) < 0.2")
    expect(page.locator("#sections button").nth(1)).to_have_attribute("aria-current", "true")
    # Bars that differ in height: rows near the upper edge hold fewer painted pixels than the middle row.
    until(
        page,
        """(() => {
      const canvas = document.querySelector('#wave');
      const row = (at) => canvas.getContext('2d').getImageData(0, at, canvas.width, 1).data
        .filter((value, place) => place % 4 === 3 && value > 0).length;
      const high = row(Math.round(canvas.height * 0.2));
      return high > 5 && row(canvas.height >> 1) > high * 1.2;
    })()""",
    )


def test_the_desk_plays_all_stems_to_the_sample_with_solo_and_mute(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner, script=SPY_ON_PIECES)
    stems = metadata_of(page)["stems"]
    page.get_by_role("button", name="Open the desk").click()
    expect(page.locator(".channel")).to_have_count(len(stems))
    page.locator("#play").click()
    until(page, f"window.pieces.length >= {2 * len(stems)}")
    assert page.evaluate("document.querySelector('video, audio').muted")
    pieces = page.evaluate("window.pieces")[: 2 * len(stems)]
    first, second = pieces[: len(stems)], pieces[len(stems) :]
    assert len({piece["when"] for piece in first}) == len({piece["when"] for piece in second}) == 1
    seam_s = second[0]["when"] - first[0]["when"]
    assert seam_s == pytest.approx(first[0]["frames"] / first[0]["rate"], abs=1e-9)
    page.get_by_role("button", name="Solo Lead vocal", exact=True).click()
    expect(page.locator(".channel.is-silent")).to_have_count(len(stems) - 1)
    page.get_by_role("button", name="Mute Lead vocal", exact=True).click()
    expect(page.locator(".channel.is-silent")).to_have_count(len(stems))
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".channel.is-silent")).to_have_count(0)


def test_a_seek_moves_all_stems(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner, script=SPY_ON_PIECES)
    count = len(metadata_of(page)["stems"])
    page.get_by_role("button", name="Open the desk").click()
    page.locator("#play").click()
    until(page, f"window.pieces.length >= {count}")
    page.evaluate("window.pieces.length = 0; document.querySelector('video, audio').currentTime = 20")
    until(page, f"window.pieces.length >= {count}")
    until(page, f"{TIME} > 20.3")
    assert page.evaluate(TIME) < 29


def test_every_file_can_be_taken_away(guest: Guest, song_owner: tuple[Visitor, str], tmp_path: Path):
    page = open_result(guest, song_owner)
    listed = page.request.get(f"/api/generations/{song_owner[1]}").json()["files"]
    page.locator("#files summary").click()
    links = page.locator("#files a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert sorted(links) == sorted(file["url"] for file in listed)
    assert all(page.request.head(link).status == 200 for link in links)
    with page.expect_download() as taken:
        page.locator("#zip").click()
    taken.value.save_as(tmp_path / "song.zip")
    with zipfile.ZipFile(tmp_path / "song.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(file["name"] for file in listed)


def test_what_was_decided_and_the_figures_are_told(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner)
    choices = metadata_of(page)["choices"]
    assert page.locator("#choices li").count() == len(choices)
    facts = page.locator("#facts").inner_text()
    assert "LUFS" in facts and "21" in facts and "a lighthouse that calls lost ships" in facts


def test_cancel_asks_first_and_the_song_can_start_again(guest: Guest):
    page = guest.open("/")
    fill_brief(page, "a kite above the mill")
    start_song(page)
    expect(page.locator("#stages li").first).to_be_visible()
    page.locator("#cancel").click()
    page.get_by_role("button", name="Keep going").click()
    expect(page.locator("#running")).to_be_visible()
    page.locator("#cancel").click()
    page.get_by_role("button", name="Cancel the song").click()
    expect(page.locator("#stopped-title")).to_have_text("You cancelled this song")
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#running")).to_be_visible()
    page.locator("#cancel").click()
    page.get_by_role("button", name="Cancel the song").click()
    expect(page.locator("#stopped-title")).to_be_visible()


def test_a_song_that_failed_tells_why_in_one_sentence_and_can_be_tried_again(guest: Guest, running_studio: Studio):
    visitor = running_studio.visitor()
    song_id = visitor.compose("a mill without wind")
    visitor.call("POST", f"/api/generations/{song_id}/cancel")
    visitor.wait_for(song_id, "cancelled")
    why = "The disk is full: free some space, then start the song again; what was finished is kept."
    with closing(sqlite3.connect(running_studio.data_dir / "studio.sqlite3", timeout=20)) as database, database:
        found = (song_id.replace("-", ""),)
        database.execute("UPDATE generation_generation SET state='failed', error=? WHERE id=?", (why, *found))
    page = guest.open(f"/songs/{song_id}", visitor=visitor)
    expect(page.locator("#stopped-title")).to_have_text("This song could not be finished")
    expect(page.locator("#stopped-why")).to_have_text(why)
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator("#running")).to_be_visible()
    visitor.call("POST", f"/api/generations/{song_id}/cancel")
    expect(page.locator("#stopped-title")).to_have_text("You cancelled this song")


def test_nobody_sees_the_song_of_another(guest: Guest, song_owner: tuple[Visitor, str]):
    page = guest.open(f"/songs/{song_owner[1]}")
    expect(page.locator(".error-page .number")).to_have_text("404")


def test_the_result_fits_a_phone(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_result(guest, song_owner, viewport=PHONE)
    assert overflow_px(page) == 0
    page.get_by_role("button", name="Open the desk").click()
    expect(page.locator(".channel").first).to_be_visible()
    assert overflow_px(page) == 0


@pytest.mark.slow
def test_a_film_grows_before_the_eyes_and_plays(guest: Guest):
    page = guest.open("/")
    fill_brief(page, "A gladiator who forgives his enemy", seed=3, film_size="1280x720")
    start_song(page)
    expect(page.locator("#preview-image")).to_be_visible(timeout=3 * SONG_WITHIN_MS)
    first = page.locator("#preview-image").get_attribute("src")
    expect(page.locator("#preview-image")).not_to_have_attribute("src", first or "", timeout=SONG_WITHIN_MS)
    live = page.locator("#live-film")
    expect(live).to_be_visible(timeout=3 * SONG_WITHIN_MS)
    until(page, "document.querySelector('#live-film').currentTime > 1", within_ms=SONG_WITHIN_MS)
    end_s = live.evaluate("v => v.buffered.end(0)")
    assert live.evaluate("v => [v.videoWidth, v.videoHeight, v.error]") == [854, 480, None] and end_s < 29
    until(page, f"document.querySelector('#live-film').buffered.end(0) > {end_s} + 1", within_ms=SONG_WITHIN_MS)
    until(page, f"document.querySelector('#live-film').currentTime > {end_s}", within_ms=SONG_WITHIN_MS)
    expect(page.locator("#result")).to_be_visible(timeout=4 * SONG_WITHIN_MS)
    page.locator("#play").click()
    until(page, f"{TIME} > 0.5")
    assert page.locator("video").evaluate("v => [v.videoWidth, v.videoHeight]") == [1280, 720]
    page.locator("video").evaluate("v => { v.currentTime = 20; }")
    until(page, f"{TIME} > 20.2")
    expect(page.locator("#picture-list li")).to_have_count(5)
    shown = page.locator("#picture-list img").evaluate_all(
        "all => all.map(i => { i.loading = 'eager'; return i.src; })"
    )
    assert all(page.request.get(source).status == 200 for source in shown)
    captions = page.get_by_role("button", name="Subtitles")
    expect(captions).to_have_attribute("aria-pressed", "false")
    captions.click()
    expect(captions).to_have_attribute("aria-pressed", "true")
    until(page, "document.querySelector('video').textTracks[0].cues?.length > 2")
    first = "v.textTracks[0].cues[0]"
    first_s, text = page.locator("video").evaluate(f"v => [{first}.startTime, {first}.text]")
    page.locator("video").evaluate("(v, s) => { v.currentTime = s + 0.3; }", first_s)
    until(page, "document.querySelector('video').textTracks[0].activeCues?.length === 1")
    assert text == page.locator("video").evaluate("v => v.textTracks[0].activeCues[0].text")
    assert len(text.split()) > 1
