"""Sounds that people bring: uploads for sessions of their own, references for the mastering room, takes onto a song."""

from __future__ import annotations

import math
import threading
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from codecraft.common.codec import encode
from codecraft.common.errors import Conflict, InvalidInput
from codecraft.common.files import keep_upload
from mixer.contracts import ChannelRole, SourceStem
from mixer.engine.console.state import Channel
from mixer.engine.intake import MAX_UPLOAD_BYTES, BadSound, Decoded, decode, measure_file
from mixer.models import AudioUpload, MixSession, SessionStem, StemKind
from mixer.selectors import get_session, get_upload
from mixer.services.consoles import lock_session, require_revision, with_channel
from mixer.services.sessions import channel_of
from mixer.services.stems import MAX_STEMS, place_stem, remove_stem_files, require_space, stem_name
from rados.contracts import Person

MAX_UPLOADS = 400
MAX_TAKE_OFFSET_S = 3_600.0
MAX_LATENCY_S = 2.0
_NAME_CHARS = 200
_DECODERS = threading.BoundedSemaphore(2)
"""Sounds that one web process decodes at a time."""


def add_upload(*, person: Person, name: str, upload: Any) -> tuple[AudioUpload, bool]:
    """Take a sound. `upload` has `size` and `chunks()`. Returns it, and whether it is new: the same file of the same
    person is kept once. Raises BadSound with one sentence for what cannot be used, TooMuchSound, Unavailable."""
    name = clean_name(name)
    incoming = _incoming()
    try:
        digest = _keep(upload, incoming, name)
        known = AudioUpload.objects.of(person).filter(source_sha256=digest).first()
        if known is not None and known.path.is_file():
            AudioUpload.objects.filter(id=known.id).update(used_at=timezone.now())
            return known, False
        if known is not None:  # its file was lost: it is brought anew
            remove_upload(known)
        if AudioUpload.objects.of(person).count() >= MAX_UPLOADS:
            raise Conflict(f"You have {MAX_UPLOADS} uploads already: delete some first.", code="too_much_sound")
        require_space(person, upload.size)
        return _store(person, name, incoming, digest)
    finally:
        incoming.unlink(missing_ok=True)


def _store(person: Person, name: str, incoming: Path, digest: str) -> tuple[AudioUpload, bool]:
    row = AudioUpload(owner_id=person.user_id, guest_id=person.guest_id, name=name, source_sha256=digest)
    row.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _DECODERS:
            made = decode(incoming, row.path, name=name)
            row.measures = encode(measure_file(row.path))
        _fill(row, made)
        require_space(person, row.size_bytes)
        with transaction.atomic():
            row.save(force_insert=True)
        return row, True
    except IntegrityError:  # the same file came twice at once
        row.path.unlink(missing_ok=True)
        earlier = AudioUpload.objects.of(person).filter(source_sha256=digest).first()
        if earlier is None:
            raise
        return earlier, False
    except BaseException:
        row.path.unlink(missing_ok=True)
        raise


def _fill(row: AudioUpload, made: Decoded) -> None:
    row.format, row.source_rate_hz = made.format, made.source_rate_hz
    row.channels, row.samples = made.channels, made.samples
    row.notices = list(made.notices)
    row.size_bytes = row.path.stat().st_size


def delete_upload(*, person: Person, upload_id: uuid.UUID | str) -> None:
    """Remove an upload. Sessions that play it keep its sound."""
    remove_upload(get_upload(person, upload_id))


def remove_upload(upload: AudioUpload) -> None:
    """The row, and when that is certain, its files."""
    paths = [upload.path, upload.peaks_path]  # now: a deleted row has no id, and so no path, any more
    with transaction.atomic():
        upload.delete()
        transaction.on_commit(lambda: [path.unlink(missing_ok=True) for path in paths])


