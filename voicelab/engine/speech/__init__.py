"""Speech: any text in the singers' voices, or in those of gTTS and OpenAI where they can be reached."""

from __future__ import annotations

from voicelab.engine.speech.local import LocalSpeech
from voicelab.engine.speech.provider import SpeechEngine, SpeechFailed, Utterance
from voicelab.engine.speech.speaking import SPEECH_VERSION, speak

__all__ = ["SPEECH_VERSION", "LocalSpeech", "SpeechEngine", "SpeechFailed", "Utterance", "speak"]
