"""The pitch of a phrase: written notes and their expressions, as one continuous curve.

The target (written pitch plus the note's own curve) passes through a nearly critical second-order system, as a larynx
does (Saitou et al. 2005); vibrato, a little wander and the singer's own tuning are added. The curve is a function of
the time from the phrase's first note alone, so anyone may ask for it, at any times, without singing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicelab.contracts import PitchPoint, SungNote, VocalPhrase
from voicelab.engine.singer.phrasing import notes_of
from voicelab.engine.voices import Singer

CURVE_RATE_HZ = 640.0
BEFORE_S, AFTER_S = 1.0, 1.0
GLIDE_HZ, GLIDE_DAMPING, GLIDE_ADVANCE_S = 7.5, 0.85, 0.035
MOST_ADVANCE_S = 0.16
"""In a rest the voice finds the next pitch before it sounds."""
VIBRATO_RAMP_S, VIBRATO_RAMP_SHARE, VIBRATO_FADE_S = 0.25, 0.45, 0.12
VIBRATO_QUICKENS = 0.05
"""Prame 1994: the rate rises towards the end of a note."""
SECTION_VIBRATO_SPREAD = 0.06
JITTER_CENTS, JITTER_KNOTS_HZ = 2.5, 9.0
DRIFT_CENTS, DRIFT_KNOTS_HZ = 3.0, 1.2
FLAT = (PitchPoint(0.0, 0.0),)


@dataclass(frozen=True)
class PitchCurve:
    """Pitch from `BEFORE_S` before the first note to `AFTER_S` after the last, in cents above MIDI 0."""

    cents: np.ndarray

    def hz_at(self, time_s: np.ndarray) -> np.ndarray:
        """f0 in Hz at times from the first note; the ends go on."""
        at = (np.asarray(time_s) + BEFORE_S) * CURVE_RATE_HZ
        cents = np.interp(at, np.arange(len(self.cents)), self.cents)
        return 440.0 * 2.0 ** ((cents / 100.0 - 69.0) / 12.0)


def pitch_curve(phrase: VocalPhrase, singer: Singer, rng: np.random.Generator) -> PitchCurve:
    """The curve of an interpreted phrase whose first note starts at 0 s."""
    notes = notes_of(phrase)
    time_s = np.arange(int((notes[-1].end_s + BEFORE_S + AFTER_S) * CURVE_RATE_HZ)) / CURVE_RATE_HZ - BEFORE_S
    cents = _glide(_targets(notes, time_s))
    cents += _vibrato(notes, time_s, singer, rng)
    cents += _wander(time_s, JITTER_CENTS, JITTER_KNOTS_HZ, rng) + _wander(time_s, DRIFT_CENTS, DRIFT_KNOTS_HZ, rng)
    return PitchCurve(cents + 100.0 * singer.transpose + singer.detune_cents)


def _targets(notes: list[SungNote], time_s: np.ndarray) -> np.ndarray:
    rests = np.array([0.0] + [b.start_s - a.end_s for a, b in zip(notes, notes[1:], strict=False)])
    starts = np.array([n.start_s for n in notes]) - GLIDE_ADVANCE_S - np.clip(rests, 0.0, MOST_ADVANCE_S)
    index = np.clip(np.searchsorted(starts, time_s, side="right") - 1, 0, len(notes) - 1)
    target = np.empty(len(time_s))
    for k, note in enumerate(notes):
        inside = index == k
        share = (time_s[inside] + GLIDE_ADVANCE_S - note.start_s) / (note.end_s - note.start_s)
        curve = note.expression.pitch_curve or FLAT
        target[inside] = 100.0 * note.midi + np.interp(share, [p.at for p in curve], [p.cents for p in curve])
    return target


def _glide(target: np.ndarray) -> np.ndarray:
    """x'' = w^2 (target - x) - 2 zeta w x', solved exactly per step by a second-order digital filter."""
    from scipy.signal import cont2discrete, lfilter

    w = 2.0 * np.pi * GLIDE_HZ
    b, a, _ = cont2discrete(([w * w], [1.0, 2.0 * GLIDE_DAMPING * w, w * w]), 1.0 / CURVE_RATE_HZ, method="zoh")
    return lfilter(b.ravel(), a, target - target[0]) + target[0]


def _vibrato(notes: list[SungNote], time_s: np.ndarray, singer: Singer, rng: np.random.Generator) -> np.ndarray:
    """Each note's own vibrato; a choir's singers keep to it only roughly, each in a phase of their own."""
    total = np.zeros(len(time_s))
    section = singer.drift_s > 0.0
    spread = 1.0 + (SECTION_VIBRATO_SPREAD * rng.standard_normal() if section else 0.0)
    phases = rng.random(len(notes)) if section else np.zeros(len(notes))
    for note, phase in zip(notes, phases, strict=True):
        wish, length = note.expression.vibrato, note.end_s - note.start_s
        if wish.depth_cents <= 0.0 or length <= wish.onset_s:
            continue
        span = slice(*np.searchsorted(time_s, (note.start_s + wish.onset_s, note.end_s)))
        since = time_s[span] - note.start_s - wish.onset_s
        singing_s = length - wish.onset_s
        ramp = np.clip(since / max(VIBRATO_RAMP_S, VIBRATO_RAMP_SHARE * singing_s), 0.0, 1.0)
        fade = np.clip((singing_s - since) / min(VIBRATO_FADE_S, 0.4 * singing_s), 0.0, 1.0)
        turns = wish.rate_hz * spread * (since + 0.5 * VIBRATO_QUICKENS * since**2 / singing_s) + phase
        total[span] += wish.depth_cents * ramp * fade * np.sin(2.0 * np.pi * turns)
    return total


def _wander(time_s: np.ndarray, cents: float, knots_hz: float, rng: np.random.Generator) -> np.ndarray:
    """A slow wander of about `cents`, as no throat holds still."""
    at = (time_s - time_s[0]) * knots_hz
    knots = rng.standard_normal(int(at[-1]) + 2)
    return cents * np.interp(at, np.arange(len(knots)), knots)
