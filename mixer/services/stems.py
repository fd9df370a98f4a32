"""The sounds of a session: put in their place, drawn, taken away."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import soundfile as sf
from django.conf import settings
from django.db.models import Sum

from codecraft.common.audio import disk_full
from codecraft.common.codec import encode
from codecraft.common.errors import StudioError
from codecraft.common.files import link_or_copy
from mixer.contracts import SourceStem
from mixer.engine.console.schema import MAX_CHANNELS
from mixer.engine.console.state import MIX
from mixer.engine.intake import SAMPLE_RATE_HZ, peaks_of
from mixer.models import MAX_NAME_CHARS, AudioJob, AudioUpload, MixSession, SessionStem, StemKind
from rados.contracts import Person

MAX_STEMS = 32
_FREE_BYTES = 500 * 2**20
_RESERVED = {MIX, "lanes"}


class TooMuchSound(StudioError):
    code = "too_much_sound"
    http_status = 409


def place_stem(session: MixSession, stem: SourceStem, *, kind: StemKind, position: int, **more: Any) -> SessionStem:
    """A row and a file (a hard link where that is the same disk) for a sound of 48 kHz that lies at `stem.path`."""
    info = sf.info(stem.path)
    if info.samplerate != SAMPLE_RATE_HZ:
        raise StudioError(f"The stem {stem.name} has {info.samplerate} Hz; the console plays {SAMPLE_RATE_HZ}.")
    row = SessionStem(
        session=session,
        kind=kind,
        position=position,
        name=stem.name,
        label=stem.label[:80],
        role=stem.role.value,
        pan=stem.pan,
        effects=encode(stem.effects) if stem.effects is not None else None,
        channels=min(2, info.channels),
        samples=info.frames,
        size_bytes=stem.path.stat().st_size,
        **more,
    )
    row.path.parent.mkdir(parents=True, exist_ok=True)
    draft = row.path.with_name(f".{uuid.uuid4().hex}.wav")
    link_or_copy(stem.path, draft)
    draft.replace(row.path)
    row.peaks_path.unlink(missing_ok=True)
    row.save(force_insert=True)
    return row


def stem_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that the console takes, near to what a person called it, and that nobody has yet."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", wanted).strip("-._")[: MAX_NAME_CHARS - 4].strip("-._") or "sound"
    known, name, number = {*taken, *_RESERVED}, plain, 2
    while name in known:
        name, number = f"{plain}-{number}", number + 1
    return name


def peaks_json(source: SessionStem | AudioUpload) -> Path:
    """The file with the picture of a sound; drawn at the first look."""
    path = source.peaks_path
    if not path.is_file():
        draft = path.with_name(f".{uuid.uuid4().hex}.json")
        draft.write_text(json.dumps(peaks_of(source.path), separators=(",", ":")), encoding="utf-8")
        draft.replace(path)
    return path


def remove_stem_files(stem: SessionStem) -> None:
    stem.path.unlink(missing_ok=True)
    stem.peaks_path.unlink(missing_ok=True)


def used_bytes(person: Person) -> int:
    """What a person's sounds take: uploads, takes, stems of songs and of uploads that were deleted, and what was
    rendered from them."""
    uploads = AudioUpload.objects.of(person).aggregate(total=Sum("size_bytes"))["total"] or 0
    own = SessionStem.objects.filter(session__in=MixSession.objects.of(person)).exclude(
        kind=StemKind.UPLOAD, upload__isnull=False
    )
    stems = own.aggregate(total=Sum("size_bytes"))["total"] or 0
    files = AudioJob.objects.of(person).exclude(files=[]).values_list("files", flat=True)
    return uploads + stems + sum(file["size_bytes"] for listed in files for file in listed)


def require_space(person: Person, size_bytes: int) -> None:
    """Raises TooMuchSound when a person has as much as they may keep, Unavailable when the disk is nearly full."""
    if used_bytes(person) + size_bytes > settings.MIXES_LIMIT_BYTES:
        limit = settings.MIXES_LIMIT_BYTES / 1e6
        raise TooMuchSound(
            f"Your uploads, stems and mixes may take {limit:,.0f} MB together: delete a session or uploads first."
        )
    settings.MIXES_DIR.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.MIXES_DIR).free < _FREE_BYTES + size_bytes:
        raise disk_full()


assert MAX_STEMS <= MAX_CHANNELS
