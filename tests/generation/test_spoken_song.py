"""A song whose words are spoken over the music: heard by Whisper, timed by energy, and the same in every file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from difflib import SequenceMatcher

import mido
import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import read_wav
from codecraft.common.errors import StudioError
from generation.contracts import Brief, MusicStyle
from generation.engine.composer import ComposeSpec, compose, plan_form
from generation.engine.lyrics import LyricsSpec, write_lyrics
from generation.engine.pipeline import OpenAIConfig
from generation.engine.pipeline.assets import load_result
from generation.engine.pipeline.narration import narrate_spec, narrator_piece
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.store import AssetStore
from generation.engine.score.check import check_score
from generation.engine.score.midi import write_midi
from generation.engine.score.retime import retime_lead
from generation.engine.score.timeline import timed_words
from tests.judges.speech import normalised, transcribe, word_errors
from tests.songs import make_song
from tests.voicelab.speech_server import SpeechServer
from voicelab.contracts import Speech, SpeechSource, SpokenWord, VoiceStyle
from voicelab.engine.speech.narration import NarrateSpec, SpokenLine, narrate, tempo_for
from voicelab.engine.speech.text import read_sentence


@pytest.fixture(scope="module")
def spoken_song(tmp_path_factory, workshop):
    return make_song(tmp_path_factory.mktemp("spoken"), workshop, voice="spoken")


@pytest.fixture
def server(tmp_path_factory):
    """A server that speaks; while `away` is set it only fails."""
    found = SpeechServer(tmp_path_factory.mktemp("server"), lambda text, count: (503, b"{}") if found.away else None)
    found.away = False
    yield found
    found.close()


def words_of(song) -> list[dict]:
    return song.metadata["words"]


def test_every_word_is_heard_alone_and_over_the_music(spoken_song):
    text = " ".join(w["text"] for w in words_of(spoken_song))
    for name, most in (("vocals-dry.wav", 0.05), ("song.wav", 0.15)):
        heard, _ = transcribe(spoken_song.folder / name)
        wrong, count = word_errors(text, heard)
        assert wrong / count <= most, (name, heard)


def test_words_are_where_they_are_heard(spoken_song):
    """Each line begins within 80 ms of the sound's own beginning; words are on the whole where Whisper finds them."""
    wave, rate_hz = read_wav(spoken_song.folder / "vocals-dry.wav")
    level = np.sqrt(np.convolve(wave[0] ** 2, np.ones(480) / 480, mode="same"))
    words = words_of(spoken_song)
    for before, word in zip([None, *words], words, strict=False):
        if before is None or word["start_s"] - before["end_s"] > 0.5:
            first = round((word["start_s"] - 0.3) * rate_hz)
            piece = level[first : first + rate_hz]
            onset_s = first / rate_hz + np.argmax(piece > 0.04 * piece.max()) / rate_hz
            assert abs(onset_s - word["start_s"]) < 0.08, word
    _, heard = transcribe(spoken_song.folder / "vocals-dry.wav", word_times=True)
    ours, theirs = [normalised(w["text"]) for w in words], [normalised(w) for w, _, _ in heard]
    same = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    late_s = [heard[m.b + k][1] - words[m.a + k]["start_s"] for m in same for k in range(m.size)]
    assert len(late_s) > 0.9 * len(words)
    assert abs(np.median(late_s)) < 0.08


def test_the_voice_stands_out_and_the_master_is_at_its_loudness(spoken_song):
    assert spoken_song.metadata["loudness"]["integrated_lufs"] == pytest.approx(-14.0, abs=0.5)
    stems = {s["role"]: s["file"] for s in spoken_song.metadata["stems"]}
    lead, rate_hz = read_wav(spoken_song.folder / stems["lead"])
    mix, _ = read_wav(spoken_song.folder / "mix.wav")
    assert lead.shape == mix.shape
    for line in _lines(words_of(spoken_song)):
        span = slice(round(line[0]["start_s"] * rate_hz), round(line[-1]["end_s"] * rate_hz))
        voice, music = lead[:, span], mix[:, span] - lead[:, span]
        assert 10 * np.log10(np.mean(voice**2) / np.mean(music**2)) > -3.0, line


