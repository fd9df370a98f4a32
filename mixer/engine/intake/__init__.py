"""Sounds that people bring: told by content, decoded in a guarded child, mended, measured, drawn."""

from mixer.engine.intake.decode import (
    MAX_DURATION_S,
    MAX_RATE_HZ,
    MAX_UPLOAD_BYTES,
    MIN_RATE_HZ,
    SAMPLE_RATE_HZ,
    Decoded,
    decode,
)
from mixer.engine.intake.measure import Measures, measure_file
from mixer.engine.intake.peaks import SAMPLES_PER_PEAK, peaks_of
from mixer.engine.intake.sniff import BadSound

__all__ = [
    "MAX_DURATION_S",
    "MAX_RATE_HZ",
    "MAX_UPLOAD_BYTES",
    "MIN_RATE_HZ",
    "SAMPLES_PER_PEAK",
    "SAMPLE_RATE_HZ",
    "BadSound",
    "Decoded",
    "Measures",
    "decode",
    "measure_file",
    "peaks_of",
]
