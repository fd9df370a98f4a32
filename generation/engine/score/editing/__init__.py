"""Editing a score: notes with names, typed operations, all of a patch or none of it."""

from generation.engine.score.editing.apply import Edited, apply_operations, check_open, summary_of
from generation.engine.score.editing.band import Band
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.open_score import OpenScore, ScoreIds, open_score, pack, unpack
from generation.engine.score.editing.operations import Operation, read_operations
from generation.engine.score.editing.section_edits import (
    delete_section,
    extend_section,
    move_section,
    replace_section,
    vary_section,
)
from generation.engine.score.editing.shown import show_score

__all__ = [
    "BadEdit",
    "Band",
    "Edited",
    "OpenScore",
    "Operation",
    "ScoreIds",
    "apply_operations",
    "check_open",
    "delete_section",
    "extend_section",
    "move_section",
    "open_score",
    "pack",
    "read_operations",
    "replace_section",
    "show_score",
    "summary_of",
    "unpack",
    "vary_section",
]
