"""A score that people edit: the score itself, names that stay with its notes, and the parts that are muted.

A note keeps its id through every edit of it or around it, so that a piano roll, an undo stack and two browsers speak
of the same note. Ids are whole numbers from one counter; outside they are written "p3" (part), "l4" (line of the lead)
and "n12" (note of a part or of the lead).
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace

from codecraft.common.codec import canonical_bytes, decode
from generation.engine.score.types import Score


@dataclass(frozen=True)
class ScoreIds:
    """Parallel to the score: `parts[i]` names `score.parts[i]`, `notes[i][j]` its note j; `lines` and `lead` likewise
    name the lines of the lead and their notes. `following` is the next free number."""

    following: int
    parts: tuple[int, ...]
    notes: tuple[tuple[int, ...], ...]
    lines: tuple[int, ...]
    lead: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class OpenScore:
    """`score` holds the notes of muted parts, too; `muted` are ids of parts."""

    score: Score
    ids: ScoreIds
    muted: tuple[int, ...] = ()

    @property
    def heard(self) -> Score:
        """The score as it sounds: a muted part plays nothing, and keeps its place among the stems."""
        if not self.muted:
            return self.score
        parts = tuple(
            replace(part, notes=(), controls=()) if number in self.muted else part
            for number, part in zip(self.ids.parts, self.score.parts, strict=True)
        )
        return replace(self.score, parts=parts)


def open_score(score: Score) -> OpenScore:
    """A score with fresh ids, counted from 1: parts, then their notes, then the lines of the lead and theirs."""
    following = 1

    def take(count: int) -> tuple[int, ...]:
        nonlocal following
        following += count
        return tuple(range(following - count, following))

    parts = take(len(score.parts))
    notes = tuple(take(len(part.notes)) for part in score.parts)
    lines = take(len(score.lead.lines))
    lead = tuple(take(len(line.notes)) for line in score.lead.lines)
    return OpenScore(score, ScoreIds(following, parts, notes, lines, lead))


def pack(score: OpenScore) -> bytes:
    """The open score as bytes, the same for the same score."""
    return gzip.compress(canonical_bytes(score), compresslevel=6, mtime=0)


def unpack(data: bytes) -> OpenScore:
    """The inverse of `pack`. Raises ValueError, KeyError or TypeError for other bytes."""
    return decode(OpenScore, json.loads(gzip.decompress(data)))
