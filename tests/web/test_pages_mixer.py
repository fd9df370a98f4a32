"""The mixing console's page in a real browser, on the real studio: files brought, heard, moved, saved, undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, Guest, overflow_px, until

RATE_HZ = 48_000
LENGTH_S = 4.0


@pytest.fixture(scope="module")
def stems(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A sung-like tone and a bass, mono and stereo, one of them at another rate."""
    folder = tmp_path_factory.mktemp("stems")
    made = []
    for name, rate_hz, hz, sides in (("lead vocal", RATE_HZ, 440.0, 1), ("bass", 44_100, 55.0, 2)):
        time_s = np.arange(int(LENGTH_S * rate_hz)) / rate_hz
        tone = 0.2 * np.sin(2.0 * np.pi * hz * time_s) * (1.0 + 0.5 * np.sin(2.0 * np.pi * 2.0 * time_s))
        path = folder / f"{name}.wav"
        sf.write(path, np.repeat(tone[:, None], sides, axis=1).astype(np.float32), rate_hz, subtype="FLOAT")
        made.append(path)
    return made


def open_console(guest: Guest, files: list[Path], **options: Any) -> Page:
    """Bring the files through the page; the console that opens, its sound ready."""
    page = guest.open("/audio-mixer", **options)
    page.locator("#stem-files").set_input_files(files)
    page.locator("#session-title").fill("An evening at the desk")
    page.locator("#open-session:enabled").click()
    page.wait_for_url("**/audio-mixer/*-*")
    wait_ready(page)
    return page


def wait_ready(page: Page) -> None:
    expect(page.locator("#console")).to_have_attribute("data-state", "ready")


def console_of(page: Page) -> dict[str, Any]:
    """The console as the studio has it."""
    session = page.url.split("/audio-mixer/")[1].partition("#")[0]
    answer = page.request.get(f"/api/audio/sessions/{session}/console")
    assert answer.ok, answer.text()
    return answer.json()


def channel_of(page: Page, number: int = 0) -> dict[str, Any]:
    return console_of(page)["state"]["channels"][number]


def wait_saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text("Saved")


def fader(page: Page, name: str) -> Any:
    return page.get_by_role("slider", name=f"Level of {name}")


def test_files_are_brought_and_bad_ones_told(guest: Guest, stems: list[Path], tmp_path: Path):
    bad, text = tmp_path / "broken.wav", tmp_path / "notes.txt"
    bad.write_bytes(b"RIFF, and then no sound at all")
    text.write_text("no sound")
    page = guest.open("/audio-mixer")
    expect(page.get_by_role("link", name="Mixer")).to_have_attribute("aria-current", "page")
    expect(page.locator("#sessions-empty")).to_be_visible()
    page.locator("#stem-files").set_input_files([*stems, bad, text])
    rows = page.locator(".upload-row")
    expect(rows.nth(0)).to_contain_text("mono")
    expect(rows.nth(1)).to_contain_text("44.1 kHz")
    expect(rows.nth(2).locator(".field-error")).not_to_be_empty()
    expect(rows.nth(3)).to_contain_text("WAV, FLAC, MP3, OGG, M4A or AIFF")
    page.locator("#open-session:enabled").click()
    page.wait_for_url("**/audio-mixer/*-*")
    wait_ready(page)
    expect(page.locator(".strip-card.is-channel")).to_have_count(2)
    page.goto("/audio-mixer")
    page.locator(".session-row a").click()
    wait_ready(page)


