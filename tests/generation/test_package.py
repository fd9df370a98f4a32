"""The package of a finished song: every file of the contract, opened by tools that are not ours."""

from __future__ import annotations

import json
import re

import jsonschema
import mido
import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import run_ffmpeg
from codecraft.common.codec import file_hash
from generation.engine.package.metadata import SCHEMA_PATH

EXPECTED = (
    "song.wav song.flac song.mp3 mix.wav vocals-dry.wav score.mid score.musicxml lyrics.txt lyrics.lrc lyrics.srt "
    "lyrics.vtt waveform.png metadata.json stems/01-lead-vocal.wav"
).split()


def test_every_file_of_the_contract_is_there(song):
    for name in EXPECTED:
        assert (song.folder / name).stat().st_size > 0, name
    assert not (song.folder / "film.mp4").exists()
    assert {str(p.relative_to(song.folder)) for p in song.folder.rglob("*") if p.is_file()} == {
        *song.metadata["files"],
        "metadata.json",
    }


def test_metadata_fits_its_schema_and_names_true_hashes(song):
    schema = json.loads(SCHEMA_PATH.read_text())
    jsonschema.Draft202012Validator(schema).validate(song.metadata)
    for name, digest in song.metadata["files"].items():
        assert file_hash(song.folder / name) == digest, name


def test_schema_refuses_what_is_not_metadata(song):
    schema = json.loads(SCHEMA_PATH.read_text())
    for broken in ({**song.metadata, "key": {"tonic": "H", "mode": "minor"}}, {**song.metadata, "extra": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(broken)


def test_audio_formats_and_length(song):
    frames = set()
    for name in ("song.wav", "mix.wav", "song.flac", *[s["file"] for s in song.metadata["stems"]]):
        info = sf.info(song.folder / name)
        assert info.samplerate == 48_000 and info.subtype == "PCM_24" and info.channels == 2, name
        frames.add(info.frames)
    assert len(frames) == 1
    assert abs(frames.pop() / 48_000 - song.brief.length_s) <= 0.05 * song.brief.length_s
    assert sf.info(song.folder / "vocals-dry.wav").subtype == "PCM_24"
    printed = run_ffmpeg(["-i", song.folder / "song.mp3", "-f", "null", "-"])
    assert "mp3" in printed and "48000 Hz, stereo" in printed


def test_flac_holds_the_master_bit_for_bit(song):
    wav, _ = sf.read(song.folder / "song.wav", dtype="int32")
    flac, _ = sf.read(song.folder / "song.flac", dtype="int32")
    assert np.array_equal(wav, flac)


def test_stems_sum_to_the_mix(song):
    mix, _ = sf.read(song.folder / "mix.wav", dtype="float64")
    total = np.zeros_like(mix)
    for stem in song.metadata["stems"]:
        total += sf.read(song.folder / stem["file"], dtype="float64")[0]
    worst = np.abs(total - mix).max()
    assert 20 * np.log10(worst + 1e-12) <= -90


def test_loudness_by_ebur128(song):
    printed = run_ffmpeg(["-i", song.folder / "song.wav", "-af", "ebur128=peak=true", "-f", "null", "-"])
    summary = printed[printed.rindex("Summary:") :]
    integrated = float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1])
    peak = float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1])
    assert abs(integrated + 14) <= 0.5
    assert peak <= -1.0
    assert abs(integrated - song.metadata["loudness"]["integrated_lufs"]) <= 0.2


def test_midi_opens_with_the_notes_of_the_score(song):
    midi = mido.MidiFile(song.folder / "score.mid")
    assert abs(midi.length - song.metadata["duration_s"]) < 3
    sung = "".join(m.text for t in midi.tracks for m in t if m.type == "lyrics").lower()
    first = re.sub(r"\W", "", song.metadata["words"][0]["text"].lower())
    assert first in re.sub(r"\W", "", sung)


def test_musicxml_opens_in_music21_with_the_lyrics(song):
    import music21

    score = music21.converter.parse(song.folder / "score.musicxml")
    lyrics = [n.lyric for n in score.parts[0].recurse().notes if n.lyric]
    syllables = [n["syllable"] for n in song.metadata["vocal_notes"] if n["syllable"]]
    assert len(lyrics) >= 0.9 * len([s for s in syllables if s])
    assert len(score.parts) >= len(song.metadata["stems"])


def test_lyrics_files_agree_with_the_words(song):
    text = (song.folder / "lyrics.txt").read_text(encoding="utf-8")
    words = [w["text"] for w in song.metadata["words"]]
    assert words[0] in text and words[-1] in text
    lrc = (song.folder / "lyrics.lrc").read_text(encoding="utf-8")
    assert len(re.findall(r"<\d\d:\d\d\.\d\d>", lrc)) >= len(words)
    srt = (song.folder / "lyrics.srt").read_text(encoding="utf-8")
    assert re.search(r"\d\d:\d\d:\d\d,\d\d\d --> \d\d:\d\d:\d\d,\d\d\d", srt)


def test_words_and_notes_are_in_order_within_the_song(song):
    meta = song.metadata
    for name in ("words", "vocal_notes", "sections", "chords"):
        spans = meta[name]
        assert all(s["end_s"] > s["start_s"] for s in spans), name
        assert all(a["start_s"] <= b["start_s"] for a, b in zip(spans, spans[1:], strict=False)), name
        assert spans[-1]["end_s"] <= meta["duration_s"] + 1e-6, name
    assert all(b > a for a, b in zip(meta["beats_s"], meta["beats_s"][1:], strict=False))
    assert {round(b, 6) for b in meta["bars_s"]} <= {round(b, 6) for b in meta["beats_s"]}


def test_choices_are_sentences(song):
    stages = {c["stage"] for c in song.metadata["choices"]}
    assert {"score", "mix", "master"} <= stages
    assert all(len(c["sentence"]) > 15 for c in song.metadata["choices"])
