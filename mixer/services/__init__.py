"""The writes of the mixer: what pages, API and tasks call."""

from __future__ import annotations

from mixer.services.bounces import (
    FORMATS,
    choose_bounce,
    current_mix,
    start_analyse,
    start_assist,
    start_choice,
    start_master,
    start_mix,
)
from mixer.services.consoles import (
    current_state,
    delete_snapshot,
    put_console,
    redo_move,
    require_revision,
    restore_snapshot,
    save_snapshot,
    undo_move,
)
from mixer.services.decisions import accept_decision, redo_decision, undo_decision
from mixer.services.freezing import freeze_channel, frozen_of, get_frozen
from mixer.services.housekeeping import purge_mixes
from mixer.services.impulses import impulse_path
from mixer.services.job_starts import cancel_job, delete_job, retry_job
from mixer.services.jobs import release_audio_jobs, run_audio_job, sweep_audio_jobs
from mixer.services.ownership import claim_at_login, claim_guest_mixes
from mixer.services.sessions import (
    delete_session,
    delete_stem,
    open_source,
    open_uploads,
    rename_session,
    touch,
)
from mixer.services.sources import MadeMeanwhile, ReadiedMix, register_source, source_kinds, source_of
from mixer.services.stems import peaks_json
from mixer.services.uploads import add_take, add_upload, delete_upload
from mixer.services.wishes import fulfil_wish

__all__ = [
    "FORMATS",
    "MadeMeanwhile",
    "ReadiedMix",
    "accept_decision",
    "add_take",
    "add_upload",
    "cancel_job",
    "choose_bounce",
    "claim_at_login",
    "claim_guest_mixes",
    "current_mix",
    "current_state",
    "delete_job",
    "delete_session",
    "delete_snapshot",
    "delete_stem",
    "delete_upload",
    "freeze_channel",
    "frozen_of",
    "fulfil_wish",
    "get_frozen",
    "impulse_path",
    "open_source",
    "open_uploads",
    "peaks_json",
    "purge_mixes",
    "put_console",
    "redo_decision",
    "redo_move",
    "register_source",
    "release_audio_jobs",
    "rename_session",
    "require_revision",
    "restore_snapshot",
    "retry_job",
    "run_audio_job",
    "save_snapshot",
    "source_kinds",
    "source_of",
    "start_analyse",
    "start_assist",
    "start_choice",
    "start_master",
    "start_mix",
    "sweep_audio_jobs",
    "touch",
    "undo_decision",
    "undo_move",
]
