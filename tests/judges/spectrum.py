"""The long-term spectrum of a take: what a bandwidth of 12 kHz lacks is heard as dullness.

Natural figures: the long-term average spectra of men and women in thirds of an octave up to 16 kHz (Byrne et al. 1994,
"An international comparison of long-term average speech spectra", J. Acoust. Soc. Am. 96, 2108, Table II). They are of
speech: of the treble of singers the literature says that it reaches past 16 kHz and that women have more than men above
11 kHz only (Ternström 2008, "Hi-Fi voice", Acoustics'08; Monson, Lotto, Ternström 2011, J. Acoust. Soc. Am. 129, 2263;
Monson et al. 2014, Front. Psychol. 5, 587), but we found no table of its bands.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav

TOP_HZ, MIDDLE_HZ = (12_000.0, 18_000.0), (4_000.0, 12_000.0)

_THIRDS_HZ = (3_150, 4_000, 5_000, 6_300, 8_000, 10_000, 12_500, 16_000)
_MEN_DB = (47.0, 46.0, 44.4, 43.3, 42.4, 41.9, 39.8, 40.4)
_WOMEN_DB = (46.7, 45.3, 44.6, 45.2, 44.9, 45.0, 42.8, 41.1)


def natural_treble_db(*, man: bool) -> float:
    """What `treble_db` is of natural voices: -7.6 dB of men, -7.3 of women (power is even within a band)."""
    levels, at_hz = _MEN_DB if man else _WOMEN_DB, np.arange(2_810.0, 17_950.0, 10.0)
    edges = np.array(_THIRDS_HZ) * 2.0 ** (1 / 6)
    third = np.searchsorted(edges, at_hz).clip(0, len(levels) - 1)
    power = 10.0 ** (np.array(levels) / 10.0) / (np.array(_THIRDS_HZ) * (2.0 ** (1 / 6) - 2.0 ** (-1 / 6)))
    low, high = (power[third][(at_hz >= a) & (at_hz < b)].sum() for a, b in (MIDDLE_HZ, TOP_HZ))
    return float(10.0 * np.log10(high / low))


def treble_db(path: Path) -> float:
    """Energy from 12 to 18 kHz against 4 to 12 kHz, in dB, over the whole take (Welch's periodogram, Hann, 4096)."""
    from scipy.signal import welch

    audio, rate_hz = read_wav(path)
    at_hz, power = welch(audio.mean(axis=0), rate_hz, nperseg=4096)
    low, high = (power[(at_hz >= a) & (at_hz < b)].sum() for a, b in (MIDDLE_HZ, TOP_HZ))
    return float(10.0 * np.log10((high + 1e-20) / (low + 1e-20)))
