"""Seven styles by six voices: each makes a whole, healthy song. Takes minutes: `make test-all`."""

from __future__ import annotations

import itertools
import shutil

import numpy as np
import pytest
import soundfile as sf

from generation.contracts import MusicStyle
from tests.judges.music import beat_f_measure, key_score
from tests.songs import make_song, make_workshop
from voicelab.contracts import VoiceStyle

pytestmark = pytest.mark.slow
THEMES = ["a lighthouse that waits", "the last train home", "fire on the northern hills", "my grandmother's garden"]
METRIC_STYLES = set(MusicStyle) - {MusicStyle.GREGORIAN}


@pytest.mark.parametrize(("style", "voice"), list(itertools.product(MusicStyle, VoiceStyle)))
def test_each_style_with_each_voice(style, voice, tmp_path):
    number = list(VoiceStyle).index(voice)
    song = make_song(
        tmp_path / "out",
        make_workshop(tmp_path / "store"),
        style=style,
        voice=voice,
        theme=THEMES[number % len(THEMES)],
        seed=number,
    )
    meta = song.metadata
    assert abs(meta["duration_s"] - 30) <= 1.5
    assert abs(meta["loudness"]["integrated_lufs"] + 14) <= 0.5
    assert meta["loudness"]["true_peak_dbtp"] <= -1.0
    lead, _ = sf.read(song.folder / "stems/01-lead-vocal.wav")
    assert np.sqrt(np.mean(lead**2)) > 0.003, "nobody sings"
    shutil.rmtree(tmp_path)


def test_seven_styles_keep_key_and_beat(tmp_path):
    keys, beats = [], []
    for style in MusicStyle:
        song = make_song(tmp_path / style, make_workshop(tmp_path / "store"), style=style, length_s=60, seed=3)
        keys.append(key_score(song.metadata, song.folder / "song.wav"))
        if style in METRIC_STYLES:
            beats.append(beat_f_measure(song.metadata, song.folder / "song.wav"))
    print("key scores", keys, "beat F", beats)
    assert np.mean(keys) >= 0.7
    assert np.mean(beats) >= 0.85


def test_styles_are_told_apart_by_tempo_mode_and_instruments(tmp_path):
    facts = {}
    for style in MusicStyle:
        song = make_song(tmp_path / style, make_workshop(tmp_path / "store"), style=style, seed=3)
        meta = song.metadata
        facts[style] = (meta["key"]["mode"], frozenset(s["name"].split("-", 1)[1] for s in meta["stems"]))
    for one, other in itertools.combinations(MusicStyle, 2):
        shared = facts[one][1] & facts[other][1]
        everything = facts[one][1] | facts[other][1]
        assert facts[one][0] != facts[other][0] or len(shared) / len(everything) < 0.7, (one, other)
