"""The score page in a real browser: the roll shows and edits the score, the sheet is engraved, nothing gets lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser import PHONE, Guest, choose, overflow_px, until
from tests.web.studio_process import Visitor

KEYS_PX, RULER_PX, ROW_PX = 52, 22, 16  # as score_paint.js and score_roll.js draw


def open_score(guest: Guest, song_owner: tuple[Visitor, str], place: str = "", **options: Any) -> Page:
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}/score{place}", visitor=visitor, **options)
    expect(page.locator("#desk")).to_be_visible()
    return page


def score_of(song_owner: tuple[Visitor, str]) -> dict[str, Any]:
    visitor, song_id = song_owner
    status, score = visitor.call("GET", f"/api/generations/{song_id}/score")
    assert status == 200, score
    return score


def lead_notes(score: dict[str, Any]) -> list[dict[str, Any]]:
    return [note for line in score["lead"]["lines"] for note in line["notes"]]


def note_at(score: dict[str, Any], note_id: str) -> dict[str, Any]:
    return next(note for note in lead_notes(score) if note["id"] == note_id)


def place_of(page: Page, score: dict[str, Any], note: dict[str, Any]) -> tuple[float, float]:
    """Where the middle of a lead's note stands on the screen."""
    pitches = [n["midi"] for part in (*score["parts"], *score["harmonies"], *score["backing"]) for n in notes_in(part)]
    highest = max(*pitches, *(n["midi"] for n in lead_notes(score)), score["lead"]["range"]["highest"]) + 4
    box = page.locator("#roll-canvas").bounding_box()
    left, top, beat_px = page.evaluate(
        "(() => { const roll = document.querySelector('#roll');"
        "return [roll.scrollLeft, roll.scrollTop, parseFloat(roll.style.getPropertyValue('--beat'))]; })()"
    )
    assert box is not None
    x = box["x"] + KEYS_PX + (note["start_beats"] + note["duration_beats"] / 2) * beat_px - left
    return x, box["y"] + RULER_PX + (min(127, highest) - note["midi"] + 0.5) * ROW_PX - top


def notes_in(part: dict[str, Any]) -> list[dict[str, Any]]:
    return part.get("notes") or [note for line in part.get("lines", ()) for note in line["notes"]]


def choose_first(page: Page) -> None:
    page.locator("#roll").focus()
    page.keyboard.press(".")
    expect(page.locator("#chosen-title")).to_contain_text("on ")


def saved(page: Page) -> Locator:
    return page.locator("#save-state", has_text="Saved")


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(saved(page)).to_be_visible()


def test_the_song_leads_to_its_score_and_the_roll_shows_all_of_it(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}", visitor=visitor)
    page.locator("#open-score").click()
    page.wait_for_url("**/score")
    score = score_of(song_owner)
    voices = 1 + len(score["harmonies"]) + len(score["backing"])
    expect(page.locator("#parts li")).to_have_count(len(score["parts"]) + voices)
    expect(page.locator("#strip-chords button")).to_have_count(len(score["chords"]))
    assert page.locator("#strip-words button").all_inner_texts() == [line["text"] for line in score["lead"]["lines"]]
    expect(page.locator("#strip-sections .section-block")).to_have_count(len(score["sections"]))
    gold = """(() => {
      const canvas = document.querySelector('#roll-canvas');
      const { data } = canvas.getContext('2d').getImageData(60, 30, canvas.width - 60, canvas.height - 30);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        found += data[at] === 232 && data[at + 1] === 192 && data[at + 2] === 106;
      }
      return found > 500;
    })()"""
    until(page, gold)


def test_keys_move_a_note_undo_takes_it_back_and_saving_keeps_it(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner)
    first = lead_notes(score_of(song_owner))[0]
    choose_first(page)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#save-state")).to_have_text("1 unsaved edit")
    page.keyboard.press("Control+z")
    expect(saved(page)).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#save-state")).to_have_text("1 unsaved edit")
    save(page)
    assert note_at(score_of(song_owner), first["id"])["midi"] == first["midi"] + 1
    page.keyboard.press("Control+z")  # now the studio's own revision
    until(page, "document.querySelector('#redo-edit').disabled === false")
    assert note_at(score_of(song_owner), first["id"])["midi"] == first["midi"]


