"""The singer: phonemes at their notes become a dry voice."""

from __future__ import annotations

from voicelab.engine.singer.interpretation import interpret
from voicelab.engine.singer.performance import SINGER_VERSION, intended_pitch, sing
from voicelab.engine.singer.phrase_cache import PhraseStore

__all__ = ["SINGER_VERSION", "PhraseStore", "intended_pitch", "interpret", "sing"]
