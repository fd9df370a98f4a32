"""Speech: any text in the singers' voices, or in those of gTTS and OpenAI where they can be reached."""

from __future__ import annotations

from voicelab.contracts import SpeechSource
from voicelab.engine.speech.gtts_engine import GttsSpeech
from voicelab.engine.speech.local import LocalSpeech
from voicelab.engine.speech.openai_engine import OpenAISpeech
from voicelab.engine.speech.provider import SpeechEngine, SpeechFailed, Utterance
from voicelab.engine.speech.speaking import SPEECH_VERSION, speak

__all__ = [
    "SPEECH_VERSION",
    "GttsSpeech",
    "LocalSpeech",
    "OpenAISpeech",
    "SpeechEngine",
    "SpeechFailed",
    "Utterance",
    "engine_for",
    "speak",
]


def engine_for(
    source: SpeechSource, *, openai_key: str = "", openai_base_url: str = "", openai_model: str = ""
) -> SpeechEngine:
    """The engine of a source. OpenAI's without a key fails when it is to speak, and the local voice takes over."""
    if source is SpeechSource.GTTS:
        return GttsSpeech()
    if source is SpeechSource.OPENAI:
        return OpenAISpeech(openai_key, openai_base_url, openai_model)
    return LocalSpeech()
