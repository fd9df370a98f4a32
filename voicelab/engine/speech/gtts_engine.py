"""gTTS: the voice of Google Translate, through the package of that name. Free and without a key; it needs the network.

A sentence goes out in pieces of at most 100 characters and comes back as MP3 (gtts 2.5.4, `gTTS.stream`).
"""

from __future__ import annotations

from codecraft.common.progress import Progress, ignore_progress
from voicelab.contracts import SpeechSource, VoiceStyle
from voicelab.engine.speech.assembly import utterance
from voicelab.engine.speech.provider import SpeechFailed, Utterance
from voicelab.engine.speech.text import Reading
from voicelab.engine.speech.waiting import patiently

TRIES = 2
_BUSY, _LAST_CLIENT_ERROR = 429, 499


class GttsSpeech:
    """A `SpeechEngine`. `timeout_s` holds for each piece; `tld` is the end of the host's name (com, co.uk, ca …)."""

    source = SpeechSource.GTTS

    def __init__(self, *, tld: str = "com", timeout_s: float = 15.0) -> None:
        self._tld, self._timeout_s = tld, timeout_s

    def say(
        self, reading: Reading, voice: VoiceStyle, *, rate: float, seed: int, progress: Progress = ignore_progress
    ) -> Utterance:
        """See `SpeechEngine.say`. Every `voice` is gTTS's only one, at a pace that pydub gives it."""
        parts = patiently(lambda: self._parts(reading.text), progress)
        return utterance(parts, reading, rate=rate, name="gTTS")

    def notices(self, voice: VoiceStyle) -> tuple[str, ...]:
        if voice is VoiceStyle.SPOKEN:
            return ()
        return (f"gTTS has one voice only; it speaks in place of the {voice.value.replace('_', ' ')}.",)

    def _parts(self, text: str) -> list[bytes]:
        for left in reversed(range(TRIES)):
            try:
                return self._ask(text)
            except SpeechFailed as failure:
                if not left or not failure.passing:
                    raise
        raise AssertionError("unreachable")

    def _ask(self, text: str) -> list[bytes]:
        import requests
        from gtts import gTTS, gTTSError

        try:
            asked = gTTS(text, tld=self._tld, lang="en", lang_check=False, timeout=self._timeout_s)
            parts = list(asked.stream())
            expected = len(asked.get_bodies())
        except gTTSError as error:
            raise _failure(error) from None
        except requests.RequestException:
            raise SpeechFailed("gTTS broke off in the middle of its answer", passing=True) from None
        except (ValueError, AssertionError):  # base64 or text that is none; nothing left to say in its eyes
            raise SpeechFailed("gTTS gave an answer that could not be read") from None
        if len(parts) != expected or not all(parts):
            raise SpeechFailed("gTTS sent only a part of the speech", passing=True)
        return parts


def _failure(error: Exception) -> SpeechFailed:
    answer = getattr(error, "rsp", None)
    if answer is None:
        return SpeechFailed("gTTS could not be reached", passing=True)
    if answer.status_code == _BUSY:
        return SpeechFailed("gTTS takes no more requests for now")
    if answer.status_code == 200:
        return SpeechFailed("gTTS gave an answer without sound")
    if answer.status_code <= _LAST_CLIENT_ERROR:
        return SpeechFailed(f"gTTS refused the request ({answer.status_code})")
    return SpeechFailed(f"gTTS's server failed ({answer.status_code})", passing=True)
