"""What the network said, line by line in the asset store: a changed word asks for its own line only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.codec import content_hash
from codecraft.common.progress import Progress, ignore_progress
from generation.engine.pipeline.assets import load_result, save_result
from generation.engine.pipeline.store import AssetStore
from voicelab.contracts import SpokenWord, VoiceStyle
from voicelab.engine.speech import SPEECH_VERSION, SpeechEngine, Utterance
from voicelab.engine.speech.provider import SPEECH_RATE_HZ
from voicelab.engine.speech.text import Reading

_SOUND = "line.wav"


@dataclass(frozen=True)
class _Words:
    words: tuple[SpokenWord, ...]


class KeptSpeech:
    """A `SpeechEngine` that asks another one, and the store before it. `name` is what of that engine makes another
    sound (server, model). A line that failed is not kept; those before it are, so a second try goes on from there."""

    def __init__(self, engine: SpeechEngine, store: AssetStore, *, name: tuple[str, ...]) -> None:
        self.source = engine.source
        self._engine, self._store, self._name = engine, store, name

    def say(
        self, reading: Reading, voice: VoiceStyle, *, rate: float, seed: int, progress: Progress = ignore_progress
    ) -> Utterance:
        """See `SpeechEngine.say`. The seed is no part of the key: the network does not know it."""

        def build(folder: Path) -> None:
            said = self._engine.say(reading, voice, rate=rate, seed=seed, progress=progress)
            write_wav(folder / _SOUND, said.wave[None, :], sample_rate_hz=SPEECH_RATE_HZ, subtype="FLOAT")
            save_result(folder, _Words(said.words))

        key = content_hash({"line": SPEECH_VERSION, "of": self._name, "inputs": [reading, voice, rate]})
        folder = self._store.make(key, build)
        wave, _ = read_wav(folder / _SOUND)
        return Utterance(wave[0], load_result(_Words, folder).words)

    def notices(self, voice: VoiceStyle) -> tuple[str, ...]:
        return self._engine.notices(voice)