@pytest.mark.slow
def test_it_plays_meters_move_and_a_loop_turns(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Pause")
    until(page, "parseFloat(document.querySelector('#time-now').textContent.split(':')[1]) > 0.3")
    until(page, "!document.querySelector('#meter-momentary').textContent.includes('∞')")
    shown = "document.querySelector('.strip-card.is-mix .cover').style.transform"
    until(page, f"parseFloat({shown}.slice(7)) < 0.9")
    ruler = page.locator("#ruler").bounding_box()
    assert ruler is not None
    page.mouse.move(ruler["x"] + ruler["width"] * 0.5, ruler["y"] + 8)
    page.mouse.down()
    page.mouse.move(ruler["x"] + ruler["width"] * 0.75, ruler["y"] + 8, steps=4)
    page.mouse.up()
    expect(page.locator("#loop")).to_have_attribute("aria-pressed", "true")
    until(page, "parseFloat(document.querySelector('#time-now').textContent.split(':')[1]) >= 2")
    page.locator("#loop").click()
    expect(page.locator("#loop")).to_have_attribute("aria-pressed", "false")


def test_a_stem_is_given_its_role_and_automation_by_keys(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    role = page.get_by_label("Role of the channel")
    expect(role).to_have_value("effects")  # nobody has said what an upload is
    role.select_option("bass")
    wait_saved(page)
    assert channel_of(page)["role"] == "bass"
    page.locator("#undo").click()
    expect(role).to_have_value("effects")
    page.locator(".strip-name").nth(1).click()
    page.keyboard.press("Space")  # the name has the focus, and the space bar still plays
    expect(page.locator("#play")).to_have_attribute("aria-label", "Pause")
    page.locator("#to-start").click()
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play")
    page.locator("#to-start").click()
    page.get_by_label("Automation of lead vocal").press("Enter")
    page.get_by_role("button", name="Point here").locator("visible=true").press("Enter")
    expect(page.locator(".lane-point:focus")).to_have_attribute("aria-label", "Level 0.0 dB at 0.00 seconds")
    page.keyboard.press("ArrowRight")
    wait_saved(page)
    (lane,) = console_of(page)["state"]["lanes"]
    assert lane["points"] == [{"at_s": 0.1, "value": 0.0}]


def test_faders_and_switches_by_keys_are_saved_and_undone(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    level = fader(page, "lead vocal")
    level.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(level).to_have_attribute("aria-valuetext", "−2.0 dB")
    wait_saved(page)
    assert channel_of(page)["fader_db"] == -2.0
    page.keyboard.press("e")
    expect(page.locator("#tab-channel")).to_be_focused()  # the panel, without a walk over every strip
    page.keyboard.press("m")
    page.keyboard.press("s")
    mute = page.get_by_role("button", name="Mute lead vocal", exact=True)
    solo = page.get_by_role("button", name="Solo lead vocal", exact=True)
    expect(mute).to_have_attribute("aria-pressed", "true")
    expect(solo).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".strip-card.is-channel.is-silent")).to_have_count(2)  # one muted, the other not soloed
    for _ in range(3):
        page.keyboard.press("z")
    expect(solo).to_have_attribute("aria-pressed", "false")
    expect(level).to_have_attribute("aria-valuetext", "0.0 dB")
    page.keyboard.press("Shift+Z")
    expect(level).to_have_attribute("aria-valuetext", "−2.0 dB")
    wait_saved(page)
    page.reload()
    wait_ready(page)
    expect(level).to_have_attribute("aria-valuetext", "−2.0 dB")
    page.locator("#undo").click()  # beyond one's own moves: the studio's earlier states
    expect(level).not_to_have_attribute("aria-valuetext", "−2.0 dB")


@pytest.mark.slow
def test_an_equaliser_is_added_and_drawn_by_hand(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.get_by_role("combobox", name="Add an effect").select_option("eq")
    band = page.locator(".eq-band.is-bell-3")
    box = band.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] - 30, steps=5)
    page.mouse.up()
    wait_saved(page)
    (slot,) = channel_of(page)["effects"]
    assert slot["kind"] == "eq"
    assert slot["params"]["bell_3_db"] > 3.0
    gain = page.get_by_role("textbox", name="Bell 3 gain, as a number")
    gain.fill("-4,5 dB")
    gain.press("Enter")
    wait_saved(page)
    assert channel_of(page)["effects"][0]["params"]["bell_3_db"] == -4.5
    page.get_by_role("button", name="Equaliser on").click()
    wait_saved(page)
    assert channel_of(page)["effects"][0]["bypass"] is True
    page.get_by_role("button", name="Remove: Equaliser").click()
    expect(page.locator(".effect-card")).to_have_count(0)
    page.locator("#undo").click()
    expect(page.locator(".effect-card")).to_have_count(1)