def add_take(
    *,
    person: Person,
    session_id: uuid.UUID | str,
    upload: Any,
    name: str = "",
    offset_s: float = 0.0,
    latency_s: float = 0.0,
) -> SessionStem:
    """A recording onto the session's timeline: a new stem on a channel of its own. It was begun when the song stood at
    `offset_s`, and reached the file `latency_s` too late (the way out and in through the sound card).

    Raises BadSound, InvalidInput, Conflict for a full session, TooMuchSound."""
    session = get_session(person, session_id)
    require_revision(session)
    offset_s = _seconds(offset_s, "offset_s", 0.0, MAX_TAKE_OFFSET_S)
    latency_s = _seconds(latency_s, "latency_s", 0.0, MAX_LATENCY_S)
    _require_place(session)
    incoming = _incoming()
    decoded = incoming.with_name(f"{incoming.name}.wav")
    try:
        label = clean_name(name) if name.strip() else f"Take {_takes(session) + 1}"
        _keep(upload, incoming, label)
        require_space(person, upload.size)
        with _DECODERS:
            decode(incoming, decoded, name=label)
            measures = encode(measure_file(decoded))
        require_space(person, decoded.stat().st_size)
        return _place_take(person, session, decoded, label, offset_s - latency_s, measures)
    finally:
        incoming.unlink(missing_ok=True)
        decoded.unlink(missing_ok=True)


def _place_take(
    person: Person, session: MixSession, path: Path, label: str, offset_s: float, measures: dict[str, Any]
) -> SessionStem:
    name = ""
    try:
        with transaction.atomic():
            lock_session(session)  # two takes at once: each has a name, and so a file, of its own
            _require_place(session)
            taken = [*session.stems.values_list("name", flat=True), *_ids(session)]
            name = stem_name(label.rpartition(".")[0] or label, taken)
            last = session.stems.order_by("-position").values_list("position", flat=True).first()
            stem = place_stem(
                session,
                SourceStem(name, label[:80], path, ChannelRole.EFFECTS),
                kind=StemKind.TAKE,
                position=0 if last is None else last + 1,
                offset_s=offset_s,
                measures=measures,
            )
            channel: Channel = replace(channel_of(stem), role=ChannelRole.EFFECTS)
            with_channel(session, channel, summary=f"“{label}” was recorded.", made_by=person.user_id)
            session.duration_s = max(session.duration_s, offset_s + stem.samples / 48_000)
            session.save(update_fields=["duration_s", "updated_at"])
    except BaseException:
        if name:
            remove_stem_files(SessionStem(session=session, name=name))
        raise
    return stem


def _require_place(session: MixSession) -> None:
    if session.stems.count() >= MAX_STEMS:
        raise Conflict(f"A session has at most {MAX_STEMS} stems: delete one first.", code="too_many_stems")


def _ids(session: MixSession) -> list[str]:
    state = require_revision(session).state
    return [strip["id"] for strip in (*state["channels"], *state.get("buses", []))]


def _takes(session: MixSession) -> int:
    return session.stems.filter(kind=StemKind.TAKE).count()


def _seconds(value: Any, field: str, lowest: float, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InvalidInput(f"{field} is a number of seconds.", field=field)
    if not lowest <= value <= highest:
        raise InvalidInput(f"{field} must lie from {lowest:g} to {highest:g} seconds.", field=field)
    return float(value)


def clean_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable()).strip()
    return plain[-_NAME_CHARS:] or "unnamed"


def _incoming() -> Path:
    folder = settings.MIXES_DIR / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / uuid.uuid4().hex


def _keep(upload: Any, path: Path, name: str) -> str:
    """Write an upload to its place; its SHA-256."""
    if upload.size > MAX_UPLOAD_BYTES:
        raise BadSound(
            f"“{name}” has {upload.size / 2**20:.0f} MB; {MAX_UPLOAD_BYTES // 2**20} are the most.", code="too_large"
        )
    return keep_upload(upload, path)
