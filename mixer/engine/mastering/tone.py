"""The colour of a master: what is cleaned away below, and what the spectrum asks for. Each choice with its measure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mixer.contracts import EqBand, MasterChain, MixDecision
from mixer.engine.effects.biquad import Band, BandKind
from mixer.engine.mastering.survey import Survey

CHANNEL = "master"
_NATURALLY_EMPTY_DB = -25.0
_SHARE, _MOST_DB, _LEAST_DB = 0.25, 2.0, 0.5

Say = Callable[..., None]


class Notes:
    """What was done and why, in the order in which it was done."""

    def __init__(self) -> None:
        self.decisions: list[MixDecision] = []

    def say(self, sentence: str, **measures: float) -> None:
        figures = {name: round(float(value), 6) for name, value in measures.items()}
        self.decisions.append(MixDecision(CHANNEL, sentence, figures))


def clean_up(chain: MasterChain, found: Survey, say: Say) -> tuple[Band, ...]:
    if chain.high_pass_hz <= 0.0:
        return ()
    say(
        f"High-pass at {chain.high_pass_hz:.0f} Hz: the mix had a DC offset of {found.offset:.1e} of full scale.",
        high_pass_hz=chain.high_pass_hz,
        dc_offset=found.offset,
    )
    return (Band(BandKind.HIGH_PASS, chain.high_pass_hz),)


def asked_eq(asked: tuple[EqBand, ...], say: Say) -> tuple[Band, ...]:
    """The equaliser as a person set it."""
    for band in asked:
        gain = f" {band.gain_db:+.1f} dB" if band.gain_db else ""
        say(f"{band.kind.replace('_', ' ').capitalize()} at {band.frequency_hz:.0f} Hz{gain}, as asked.")
    return tuple(Band(BandKind(band.kind), band.frequency_hz, band.gain_db, band.q) for band in asked)


def balance(found: Survey, say: Say) -> tuple[Band, ...]:
    """Shelves that bring a lopsided spectrum a little nearer to the usual.

    Usual for songs, octave-wide energy against 300 Hz to 4 kHz: bass about -3 dB, treble about -15 dB.
    """
    middle_db = found.band_db(180.0, 2_400.0)
    bands = []
    for name, kind, frequency_hz, level_db, usual_db in (
        ("bass", BandKind.LOW_SHELF, 110.0, found.band_db(45.0, 180.0), -3.0),
        ("treble", BandKind.HIGH_SHELF, 6_000.0, found.band_db(4_000.0, 20_000.0), -15.0),
    ):
        off_db = level_db - middle_db - usual_db
        gain_db = float(np.clip(-_SHARE * off_db, -_MOST_DB, _MOST_DB))
        # A range that is all but empty is so by nature (a lone flute): raising it would raise its noise.
        if abs(gain_db) >= _LEAST_DB and off_db > _NATURALLY_EMPTY_DB:
            bands.append(Band(kind, frequency_hz, gain_db))
            sentence = f"{name.capitalize()} {gain_db:+.1f} dB: it lay {off_db:+.0f} dB against the usual balance."
            say(sentence, gain_db=gain_db, off_db=off_db)
    return tuple(bands)
