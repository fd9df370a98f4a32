"""What the mixer is told of a song: its room, and its sections by name."""

from __future__ import annotations

from generation.contracts import MusicStyle
from generation.engine.score.timeline import section_spans
from generation.engine.score.types import Score
from mixer.contracts import SourceSection, Space

SPACES = {
    MusicStyle.EPIC: Space.HALL,
    MusicStyle.POP: Space.STUDIO,
    MusicStyle.DARK: Space.HALL,
    MusicStyle.GREGORIAN: Space.CATHEDRAL,
    MusicStyle.FANTASY: Space.HALL,
    MusicStyle.GLADIATOR: Space.HALL,
    MusicStyle.EMOTIONAL: Space.CHAMBER,
}


def source_sections(score: Score) -> tuple[SourceSection, ...]:
    spans = zip(score.sections, section_spans(score), strict=True)
    return tuple(SourceSection(s.kind.value, span.name, span.start_s, span.end_s) for s, span in spans)