def test_every_file_has_the_words_at_the_times_they_are_said(spoken_song):
    words = words_of(spoken_song)
    stamps = re.findall(r"<(\d+):(\d+\.\d+)>(\S+)", (spoken_song.folder / "lyrics.lrc").read_text())
    assert [t[2] for t in stamps] == [w["text"] for w in words]
    for (minutes, seconds, _), word in zip(stamps, words, strict=True):
        assert 60 * int(minutes) + float(seconds) == pytest.approx(word["start_s"], abs=0.011)
    assert [n["word"] for n in spoken_song.metadata["vocal_notes"] if n["start_s"] in {w["start_s"] for w in words}]
    lyrics = _midi_lyrics_s(spoken_song.folder / "score.mid")
    starts_s = [n["start_s"] for n in spoken_song.metadata["vocal_notes"]]
    assert lyrics == pytest.approx(starts_s, abs=0.003)


def test_no_melody_is_claimed(spoken_song):
    file = mido.MidiFile(spoken_song.folder / "score.mid")
    track = next(t for t in file.tracks if t.name == "narrator")
    assert len({m.note for m in track if m.type == "note_on"}) == 1
    root = ET.parse(spoken_song.folder / "score.musicxml").getroot()
    assert root.find("part-list/score-part/part-name").text == "narrator"
    notes = [n for n in root.find("part").iter("note") if n.find("rest") is None]
    assert notes and all(n.find("unpitched") is not None and n.findtext("notehead") == "x" for n in notes)
    assert not any("highest note" in c["sentence"] for c in spoken_song.metadata["choices"])


def test_what_the_local_voice_said_for_the_network_is_not_kept(tmp_path, server):
    """OpenAI's server is away, then there: the next run asks it again, and the one after finds its voice kept."""
    server.away = True
    score, brief = _score(MusicStyle.POP, "Stone by stone, we build again\nNobody said a word", SpeechSource.OPENAI)
    store = AssetStore(tmp_path)
    config = OpenAIConfig("key", f"{server.url}/v1", "m", speech_model="tts-1")

    def run(score=score) -> Speech:
        runner = StageRunner(store, lambda report: None, stages=("vocals",))
        return load_result(Speech, runner.run_pieces("vocals", [narrator_piece(runner, brief, score, config)])[0])

    first = run()
    assert first.source is SpeechSource.LOCAL and "own voice" in first.notices[0]
    server.away = False
    second = run()
    assert (second.source, second.notices) == (SpeechSource.OPENAI, ())
    asked = len(server.said)
    assert run() == second and len(server.said) == asked
    changed, _ = _score(MusicStyle.POP, "Stone by stone, we build again\nNobody heard a word", SpeechSource.OPENAI)
    assert run(changed).source is SpeechSource.OPENAI
    assert server.said[asked:] == ["Nobody heard a word"]
    heard, _ = transcribe(second.path)
    assert word_errors(brief.lyrics, heard)[0] <= 1
    check_score(retime_lead(score, second.words))


@pytest.mark.slow
def test_gtts_speaks_a_whole_song(tmp_path, workshop, server, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, server.url)
    text = "Stone by stone, we build again\nNobody said a word\nStone by stone, we build again"
    song = make_song(tmp_path, workshop, voice="spoken", speech="gtts", lyrics=text, style="pop")
    assert song.result.notices == ()
    assert server.said == ["Stone by stone, we build again", "Nobody said a word"]
    heard, _ = transcribe(song.folder / "vocals-dry.wav")
    assert word_errors(text, heard)[0] <= 2
    assert song.metadata["brief"]["speech"] == "gtts"


