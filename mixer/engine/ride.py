"""The hand on the faders: slow moves that keep the lead as far over the others in a chorus as in a verse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from mixer.engine.meters import HOP_S

_REACH_S = 1.8
_DEAD_ZONE_DB = 0.5
_LEAD_UP_DB, _LEAD_DOWN_DB = 3.0, 1.0
_BED_UP_DB, _BED_DOWN_DB = 4.0, 3.0


@dataclass(frozen=True, eq=False)
class Ride:
    """Gains in dB per hop of 100 ms (hops,), for the lead and for everything else."""

    lead_db: np.ndarray
    bed_db: np.ndarray

    @property
    def moves(self) -> bool:
        return bool(np.abs(self.lead_db).max(initial=0.0) + np.abs(self.bed_db).max(initial=0.0) >= 1.0)


def still(hops: int) -> Ride:
    return Ride(np.zeros(hops), np.zeros(hops))


def ride(voice: np.ndarray, rest: np.ndarray, sung: np.ndarray, *, target_db: float) -> Ride:
    """From the power per hop of lead and bed in the vocal band, and where it is sung (hops,) boolean.

    Both move half-way towards `target_db` between them, within limits; where nobody sings, the move of the nearest
    sung passage goes on.
    """
    if not sung.any():
        return still(len(voice))
    reach = _REACH_S / HOP_S
    voice_near = gaussian_filter1d(np.where(sung, voice, 0.0), reach, mode="constant", truncate=40.0)
    rest_near = gaussian_filter1d(np.where(sung, rest, 0.0), reach, mode="constant", truncate=40.0)
    known = gaussian_filter1d(sung.astype(np.float64), reach, mode="constant", truncate=40.0) > 1e-6
    over_db = 10.0 * np.log10((voice_near + 1e-15) / (rest_near + 1e-15))
    hops = np.arange(len(voice))
    over_db = np.interp(hops, hops[known], over_db[known])
    lacking_db = target_db - over_db
    lacking_db = np.sign(lacking_db) * np.maximum(0.0, np.abs(lacking_db) - _DEAD_ZONE_DB)
    lead_db = np.clip(0.5 * lacking_db, -_LEAD_DOWN_DB, _LEAD_UP_DB)
    bed_db = np.clip(-0.5 * lacking_db, -_BED_DOWN_DB, _BED_UP_DB)
    return Ride(gaussian_filter1d(lead_db, 0.5 / HOP_S), gaussian_filter1d(bed_db, 0.5 / HOP_S))
