"""The neural voice of hibari-tts, cut in two so that a score can stand between text and sound.

The wheel of hibari-tts 0.2.1 holds one ONNX graph, text to spectra. We cut it where the phonemes' features have been
stretched to frames: `encode` gives features, natural durations, pitch and energy of each phoneme; `decode` takes
frames of them, on our own timing. Shapes: L tokens, F frames of 12.5 ms, 601 bins from 0 to 12 kHz.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from codecraft.common.errors import Unavailable

VOICE_RATE_HZ = 24_000
HOP_SAMPLES = 300
FFT_SAMPLES = 1_200
BINS = FFT_SAMPLES // 2 + 1
FRAMES_PER_S = VOICE_RATE_HZ / HOP_SAMPLES
FRAMES_PER_DURATION_UNIT = 2
VOICED_HZ = 40.0
FEATURES = 128

_ENCODER_INPUTS = ("ids", "speed")
_DURATION, _TEXT, _PITCH, _ENERGY = "/Clip_output_0", "/Transpose_22_output_0", "f0", "/Mul_62_output_0"
_DECODER_INPUT = "/Concat_43_output_0"
_DECODER_OUTPUTS = ("lh", "theta", "ln", "lr", "phi")
CLOSING_BINS, FLOOR_BINS = 13, 16
"""260 Hz, a little more than the speaker's pitch; 320 Hz, the highest first harmonic the network is told of."""
FILLING = 0.4
"""What filling adds to the level of vowels, in nepers (3.5 dB), given back so that consonants keep their place."""
HIGH_BINS, HIGH_CLOSING_BINS = 240, 31
"""Above 4.8 kHz, where no formant is narrow, holes of up to 600 Hz."""
CONTEXT_FRAMES = 28
"""Nine convolutions of width 7 see 27 frames to each side."""


@dataclass(frozen=True)
class Spoken:
    """How the network would speak a phrase: `features` (L, 128), `frames` (L,) natural length of each token,
    `f0_hz` and `energy` (sum of frames,), f0 0 where unvoiced; energy is a log level of about -10 to 8."""

    features: np.ndarray
    frames: np.ndarray
    f0_hz: np.ndarray
    energy: np.ndarray


@dataclass(frozen=True)
class Spectra:
    """What the decoder says of F frames, each (F, 601): log magnitude of the harmonics, their phase turn (raw; the
    angle is pi tanh), log magnitude of the noise, and log magnitude and phase of the free part."""

    harmonic: np.ndarray
    turn: np.ndarray
    noise: np.ndarray
    free: np.ndarray
    free_phase: np.ndarray


class Voice:
    """The two halves, loaded once a process. Thread-safe: onnxruntime sessions are."""

    def __init__(self, model_path: Path) -> None:
        import onnxruntime

        encoder, decoder = _cut(model_path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # the arena never gives memory back; phrases differ in length
        providers = ["CPUExecutionProvider"]
        self._encoder = onnxruntime.InferenceSession(encoder, options, providers=providers)
        self._decoder = onnxruntime.InferenceSession(decoder, options, providers=providers)
        vocabulary = model_path.parent / "vocab.json"
        self.vocabulary: dict[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))

    def encode(self, token_ids: list[int], *, speed: float) -> Spoken:
        durations, features, f0_hz, energy = self._encoder.run(
            [_DURATION, _TEXT, _PITCH, _ENERGY],
            {"ids": np.asarray([token_ids], np.int64), "speed": np.asarray([speed], np.float32)},
        )
        f0_hz = np.where(f0_hz[0] > VOICED_HZ, f0_hz[0], 0.0).astype(np.float32)
        frames = (durations.reshape(-1) * FRAMES_PER_DURATION_UNIT).astype(np.int64)
        return Spoken(features[0].T, frames, f0_hz, energy[0])

    def decode(
        self, features: np.ndarray, f0_hz: np.ndarray, energy: np.ndarray, *, through_harmonics: bool = False
    ) -> Spectra:
        """`features` (F, 128), `f0_hz` (F,), `energy` (F,), with context around; gives spectra of the same F.

        `through_harmonics`: the envelope runs through the harmonics of `f0_hz` alone (see `through`)."""
        inputs = np.empty((1, FEATURES + 2, len(f0_hz)), np.float32)
        inputs[0, :FEATURES] = features.T
        inputs[0, FEATURES] = np.log1p(f0_hz) / 5.0
        inputs[0, FEATURES + 1] = energy / 5.0
        harmonic, *others = self._decoder.run(list(_DECODER_OUTPUTS), {_DECODER_INPUT: inputs})
        envelope = through(harmonic[0], f0_hz) if through_harmonics else mended(harmonic[0])
        return Spectra(*(np.ascontiguousarray(o.T) for o in (envelope, *(o[0] for o in others))))


