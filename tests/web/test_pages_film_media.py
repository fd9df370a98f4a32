"""The studio page's own pictures and clips: bringing, ordering by mouse and keyboard, leaving out, removing, errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from codecraft.common.audio import run_ffmpeg
from tests.web.browser import DESKTOP, PHONE, Guest, choose, fill_brief, overflow_px, save_picture

TUNE = Path(__file__).resolve().parents[1] / "data" / "tunes" / "greensleeves.mid"
COLOURS = {"sea.jpg": "teal", "fire.jpg": "orangered", "field.jpg": "olive"}


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("photos")
    for name, colour in COLOURS.items():
        Image.blend(
            Image.linear_gradient("L").resize((480, 320)).convert("RGB"), Image.new("RGB", (480, 320), colour), 0.6
        ).save(folder / name)
    (folder / "stream.mp4").write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1/a.ts\n")
    run_ffmpeg(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=192x108:r=12:d=1", "-pix_fmt", "yuv420p",
                folder / "party.mp4"])  # fmt: skip
    return {path.name: path for path in folder.iterdir()}


def bring(page: Page, *paths: Path) -> None:
    page.locator("#media-files").set_input_files([str(path) for path in paths])


def names(page: Page) -> list[str]:
    return page.locator("#media-chosen .name").all_inner_texts()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_pictures_and_clips_are_brought_ordered_and_travel_with_the_brief(
    guest: Guest, photos: dict[str, Path], viewport: dict[str, int], tmp_path: Path
):
    page = guest.open("/", viewport=viewport)
    bring(page, photos["sea.jpg"], photos["fire.jpg"], photos["party.mp4"])
    expect(page.locator("#media-chosen .media-card")).to_have_count(3)
    expect(page.get_by_text("0:01 · 192 × 108")).to_be_visible()
    expect(page.locator("#media-chosen img")).to_have_count(3)
    order = names(page)
    later = page.get_by_role("button", name=f"Show {order[0]} later")
    later.focus()
    page.keyboard.press("Enter")
    assert names(page) == [order[1], order[0], order[2]]
    expect(later).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert names(page) == [order[1], order[2], order[0]]
    expect(page.locator("#media-told")).to_contain_text("number 3 of 3")
    assert overflow_px(page) == 0
    save_picture(page, tmp_path / f"media-{viewport['width']}.jpg", full_page=True)
    keys = {one["name"]: one["key"] for one in page.request.get("/api/media").json()["media"]}
    page.reload()
    expect(page.locator("#media-chosen .media-card")).to_have_count(3)
    assert names(page) == [order[1], order[2], order[0]]
    page.get_by_label("What is your song about?").fill("a lighthouse")
    with page.expect_request("**/api/generations") as sent:
        page.locator("#generate").click()
    assert sent.value.post_data_json["film"]["media"] == [keys[order[1]], keys[order[2]], keys[order[0]]]
    page.wait_for_url("**/songs/*")
    page.request.post(f"/api/generations/{page.url.rsplit('/', 1)[-1]}/cancel", headers=token(page))


def token(page: Page) -> dict[str, str]:
    return {"X-CSRFToken": next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")}


def test_a_disguised_file_is_told_by_name_and_the_others_come_in(guest: Guest, photos: dict[str, Path]):
    page = guest.open("/")
    bring(page, photos["stream.mp4"], photos["field.jpg"])
    expect(page.locator(".media-refused")).to_contain_text("“stream.mp4” is a playlist")
    expect(page.locator("#media-chosen .name")).to_have_text(["field.jpg"])
    page.get_by_role("button", name="Close this message").first.click()
    expect(page.locator(".media-refused")).to_have_count(0)


def test_cards_are_dragged_left_out_taken_in_again_and_removed(guest: Guest, photos: dict[str, Path]):
    page = guest.open("/")
    bring(page, photos["sea.jpg"])
    expect(page.locator("#media-chosen .name")).to_have_text(["sea.jpg"])
    bring(page, photos["fire.jpg"])
    expect(page.locator("#media-chosen .name")).to_have_text(["sea.jpg", "fire.jpg"])
    cards = page.locator("#media-chosen .media-card")
    cards.nth(1).drag_to(cards.nth(0))
    expect(page.locator("#media-chosen .name")).to_have_text(["fire.jpg", "sea.jpg"])
    page.get_by_role("button", name="Leave fire.jpg out of this film").click()
    expect(page.locator("#media-rest .name")).to_have_text(["fire.jpg"])
    expect(page.get_by_role("button", name="Show fire.jpg in this film")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#media-chosen .name")).to_have_text(["sea.jpg", "fire.jpg"])
    page.get_by_role("button", name="Remove sea.jpg from the studio").click()
    page.get_by_role("button", name="Remove it", exact=True).click()
    expect(page.locator("#media-chosen .name")).to_have_text(["fire.jpg"])
    assert [one["name"] for one in page.request.get("/api/media").json()["media"]] == ["fire.jpg"]


def test_without_a_film_there_is_nothing_to_choose(guest: Guest, photos: dict[str, Path]):
    page = guest.open("/")
    bring(page, photos["sea.jpg"])
    expect(page.locator("#media-chosen .name")).to_have_text(["sea.jpg"])
    fill_brief(page, "only a song", film_size="none")
    expect(page.locator("#own-media")).to_be_hidden()
    choose(page, "film_size", "1280x720")
    expect(page.locator("#own-media")).to_be_visible()


def test_the_film_of_an_uploaded_score_shows_them_too(guest: Guest, photos: dict[str, Path]):
    page = guest.open("/")
    bring(page, photos["sea.jpg"])
    expect(page.locator("#media-chosen .name")).to_have_text(["sea.jpg"])
    key = page.request.get("/api/media").json()["media"][0]["key"]
    page.get_by_text("Start from a MIDI or MusicXML file").click()
    page.locator("#score-file").set_input_files(str(TUNE))
    page.route("**/api/scores", lambda route: route.fulfill(status=400, json={"error": {"message": "Not now."}}))
    with page.expect_request("**/api/scores") as sent:
        page.locator("#score-send").click()
    assert f'"media":["{key}"]'.encode() in sent.value.post_data_buffer
    expect(page.locator("#error-file")).to_have_text("Not now.")
