"""A mix made again on the desk that the last one left: what sounds as before is the same to the bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.codec import file_hash
from codecraft.common.files import link_or_copy
from mixer.contracts import ChannelRole, MixResult, MixSpec, Space, StemInput
from mixer.engine.auto_mix import STAYS, mix
from mixer.engine.desk import DESK_FILE, Desk, read_desk
from mixer.engine.excerpt import mix_excerpt

RATE_HZ = 48_000
LENGTH_S = 8.0


class Shelf:
    """A levelled store in a folder, which counts what it hands out."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.given = folder, 0
        folder.mkdir()

    def get(self, key: str) -> Path | None:
        path = self.folder / key
        self.given += path.is_file()
        return path if path.is_file() else None

    def put(self, key: str, stem: Path) -> None:
        if not (self.folder / key).exists():
            link_or_copy(stem, self.folder / key)


def tone(frequency_hz: float, level: float, *, late: float = 1.0) -> np.ndarray:
    """A struck chord every second; those of the last two seconds are `late` times as loud."""
    time_s = np.arange(round(LENGTH_S * RATE_HZ)) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * frequency_hz * k * time_s) / k for k in (1, 2, 3, 4))
    loud = np.where(time_s >= LENGTH_S - 2.0, late, 1.0)
    return (level * wave * np.exp(-3.0 * (time_s % 1.0)) * loud)[np.newaxis].repeat(2, axis=0).astype(np.float32)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> MixSpec:
    folder = tmp_path_factory.mktemp("dry")
    stems = []
    for name, role, hz, level in (
        ("01-lead-vocal", ChannelRole.LEAD, 330.0, 0.2),
        ("02-strings", ChannelRole.STRINGS, 220.0, 0.15),
        ("03-bass", ChannelRole.BASS, 55.0, 0.3),
    ):
        write_wav(folder / f"{name}.wav", tone(hz, level), sample_rate_hz=RATE_HZ, subtype="FLOAT")
        stems.append(StemInput(name, folder / f"{name}.wav", role))
    return MixSpec(tuple(stems), Space.CHAMBER, 5)


@pytest.fixture(scope="module")
def first(spec: MixSpec, tmp_path_factory: pytest.TempPathFactory) -> tuple[MixResult, Desk, Shelf]:
    folder = tmp_path_factory.mktemp("first")
    shelf = Shelf(folder / "shelf")
    made = mix(spec, folder, kept=shelf)
    return made, read_desk(folder / DESK_FILE), shelf


def louder_strings(spec: MixSpec, folder: Path) -> MixSpec:
    write_wav(folder / "strings.wav", tone(220.0, 0.15, late=1.4), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    return replace(spec, stems=(spec.stems[0], replace(spec.stems[1], path=folder / "strings.wav"), spec.stems[2]))


def digests(made: MixResult) -> list[str]:
    return [file_hash(path) for path in (*made.stem_paths, made.mix_path)]


def test_the_same_stems_on_the_desk_give_the_same_bytes_kept_or_not(spec, first, tmp_path: Path) -> None:
    made, desk, shelf = first
    assert digests(mix(spec, tmp_path / "fresh", desk=desk)) == digests(made)
    given = shelf.given
    again = mix(spec, tmp_path / "kept", desk=desk, kept=shelf)
    assert digests(again) == digests(made) and shelf.given == given + 3
    assert again.decisions == (*made.decisions, STAYS)
    assert read_desk(tmp_path / "kept" / DESK_FILE) == desk


def test_an_edited_stem_changes_its_channel_and_the_sum_alone(spec, first, tmp_path: Path) -> None:
    made, desk, shelf = first
    edited = mix(louder_strings(spec, tmp_path), tmp_path / "out", desk=desk, kept=shelf)
    same = [a == b for a, b in zip(digests(made), digests(edited), strict=True)]
    assert same == [True, False, True, False]
    old, new = (read_wav(r.stem_paths[1])[0] for r in (made, edited))
    start = round((LENGTH_S - 2.0) * RATE_HZ)
    assert np.abs(old - new)[:, : start - 10].max() <= 1.01 / 2**23
    assert np.abs(old - new)[:, start:].max() > 0.001
    total = sum(read_wav(path)[0].astype(np.float64) for path in edited.stem_paths)
    assert np.abs(total - read_wav(edited.mix_path)[0]).max() < 1e-5


def test_other_channels_or_another_length_are_mixed_anew(spec, first, tmp_path: Path) -> None:
    _, desk, _ = first
    fewer = mix(replace(spec, stems=spec.stems[:2]), tmp_path / "fewer", desk=desk)
    assert STAYS not in fewer.decisions
    panned = replace(spec, stems=(*spec.stems[:2], replace(spec.stems[2], pan=0.5)))
    assert STAYS not in mix(panned, tmp_path / "panned", desk=desk).decisions


def test_a_sum_that_would_clip_is_mixed_anew(spec, first, tmp_path: Path) -> None:
    _, desk, _ = first
    write_wav(tmp_path / "loud.wav", tone(220.0, 0.15, late=12.0), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    loud = replace(spec, stems=(spec.stems[0], replace(spec.stems[1], path=tmp_path / "loud.wav"), spec.stems[2]))
    made = mix(loud, tmp_path / "out", desk=desk)
    assert STAYS not in made.decisions
    assert np.abs(read_wav(made.mix_path)[0]).max() < 1.0


def test_a_stem_that_would_be_cut_off_is_mixed_anew_though_the_sum_would_not(spec, first, tmp_path: Path) -> None:
    """What another cancels in the mix is heard in its own file."""
    twice = replace(spec, stems=(*spec.stems[:2], replace(spec.stems[1], name="02b-strings")))
    mix(twice, tmp_path / "first")
    loud = []
    for stem, sign in zip(twice.stems[1:], (30.0, -30.0), strict=True):
        path = tmp_path / f"{stem.name}.wav"
        write_wav(path, sign * tone(220.0, 0.15), sample_rate_hz=RATE_HZ, subtype="FLOAT")
        loud.append(replace(stem, path=path))
    edited = replace(twice, stems=(twice.stems[0], *loud))
    made = mix(edited, tmp_path / "out", desk=read_desk(tmp_path / "first" / DESK_FILE))
    assert STAYS not in made.decisions
    assert all(np.abs(read_wav(path)[0]).max() < 0.999 for path in made.stem_paths)


def test_an_excerpt_sounds_as_the_song_does_there(spec, first, tmp_path: Path) -> None:
    made, desk, _ = first
    written = mix_excerpt(spec, desk, tmp_path / "bars.wav", cut_s=2.0)
    audio, rate_hz = read_wav(tmp_path / "bars.wav")
    assert audio.shape == (2, written) and written == round((LENGTH_S - 2.0) * RATE_HZ)
    song = read_wav(made.mix_path)[0][:, 2 * rate_hz :]
    for channel in range(2):
        middle = slice(rate_hz // 2, 5 * rate_hz)
        assert np.corrcoef(audio[channel, middle], song[channel, middle])[0, 1] > 0.98
