"""What people do in the voice lab."""

from __future__ import annotations

from voicelab.services.auditions import make_audition, pronounce
from voicelab.services.reading import read_audition

__all__ = ["make_audition", "pronounce", "read_audition"]
