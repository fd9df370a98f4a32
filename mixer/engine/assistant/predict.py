"""What a channel will measure behind its effects, from what its stem measures: no sound is rendered to set the faders.

Equalisers are exact up to the width of a band; dynamics follow their static curves with the time constants of hops of
100 ms; a room adds the channel's own power, spread over the room's decay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.signal import lfilter

from mixer.contracts import Space
from mixer.engine.analysis import BAND_EDGES_HZ, Analysis
from mixer.engine.assistant.hearing import THIRDS_HZ, Hearing
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.state import Bus, Channel, EffectSlot
from mixer.engine.effects.biquad import BUTTERWORTH_Q, Band, BandKind, power_response, response_db
from mixer.engine.effects.reverb import ACOUSTICS
from mixer.engine.meters import HOP_S, k_weighting

_RATE_HZ = 48_000
_CENTRES_HZ = np.sqrt(np.array(BAND_EDGES_HZ[1:]) * np.array(BAND_EDGES_HZ[:-1]))
_WEIGHTS = power_response(k_weighting(_RATE_HZ), _CENTRES_HZ, _RATE_HZ)


@dataclass(frozen=True, eq=False)
class Expected:
    """A channel before its fader: `analysis` and `thirds` as in Hearing, `peaks` (hops,) what samples may reach."""

    analysis: Analysis
    thirds: np.ndarray
    peaks: np.ndarray

    def scaled(self, gain_db: np.ndarray) -> Expected:
        """With a gain per hop (hops,) in dB."""
        power = 10.0 ** (gain_db / 10.0)
        bands = self.analysis.bands * power[:, np.newaxis]
        peaks = self.peaks * np.sqrt(np.maximum(power, np.concatenate([power[:1], power[:-1]])))
        heard = Analysis(self.analysis.power * power, bands, float(peaks.max(initial=0.0)))
        return Expected(heard, self.thirds * power[:, np.newaxis], peaks)

    def filtered(self, bands: tuple[Band, ...]) -> Expected:
        """Behind an equaliser."""
        if not bands or len(self.peaks) == 0:
            return self
        coarse = 10.0 ** (_mean_response_db(bands) / 10.0)
        fine = 10.0 ** (response_db(bands, np.array(THIRDS_HZ), sample_rate_hz=_RATE_HZ) / 10.0)
        after = self.analysis.bands * coarse
        weighted = (after @ _WEIGHTS + 1e-15) / (self.analysis.bands @ _WEIGHTS + 1e-15)
        plain = (after.sum(axis=1) + 1e-15) / (self.analysis.bands.sum(axis=1) + 1e-15)
        peaks = self.peaks * np.sqrt(np.maximum(1.0, plain))
        heard = Analysis(self.analysis.power * weighted, after, float(peaks.max(initial=0.0)))
        return Expected(heard, self.thirds * fine, peaks)

    def in_room(self, space: Space, send_db: float) -> Expected:
        """With what a room gives back of it."""
        share = 10.0 ** (send_db / 10.0)
        rt60_s = float(np.median(ACOUSTICS[space].rt60_s))
        fall = 10.0 ** (-6.0 * HOP_S / rt60_s)
        bands, power = self.analysis.bands, self.analysis.power
        heard = Analysis(
            power + share * _rung(power[:, np.newaxis], fall)[:, 0],
            bands + share * _rung(bands, fall),
            self.analysis.peak,
        )
        return Expected(heard, self.thirds + share * _rung(self.thirds, fall), self.peaks * (1.0 + share**0.5))


def expected(hearing: Hearing, channel: Channel, presence: np.ndarray | None = None) -> Expected:
    """Behind the channel's gain and effects; `presence` (hops,) 0..1 is the voice that its duckers hear."""
    hops = len(hearing.peaks)
    now = Expected(hearing.analysis, hearing.thirds, hearing.peaks).scaled(np.full(hops, channel.gain_db))
    for slot in channel.effects:
        if not slot.bypass:
            now = _behind(now, slot, presence)
    return now


def stepped_back(now: Expected, bus: Bus, presence: np.ndarray | None) -> Expected:
    """A member of a group whose duckers lower it as a whole."""
    for slot in bus.effects:
        if slot.kind == "ducker" and not slot.bypass and presence is not None:
            now = _ducked(now, with_defaults(slot), presence)
    return now


def _behind(now: Expected, slot: EffectSlot, presence: np.ndarray | None) -> Expected:
    params = with_defaults(slot)
    if slot.kind == "eq":
        return now.filtered(eq_bands(params))
    if slot.kind == "bass_boost":
        return now.filtered((Band(BandKind.LOW_SHELF, params["corner_hz"], params["gain_db"]),))
    if slot.kind == "compressor" and not slot.key:
        return now.scaled(compression_db(now.analysis.level_db, params))
    if slot.kind == "ducker" and presence is not None and len(presence) == len(now.peaks):
        return _ducked(now, params, presence)
    return now