def mended(harmonic: np.ndarray) -> np.ndarray:
    """The harmonics' log magnitudes (601, F) as the envelope of a vocal tract.

    Some bins of the network are dead (1,000, 1,580, 3,080, 3,560 Hz and more lie 20 to 100 dB under their neighbours),
    and between the first harmonics of the pitch it was told it leaves gaps; a singer on another pitch fell into both.
    A closing (dilation, then erosion; Serra 1982) fills what is narrower than its width and leaves every peak where it
    is. Below the first harmonic there is only the slope of the window: there the level stays that of the harmonic.
    """
    closed = _closed(harmonic, CLOSING_BINS)
    closed[HIGH_BINS:] = _closed(harmonic[HIGH_BINS:], HIGH_CLOSING_BINS)
    closed[: FLOOR_BINS + 1] = np.maximum.accumulate(closed[FLOOR_BINS::-1], axis=0)[::-1]
    return closed - np.float32(FILLING)


def through(harmonic: np.ndarray, f0_hz: np.ndarray) -> np.ndarray:
    """The harmonics' log magnitudes (601, F) as an envelope for a speaker on another pitch than `f0_hz` (F,).

    What the network says between two harmonics, where its pulses have nothing, means nothing: in speech it may lie
    20 dB above both, and a closing would hang the harmonics on it. So each harmonic is read at its own bins (the main
    lobe of the window), the envelope is drawn straight from one to the next, level below the first, and what is still
    dead is closed as in `mended`. Frames without pitch are only closed.
    """
    envelope, bins = harmonic.copy(), np.arange(len(harmonic), dtype=np.float32)
    lobes = _running_max(harmonic, 3)
    for frame in np.flatnonzero(f0_hz > 0):
        step = f0_hz[frame] * (BINS - 1) / (VOICE_RATE_HZ / 2)
        at = np.arange(step, len(bins) - 1, step)
        envelope[:, frame] = np.interp(bins, at, lobes[np.round(at).astype(np.int64), frame])
    closed = _closed(envelope, CLOSING_BINS)
    closed[HIGH_BINS:] = _closed(envelope[HIGH_BINS:], HIGH_CLOSING_BINS)
    return closed - np.float32(FILLING)


def _closed(values: np.ndarray, width: int) -> np.ndarray:
    return -_running_max(-_running_max(values, width), width)


def _running_max(values: np.ndarray, width: int) -> np.ndarray:
    """Maximum over `width` (odd) rows around each row, in steps that double."""
    half, rows = width // 2, len(values)
    out, reach = np.pad(values, ((half, half), (0, 0)), mode="edge"), 1
    while reach < width:
        step = min(reach, width - reach)
        out = np.maximum(out[:-step], out[step:])
        reach += step
    return out[:rows]


def _cut(model_path: Path) -> tuple[bytes, bytes]:
    """The graph as two serialised models. Raises Unavailable when it is not the graph we know."""
    import onnx
    from onnx.utils import Extractor

    try:
        model = onnx.load(os.fspath(model_path))
    except Exception as error:  # onnx raises whatever protobuf raises
        raise Unavailable(
            f"The singing voice cannot be read ({model_path.name}): install hibari-tts==0.2.1 again.",
            code="voice_unreadable",
        ) from error
    made = {name for node in model.graph.node for name in node.output} | {i.name for i in model.graph.input}
    needed = {*_ENCODER_INPUTS, _DURATION, _TEXT, _PITCH, _ENERGY, _DECODER_INPUT, *_DECODER_OUTPUTS}
    if missing := sorted(needed - made):
        raise Unavailable(
            "This version of hibari-tts has another network inside (missing: "
            f"{', '.join(missing[:3])}): install hibari-tts==0.2.1.",
            code="voice_version",
        )
    extractor = Extractor(model)
    encoder = extractor.extract_model(list(_ENCODER_INPUTS), [_DURATION, _TEXT, _PITCH, _ENERGY])
    decoder = extractor.extract_model([_DECODER_INPUT], list(_DECODER_OUTPUTS))
    return encoder.SerializeToString(), decoder.SerializeToString()


def bundled_model_path() -> Path:
    """The weights inside the hibari-tts wheel. Raises Unavailable when the package is missing."""
    from importlib.util import find_spec

    spec = find_spec("hibari")
    path = Path(spec.origin).parent / "assets" / "hibari.onnx" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise Unavailable("The singing voice is missing: install hibari-tts==0.2.1.", code="voice_missing")
    return path


_load_lock = threading.Lock()


def voice() -> Voice:
    """The voice of this process."""
    with _load_lock:
        return _load(bundled_model_path())


@lru_cache(maxsize=2)
def _load(model_path: Path) -> Voice:
    return Voice(model_path)
