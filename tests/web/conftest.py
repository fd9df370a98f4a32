from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browser import Guest, chromium
from tests.web.studio_process import Studio, Visitor


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def guest(browser: Browser, running_studio: Studio) -> Iterator[Guest]:
    """A visitor with a browser; at the end no script of a page may have broken."""
    somebody = Guest(browser, running_studio)
    yield somebody
    somebody.close()
    assert somebody.broken == []


@pytest.fixture(scope="session")
def song_owner(running_studio: Studio) -> tuple[Visitor, str]:
    """A guest who owns one finished song without a film, and the song's id."""
    visitor = running_studio.visitor()
    song_id = visitor.compose("a lighthouse that calls lost ships", style="dark", voice="soprano", seed=21)
    visitor.wait_for(song_id, "done")
    return visitor, song_id
