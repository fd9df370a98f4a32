"""The room of each style."""

from __future__ import annotations

from generation.contracts import MusicStyle
from mixer.contracts import Space

SPACES = {
    MusicStyle.EPIC: Space.HALL,
    MusicStyle.POP: Space.STUDIO,
    MusicStyle.DARK: Space.HALL,
    MusicStyle.GREGORIAN: Space.CATHEDRAL,
    MusicStyle.FANTASY: Space.HALL,
    MusicStyle.GLADIATOR: Space.HALL,
    MusicStyle.EMOTIONAL: Space.CHAMBER,
}
