"""Frozen channels: what the page plays where an effect is not live. Kept by all that is heard in them."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from codecraft.common.codec import content_hash
from codecraft.common.errors import NotFound
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.paths import strip_at
from mixer.engine.console.state import Channel, ConsoleState
from mixer.models import AudioJob, JobKind, MixSession
from mixer.selectors import get_session
from mixer.services.consoles import current_state, require_revision
from mixer.services.job_starts import queue_job
from mixer.services.stems import require_space
from rados.contracts import Person

FREEZE_VERSION = 1
"""Raise it when the same channel would give other bytes."""
_MOST_FROZEN = 40
_BYTES_PER_S = 48_000 * 2 * 4


def freeze_channel(*, person: Person, session_id: uuid.UUID | str, channel: str) -> AudioJob:
    """Queue the rendering of a channel or bus up to its fader. Raises InvalidInput for one that is not there,
    TooManyJobs, TooMuchSound."""
    session = get_session(person, session_id)
    strip_at(current_state(session), channel)
    revision = require_revision(session)
    require_space(person, round(session.duration_s * _BYTES_PER_S))
    return queue_job(person, JobKind.FREEZE, session=session, revision=revision, title=session.title, channel=channel)


def frozen_key(state: ConsoleState, strip_id: str, stem_ids: dict[str, str]) -> str:
    """The content key of a frozen channel or bus: itself before its fader, and all that it hears."""
    told, seen = [], set()
    waiting = [(strip_id, False)]
    while waiting:
        one, with_fader = waiting.pop()
        if (one, with_fader) in seen:
            continue
        seen.add((one, with_fader))
        strip = strip_at(state, one)
        told.append([strip if with_fader else [strip.gain_db, strip.inverted, strip.effects]])
        told.append(sorted((ln.target, ln.points) for ln in state.lanes if ln.target.partition("/")[0] == one))
        if isinstance(strip, Channel):
            told.append([stem_ids.get(strip.stem, ""), strip.offset_s])
        else:
            feeds = [s for s in (*state.channels, *state.buses) if s.output == one or one in {x.bus for x in s.sends}]
            waiting += [(feed.id, True) for feed in feeds]
        waiting += [(slot.key, False) for slot in strip.effects if slot.key and not slot.bypass]
    return content_hash(["frozen", FREEZE_VERSION, state.seed, told])


def frozen_path(session: MixSession, key: str) -> Path:
    return session.folder / "frozen" / f"{key}.wav"


def get_frozen(session: MixSession, key: str) -> Path:
    """Raises NotFound."""
    path = frozen_path(session, key)
    if len(key) != 64 or not set(key) <= set("0123456789abcdef") or not path.is_file():
        raise NotFound("There is no such frozen channel any more: freeze it again.")
    return path


def frozen_of(session: MixSession, state: ConsoleState) -> dict[str, dict[str, Any]]:
    """For each strip with an effect that pages cannot play live: the key of its sound, and where that is if it is."""
    stem_ids = {name: str(stem_id) for name, stem_id in session.stems.values_list("name", "id")}
    found = {}
    for strip in (*state.channels, *state.buses, state.mix):
        dead = [s.id for s in strip.effects if not s.bypass and not EFFECT_KINDS[s.kind].live]
        if dead:
            key = frozen_key(state, strip.id, stem_ids)
            is_there = frozen_path(session, key).is_file()
            url = f"/api/audio/sessions/{session.id}/frozen/{key}.wav"
            found[strip.id] = {"key": key, "effects": dead, "audio": url if is_there else None}
    return found


def forget_frozen(session: MixSession) -> None:
    """The oldest go when there are many."""
    files = sorted((session.folder / "frozen").glob("*.wav"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_MOST_FROZEN:]:
        path.unlink(missing_ok=True)
