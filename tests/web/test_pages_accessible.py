"""Every page as axe-core judges it: names, roles, values, contrast, sizes (WCAG 2.2 AA, good practice)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, Guest
from tests.web.studio_process import ROOT, Visitor
from tests.web.test_pages_mixer import open_console, stems, wait_ready

__all__ = ["stems"]
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_GRAVE = ("serious", "critical")


@lru_cache(maxsize=1)
def axe_source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """What is serious or critical on the page as it stands, each with the elements concerned."""
    page.evaluate("document.getAnimations().forEach((one) => one.effect.getTiming().iterations < 99 && one.finish())")
    page.evaluate(axe_source())
    options: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": _TAGS}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']} ({one['help']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in _GRAVE
    ]


@pytest.mark.parametrize("path", ["/", "/library", "/voices", "/audio-mixer", "/login"])
def test_a_page_has_no_grave_fault(guest: Guest, path: str) -> None:
    page = guest.open(path)
    page.wait_for_load_state("networkidle")
    assert faults(page) == []


def test_axe_sees_a_fault(guest: Guest) -> None:
    page = guest.open("/login")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in faults(page))


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_the_console_has_no_grave_fault_in_any_room(
    guest: Guest, stems: list[Path], viewport: dict[str, int] | None
) -> None:
    page = open_console(guest, stems, **({"viewport": viewport} if viewport else {}))
    page.get_by_role("button", name="Mix it for me").click()
    expect(page.locator("#decision-count")).not_to_be_empty(timeout=240_000)
    page.get_by_role("button", name="Automation of lead vocal").click()
    for step in ("#tab-channel", "#tab-assistant", "#tab-snapshots", "#record", "#tab-master", "#tab-versions"):
        page.locator(step).click()
        assert faults(page) == [], step


@pytest.mark.slow
def test_a_finished_song_has_no_grave_fault(guest: Guest, song_owner: tuple[Visitor, str]) -> None:
    visitor, song_id = song_owner
    page = guest.open(f"/songs/{song_id}", visitor=visitor)
    expect(page.locator("#result")).to_be_visible()
    assert faults(page) == []
    page.goto(f"/songs/{song_id}/score")
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    page.goto(f"/audio-mixer?song={song_id}")
    page.wait_for_url("**/audio-mixer/*-*")
    wait_ready(page)
    assert faults(page) == []
