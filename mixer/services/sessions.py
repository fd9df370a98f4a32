"""Sessions at the console: opened from a song or from uploads, renamed, deleted; their stems taken away."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from codecraft.common.codec import encode
from codecraft.common.errors import Conflict, InvalidInput
from mixer.contracts import ChannelRole, SourceInfo, SourceStem
from mixer.engine.console.state import Channel, ConsoleState
from mixer.engine.desk import Desk
from mixer.models import MAX_TITLE_CHARS, AudioJob, AudioUpload, JobKind, MixSession, SessionStem, StemKind
from mixer.selectors import get_session, get_stem
from mixer.services.consoles import (
    AS_PUBLISHED,
    add_revision,
    first_revision,
    is_untouched,
    lock_session,
    without_stem,
)
from mixer.services.decisions import proposed
from mixer.services.job_starts import queue_job, stop_jobs
from mixer.services.sources import UPLOADS, source_of
from mixer.services.stems import (
    MAX_STEMS,
    TooMuchSound,
    place_stem,
    remove_stem_files,
    require_space,
    stem_name,
)
from rados.contracts import Person

MAX_SESSIONS = 100


def open_source(*, person: Person, kind: str, source_id: str, title: str = "", anew: bool = False) -> MixSession:
    """A session with the stems of a registered source (a song). The one that the person has for its newest state is
    answered again, unless `anew`. Where stems must be rendered first it is not ready yet: a job prepares it.

    Raises NotFound, Conflict while the song is not done, TooMuchSound."""
    source = source_of(kind)
    info = source.describe(person, source_id)
    if not anew:
        known = MixSession.objects.of(person).filter(
            source_kind=kind, source_id=source_id, source_revision=info.revision
        )
        if (session := known.first()) is not None:
            touch(session)
            _follow(session)
            return session
    _require_room(person)
    session = _session_of(person, kind, source_id, info, title)
    kept = source.fetch_kept(source_id)
    if kept is not None:
        fill_session(session, kept)
        return get_session(person, session.id)
    with transaction.atomic():
        session.save(force_insert=True)
        queue_job(person, JobKind.PREPARE, session=session, title=session.title)
    return session


def _session_of(person: Person, kind: str, source_id: str, info: SourceInfo, title: str) -> MixSession:
    return MixSession(
        owner_id=person.user_id,
        guest_id=person.guest_id,
        title=_title(title) or info.title[:MAX_TITLE_CHARS],
        source_kind=kind,
        source_id=source_id,
        source_revision=info.revision,
        duration_s=info.duration_s,
        tempo_bpm=info.tempo_bpm,
        space=info.space.value,
        seed=info.seed,
        sections=[encode(section) for section in info.sections],
    )


def fill_session(session: MixSession, stems: Sequence[SourceStem]) -> None:
    """Give a session its stems and its first console. Safe to repeat after a crash; a session that somebody else made
    ready meanwhile keeps what it has. Raises NotFound for one that was deleted, TooMuchSound."""
    require_space(Person(session.owner_id, session.guest_id), sum(stem.path.stat().st_size for stem in stems))
    try:
        with transaction.atomic():
            if session._state.adding:
                session.save(force_insert=True)
            lock_session(session)
            if session.is_ready:
                return
            SessionStem.objects.filter(session=session).delete()
            placed = [place_stem(session, stem, kind=StemKind.SONG, position=n) for n, stem in enumerate(stems)]
            source = source_of(session.source_kind)
            _make_ready(session, placed, source.console(session.source_id, session.source_revision))
    except BaseException:
        if not SessionStem.objects.filter(session=session.id).exists():
            shutil.rmtree(session.folder, ignore_errors=True)
        raise


def open_uploads(*, person: Person, upload_ids: Sequence[uuid.UUID], title: str = "") -> MixSession:
    """A session with a person's own uploads, each a channel, aligned at 0 s. Raises InvalidInput, NotFound."""
    if not 1 <= len(upload_ids) <= MAX_STEMS:
        raise InvalidInput(f"A session takes from 1 to {MAX_STEMS} uploads.", field="uploads")
    if len(set(upload_ids)) != len(upload_ids):
        raise InvalidInput("The same upload is named twice.", field="uploads")
    found = {upload.id: upload for upload in AudioUpload.objects.of(person).filter(id__in=upload_ids)}
    missing = [one for one in upload_ids if one not in found or not found[one].path.is_file()]
    if missing:
        raise InvalidInput(f"There is no upload {missing[0]}, or it is not yours.", field="uploads")
    uploads = [found[one] for one in upload_ids]
    _require_room(person)
    session = MixSession(
        owner_id=person.user_id,
        guest_id=person.guest_id,
        title=_title(title) or uploads[0].name.rpartition(".")[0][:MAX_TITLE_CHARS] or uploads[0].name,
        source_kind=UPLOADS,
        notices=[f"{upload.name}: {notice}" for upload in uploads for notice in upload.notices],
    )
    try:
        with transaction.atomic():
            session.save(force_insert=True)
            placed: list[SessionStem] = []
            for upload in uploads:
                placed.append(place_upload(session, upload, position=len(placed), taken=[s.name for s in placed]))
            AudioUpload.objects.filter(id__in=upload_ids).update(used_at=timezone.now())
            _make_ready(session, placed)
    except BaseException:
        shutil.rmtree(session.folder, ignore_errors=True)
        raise
    return get_session(person, session.id)


