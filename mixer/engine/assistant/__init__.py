"""The assistant: it listens to stems, sets a console, and says why, one undoable decision at a time."""

from mixer.engine.assistant.assist import ASSISTANT_VERSION, Assisted, Foreseen, assist
from mixer.engine.assistant.hearing import Hearing, StemMeasures, listen
from mixer.engine.assistant.notes import redone, undone
from mixer.engine.assistant.types import AssistStem, SongSection

__all__ = [
    "ASSISTANT_VERSION",
    "AssistStem",
    "Assisted",
    "Foreseen",
    "Hearing",
    "SongSection",
    "StemMeasures",
    "assist",
    "listen",
    "redone",
    "undone",
]
