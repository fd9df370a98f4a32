"""The long-term spectrum of a take: what a bandwidth of 12 kHz lacks is heard as dullness.

Natural figures: Monson, Hunter, Story 2012 ("Horizontal directivity of low- and high-frequency energy in speech and
singing", J. Acoust. Soc. Am. 132, 433): eight women and seven men, who spoke and sang, in an anechoic chamber, recorded
at 44.1 kHz. Their Table I gives at 0 degrees and 1 m, of normal speech: 46.3 dB in the octave around 4 kHz, 46.4 around
8, 38.0 around 16. What we could not get: the table's rows of singing, and any row of one sex; and these we read in a
transcription of the table (github.com/ctoth/Qlatt), not in the paper. What its companion says of singing (Monson,
Lotto, Story 2012, J. Acoust. Soc. Am. 132, 1754, abstract): that the mode, singing or speech, moves the energy above
5 kHz, and that women have more than men above 11 kHz only. Byrne et al. 1994 (J. Acoust. Soc. Am. 96, 2108, Table II,
speech) would put the natural figure at -7.5 dB; the tests of timbre hold the voices within 6 dB of that as well.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav

TOP_HZ, MIDDLE_HZ = (12_000.0, 18_000.0), (4_000.0, 12_000.0)

_OCTAVES_HZ = (4_000.0, 8_000.0, 16_000.0)
_LEVELS_DB = (46.3, 46.4, 38.0)


def natural_treble_db() -> float:
    """What `treble_db` is of natural voices: -13.1 dB (power is even within an octave; falling, it would be -12.5)."""
    density = [
        10.0 ** (db / 10.0) / (hz * (2.0**0.5 - 2.0**-0.5)) for db, hz in zip(_LEVELS_DB, _OCTAVES_HZ, strict=True)
    ]
    at_hz = np.arange(MIDDLE_HZ[0] + 5.0, TOP_HZ[1], 10.0)
    octave = np.searchsorted(np.array(_OCTAVES_HZ) * 2.0**0.5, at_hz)
    power = np.array(density)[octave]
    low, high = (power[(at_hz >= a) & (at_hz < b)].sum() for a, b in (MIDDLE_HZ, TOP_HZ))
    return float(10.0 * np.log10(high / low))


def treble_db(path: Path) -> float:
    """Energy from 12 to 18 kHz against 4 to 12 kHz, in dB, over the whole take (Welch's periodogram, Hann, 4096)."""
    from scipy.signal import welch

    audio, rate_hz = read_wav(path)
    at_hz, power = welch(audio.mean(axis=0), rate_hz, nperseg=4096)
    low, high = (power[(at_hz >= a) & (at_hz < b)].sum() for a, b in (MIDDLE_HZ, TOP_HZ))
    return float(10.0 * np.log10((high + 1e-20) / (low + 1e-20)))
