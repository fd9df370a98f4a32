"""The voice lab's page in a real browser: hear, see, change, compare; by mouse, by keys, on a phone."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, Guest, choose, overflow_px, until
from tests.web.studio_process import Studio, wait_until
from voicelab.contracts import VoiceStyle

# How much the picture varies: the spread of its brightness over a grid of points, 0 when it is blank.
SPREAD = """() => {
  const canvas = document.querySelector('#spectrum'), ink = canvas.getContext('2d');
  const data = ink.getImageData(0, 0, canvas.width, canvas.height).data, light = [];
  for (let at = 0; at < data.length; at += 4 * 97) light.push(data[at] + data[at + 1] + data[at + 2]);
  const mean = light.reduce((a, b) => a + b) / light.length;
  return Math.sqrt(light.reduce((sum, one) => sum + (one - mean) ** 2, 0) / light.length);
}"""
# Sound elements that scripts make are not in the page: the tests keep an eye on each that plays.
EAR = """
  window.heard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!heard.includes(this)) heard.push(this);
    return play.call(this);
  };
"""


def hear(page: Page, voice: str = "alto") -> str:
    """Press a voice's own button; the id of the audition that then stands on the stage."""
    page.locator(f'.hear[data-voice="{voice}"]').click()
    return wait_drawn(page)


def wait_drawn(page: Page, *, before: str = "") -> str:
    until(page, f"!['', undefined, '{before}'].includes(document.querySelector('#spectrum').dataset.shows)")
    expect(page.locator("#stage-veil")).to_be_hidden()
    return page.locator("#spectrum").get_attribute("data-shows") or ""


def sing_again(page: Page, before: str) -> str:
    page.locator("#again").click()
    return wait_drawn(page, before=before)


def audio_id(page: Page) -> str:
    return (page.locator("#download").get_attribute("href") or "").split("/")[-2]


def test_each_voice_stands_there_and_the_stage_is_empty(guest: Guest):
    page = guest.open("/voices")
    values = page.locator('input[name="voice"]').evaluate_all("all => all.map(i => i.value)")
    assert set(values) == set(VoiceStyle)
    expect(page.locator("#stage-empty")).to_be_visible()
    expect(page.locator("#stage-full")).to_be_hidden()
    expect(page.get_by_role("link", name="Voices")).to_have_attribute("aria-current", "page")
    expect(page.locator("#sounds .sound").first).to_be_visible()


def test_a_voice_is_heard_and_seen(guest: Guest):
    page = guest.open("/voices", script=EAR)
    first = hear(page, "soprano")
    until(page, "heard.at(-1).currentTime > 0.4")
    assert page.evaluate(SPREAD) > 20
    notes = page.locator("#roll .note")
    expect(notes.first).to_contain_text("The")
    expect(page.locator("#announcer")).to_contain_text("Ready")
    page.locator("#play").click()
    until(page, "heard.at(-1).paused")
    box = page.locator("#seek").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    until(page, "heard.at(-1).currentTime / heard.at(-1).duration > 0.7")
    assert float(page.locator("#playhead").evaluate("e => parseFloat(e.style.left)")) > 70
    assert first == audio_id(page)


def test_a_changed_note_sounds_otherwise_and_can_be_compared(guest: Guest):
    page = guest.open("/voices", script=EAR)
    first = hear(page)
    page.locator("#roll .note").nth(2).click()
    pitch = page.locator("#note-title").inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("+")
    expect(page.locator("#note-title")).not_to_have_text(pitch)
    page.locator("#note-breath").fill("0.8")
    expect(page.locator('[data-name="breath"]')).to_have_class("slider-row is-own")
    second = sing_again(page, first)
    assert second != first
    assert second == audio_id(page)
    a, b = page.locator("#compare button").all()
    expect(b).to_have_attribute("aria-pressed", "true")
    a.click()
    expect(a).to_have_attribute("aria-pressed", "true")
    until(page, f"document.querySelector('#spectrum').dataset.shows === '{first}'")
    until(page, "heard.length === 2 && heard[1].paused")
    assert page.evaluate("Math.max(...heard.map(one => one.volume))") == 1  # the softer one as it is
    assert page.evaluate("Math.min(...heard.map(one => one.volume))") < 1


def test_undo_and_leaving_it_to_the_singer(guest: Guest):
    page = guest.open("/voices")
    first = hear(page)
    note = page.locator("#roll .note").nth(1)
    note.click()
    expect(page.locator("#again")).to_be_disabled()
    before = note.get_attribute("aria-label")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+z")
    expect(note).to_have_attribute("aria-label", before or "")
    expect(page.locator("#again")).to_be_disabled()
    page.locator("#note-tension").fill("0.5")
    expect(note).to_have_attribute("aria-label", f"{before}, shaped by you")
    page.locator("#reset-note").click()
    expect(note).to_have_attribute("aria-label", before or "")
    page.locator("#note-phonemes").fill("§§")
    page.locator("#again").click()
    expect(page.locator("#error-note")).to_contain_text("not known")
    assert audio_id(page) == first


