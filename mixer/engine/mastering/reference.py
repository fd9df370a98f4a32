"""Coming near to a track that somebody likes: its loudness, its spectrum, its width. Bounded, and said in words.

Spectra are compared in third-octave bands with the loudness taken away. Ten filters an octave wide follow the
difference; their gains are solved together (least squares on their true response), as they overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve1d

from mixer.contracts import Loudness, ReferenceReport
from mixer.engine.effects.biquad import Band, BandKind, response_db
from mixer.engine.mastering.survey import THIRDS_HZ, Survey
from mixer.engine.mastering.tone import Say

MOST_DB = 6.0
"""No band is moved by more: a mix is not turned into another one."""
LUFS_RANGE = (-20.0, -8.0)
_WIDTH_RANGE = (0.6, 1.6)
_MONO_DB = -40.0
_INAUDIBLE_DB = -60.0
_LEAST_DB = 0.5
_Q = 1.1
_TURNS = 4
_SHAPES: tuple[tuple[BandKind, float], ...] = (
    (BandKind.LOW_SHELF, 50.0),
    *((BandKind.BELL, 90.0 * 2.0**octave) for octave in range(7)),
    (BandKind.BELL, 10_000.0),
    (BandKind.HIGH_SHELF, 14_000.0),
)


@dataclass(frozen=True, eq=False)
class Model:
    """A reference as it was measured."""

    survey: Survey
    loudness: Loudness


def bounded_lufs(model: Model, say: Say) -> float:
    """The reference's loudness as a target."""
    lufs = float(np.clip(model.loudness.integrated_lufs, *LUFS_RANGE))
    heard = f"The reference is at {model.loudness.integrated_lufs:.1f} LUFS"
    say(f"{heard}: so is the master." if lufs == model.loudness.integrated_lufs else f"{heard}: bound to {lufs:.0f}.")
    return lufs


def matching_eq(found: Survey, model: Model, share: float, say: Say) -> tuple[Band, ...]:
    """Filters that bring the spectrum `share` of the way to the reference's, each by MOST_DB at the most."""
    wanted_db = share * _difference_db(found, model)
    gains = np.zeros(len(_SHAPES))
    matrix = np.stack([_response(k, 1.0) for k in range(len(_SHAPES))], axis=1)
    damped = matrix.T @ matrix + 0.5 * np.eye(len(_SHAPES))
    for _ in range(_TURNS):
        left = wanted_db - sum(_response(k, gain) for k, gain in enumerate(gains))
        gains = np.clip(gains + np.linalg.solve(damped, matrix.T @ left), -MOST_DB, MOST_DB)
    bands = []
    for (kind, frequency_hz), gain in zip(_SHAPES, gains, strict=True):
        if abs(gain) < _LEAST_DB:
            continue
        bands.append(Band(kind, frequency_hz, round(float(gain), 2), _q(kind)))
        there = float(np.interp(np.log(frequency_hz), np.log(THIRDS_HZ), wanted_db)) / max(share, 1e-6)
        say(
            f"{gain:+.1f} dB around {frequency_hz:.0f} Hz: the reference has {abs(there):.1f} dB "
            f"{'more' if there > 0.0 else 'less'} there.",
            gain_db=gain,
            frequency_hz=frequency_hz,
            difference_db=there,
        )
    if not bands:
        say("The spectrum already lies within half a dB of the reference's: no equaliser.")
    return tuple(bands)


def matching_width(found: Survey, model: Model, share: float, say: Say) -> float:
    """A factor for the sides."""
    own_db, wanted_db = found.width_db, model.survey.width_db
    if own_db <= _MONO_DB:
        say("The mix is mono: there are no sides that could be made as wide as the reference's.", width_db=own_db)
        return 1.0
    width = float(np.clip(10.0 ** (share * (wanted_db - own_db) / 20.0), *_WIDTH_RANGE))
    if abs(width - 1.0) < 0.03:
        return 1.0
    say(
        f"Sides times {width:.2f}: they lay {own_db:.1f} dB against the middle, in the reference {wanted_db:.1f} dB.",
        width=width,
        width_db=own_db,
        reference_width_db=wanted_db,
    )
    return width


def report(found: Survey, finished: Survey, model: Model) -> ReferenceReport:
    return ReferenceReport(
        loudness=model.loudness,
        spectrum_before_db=spectral_distance_db(found, model.survey),
        spectrum_after_db=spectral_distance_db(finished, model.survey),
        width_db=round(model.survey.width_db, 2),
        width_before_db=round(found.width_db, 2),
        width_after_db=round(finished.width_db, 2),
    )


def spectral_distance_db(one: Survey, other: Survey) -> float:
    """RMS difference over the third-octave bands in which both sound, their mean difference taken away."""
    difference, heard = one.thirds_db - other.thirds_db, _heard(one) & _heard(other)
    if not heard.any():
        return 0.0
    difference = difference[heard] - difference[heard].mean()
    return round(float(np.sqrt(np.mean(difference**2))), 2)


def _difference_db(found: Survey, model: Model) -> np.ndarray:
    """Reference minus mix per third-octave, smoothed over an octave; 0 where one of them has nothing but noise."""
    difference = model.survey.thirds_db - found.thirds_db
    heard = _heard(found) & _heard(model.survey)
    difference = np.where(heard, difference, 0.0)
    difference -= difference[heard].mean() if heard.any() else 0.0
    smooth = convolve1d(np.clip(difference, -2.0 * MOST_DB, 2.0 * MOST_DB), (0.25, 0.5, 0.25), mode="nearest")
    return np.where(heard, smooth, 0.0)


def _heard(found: Survey) -> np.ndarray:
    return found.thirds_db > found.thirds_db.max() + _INAUDIBLE_DB


def _q(kind: BandKind) -> float:
    return _Q if kind is BandKind.BELL else 0.7071


def _response(shape: int, gain_db: float) -> np.ndarray:
    kind, frequency_hz = _SHAPES[shape]
    return response_db((Band(kind, frequency_hz, gain_db, _q(kind)),), THIRDS_HZ, sample_rate_hz=48_000)
