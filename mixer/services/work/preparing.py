"""Before anything else: the session's stems, rendered by their source where they are not kept any more."""

from __future__ import annotations

from pathlib import Path

from codecraft.common.errors import Conflict
from codecraft.common.files import link_or_copy
from codecraft.common.progress import Progress
from mixer.models import MixSession, SessionStem
from mixer.services.jobs import Bench, Outcome
from mixer.services.sessions import fill_session
from mixer.services.sources import source_of

STEMS_IN = "stems-in"


def prepare(bench: Bench) -> Outcome:
    """The session can be played afterwards."""
    make_ready(_session(bench), bench.stage("stems"))
    return Outcome(result={"stems": _session(bench).stems.count()})


def make_ready(session: MixSession, progress: Progress) -> None:
    """Fetch the stems of a session that has none yet. Raises Conflict when its source cannot give them."""
    if not session.is_ready:
        fill_session(session, source_of(session.source_kind).fetch(session.source_id, progress))
    progress(1.0)


def stems_at_hand(bench: Bench) -> tuple[dict[str, Path], list[SessionStem]]:
    """The session's stems by name, under links of the job's own: a stem that is deleted meanwhile is still heard.

    Stems whose file is gone are left out; whoever needs them says so by name.
    """
    session = _session(bench)
    make_ready(session, bench.stage("stems"))
    folder = bench.folder / STEMS_IN
    folder.mkdir(exist_ok=True)
    files, rows = {}, []
    for stem in session.stems.all():
        stem.session = session
        if stem.path.is_file():
            files[stem.name] = folder / f"{stem.name}.wav"
            link_or_copy(stem.path, files[stem.name])
            rows.append(stem)
    return files, rows


def _session(bench: Bench) -> MixSession:
    session = bench.job.session
    if session is None:
        raise Conflict("The session of this job was deleted.", code="session_is_gone")
    return session
