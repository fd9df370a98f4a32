"""From a brief to a package folder, with the tools and places of this machine. No database: `compose` uses it too."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from codecraft.common.audio import disk_full, ffmpeg_path
from codecraft.common.codec import canonical_bytes, decode
from codecraft.common.errors import InvalidInput, Unavailable
from generation.contracts import Brief
from generation.engine.pipeline import OpenAIConfig, PackageResult, Report, Workshop, run_pipeline
from generation.engine.score.types import Score
from mixer.engine.console.schema import read_state
from mixer.engine.desk import Desk

# The same room as the pipeline asks for: stems dry and mixed, mix, master and film, for each second of song.
BYTES_PER_SECOND = 12_000_000


def make_workshop() -> Workshop:
    openai = None
    if settings.OPENAI_API_KEY:
        openai = OpenAIConfig(
            api_key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL,
            model=settings.OPENAI_MODEL,
            speech_model=settings.OPENAI_SPEECH_MODEL,
            image_model=settings.OPENAI_IMAGE_MODEL,
        )
    return Workshop(
        store_dir=settings.STORE_DIR,
        soundfont_path=settings.SOUNDFONT_PATH,
        font_dir=settings.FONT_DIR,
        workers=settings.FILM_WORKERS,
        openai=openai,
        store_limit_bytes=settings.STORE_LIMIT_BYTES,
        media_dir=settings.OWN_MEDIA_DIR,
    )


def require_tools(brief: Brief, *, place: Path) -> None:
    """Say at once, not after minutes, that this machine cannot make the song. Raises Unavailable."""
    ffmpeg = Path(ffmpeg_path())
    if not ffmpeg.is_file() and shutil.which(str(ffmpeg)) is None:
        raise Unavailable(
            "ffmpeg is missing: install imageio-ffmpeg, or set IMAGEIO_FFMPEG_EXE to the path of an ffmpeg program.",
            code="ffmpeg_missing",
        )
    if not settings.SOUNDFONT_PATH.is_file():
        raise Unavailable(
            f"The SoundFont {settings.SOUNDFONT_PATH.name} is missing, so no orchestra can play: run `make run` once, "
            "or set SOUNDFONT_PATH to a General MIDI SoundFont (.sf2 or .sf3).",
            code="soundfont_missing",
        )
    for folder in (settings.STORE_DIR, place):
        if free_bytes(folder) < BYTES_PER_SECOND * brief.length_s:
            raise disk_full()


def free_bytes(folder: Path) -> int:
    """Free space of the file system on which a folder is, or will be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def write_desk(desk: Desk) -> bytes:
    return gzip.compress(canonical_bytes(desk), compresslevel=6, mtime=0)


_NO_DESK = (OSError, EOFError, zlib.error, TypeError, KeyError, ValueError, AttributeError, OverflowError, InvalidInput)


def read_desk(data: bytes) -> Desk | None:
    """The console that a revision was mixed on. None where there is none, or one that this mixer cannot play: what was
    not yet a console's state cannot become one, and the song is mixed anew when it is rendered again."""
    if not data:
        return None
    try:
        told = json.loads(gzip.decompress(data))
        return replace(decode(Desk, told), state=read_state(told["state"]))
    except _NO_DESK:
        return None


def render_package(
    *, brief: Brief, out_dir: Path, report: Report, score: Score | None = None, desk: Desk | None = None
) -> PackageResult:
    """Make the song, or a given score of it, into `out_dir`, going on from finished stages; `desk` is how the mixer
    was set for it before. Raises StudioError; lets Cancelled through."""
    require_tools(brief, place=out_dir)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"The folder {out_dir} cannot be made: {error.strerror}.", code="no_folder") from error
    return run_pipeline(brief, workshop=make_workshop(), out_dir=out_dir, report=report, score=score, desk=desk)
