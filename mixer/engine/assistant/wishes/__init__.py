"""Wishes in words: what people ask of a mix, as changes of its controls within safe bounds."""

from mixer.engine.assistant.wishes.asking import wish_by_model
from mixer.engine.assistant.wishes.types import Quality, Wanted, Wished
from mixer.engine.assistant.wishes.wish import wish

__all__ = ["Quality", "Wanted", "Wished", "wish", "wish_by_model"]