def _ducked(now: Expected, params: Mapping[str, Any], presence: np.ndarray) -> Expected:
    if params["hold_s"] > 0.0:
        presence = held(presence, params["hold_s"])
    if params["band"] == "all":
        return now.scaled(-params["depth_db"] * presence)
    whole = now.filtered((Band(BandKind.BELL, params["bell_hz"], -params["depth_db"], params["bell_q"]),))
    mix = presence[:, np.newaxis]
    heard = Analysis(
        now.analysis.power * (1.0 - presence) + whole.analysis.power * presence,
        now.analysis.bands * (1.0 - mix) + whole.analysis.bands * mix,
        now.analysis.peak,
    )
    return Expected(heard, now.thirds * (1.0 - mix) + whole.thirds * mix, now.peaks)


def presence_of(level_db: np.ndarray, threshold_db: float, range_db: float = 15.0) -> np.ndarray:
    """How far a ducker follows a key of this level per hop: 0..1 (hops,)."""
    wanted = np.clip(1.0 + (level_db - threshold_db) / range_db, 0.0, 1.0)
    return _smoothed(wanted, 0.040, 0.350)


def held(presence: np.ndarray, hold_s: float) -> np.ndarray:
    """Presence that stays up through rests shorter than `hold_s`."""
    hold, out, left, top = round(hold_s / HOP_S), np.empty_like(presence), 0, 0.0
    for index, value in enumerate(presence):
        if value >= top:
            top, left = value, hold
        elif left > 0:
            left -= 1
        else:
            top = value
        out[index] = top
    return out


def compression_db(level_db: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
    """Gain in dB per hop of the compressor (effects/dynamics) for the level per hop; a sine counts with its peak."""
    over = level_db + 3.01 - params["threshold_db"]
    knee, slope = max(1e-6, params["knee_db"]), 1.0 / params["ratio"] - 1.0
    inside = slope * (over + knee / 2.0) ** 2 / (2.0 * knee)
    wanted = np.where(over <= -knee / 2.0, 0.0, np.where(over < knee / 2.0, inside, slope * over))
    followed = -_smoothed(-wanted, params["attack_s"], params["release_s"])
    wet = 10.0 ** ((followed + params["makeup_db"]) / 20.0)
    return 20.0 * np.log10(1.0 + params["mix"] * (wet - 1.0))


def eq_bands(params: Mapping[str, Any]) -> tuple[Band, ...]:
    """The equaliser's sections that do something; a steeper cut counts as so many of 12 dB per octave."""
    bands: list[Band] = []
    for name, kind in (("low_cut", BandKind.HIGH_PASS), ("high_cut", BandKind.LOW_PASS)):
        if params[name]:
            bands += [Band(kind, params[f"{name}_hz"])] * (int(params[f"{name}_slope"]) // 12)
    for name, kind in (("low_shelf", BandKind.LOW_SHELF), ("high_shelf", BandKind.HIGH_SHELF)):
        if params[f"{name}_db"]:
            bands.append(Band(kind, params[f"{name}_hz"], params[f"{name}_db"], BUTTERWORTH_Q))
    for bell in ("bell_1", "bell_2", "bell_3", "bell_4"):
        if params[f"{bell}_db"]:
            bands.append(Band(BandKind.BELL, params[f"{bell}_hz"], params[f"{bell}_db"], params[f"{bell}_q"]))
    return tuple(bands)


def with_defaults(slot: EffectSlot) -> dict[str, Any]:
    """All parameters of a slot by name."""
    return {param.name: slot.params.get(param.name, param.default) for param in EFFECT_KINDS[slot.kind].params}


def _mean_response_db(bands: tuple[Band, ...]) -> np.ndarray:
    """Over each of the ten bands, as the mean power of five places in it."""
    low, high = np.array(BAND_EDGES_HZ[:-1]), np.array(BAND_EDGES_HZ[1:])
    places = low * (high / low) ** ((np.arange(5)[:, np.newaxis] + 0.5) / 5.0)
    power = 10.0 ** (response_db(bands, places.ravel(), sample_rate_hz=_RATE_HZ).reshape(places.shape) / 10.0)
    return 10.0 * np.log10(power.mean(axis=0))


def _smoothed(wanted: np.ndarray, attack_s: float, release_s: float) -> np.ndarray:
    rise, fall = (float(np.exp(-HOP_S / max(1e-6, time_s))) for time_s in (attack_s, release_s))
    out, value = np.empty(len(wanted)), 0.0
    for index, target in enumerate(wanted):
        pole = rise if target > value else fall
        value = pole * value + (1.0 - pole) * target
        out[index] = value
    return out


def _rung(power: np.ndarray, fall: float) -> np.ndarray:
    """(hops, bands) through an exponential decay that keeps the energy."""
    return lfilter([1.0 - fall], [1.0, -fall], power, axis=0)