@pytest.mark.slow
def test_automation_is_drawn_moved_and_taken_away(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.get_by_role("button", name="Automation of lead vocal").click()
    field = page.locator(".lane-row:not([hidden]) .lane-field")
    box = field.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + 20)
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + 40)
    points = page.locator(".lane-row:not([hidden]) .lane-point")
    expect(points).to_have_count(2)
    points.nth(1).focus()
    page.keyboard.press("ArrowRight")
    wait_saved(page)
    (lane,) = console_of(page)["state"]["lanes"]
    assert lane["target"].endswith("/fader_db")
    assert [round(point["at_s"], 1) for point in lane["points"]] == [1.0, 3.1]
    expect(page.locator(".strip-card.is-automated")).to_have_count(1)
    page.get_by_role("button", name="Clear").click()
    wait_saved(page)
    assert console_of(page)["state"]["lanes"] == []


@pytest.mark.slow
def test_a_bus_a_send_and_a_snapshot(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    page.get_by_role("button", name="Bus", exact=True).click()
    expect(page.get_by_label("Name of the channel")).to_have_value("Bus 1")
    page.locator(".strip-card.is-channel .strip-name").first.click()
    page.get_by_role("combobox", name="Add a send").select_option("bus-1")
    page.get_by_role("combobox", name="Output").select_option("bus-1")
    wait_saved(page)
    channel = channel_of(page)
    assert channel["output"] == "bus-1"
    assert channel["sends"] == [{"bus": "bus-1", "level_db": -12.0, "pre_fader": False}]
    page.get_by_role("tab", name="Snapshots").click()
    page.get_by_label("Keep this state as").fill("With a bus")
    page.get_by_role("button", name="Keep the snapshot").click()
    expect(page.locator(".snapshot")).to_contain_text("With a bus")
    page.locator(".strip-card.is-bus .strip-name").click()
    page.get_by_role("tab", name="Channel").click()
    page.get_by_role("button", name="Remove this bus").click()
    wait_saved(page)
    assert console_of(page)["state"]["buses"] == []
    page.get_by_role("tab", name="Snapshots").click()
    page.get_by_role("button", name="Back to it: With a bus").click()
    expect(page.locator(".strip-card.is-bus")).to_have_count(1)


@pytest.mark.slow
def test_somebody_elses_move_is_kept_beside_ones_own(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    told = console_of(page)
    told["state"]["channels"][1]["pan"] = 0.5
    session = page.url.split("/audio-mixer/")[1]
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    answer = page.request.put(
        f"/api/audio/sessions/{session}/console",
        data=json.dumps({"state": told["state"], "base_revision": told["revision"]}),
        headers={"Content-Type": "application/json", "X-CSRFToken": token, "Referer": guest.studio.url},
    )
    assert answer.ok, answer.text()
    fader(page, "lead vocal").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".toast-card")).to_contain_text("changed elsewhere")
    wait_saved(page)
    first, second = console_of(page)["state"]["channels"]
    assert (first["fader_db"], second["pan"]) == (0.5, 0.5)


def test_on_a_phone_everything_is_in_reach(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems, viewport=PHONE)
    assert overflow_px(page) <= 0
    for tab in ("Master", "Versions", "Mix"):
        page.get_by_role("tab", name=tab).click()
        assert overflow_px(page) <= 0, tab
    page.locator(".strip-card.is-channel .is-solo").first.click()
    expect(page.locator(".strip-card.is-silent")).to_have_count(1)


def test_a_session_that_is_not_ones_own_is_told(guest: Guest):
    page = guest.open("/audio-mixer/00000000-0000-4000-8000-000000000000")
    expect(page.locator("#console-why")).to_contain_text("no such session")
    expect(page.locator("#console-desk")).to_be_hidden()


@pytest.mark.slow
def test_a_tab_that_is_looked_at_again_shows_what_was_moved_elsewhere(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems)
    other = page.context.new_page()
    other.goto(page.url)
    wait_ready(other)
    fader(other, "lead vocal").focus()
    other.keyboard.press("ArrowDown")
    wait_saved(other)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(fader(page, "lead vocal")).to_have_attribute("aria-valuetext", "−0.5 dB")


@pytest.mark.slow
def test_the_take_room_lies_over_nothing_on_a_phone(guest: Guest, stems: list[Path]):
    page = open_console(guest, stems, viewport=PHONE)
    page.locator("#record").click()
    expect(page.locator("#take-room")).to_be_visible()
    bottom, top = page.evaluate(
        "['#strips', '.console-side'].map((name) => document.querySelector(name).getBoundingClientRect())"
        ".map((box, n) => n ? box.top : box.bottom)"
    )
    assert bottom <= top + 1
