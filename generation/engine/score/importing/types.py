"""What comes of a file that somebody brings."""

from __future__ import annotations

from dataclasses import dataclass

from codecraft.common.errors import InvalidInput
from generation.engine.score.types import Score


class BadScoreFile(InvalidInput):
    """The file is no MIDI or MusicXML, is damaged, holds no notes, or is unsafe; the sentence says which."""

    code = "bad_score_file"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True)
class ImportedScore:
    """`notices` say what was taken, moved or left out. `wants_orchestra`: the file holds a tune and no band.
    `is_ours`: it was written by the studio, so everything that was not edited since is as it was."""

    score: Score
    notices: tuple[str, ...] = ()
    wants_orchestra: bool = False
    is_ours: bool = False
