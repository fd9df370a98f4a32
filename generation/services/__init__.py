"""The writes of the song: what pages, API, commands and tasks call."""

from __future__ import annotations

from generation.services.cut_jobs import enqueue_cut, release_jobs, run_cut, sweep_cuts
from generation.services.cuts import cancel_cut, delete_cut, retry_cut, start_cut
from generation.services.generations import (
    cancel_generation,
    claim_at_login,
    claim_guest_work,
    delete_generation,
    make_brief,
    restore_generation,
    retry_generation,
    start_generation,
)
from generation.services.imports import MAX_FILE_BYTES, import_score
from generation.services.jobs import (
    enqueue_generation,
    purge_generations,
    release_generations,
    run_generation,
    sweep_generations,
)
from generation.services.media import add_media, delete_media, require_own_media
from generation.services.media_jobs import make_media_ready, purge_media, sweep_media
from generation.services.mix_choices import KIND as SONG_SOURCE
from generation.services.mix_choices import choose_mix_version
from generation.services.previews import preview_path, preview_score
from generation.services.rendering import render_package, require_tools
from generation.services.scores import (
    SECTION_ACTIONS,
    edit_section,
    patch_score,
    redo_edit,
    render_score,
    revert_score,
    undo_edit,
)
from generation.services.variations import start_variations
from generation.services.versions import delete_mix_version, mix_file, mix_file_name

__all__ = [
    "MAX_FILE_BYTES",
    "SECTION_ACTIONS",
    "SONG_SOURCE",
    "add_media",
    "cancel_cut",
    "cancel_generation",
    "choose_mix_version",
    "claim_at_login",
    "claim_guest_work",
    "delete_cut",
    "delete_generation",
    "delete_media",
    "delete_mix_version",
    "edit_section",
    "enqueue_cut",
    "enqueue_generation",
    "import_score",
    "make_brief",
    "make_media_ready",
    "mix_file",
    "mix_file_name",
    "patch_score",
    "preview_path",
    "preview_score",
    "purge_generations",
    "purge_media",
    "redo_edit",
    "release_generations",
    "release_jobs",
    "render_package",
    "render_score",
    "require_own_media",
    "require_tools",
    "restore_generation",
    "retry_cut",
    "retry_generation",
    "revert_score",
    "run_cut",
    "run_generation",
    "start_cut",
    "start_generation",
    "start_variations",
    "sweep_cuts",
    "sweep_generations",
    "sweep_media",
    "undo_edit",
]
