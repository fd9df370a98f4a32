"""A channel as it sounds before its fader, for effects that a browser cannot play live."""

from __future__ import annotations

from codecraft.common.errors import Conflict
from codecraft.common.files import link_or_copy
from mixer.engine.console.render import freeze_strip
from mixer.engine.console.schema import read_state
from mixer.services.freezing import forget_frozen, frozen_key, frozen_path
from mixer.services.jobs import Bench, Outcome
from mixer.services.work.preparing import stems_at_hand

FROZEN_FILE = "frozen.wav"


def freeze(bench: Bench) -> Outcome:
    job = bench.job
    files, rows = stems_at_hand(bench)
    if job.revision is None:
        raise Conflict("The console's state that was to be rendered is not kept any more.", code="state_is_gone")
    state, channel = read_state(job.revision.state), job.request["channel"]
    key = frozen_key(state, channel, {row.name: str(row.id) for row in rows})
    path = frozen_path(job.session, key)
    progress = bench.stage("freeze")
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = bench.folder / FROZEN_FILE
        freeze_strip(state, files, channel, draft, progress=progress)
        draft.replace(path)
    forget_frozen(job.session)
    progress(1.0)
    link_or_copy(path, bench.folder / FROZEN_FILE)
    url = f"/api/audio/sessions/{job.session_id}/frozen/{key}.wav"
    return Outcome(result={"channel": channel, "key": key, "audio": url}, files=[FROZEN_FILE])