@pytest.mark.parametrize("style", [MusicStyle.POP, MusicStyle.GREGORIAN, MusicStyle.EPIC])
@pytest.mark.parametrize("words", [9, 60, 110])
def test_a_line_ends_before_the_next_begins_however_many_words(style, words):
    text = "\n".join(["Nobody said a word about the boats today"] * (words // 8 + 1))
    score, brief = _score(style, text)
    spec = narrate_spec(score, brief)
    for line, after in zip(spec.lines, spec.lines[1:], strict=False):
        assert line.start_s < line.latest_s <= after.start_s
        assert tempo_for(line, 2.0) >= 2.0 / (line.latest_s - line.start_s)


def test_retimed_scores_keep_the_rules_of_notation(tmp_path):
    score, brief = _score(MusicStyle.EPIC, "Nobody said a word\nabout extraordinary circumstances\nHallelujah")
    speech = narrate(narrate_spec(score, brief), tmp_path / "x.wav")
    told = retime_lead(score, speech.words)
    check_score(told)
    assert [(w.text, round(w.start_s, 3)) for w in timed_words(told)] == [
        (w.text, round(w.start_s, 3)) for w in speech.words
    ]
    assert told.lead.spoken and len({n.midi for line in told.lead.lines for n in line.notes}) == 1
    assert (told.parts, told.sections, told.chords) == (score.parts, score.sections, score.chords)
    with pytest.raises(StudioError):
        retime_lead(score, speech.words[:-1])
    with pytest.raises(StudioError):
        retime_lead(score, (*speech.words, SpokenWord("more", 25.0, 25.2)))


def test_a_line_without_time_is_said_fast_and_whole(tmp_path):
    """Half the time that it would like: all of it is said, in time, and understood."""
    reading = read_sentence("Nobody said a word about the boats today.")
    lines = (SpokenLine(reading, 0.5, 1.7, 1.9), SpokenLine(reading, 2.0, 5.0, 6.0))
    speech = narrate(NarrateSpec(lines, VoiceStyle.SPOKEN, 7.0, 3), tmp_path / "x.wav")
    first, second = speech.words[:8], speech.words[8:]
    assert first[0].start_s == pytest.approx(0.5, abs=0.02) and first[-1].end_s <= 1.9 + 1e-6
    assert second[0].start_s == pytest.approx(2.0, abs=0.02)
    assert sf.info(speech.path).frames == speech.samples == 7 * 48_000
    heard, _ = transcribe(speech.path)
    assert word_errors("Nobody said a word about the boats today. " * 2, heard)[0] <= 2
    assert speech.source is SpeechSource.LOCAL


def test_midi_of_a_narrator_has_every_word(tmp_path):
    score, brief = _score(MusicStyle.POP, "Nobody said a word about the boats today")
    told = retime_lead(score, narrate(narrate_spec(score, brief), tmp_path / "x.wav").words)
    write_midi(told, tmp_path / "x.mid")
    track = next(t for t in mido.MidiFile(tmp_path / "x.mid", charset="utf-8").tracks if t.name == "narrator")
    sung = "".join(m.text for m in track if m.type == "lyrics")
    assert sung.split() == "Nobody said a word about the boats today".split()


def _score(style: MusicStyle, text: str, speech: SpeechSource = SpeechSource.LOCAL):
    brief = Brief("the sea", VoiceStyle.SPOKEN, style, 5, 60.0, lyrics=text, speech=speech)
    form = plan_form(style, 60.0, seed=5)
    lyrics = write_lyrics(LyricsSpec("the sea", "Boats", style, 5, form.sung, text))
    return compose(ComposeSpec("Boats", style, VoiceStyle.SPOKEN, 5, 60.0), lyrics), brief


def _lines(words: list[dict]) -> list[list[dict]]:
    """Words without a rest of half a second between them."""
    lines = [words[:1]]
    for before, word in zip(words, words[1:], strict=False):
        if word["start_s"] - before["end_s"] > 0.5:
            lines.append([])
        lines[-1].append(word)
    return lines


def _midi_lyrics_s(path) -> list[float]:
    file = mido.MidiFile(path)
    now_s, found = 0.0, []
    for message in file:  # all tracks merged, times in seconds by the file's own tempo map
        now_s += message.time
        if message.type == "lyrics":
            found.append(now_s)
    return found
