"""Chromium for the page tests: one browser a module, contexts with cookies of their own, an eye on broken scripts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.web.studio_process import Studio, Visitor, wait_until

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 60_000  # limits, not measurements: a busy machine answers late
SONG_WITHIN_MS = 300_000  # other tests' songs may wait before ours


def chromium_path() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    assert found, "The page tests need Chromium: install it, or set CHROMIUM to its path."
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Ends with the module: Playwright's event loop would disturb asynchronous tests elsewhere."""
    arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


@dataclass
class Guest:
    """Somebody with a browser of their own. `broken` collects what scripts complained about."""

    browser: Browser
    studio: Studio
    broken: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, path: str = "/", *, visitor: Visitor | None = None, script: str = "", **options: Any) -> Page:
        """A page in a context of its own; with `visitor` it has that visitor's cookies."""
        context = self.browser.new_context(**{"viewport": DESKTOP, "base_url": self.studio.url, **options})
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        if script:
            context.add_init_script(script)
        if visitor is not None:
            cookies = [{"name": c.name, "value": c.value or "", "url": self.studio.url} for c in visitor.cookies]
            context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on("console", self._on_console)
        page.goto(path)
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        # A refused request is an answer, not a fault: the page must show it, and tests look there.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.broken.append(message.text)

    def close(self) -> None:
        """Songs that nobody looks at any more end with their pages: other tests' songs would wait behind them."""
        for context in self.contexts:
            self._cancel_songs(context)
            context.close()

    def _cancel_songs(self, context: BrowserContext) -> None:
        token = next((c["value"] for c in context.cookies() if c["name"] == "csrftoken"), "")
        for state in ("queued", "running"):
            for song in context.request.get(f"/api/generations?state={state}").json()["results"]:
                context.request.post(f"{song['links']['self']}/cancel", headers={"X-CSRFToken": token})


def set_length(page: Page, length_s: int) -> None:
    """Move the slider as a hand would: its value, then the event that the page listens to."""
    page.locator("#length").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }",
        length_s,
    )


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)


def fill_brief(page: Page, theme: str, *, seed: int | None = None, film_size: str = "none", length_s: int = 30) -> None:
    page.get_by_label("What is your song about?").fill(theme)
    choose(page, "film_size", film_size)
    set_length(page, length_s)
    if seed is not None:
        page.get_by_text("Title, seed and your own lyrics").click()
        page.get_by_label("Seed").fill(str(seed))


def start_song(page: Page) -> str:
    """Press the button; the id of the song whose page opens."""
    page.locator("#generate").click()
    page.wait_for_url("**/songs/*")
    return page.url.rsplit("/", 1)[-1]


def until(page: Page, expression: str, *, within_ms: int = PATIENCE_MS) -> None:
    """Wait for a script's truth. (Playwright's own `wait_for_function` needs eval, which our pages forbid.)"""
    wait_until(lambda: page.evaluate(expression), within_s=within_ms / 1000, what=expression)


def overflow_px(page: Page) -> int:
    """By how much the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def save_picture(page: Page, path: Path, *, quality: int = 80, full_page: bool = False) -> None:
    page.screenshot(path=path, type="jpeg", quality=quality, full_page=full_page)
