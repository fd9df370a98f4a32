"""Speech by OpenAI, or any server that speaks its protocol: POST /audio/speech, answered with MP3."""

from __future__ import annotations

from codecraft.common.progress import Progress, ignore_progress
from voicelab.contracts import SpeechSource, VoiceStyle
from voicelab.engine.speech.assembly import utterance
from voicelab.engine.speech.provider import SpeechFailed, Utterance
from voicelab.engine.speech.text import Reading
from voicelab.engine.speech.waiting import patiently

DEFAULT_MODEL = "gpt-4o-mini-tts"
VOICES: dict[VoiceStyle, str] = {
    VoiceStyle.HEROIC_MALE: "onyx",
    VoiceStyle.SOPRANO: "nova",
    VoiceStyle.ALTO: "alloy",
    VoiceStyle.WHISPER: "shimmer",
    VoiceStyle.CHOIR: "echo",
    VoiceStyle.SPOKEN: "fable",
}
"""Six voices that every model of the protocol knows."""
_MANNERS: dict[VoiceStyle, str] = {
    VoiceStyle.HEROIC_MALE: "Speak like the hero of an epic: low, calm, full of resolve.",
    VoiceStyle.SOPRANO: "Speak brightly and clearly, with a high, light voice.",
    VoiceStyle.ALTO: "Speak warmly and plainly.",
    VoiceStyle.WHISPER: "Whisper close to the ear, without any tone in the voice.",
    VoiceStyle.CHOIR: "Speak slowly and evenly, like someone leading many people in one voice.",
    VoiceStyle.SPOKEN: "Speak like a poet reading to music: clear, unhurried, with feeling.",
}
_WITHOUT_MANNERS = ("tts-1",)


class OpenAISpeech:
    """A `SpeechEngine`. `base_url` empty means OpenAI itself. `timeout_s` holds for each request."""

    source = SpeechSource.OPENAI

    def __init__(
        self,
        api_key: str,
        base_url: str = "",
        model: str = "",
        timeout_s: float = 30.0,
        *,
        voices: dict[VoiceStyle, str] | None = None,
        max_retries: int = 2,
    ) -> None:
        self._key, self._base_url, self._model = api_key, base_url, model or DEFAULT_MODEL
        self._timeout_s, self._max_retries = timeout_s, max_retries
        self._voices = VOICES | (voices or {})

    def say(
        self, reading: Reading, voice: VoiceStyle, *, rate: float, seed: int, progress: Progress = ignore_progress
    ) -> Utterance:
        """See `SpeechEngine.say`. The pace is made here, as not every model keeps to the one it is told."""
        mp3 = patiently(lambda: self._ask(reading.text, voice), progress)
        return utterance([mp3], reading, rate=rate, name="OpenAI")

    def notices(self, voice: VoiceStyle) -> tuple[str, ...]:
        return ("OpenAI speaks with one voice in place of the choir.",) if voice is VoiceStyle.CHOIR else ()

    def _ask(self, text: str, voice: VoiceStyle) -> bytes:
        import openai

        if not self._key:
            raise SpeechFailed("there is no key for OpenAI (OPENAI_API_KEY)")
        manner = {} if self._model.startswith(_WITHOUT_MANNERS) else {"instructions": _MANNERS[voice]}
        try:
            with openai.OpenAI(
                api_key=self._key,
                base_url=self._base_url or None,
                timeout=self._timeout_s,
                max_retries=self._max_retries,
            ) as client:
                answer = client.audio.speech.create(
                    model=self._model, voice=self._voices[voice], input=text, response_format="mp3", **manner
                )
                return answer.content
        except openai.OpenAIError as error:
            raise _failure(error) from None


def _failure(error: Exception) -> SpeechFailed:
    import openai

    if isinstance(error, openai.APITimeoutError):
        return SpeechFailed("OpenAI did not answer in time")
    if isinstance(error, openai.RateLimitError):
        return SpeechFailed("OpenAI is busy or its quota is used up")
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return SpeechFailed("OpenAI refused our key")
    if isinstance(error, openai.APIConnectionError):
        return SpeechFailed("OpenAI could not be reached")
    if isinstance(error, openai.APIStatusError):
        return SpeechFailed(f"OpenAI's server refused or failed ({error.status_code})")
    return SpeechFailed("OpenAI failed")
