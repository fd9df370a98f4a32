"""The singer: phonemes at their notes become a dry voice."""

from __future__ import annotations

from voicelab.engine.singer.performance import SINGER_VERSION, sing

__all__ = ["SINGER_VERSION", "sing"]
