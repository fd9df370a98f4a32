"""What the assistant is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mixer.contracts import ChannelRole, VoiceEffects


@dataclass(frozen=True)
class AssistStem:
    """A stem's file and what is known of it. `role` and `pan` None: the assistant decides from name and sound.

    `effects` is what a person asked of this voice beforehand; `offset_s` where on the timeline the file begins.
    """

    name: str
    path: Path
    label: str = ""
    role: ChannelRole | None = None
    pan: float | None = None
    effects: VoiceEffects | None = None
    offset_s: float = 0.0


@dataclass(frozen=True)
class SongSection:
    """A stretch of the song as people call it: “verse”, “chorus 2”."""

    name: str
    start_s: float
    end_s: float
