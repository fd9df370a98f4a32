"""System checks: what is missing on this machine is said, with what works without it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from codecraft.common.audio import ffmpeg_path


def told(check_id: str) -> Any:
    return next((message for message in run_checks(tags=["studio"]) if message.id == check_id), None)


def test_a_whole_machine_has_nothing_to_say() -> None:
    assert told("studio.W001") is None and told("studio.W006") is None


def test_missing_soundfont(settings: Any, tmp_path: Path) -> None:
    settings.SOUNDFONT_PATH = tmp_path / "gone.sf3"
    assert "SOUNDFONT_PATH" in told("studio.W001").hint


def test_missing_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg_path.cache_clear()
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "")
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", _no_ffmpeg)
    try:
        assert "finished songs work" in told("studio.W006").hint
    finally:
        ffmpeg_path.cache_clear()


def _no_ffmpeg() -> str:
    raise RuntimeError("No ffmpeg exe could be found.")


def test_missing_fonts_and_bundle(settings: Any, tmp_path: Path) -> None:
    settings.FONT_DIR = settings.BASE_DIR = tmp_path
    assert told("studio.W003") is not None and told("studio.W005") is not None


def test_low_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 5_000_000

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage)
    assert "0.0 GB" in told("studio.W004").msg
