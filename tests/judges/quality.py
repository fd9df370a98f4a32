"""DNSMOS, a listener's opinion learnt from people (Reddy, Gopal, Cutler 2021, arXiv:2010.15258): weights in speechmos.

The overall score (OVRL, 1..5) of the P.835 network, with the calibration that speechmos gives it. It was taught on
speech and noise: it hears clicks, buzz and dull sound, hardly the art of singing, and it cannot judge a whisper.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from tests.judges.speech import JUDGE_RATE_HZ, heard

WINDOW_SAMPLES = int(9.01 * JUDGE_RATE_HZ)
HOP_S = 3
_OVERALL = np.poly1d([-0.06766283, 1.11546468, 0.04602535])
"""From the network's raw overall score to the scale of the listeners (speechmos, MIT)."""


@lru_cache(maxsize=1)
def _network():
    from importlib.util import find_spec

    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    spec = find_spec("speechmos")
    weights = Path(spec.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])


def dnsmos_overall(path: Path) -> float:
    """The mean over windows of 9 s, three seconds apart, from the first sound to the last."""
    audio = heard(path)
    sounding = np.flatnonzero(np.abs(audio) > 0.01)
    audio = audio[sounding[0] : sounding[-1] + 1] if len(sounding) else audio
    audio = np.tile(audio, -(-WINDOW_SAMPLES // len(audio))) if len(audio) < WINDOW_SAMPLES else audio
    starts = range(0, len(audio) - WINDOW_SAMPLES + 1, HOP_S * JUDGE_RATE_HZ)
    scores = [_network().run(None, {"input_1": audio[None, s : s + WINDOW_SAMPLES]})[0][0][2] for s in starts]
    return float(np.mean(_OVERALL(np.array(scores))))
