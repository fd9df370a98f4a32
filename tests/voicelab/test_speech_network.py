"""gTTS and OpenAI against a real server on this machine that speaks their protocols; the network alone is replaced."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import read_wav
from codecraft.common.errors import Cancelled
from tests.judges.pitch import pitch_track
from tests.judges.speech import transcribe, word_errors
from tests.voicelab.speech_server import SERVER_PACE, SpeechServer, mp3_of, spoken_mp3
from voicelab.contracts import SpeakSpec, Speech, SpeechSource, VoiceStyle
from voicelab.engine.speech import GttsSpeech, OpenAISpeech, engine_for, speak
from voicelab.engine.speech.levels import loudness_lufs
from voicelab.engine.speech.local import words_of
from voicelab.engine.speech.text import read_sentence

LONG = (
    "When the storm came, it took the lighthouse, the boats, and half of the town; nobody slept, and nobody said "
    "a word until the morning."
)
TEXT = f"We walked to the river. {LONG} Stone by stone."
SENTENCES = ("We walked to the river.", LONG, "Stone by stone.")


@pytest.fixture
def serve(tmp_path_factory, monkeypatch):
    servers: list[SpeechServer] = []

    def start(reply=lambda text, count: None) -> SpeechServer:
        servers.append(SpeechServer(tmp_path_factory.mktemp("server"), reply))
        monkeypatch.setenv("HTTPS_PROXY", servers[-1].url)
        monkeypatch.setenv("https_proxy", servers[-1].url)
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def openai_of(server: SpeechServer, **options) -> OpenAISpeech:
    return OpenAISpeech(
        "key-1", f"{server.url}/v1", options.pop("model", ""), options.pop("timeout_s", 20.0), **options
    )


ENGINES = {"gtts": lambda server: GttsSpeech(timeout_s=20.0), "openai": openai_of}


def say(folder: Path, engine, *, text: str = TEXT, voice=VoiceStyle.SPOKEN, rate: float = 1.0, **more) -> Speech:
    return speak(SpeakSpec(text, voice, 7, rate), folder / "speech.wav", engine=engine, **more)


def is_local(speech: Speech, *reasons: str) -> bool:
    """The whole text in the local voice, and a notice that says why."""
    told = len(speech.notices) == 1 and all(r in speech.notices[0] for r in ("own voice", *reasons))
    return speech.source is SpeechSource.LOCAL and told and len(speech.words) == len(TEXT.split())


@pytest.mark.parametrize("name", ENGINES)
def test_the_network_speaks(serve, tmp_path, name):
    server = serve()
    speech = say(tmp_path, ENGINES[name](server))
    assert (speech.source.value, speech.notices) == (name, ())
    assert [w.text for w in speech.words] == TEXT.split()
    heard, _ = transcribe(speech.path)
    wrong, count = word_errors(TEXT, heard)
    assert wrong / count <= 0.05, heard
    audio, rate_hz = read_wav(speech.path)
    assert audio.shape == (1, speech.samples) and rate_hz == 48_000
    assert loudness_lufs(audio[0], sample_rate_hz=rate_hz) == pytest.approx(-20.0, abs=1.0)


def test_gtts_is_asked_over_its_real_protocol_in_pieces_of_100_characters(serve, tmp_path):
    server = serve()
    say(tmp_path, GttsSpeech(timeout_s=20.0))
    assert set(server.targets) == {"translate.google.com:443"}
    assert re.findall(r"\w+", " ".join(server.said)) == re.findall(r"\w+", TEXT)
    assert len(server.said) > len(SENTENCES) and max(map(len, server.said)) <= 100


def test_openai_is_asked_for_the_voice_of_the_style(serve, tmp_path):
    server = serve()
    say(tmp_path, openai_of(server), text="Stone by stone.", voice=VoiceStyle.HEROIC_MALE)
    say(tmp_path, openai_of(server, model="tts-1"), text="{Stone|stˈOn} by stone.", voice=VoiceStyle.WHISPER)
    first, second = server.bodies
    assert first["key"] == "Bearer key-1" and first["response_format"] == "mp3"
    assert (first["model"], first["voice"]) == ("gpt-4o-mini-tts", "onyx") and first["instructions"]
    assert (second["model"], second["voice"], second["input"]) == ("tts-1", "shimmer", "Stone by stone.")
    assert "instructions" not in second


@pytest.mark.parametrize("name", ENGINES)
def test_words_of_the_network_are_where_they_are_heard(serve, tmp_path, name):
    """What the server said is known: the studio's own durations at the server's pace, behind its trimmed silence."""
    speech = say(tmp_path, ENGINES[name](serve()), text=SENTENCES[0])
    known, _ = words_of(read_sentence(SENTENCES[0]), rate=SERVER_PACE)
    off_s = np.array([ours.start_s - theirs.start_s for ours, theirs in zip(speech.words, known, strict=True)])
    assert np.abs(off_s - np.median(off_s)).max() < 0.05
    onset_s = np.argmax(np.abs(read_wav(speech.path)[0][0]) > 0.02) / 48_000
    assert abs(speech.words[0].start_s - onset_s) < 0.06
    f0_hz = pitch_track(speech.path)[1]
    assert np.median(f0_hz[f0_hz > 0]) < 140.0  # the server's man, not the studio's narrator


def test_the_pace_of_the_network_is_made_here(serve, tmp_path):
    serve()
    usual = say(tmp_path, GttsSpeech(), text=SENTENCES[0]).words
    quick = say(tmp_path, GttsSpeech(), text=SENTENCES[0], rate=1.5).words
    length_s = [words[-1].end_s - words[0].start_s for words in (usual, quick)]
    assert length_s[1] / length_s[0] == pytest.approx(1 / 1.5, rel=0.06)


@pytest.mark.parametrize("name", ENGINES)
def test_a_failure_at_the_last_sentence_gives_the_whole_text_to_one_voice(serve, tmp_path, name):
    server = serve(lambda text, count: (403, b'{"error": {"message": "no"}}') if text.startswith("Stone") else None)
    speech = say(tmp_path, ENGINES[name](server))
    assert is_local(speech)
    assert (
        speech.path.read_bytes() == speak(SpeakSpec(TEXT, VoiceStyle.SPOKEN, 7), tmp_path / "own.wav").path.read_bytes()
    )
    assert any(text.startswith("We walked") for text in server.said)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_server_that_only_fails(serve, tmp_path, name, status):
    speech = say(tmp_path, ENGINES[name](serve(lambda text, count: (status, b'{"error": {"message": "no"}}'))))
    assert is_local(speech, "gTTS" if name == "gtts" else "OpenAI")


@pytest.mark.parametrize("name", ENGINES)
def test_a_bad_moment_is_waited_out(serve, tmp_path, name):
    server = serve(lambda text, count: (500, b"{}") if count == 1 else None)
    assert say(tmp_path, ENGINES[name](server), text=SENTENCES[0]).source.value == name


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", spoken_mp3("Hello.")[:40], mp3_of(np.zeros(24_000))])
def test_an_answer_that_is_no_speech(serve, tmp_path, name, body):
    assert is_local(say(tmp_path, ENGINES[name](serve(lambda text, count: (200, body)))))


@pytest.mark.parametrize("name", ENGINES)
def test_a_server_that_sleeps(serve, tmp_path, name):
    def reply(text: str, count: int) -> None:
        time.sleep(1.5)

    server = serve(reply)
    engine = GttsSpeech(timeout_s=0.2) if name == "gtts" else openai_of(server, timeout_s=0.2, max_retries=0)
    assert is_local(say(tmp_path, engine))


def test_no_network_at_all(tmp_path, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert is_local(say(tmp_path, GttsSpeech(timeout_s=2.0)), "could not be reached")
    silent = OpenAISpeech("key", "http://127.0.0.1:9/v1", timeout_s=2.0, max_retries=0)
    assert is_local(say(tmp_path, silent), "could not be reached")


def test_openai_without_a_key_says_so(tmp_path):
    assert is_local(say(tmp_path, engine_for(SpeechSource.OPENAI)), "OPENAI_API_KEY")


@pytest.mark.parametrize("name", ENGINES)
def test_a_cancel_does_not_wait_for_the_network(serve, tmp_path, name):
    def reply(text: str, count: int) -> None:
        time.sleep(8.0)

    called: list[float] = []

    def stop(fraction: float) -> None:
        called.append(time.monotonic())
        if len(called) > 4:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        say(tmp_path, ENGINES[name](serve(reply)), progress=stop)
    assert called[-1] - called[0] < 6.0
    assert not list(tmp_path.iterdir())


def test_gtts_tells_that_it_has_one_voice(serve, tmp_path):
    serve()
    speech = say(tmp_path, GttsSpeech(), text=SENTENCES[0], voice=VoiceStyle.SOPRANO)
    assert speech.source is SpeechSource.GTTS and "one voice" in speech.notices[0]
