"""The door for a person's own pictures and clips: whatever was uploaded becomes a clean file, or one sentence."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from codecraft.common.audio import disk_full
from codecraft.common.codec import file_hash
from codecraft.common.guarded import Ceiling, Ended, run_guarded
from codecraft.common.progress import Progress, ignore_progress, span
from generation.engine.film.media.clips import check_clip, convert_clip, draw_thumbnail, is_animated
from generation.engine.film.media.library import SUFFIXES, keep_facts
from generation.engine.film.media.probe import Probed
from generation.engine.film.media.sniff import BadMedia, Sniffed, sniff
from generation.engine.film.types import OwnMedia

MAX_PICTURE_BYTES, MAX_CLIP_BYTES = 64 * 2**20, 500 * 2**20
THUMBNAIL_PX = 400
_CHILD = Path(__file__).with_name("picture_child.py")
_PAINTING = Ceiling(memory_bytes=4 * 2**30, cpu_s=60, file_bytes=2**28, wall_s=120.0)
_ANIMATIONS = {"GIF": "gif", "PNG": "apng"}


@dataclass(frozen=True)
class Checked:
    """An upload that was looked at: what it is, and for a clip what ffmpeg told of it."""

    sniffed: Sniffed
    told: Probed | None = None

    @property
    def kind(self) -> str:
        return self.sniffed.kind


def check_media(path: Path, *, name: str) -> Checked:
    """Look at an upload without decoding it: kind, size, length. `name` is only for sentences. Raises BadMedia."""
    sniffed = sniff(path, name)
    size = path.stat().st_size
    demuxer = _ANIMATIONS.get(sniffed.format)
    if demuxer and size <= MAX_CLIP_BYTES and _may_move(path, sniffed.format) and is_animated(path, demuxer):
        sniffed = Sniffed("clip", demuxer)
    limit = MAX_PICTURE_BYTES if sniffed.kind == "picture" else MAX_CLIP_BYTES
    if size > limit:
        message = f"“{name}” has {size / 2**20:.0f} MB; {limit // 2**20} are the most for a {sniffed.kind}."
        raise BadMedia(message, code="too_large")
    told = check_clip(path, sniffed.format, name) if sniffed.kind == "clip" else None
    return Checked(sniffed, told)


def prepare_media(
    path: Path, *, name: str, media_dir: Path, progress: Progress = ignore_progress, checked: Checked | None = None
) -> OwnMedia:
    """Make an upload ready for films: `media_dir` then holds `<key>.png` or `<key>.mp4`, a `<key>.jpg` thumbnail and
    `<key>.json`. The same upload gives the same bytes and so the same key.

    A picture becomes 8-bit sRGB, upright, without metadata, at most as large as a 4K film needs. A clip becomes upright
    H.264, 8-bit BT.709 (HDR rolled off by ITU-R BT.2408's reference white), constant rate, at most 1920 pixels a side,
    silent. `name` is only for sentences. `progress` may raise: nothing is left then. Raises BadMedia with one sentence
    for what cannot be used, Unavailable for a full disk.
    """
    checked = checked or check_media(path, name=name)
    media_dir.mkdir(parents=True, exist_ok=True)
    progress(0.0)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=media_dir) as scratch:
        draft = Path(scratch) / f"draft{SUFFIXES[checked.kind]}"
        thumbnail = Path(scratch) / "thumbnail.jpg"
        if checked.told is None:
            width, height, duration_s = *_paint(path, draft, thumbnail, checked.sniffed.format, name), 0.0
        else:
            clip = convert_clip(
                path, checked.sniffed.format, draft, name=name, told=checked.told, progress=span(progress, 0.0, 0.97)
            )
            width, height, duration_s = clip.width, clip.height, clip.duration_s
            draw_thumbnail(draft, thumbnail, duration_s=duration_s, side_px=THUMBNAIL_PX)
        media = OwnMedia(file_hash(draft), checked.kind, width, height, duration_s)
        if thumbnail.is_file():
            thumbnail.replace(media_dir / f"{media.key}.jpg")
        draft.replace(media_dir / f"{media.key}{SUFFIXES[media.kind]}")
    keep_facts(media_dir, media)
    progress(1.0)
    return media


def _may_move(path: Path, kind: str) -> bool:
    """A PNG moves only where an animation's header stands before its picture (PNG 3rd edition, 11.3.6.1)."""
    if kind == "GIF":
        return True
    with path.open("rb") as stream:
        stream.seek(8)
        for _ in range(64):
            head = stream.read(8)
            if len(head) < 8 or head[4:] == b"IDAT":
                return False
            if head[4:] == b"acTL":
                return True
            stream.seek(int.from_bytes(head[:4], "big") + 4, os.SEEK_CUR)
    return False


def _paint(path: Path, draft: Path, thumbnail: Path, kind: str, name: str) -> tuple[int, int]:
    command = [sys.executable, "-I", str(_CHILD), str(path), str(draft), str(thumbnail), kind]
    ended = run_guarded(command, _PAINTING)
    try:
        facts = json.loads(ended.out)
    except ValueError:
        raise _ended_badly(ended, name) from None
    if "refused" in facts:
        if "No space left" in facts.get("said", ""):
            raise disk_full()
        raise BadMedia(_sentence(facts, name), code=facts["refused"])
    return facts["width"], facts["height"]


def _sentence(facts: dict, name: str) -> str:
    size = f"{facts.get('width', 0):,}x{facts.get('height', 0):,} pixels"
    return {
        "too_many_pixels": f"“{name}” is {size} large; 64 million pixels, 16,384 a side, are the most.",
        "too_small": f"“{name}” is only {size} large; 64 a side are the least.",
        "too_much_memory": f"“{name}” needs too much memory: make it smaller and try again.",
    }.get(facts["refused"], f"“{name}” is damaged, or cut off: it cannot be read as a picture.")


def _ended_badly(ended: Ended, name: str) -> BadMedia:
    if ended.overstayed or ended.code == -24:
        return BadMedia(f"“{name}” takes too long to read: make it smaller and try again.", code="too_slow")
    return BadMedia(f"“{name}” is damaged: it cannot be read as a picture.", code="broken_media")
