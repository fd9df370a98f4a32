"""Takes the pictures of `docs/screenshots/` anew: a studio of its own, a real song and film, each page in two sizes.

Run by `make screenshots`. Look at them afterwards.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402

from tests.web.browser import DESKTOP, PHONE, Guest, chromium  # noqa: E402
from tests.web.studio_process import Studio, Visitor, wait_until  # noqa: E402

TARGET = ROOT / "docs/screenshots"
MAX_BYTES = 250_000
SONGS = (
    {
        "theme": "A gladiator who forgives his enemy",
        "style": "gladiator",
        "voice": "heroic_male",
        "length_s": 45,
        "film_size": "1280x720",
        "seed": 3,
    },
    {"theme": "The last dragon falls asleep under the snow", "style": "fantasy", "voice": "soprano"},
    {"theme": "One summer night, and the whole city is dancing", "style": "pop", "voice": "soprano"},
    {"theme": "Monks who keep one candle burning through the winter", "style": "gregorian", "voice": "choir"},
)
FILM_WITHIN_S = 1800.0


@contextmanager
def own_studio() -> Iterator[Studio]:
    with tempfile.TemporaryDirectory(prefix="studio-pictures-") as folder:
        studio = Studio(Path(folder), extra={"FILM_WORKERS": "2"})
        try:
            yield studio.start().wait_ready()
        finally:
            studio.close()


def save(page: Page, name: str) -> None:
    """As JPEG, as good as fits into the limit."""
    for quality in (85, 75, 65, 50):
        picture = page.screenshot(type="jpeg", quality=quality)
        if len(picture) <= MAX_BYTES:
            break
    (TARGET / f"{name}.jpg").write_bytes(picture)
    print(f"{name}.jpg  {len(picture) // 1000} KB", flush=True)


class Photographer:
    def __init__(self, browser: Browser, studio: Studio, visitor: Visitor) -> None:
        self.guest = Guest(browser, studio)
        self.visitor = visitor

    def both(self, name: str, path: str, prepare=lambda page: None, *, signed: bool = True) -> None:
        """`path` at desk and at phone size, after `prepare(page)`."""
        for size, viewport, scale in (("desktop", DESKTOP, 1), ("phone", PHONE, 2)):
            page = self.guest.open(
                path,
                visitor=self.visitor if signed else None,
                viewport=viewport,
                device_scale_factor=scale,
            )
            page.wait_for_load_state("load")
            page.evaluate("document.fonts.ready")
            prepare(page)
            page.wait_for_timeout(900)
            save(page, f"{name}-{size}")
        self.guest.close()
        self.guest.contexts.clear()


def fill_example(page: Page) -> None:
    page.locator(".example").first.click()
    page.evaluate("scrollTo(0, 0)")


def show_choices(page: Page) -> None:
    page.locator(".example").nth(1).click()
    page.get_by_text("Style", exact=True).scroll_into_view_if_needed()
    page.evaluate("document.querySelector('fieldset').scrollIntoView()")


def show_mistake(page: Page) -> None:
    page.locator("#generate").click()
    page.locator("#error-theme:not(:empty)").wait_for()


def play_a_while(page: Page) -> None:
    page.locator("#files li").first.wait_for()
    page.locator("#play").click()
    page.locator("#lyrics .line").nth(1).click()
    page.wait_for_timeout(2500)


def open_desk(page: Page) -> None:
    play_a_while(page)
    page.locator("#open-desk").click()
    page.locator(".channel .is-solo").first.click()
    page.evaluate("document.querySelector('#desk').scrollIntoView()")


def make_cuts(visitor: Visitor, song_id: str) -> None:
    """A trailer that is finished, an upright film in the making, a square one that waits."""
    films = f"/api/generations/{song_id}/films"
    trailer = visitor.call("POST", films, {"size": "1280x720", "trailer_s": 15})[1]["links"]["self"]
    wait_until(lambda: _is_done(visitor, trailer), within_s=FILM_WITHIN_S, what="a trailer")
    upright = visitor.call("POST", films, {"size": "1080x1920"})[1]["links"]["self"]
    visitor.call("POST", films, {"size": "1080x1080", "words": "lyric_video"})
    wait_until(lambda: visitor.call("GET", upright)[1]["preview"] > 0, within_s=FILM_WITHIN_S, what="its first frame")


def _is_done(visitor: Visitor, url: str) -> bool:
    time.sleep(1.0)
    return visitor.call("GET", url)[1]["state"] == "done"


def drop_cuts(visitor: Visitor, song_id: str) -> None:
    for film in visitor.call("GET", f"/api/generations/{song_id}/films")[1]["films"]:
        visitor.call("DELETE", film["links"]["self"])


def show_cuts(page: Page) -> None:
    page.locator(".cut").nth(2).wait_for()
    page.evaluate("document.querySelector('#cuts').scrollIntoView()")
    page.wait_for_timeout(1500)


def show_pictures(page: Page) -> None:
    page.locator("#picture-list li").first.wait_for()
    page.evaluate("document.querySelector('#pictures').scrollIntoView()")
    page.wait_for_timeout(1500)


def show_film_options(page: Page) -> None:
    page.locator("#film-fold summary").click()
    page.evaluate("document.querySelector('#film-fold').closest('fieldset').scrollIntoView()")


def wait_for_cards(page: Page) -> None:
    page.locator(".song-card").first.wait_for()
    page.wait_for_timeout(800)


def hear_voice(page: Page) -> None:
    page.locator('.hear[data-voice="soprano"]').click()
    page.locator("#spectrum:not([data-shows=''])").wait_for()
    page.locator("#roll .note").nth(5).click()
    page.locator("#note-breath").fill("0.6")
    page.wait_for_timeout(2500)
    page.evaluate("document.querySelector('#stage').scrollIntoView()")


def mix_it(page: Page) -> None:
    """At the console, mixed by the assistant, in the middle of the song."""
    page.locator('#console[data-state="ready"]').wait_for(timeout=FILM_WITHIN_S * 1000)
    if not page.locator("#decision-count").inner_text():
        page.locator("#assist").click()
        page.locator("#decision-count:not(:empty)").wait_for(state="attached", timeout=FILM_WITHIN_S * 1000)
    page.locator("#ruler").click(position={"x": 120, "y": 8})
    page.locator(".strip-card.is-channel .slot").first.click()
    page.locator("#play").click()
    page.wait_for_timeout(6000)


def master_it(page: Page) -> None:
    page.locator('#console[data-state="ready"]').wait_for(timeout=FILM_WITHIN_S * 1000)
    page.locator("#tab-versions").click()
    page.wait_for_timeout(1500)
    if page.locator(".version").count():
        page.get_by_role("button", name="Figures").first.click()
    else:
        page.locator("#tab-master").click()
        page.locator("#master-go").click()
    page.locator("#master-full").wait_for(timeout=FILM_WITHIN_S * 1000)
    page.evaluate("scrollTo(0, 0)")


def show_roll(page: Page) -> None:
    page.locator("#roll").focus()
    for _ in range(3):
        page.keyboard.press(".")
    page.keyboard.press("ArrowUp")


def show_sheet(page: Page) -> None:
    page.locator("#sheet svg").wait_for()
    page.locator("#seek").evaluate("(bar) => { bar.value = bar.max * 0.3; bar.dispatchEvent(new Event('input')); }")


def wait_for_picture(visitor: Visitor, song_id: str) -> None:
    """Until the film is well on its way, so that the preview shows a scene."""

    def is_painted() -> bool:
        now = visitor.look(song_id)
        assert now["state"] in ("queued", "running"), now
        film = next(stage for stage in now["stages"] if stage["name"] == "film")
        return now["preview"] > 0 and film["progress"] > 0.25

    wait_until(is_painted, within_s=FILM_WITHIN_S, what="a painted frame")


def take_all(browser: Browser, studio: Studio) -> None:
    visitor = studio.visitor()
    camera = Photographer(browser, studio, visitor)
    camera.both("studio", "/", fill_example, signed=False)
    camera.both("studio-choices", "/", show_choices, signed=False)
    camera.both("studio-film", "/", show_film_options, signed=False)
    camera.both("studio-mistake", "/", show_mistake, signed=False)
    camera.both("voices", "/voices", signed=False)
    camera.both("voices-heard", "/voices", hear_voice, signed=False)
    camera.both("library-empty", "/library", signed=False)
    camera.both("sign-up", "/sign-up", signed=False)
    camera.both("log-in", "/login", signed=False)
    camera.both("not-found", "/no/such/page", signed=False)
    film_id = visitor.compose(**SONGS[0])
    wait_for_picture(visitor, film_id)
    camera.both("running", f"/songs/{film_id}", lambda page: page.locator("#preview.is-live").wait_for())
    visitor.wait_for(film_id, "done", within_s=FILM_WITHIN_S)
    camera.both("result", f"/songs/{film_id}", play_a_while)
    camera.both("result-desk", f"/songs/{film_id}", open_desk)
    camera.both("result-pictures", f"/songs/{film_id}", show_pictures)
    make_cuts(visitor, film_id)
    camera.both("result-cuts", f"/songs/{film_id}", show_cuts)
    drop_cuts(visitor, film_id)
    camera.both("score", f"/songs/{film_id}/score", show_roll)
    camera.both("sheet", f"/songs/{film_id}/score#sheet", show_sheet)
    camera.both("mixer-start", "/audio-mixer")
    desk = visitor.call("POST", "/api/audio/sessions", {"generation": film_id})[1]["links"]["page"]
    camera.both("mixer", desk, mix_it)
    camera.both("mastering", desk, master_it)
    others = [visitor.compose(**fields) for fields in SONGS[1:]]
    visitor.call("POST", f"/api/generations/{others[2]}/cancel")
    visitor.wait_for(others[0], "done")
    visitor.wait_for(others[1], "running", "done")
    camera.both("library", "/library", wait_for_cards)
    visitor.wait_for(others[1], "done")
    camera.both("result-song-only", f"/songs/{others[1]}", play_a_while)
    camera.both("cancelled", f"/songs/{others[2]}")
    name = f"ada{int(time.time()) % 100000}"
    camera.both("account", "/sign-up", lambda page: make_account(page, name), signed=False)


def make_account(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(f"{name}{page.viewport_size['width'] if page.viewport_size else ''}")
    page.get_by_label("Password").fill("violet-anchor-92")
    page.get_by_role("button", name="Create the account").click()
    page.goto("/account")
    page.get_by_role("button", name="Make a token").click()
    page.locator("#token").wait_for()


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with own_studio() as studio, chromium() as browser:
        take_all(browser, studio)


if __name__ == "__main__":
    main()