def test_a_drag_moves_a_note_and_never_over_its_neighbour(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner)
    score = score_of(song_owner)
    first, second = lead_notes(score)[:2]
    choose_first(page)
    x, y = place_of(page, score, first)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y - ROW_PX, steps=4)
    page.mouse.move(x + 900, y - 2 * ROW_PX, steps=4)
    page.mouse.up()
    expect(page.locator("#save-state")).to_have_text("1 unsaved edit")
    save(page)
    moved = note_at(score_of(song_owner), first["id"])
    assert moved["midi"] == first["midi"] + 2
    assert moved["start_beats"] == pytest.approx(second["start_beats"] - first["duration_beats"], abs=0.01)
    page.keyboard.press("Control+z")


def test_words_and_chords_are_edited_in_place_and_a_refusal_changes_nothing(
    guest: Guest, song_owner: tuple[Visitor, str]
):
    page = open_score(guest, song_owner)
    line = page.locator("#strip-words button").first
    before = line.inner_text()
    line.click()
    page.get_by_label("Words of this line").fill("sing " * 60)
    page.keyboard.press("Enter")
    expect(page.locator(".toast-card.is-error")).to_contain_text("syllables")
    expect(line).to_have_text(before)
    other = before.replace(before.split()[-1], "gold")
    line.click()
    page.get_by_label("Words of this line").fill(other)
    page.keyboard.press("Enter")
    expect(page.locator("#strip-words button").first).to_have_text(other)
    page.locator("#strip-chords button").nth(1).click()
    page.get_by_label("Chord, as Dm7").fill("H13")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-card.is-error").last).to_contain_text("H13")
    page.locator("#strip-chords button").nth(1).click()
    page.get_by_label("Chord, as Dm7").fill("Am7")
    page.keyboard.press("Enter")
    expect(page.locator("#strip-chords button", has_text="Am7").first).to_be_visible()
    score = score_of(song_owner)
    assert score["lead"]["lines"][0]["text"] == other
    assert score["chords"][1]["name"] == "Am7"