def test_by_keys_alone(guest: Guest):
    page = guest.open("/voices", script=EAR)
    page.locator("#line").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("go home")
    while not page.evaluate("document.activeElement.id === 'go'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    first = wait_drawn(page)
    while not page.evaluate("document.activeElement.classList.contains('note')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(page.locator('.note[aria-selected="true"]')).to_contain_text("home")
    page.keyboard.press("ArrowDown")
    while not page.evaluate("document.activeElement.id === 'again'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert wait_drawn(page, before=first) != first
    until(page, "document.activeElement.classList.contains('note')")  # back where the change was made
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    until(page, f"document.querySelector('#spectrum').dataset.shows === '{first}'")


def test_a_line_is_said_and_a_word_written_by_its_sounds(guest: Guest):
    page = guest.open("/voices", script=EAR)
    page.locator("#line").fill("read the news")
    page.locator("#sounds .sound", has_text="read").click()
    expect(page.locator("#line")).to_have_value("{read|ɹˈid} the news")
    assert page.evaluate("getSelection().toString()") == "ɹˈid"
    page.keyboard.type("ɹˈɛd")
    choose(page, "mode", "say")
    expect(page.locator("#melody")).to_be_hidden()
    page.locator("#go").click()
    wait_drawn(page)
    expect(page.locator(".spoken-word")).to_have_text(["read", "the", "news"])
    expect(page.locator("#editor")).to_be_hidden()
    expect(page.locator("#editor-hint")).to_be_hidden()
    until(page, "heard.at(-1).currentTime > 0.2")
    assert page.evaluate(SPREAD) > 20
    before = audio_id(page)
    page.locator('.hear[data-voice="heroic_male"]').click()  # says as well, as long as "Say" is chosen
    wait_drawn(page, before=before)
    expect(page.locator("#stage-facts")).to_contain_text("Heroic male · said")
    expect(page.locator('.hear[data-voice="heroic_male"]')).to_be_focused()


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "Write a line"), ("!?", "only signs"), ("la " * 300, "200 characters"), ("{x", "{word|sounds}")],
)
def test_what_is_wrong_is_told_beside_the_line(guest: Guest, text: str, told: str):
    page = guest.open("/voices")
    page.locator("#line").fill(text)
    page.locator("#go").click()
    expect(page.locator("#error-text")).to_contain_text(told)
    expect(page.locator("#line")).to_be_focused()
    expect(page.locator("#line")).to_have_attribute("aria-invalid", "true")
    page.locator("#line").press("End")
    page.locator("#line").press_sequentially("x")
    expect(page.locator("#error-text")).to_be_empty()
    expect(page.locator("#stage-empty")).to_be_visible()


def test_a_notice_and_a_link_to_an_audition(guest: Guest):
    page = guest.open("/voices")
    page.locator("#line").fill("Der Mond ist aufgegangen")
    page.locator("#go").click()
    first = wait_drawn(page)
    expect(page.locator("#notices")).to_contain_text("seems to be in German")
    page.reload()
    assert wait_drawn(page) == first
    expect(page.locator("#line")).to_have_value("Der Mond ist aufgegangen")
    page.goto("/voices?audition=" + "0" * 64)
    expect(page.locator("#stage-empty")).to_be_visible()


def test_on_a_phone_nothing_sticks_out(guest: Guest):
    page = guest.open("/voices", viewport=PHONE, has_touch=True, is_mobile=True)
    assert overflow_px(page) == 0
    first = hear(page)
    assert overflow_px(page) == 0
    assert page.evaluate("document.querySelector('#score').scrollWidth > document.querySelector('#score').clientWidth")
    page.locator("#roll .note").first.tap()
    expect(page.locator("#editor")).to_be_visible()
    assert overflow_px(page) == 0
    page.get_by_role("button", name="A semitone higher").tap()
    assert sing_again(page, first) != first


def test_without_motion_nothing_moves(guest: Guest):
    page = guest.open("/voices", reduced_motion="reduce")
    hear(page, "whisper")
    assert page.evaluate("getComputedStyle(document.querySelector('.stage-veil .bars span')).animationName") == "none"


def test_stop_gives_the_line_up(guest: Guest):
    page = guest.open("/voices")
    page.route("**/api/voices/auditions", lambda route: None)  # a studio that takes its time
    page.locator("#go").click()
    expect(page.locator("#stage")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#go")).to_be_disabled()
    page.locator(".line-end .stop-button").click()
    expect(page.locator("#stage")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#announcer")).to_have_text("Stopped.")
    expect(page.locator("#go")).to_be_enabled()
    expect(page.locator("#error-form")).to_be_empty()


def test_who_goes_away_is_not_sung_for(running_studio: Studio):
    """More lines than the room holds at once, all given up: the room is free at once, and the bench was not sung."""
    line = {"voice": "choir", "text": "holy holy evening falls upon the hills"}
    asked = [json.dumps({**line, "seed": seed}) for seed in range(7)]
    callers = [http.client.HTTPConnection("127.0.0.1", running_studio.port) for _ in asked]
    for caller, body in zip(callers, asked, strict=True):
        caller.request("POST", "/api/voices/auditions", body, {"Content-Type": "application/json"})
    for caller in callers:
        caller.close()
    visitor = running_studio.visitor()
    last = {"text": "go home", "seed": 99}
    wait_until(lambda: visitor.call("POST", "/api/voices/auditions", last)[0] == 201, within_s=60, what="a free room")
    found = [json.loads(path.read_text())["text"] for path in Path(running_studio.data_dir).glob("auditions/*/*.json")]
    assert "go home" in found
    assert sum("holy holy evening" in text for text in found) < len(asked) - 1
