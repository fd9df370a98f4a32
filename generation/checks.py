"""What this machine lacks, and what works without it: `manage.py check` says so in one sentence each."""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from codecraft.common.audio import ffmpeg_path
from codecraft.common.errors import Unavailable
from generation.services.rendering import free_bytes

LOW_DISK_BYTES = 4 * 10**9
FLUIDSYNTH_NAMES = ("libfluidsynth.so.3", "libfluidsynth.so.2", "libfluidsynth.dylib", "libfluidsynth-3.dll")


@register("studio")
def check_tools(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    return [*_ffmpeg(), *_soundfont(), *_fluidsynth(), *_fonts(), *_disk(), *_bundle()]


def _ffmpeg() -> list[CheckMessage]:
    try:
        ffmpeg_path()
    except Unavailable as error:
        hint = "The pages and finished songs work without it; new songs do not."
        return [Warning(error.message, hint=hint, id="studio.W006")]
    return []


def _soundfont() -> list[CheckMessage]:
    if settings.SOUNDFONT_PATH.is_file():
        return []
    hint = "Run `make run` once, or set SOUNDFONT_PATH. The pages and finished songs work without it; new songs do not."
    return [Warning(f"The SoundFont is missing: {settings.SOUNDFONT_PATH}", hint=hint, id="studio.W001")]


def _fluidsynth() -> list[CheckMessage]:
    for name in filter(None, [ctypes.util.find_library("fluidsynth"), *FLUIDSYNTH_NAMES]):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return []
    hint = "Install libfluidsynth3 (apt), fluidsynth-libs (dnf) or fluid-synth (brew). Until then tinysoundfont plays."
    return [Warning("libfluidsynth is missing.", hint=hint, id="studio.W002")]


def _fonts() -> list[CheckMessage]:
    if any(Path(settings.FONT_DIR).rglob("*.woff*")) or any(Path(settings.FONT_DIR).rglob("*.ttf")):
        return []
    hint = "Run `make run` once, or set FONT_DIR. Films are lettered with the system's fonts until then."
    return [Warning(f"The fonts of the film are missing: {settings.FONT_DIR}", hint=hint, id="studio.W003")]


def _disk() -> list[CheckMessage]:
    free = free_bytes(settings.DATA_DIR)
    if free >= LOW_DISK_BYTES:
        return []
    hint = "Long songs are refused until there is room; set STUDIO_DATA_DIR to a larger disk, or delete songs."
    return [Warning(f"Only {free / 1e9:.1f} GB are free under {settings.DATA_DIR}.", hint=hint, id="studio.W004")]


def _bundle() -> list[CheckMessage]:
    if (settings.BASE_DIR / "static" / "dist").is_dir():
        return []
    hint = "Run `make run`, or `npm ci && npm run build`. The API and the commands work without it; pages look bare."
    return [Warning("The pages' scripts and styles are not built.", hint=hint, id="studio.W005")]