def test_an_edit_from_elsewhere_is_told_and_both_are_kept(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    page = open_score(guest, song_owner)
    score = score_of(song_owner)
    first, last = lead_notes(score)[0], lead_notes(score)[-1]
    choose_first(page)
    page.keyboard.press("ArrowUp")
    down = {"type": "move_notes", "notes": [last["id"]], "semitones": -1}
    told = {"base_revision": score["revision"], "operations": [down]}
    assert visitor.call("PATCH", f"/api/generations/{song_id}/score", told)[0] == 200
    save(page)
    expect(page.locator(".toast-card")).to_contain_text("changed elsewhere")
    after = score_of(song_owner)
    assert note_at(after, first["id"])["midi"] == first["midi"] + 1
    assert note_at(after, last["id"])["midi"] == last["midi"] - 1


def test_leaving_with_unsaved_edits_asks_first(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose_first(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#save-state")).to_have_text("1 unsaved edit")
    page.reload()
    assert asked == ["beforeunload"]
    expect(saved(page)).to_be_visible()


def test_a_section_is_varied_from_its_menu_and_undo_is_offered(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner)
    before = score_of(song_owner)
    page.locator("#strip-sections .section-more").nth(1).press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.get_by_role("menuitem", name="Extend by 4 bars").click()
    undo = page.locator(".toast-card").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    assert score_of(song_owner)["bars"] == before["bars"] + 4
    undo.click()
    until(page, "document.querySelector('#redo-edit').disabled === false")
    assert score_of(song_owner)["bars"] == before["bars"]


def test_the_sheet_is_engraved_follows_the_song_and_leads_to_the_roll(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner, "#sheet")
    expect(page.locator("#sheet svg")).to_be_visible()
    score = score_of(song_owner)
    syllables = [note["syllable"]["text"] for note in lead_notes(score) if note["syllable"]]
    drawn = [text.strip() for text in page.locator("#sheet svg text").all_text_contents()]
    assert set(syllables[:8]) <= set(drawn)
    mark = "document.querySelector('#sheet img[id^=cursorImg]').style"
    page.locator("#seek").evaluate("(bar) => { bar.value = 0; bar.dispatchEvent(new Event('input')); }")
    start = page.evaluate(f"[{mark}.left, {mark}.top].join()")
    page.locator("#seek").evaluate("(bar) => { bar.value = bar.max * 0.6; bar.dispatchEvent(new Event('input')); }")
    until(page, f"[{mark}.left, {mark}.top].join() !== '{start}'")
    page.locator("#sheet .vf-notehead").nth(3).click(force=True)
    expect(page.locator("#tab-roll")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#chosen-title")).to_have_text(re.compile("on [A-G]"))


def test_a_changed_section_is_heard_as_a_preview(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner)
    section = score_of(song_owner)["sections"][1]
    page.locator("#strip-sections .section-name").nth(1).click()
    page.locator("#hear").click()
    expect(page.locator("#heard")).to_contain_text("quick preview", timeout=180_000)
    until(page, "document.querySelector('#play').getAttribute('aria-label') === 'Pause'")
    until(page, f"Number(document.querySelector('#seek').value) > {section['start_s'] + 0.3}")
    assert page.evaluate("Number(document.querySelector('#seek').value)") < section["end_s"] + 1.0


def test_on_a_phone_the_roll_fits_and_the_chosen_note_opens_a_sheet(guest: Guest, song_owner: tuple[Visitor, str]):
    page = open_score(guest, song_owner, viewport=PHONE, has_touch=True)
    assert overflow_px(page) == 0
    expect(page.locator("#inspector")).to_be_hidden()
    choose_first(page)
    expect(page.locator("#inspector")).to_be_visible()
    expect(page.locator("#note-energy")).to_be_attached()
    page.locator("#inspector-close").click()
    expect(page.locator("#inspector")).to_be_hidden()


def test_a_file_of_ones_own_starts_a_song_and_another_kind_is_refused(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    midi = visitor.raw("GET", f"/api/generations/{song_id}/files/score.mid")[2]
    page = guest.open("/", visitor=visitor)
    choose(page, "voice", "soprano")  # whose tune it is
    page.get_by_text("Start from a MIDI or MusicXML file").click()
    page.locator("#score-file").set_input_files({"name": "tune.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    expect(page.locator("#error-file")).to_contain_text("neither a MIDI")
    page.locator("#score-file").set_input_files({"name": "broken.mid", "mimeType": "audio/midi", "buffer": b"MThd"})
    page.locator("#score-send").click()
    expect(page.locator("#error-file")).not_to_be_empty()
    page.locator("#score-file").set_input_files({"name": "tune.mid", "mimeType": "audio/midi", "buffer": midi})
    page.locator("#score-send").click()
    expect(page.locator("#score-answer a").or_(page.locator("#song-title"))).to_be_visible()
    if page.locator("#score-answer a").is_visible():
        page.locator("#score-answer a").click()
    page.wait_for_url("**/songs/*")
    visitor.call("POST", f"/api/generations/{page.url.rsplit('/', 1)[-1]}/cancel")


def test_another_tempo_is_asked_for_and_the_relative_is_listed(guest: Guest, song_owner: tuple[Visitor, str]):
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}", visitor=visitor)
    expect(page.locator("#files li").first).to_be_visible()
    page.locator("#other-kind").select_option("tempo_bpm")
    page.locator("#make-other").click()
    relative = page.locator("#relatives a").first
    expect(relative).to_contain_text("beats a minute")
    made = relative.get_attribute("href")
    assert made is not None
    visitor.call("POST", f"/api/generations/{made.rsplit('/', 1)[-1]}/cancel")
    status, answer = visitor.call("GET", f"/api/generations/{made.rsplit('/', 1)[-1]}/relatives")
    assert (status, answer["parent"]["id"]) == (200, song_id)
