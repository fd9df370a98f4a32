"""Real songs in all seven styles: the voice is heard over the band, every part has its place, nothing clips."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf
from scipy.signal import butter, sosfilt

from generation.contracts import MusicStyle
from mixer.engine.analysis import analyse
from mixer.engine.meters import judge
from tests.songs import make_song

RATE_HZ = 48_000
VOICES = {
    MusicStyle.EPIC: "heroic_male",
    MusicStyle.POP: "soprano",
    MusicStyle.DARK: "heroic_male",
    MusicStyle.GREGORIAN: "choir",
    MusicStyle.FANTASY: "soprano",
    MusicStyle.GLADIATOR: "heroic_male",
    MusicStyle.EMOTIONAL: "whisper",
}


def _half_seconds(audio: np.ndarray) -> np.ndarray:
    """Power of (2, samples) between 300 Hz and 4 kHz per half second."""
    band = sosfilt(butter(4, [300.0, 4_000.0], "band", fs=RATE_HZ, output="sos"), audio)
    hop = RATE_HZ // 2
    usable = band.shape[1] // hop * hop
    return (band[:, :usable].reshape(2, -1, hop) ** 2).mean(axis=(0, 2))


@pytest.mark.slow
@pytest.mark.parametrize("style", list(MusicStyle))
def test_voice_and_band_of_a_real_song(style, tmp_path, workshop):
    folder = make_song(tmp_path / "song", workshop, style=style.value, voice=VOICES[style]).folder
    stems = {path.stem: sf.read(path)[0].T for path in sorted((folder / "stems").glob("*.wav"))}
    mix = sf.read(folder / "mix.wav")[0].T
    lead = stems.pop("01-lead-vocal")
    voice, rest = _half_seconds(lead), _half_seconds(mix - lead)
    sung = voice > 0.1 * np.percentile(voice, 95)
    over_db = 10.0 * np.log10(voice[sung] / (rest[sung] + 1e-15))
    assert 3.0 <= np.median(over_db) <= 6.0
    assert np.percentile(over_db, 10) > -4.0
    lead_lufs = analyse(lead, sample_rate_hz=RATE_HZ).lufs
    for name, stem in stems.items():
        lufs = analyse(stem, sample_rate_hz=RATE_HZ).lufs
        assert lead_lufs - 26.0 < lufs < lead_lufs, name
    assert np.abs(mix).max() < 0.72
    judged = judge(folder / "song.wav")
    assert judged.integrated_lufs == pytest.approx(-14.0, abs=0.5)
    assert judged.true_peak_dbtp <= -1.0
    assert 1.0 < judged.lra_lu < 18.0
