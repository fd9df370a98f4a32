"""What the picture hears: each group in its frames, the spectrum in its bands, and an edit only where it sounds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import write_wav
from codecraft.common.errors import InvalidInput
from generation.engine.film.reaction import GROUPS, SILENT, SPECTRUM_BANDS, Reaction, measure_reaction, reaction_of
from generation.engine.film.render import shot_key
from generation.engine.film.types import StemFile
from tests.generation.film_helpers import RATE_HZ, board_for, film_spec, small_score, small_song

FPS, SECONDS = 30, 4


def tone(folder: Path, name: str, spans: list[tuple[float, float]], hz: float, *, level: float = 0.2) -> Path:
    time_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    on = np.any([(time_s >= a) & (time_s < b) for a, b in spans], axis=0)
    sound = level * on * np.sin(2 * np.pi * hz * time_s)
    write_wav(folder / f"{name}.wav", np.stack([sound, sound]).astype(np.float32), sample_rate_hz=RATE_HZ)
    return folder / f"{name}.wav"


def test_each_group_is_heard_in_its_own_frames(tmp_path):
    stems = [
        StemFile(group, tone(tmp_path, group, [(0.5 * n + 0.5, 0.5 * n + 0.75)], 330.0))
        for n, group in enumerate(GROUPS)
    ]
    heard = measure_reaction(stems, frames=FPS * SECONDS, fps=FPS)
    for n, group in enumerate(GROUPS):
        level = np.array([getattr(heard.at(frame), group) for frame in range(heard.frames)])
        first = round((0.5 * n + 0.5) * FPS)
        assert level[:first].max() == 0.0, group
        assert level[first] > 0.5, f"{group} rises with its first frame"
        assert level[first + 10 : first + 40 : 10].tolist() == sorted(level[first + 10 : first + 40 : 10])[::-1]
        assert level[min(first + FPS * 3, heard.frames) :].max(initial=0.0) < 0.05, f"{group} fades"


@pytest.mark.parametrize("hz", [60.0, 440.0, 6000.0])
def test_a_tone_stands_in_its_band(tmp_path, hz):
    stem = StemFile("other", tone(tmp_path, "tone", [(1.0, 3.0)], hz))
    heard = measure_reaction([stem], frames=FPS * SECONDS, fps=FPS)
    spectrum = heard.at(2 * FPS).spectrum
    edges_hz = np.geomspace(40.0, 14_000.0, SPECTRUM_BANDS + 1)
    band = int(np.searchsorted(edges_hz, hz)) - 1
    assert abs(int(spectrum.argmax()) - band) <= 1 and spectrum.max() > 0.7
    assert np.delete(spectrum, range(max(0, band - 3), band + 4)).max() < 0.25
    assert heard.at(20).spectrum.max() == 0.0 and heard.at(10**6) is SILENT and heard.at(-1) is SILENT


def test_an_edit_is_heard_where_it_sounds_and_forgotten_after(tmp_path):
    one = measure_reaction(
        [StemFile("strings", tone(tmp_path, "a", [(0.0, 1.0)], 220.0))], frames=FPS * SECONDS, fps=FPS
    )
    louder = tone(tmp_path, "b", [(0.0, 1.0)], 220.0, level=0.05)
    other = measure_reaction([StemFile("strings", louder)], frames=FPS * SECONDS, fps=FPS)
    assert one.key(0, FPS) != other.key(0, FPS)
    assert one.key(int(3.6 * FPS), FPS * SECONDS) == other.key(int(3.6 * FPS), FPS * SECONDS)


def test_blocks_rates_and_files(tmp_path):
    stem = StemFile("drums", tone(tmp_path, "a", [(0.2, 3.9)], 100.0))
    whole = measure_reaction([stem], frames=FPS * SECONDS, fps=FPS)
    part = measure_reaction([stem], frames=71, fps=FPS)
    np.testing.assert_array_equal(part.levels, whole.levels[:71])
    np.testing.assert_array_equal(part.spectrum, whole.spectrum[:71])
    whole.save(tmp_path / "one.npz")
    whole.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert Reaction.load(tmp_path / "one.npz").key(0, 50) == whole.key(0, 50)
    write_wav(tmp_path / "slow.wav", np.zeros((2, 8000), np.float32), sample_rate_hz=8000)
    with pytest.raises(InvalidInput):
        measure_reaction([stem, StemFile("voice", tmp_path / "slow.wav")], frames=10, fps=FPS)
    (tmp_path / "no.wav").write_bytes(b"not sound")
    with pytest.raises(InvalidInput):
        measure_reaction([StemFile("voice", tmp_path / "no.wav")], frames=10, fps=FPS)


def test_a_shot_that_hears_an_edit_has_another_key(tmp_path):
    score = small_score()
    board = board_for(score)
    small_song(score, tmp_path / "song.wav")
    keys = []
    for name, until_s in (("a", 1.0), ("b", 1.9)):
        stem = StemFile("voice", tone(tmp_path, name, [(0.2, until_s)], 300.0))
        spec = replace(film_spec(board, tmp_path), stems=(stem,))
        keys.append([shot_key(spec, shot, reaction_of(spec)) for shot in board.shots])
    ends_s = [shot.end_frame / board.fps for shot in board.shots]
    same = [a == b for a, b in zip(*keys, strict=True)]
    assert not same[next(index for index, end_s in enumerate(ends_s) if end_s > 1.2)]
    assert same[-1] and ends_s[-2] > 4.5