def place_upload(session: MixSession, upload: AudioUpload, *, position: int, taken: Sequence[str]) -> SessionStem:
    base = upload.name.rpartition(".")[0] or upload.name
    stem = SourceStem(stem_name(base, taken), base[:80], upload.path, ChannelRole.EFFECTS)
    return place_stem(session, stem, kind=StemKind.UPLOAD, position=position, upload=upload, measures=upload.measures)


def _make_ready(session: MixSession, stems: Sequence[SessionStem], desk: Desk | None = None) -> None:
    """With the console of its source's own mix, where there is one for these stems; else with all faders at 0."""
    session.is_ready = True
    session.duration_s = max([session.duration_s, *(stem.samples / 48_000 for stem in stems)])
    session.save(update_fields=["is_ready", "duration_s", "updated_at"])
    published = _published(stems, desk)
    if published is None:
        first_revision(session, plain_console(session, stems), summary="Opened: all faders at 0.")
    else:
        first_revision(session, published[0], summary=AS_PUBLISHED, decisions=published[1])


def _published(stems: Sequence[SessionStem], desk: Desk | None) -> tuple[ConsoleState, list[dict[str, Any]]] | None:
    """The state and the decisions of a source's own mix, where it is one of these stems."""
    labels = {stem.name: stem.label for stem in stems}
    if desk is None or {channel.stem for channel in desk.state.channels} != set(labels):
        return None
    channels = tuple(replace(channel, label=labels[channel.stem]) for channel in desk.state.channels)
    return replace(desk.state, channels=channels), [proposed(decision) for decision in desk.decisions]


def _follow(session: MixSession) -> None:
    """The source may have been mixed anew since: a console that nobody has touched becomes the one of that mix."""
    with transaction.atomic():
        lock_session(session)
        if session.revision is None or not is_untouched(session.revision):
            return
        desk = source_of(session.source_kind).console(session.source_id, session.source_revision)
        if (published := _published(list(session.stems.all()), desk)) is not None:
            add_revision(session, published[0], summary=AS_PUBLISHED, decisions=published[1])


def plain_console(session: MixSession, stems: Sequence[SessionStem]) -> ConsoleState:
    """Every stem on a channel, all faders at 0: the plain sum, each where its part sits."""
    return ConsoleState(tuple(channel_of(stem) for stem in stems), seed=session.seed)


def channel_of(stem: SessionStem) -> Channel:
    return Channel(
        id=stem.name,
        label=stem.label,
        pan=stem.pan,
        stem=stem.name,
        role=ChannelRole(stem.role),
        offset_s=stem.offset_s,
    )


def _title(title: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in title).split())[:MAX_TITLE_CHARS]


def _require_room(person: Person) -> None:
    if MixSession.objects.of(person).count() >= MAX_SESSIONS:
        raise TooMuchSound(f"You have {MAX_SESSIONS} sessions already: delete one first.")


def touch(session: MixSession) -> None:
    """It was opened: it expires later."""
    MixSession.objects.filter(id=session.id).update(used_at=timezone.now())


def rename_session(*, person: Person, session_id: uuid.UUID | str, title: str) -> MixSession:
    session = get_session(person, session_id)
    session.title = _title(title)
    if not session.title:
        raise InvalidInput("Give the session a title.", field="title")
    session.save(update_fields=["title", "updated_at"])
    return session


def delete_session(*, person: Person, session_id: uuid.UUID | str) -> None:
    """Remove a session with its takes, states and bounces for good; work on it stops. Uploads, the song, and mixes that
    went into the song stay."""
    remove_session(get_session(person, session_id))


def remove_session(session: MixSession) -> None:
    jobs = list(AudioJob.objects.filter(session=session))
    stop_jobs(AudioJob.objects.filter(session=session))
    folders = [session.folder, *(job.folder for job in jobs)]
    session.delete()
    for folder in folders:
        if folder.is_relative_to(settings.MIXES_DIR):
            shutil.rmtree(folder, ignore_errors=True)


def delete_stem(*, person: Person, session_id: uuid.UUID | str, name: str) -> None:
    """Take a stem out of a session, its channel with it. A rendering that has begun goes on with it; states of the
    console that name it can still be looked at."""
    session = get_session(person, session_id)
    stem = get_stem(session, name)
    if session.stems.count() == 1:
        raise Conflict("This is the session's only stem: delete the session instead.", code="last_stem")
    with transaction.atomic():
        without_stem(session, stem.name, made_by=person.user_id)
        SessionStem.objects.filter(id=stem.id).delete()
        transaction.on_commit(lambda: remove_stem_files(stem))
