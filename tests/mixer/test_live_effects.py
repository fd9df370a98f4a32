"""What the page plays is what the server renders: every live effect's code for the browser against the engine's own."""

from __future__ import annotations

import numpy as np
import pytest

from mixer.engine.console.building import effect_of
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.state import EffectSlot
from tests.mixer.live_dsp import BLOCK, RATE_HZ, LiveCase, live_effects

SEED = 3
SAMPLES = 700 * BLOCK
TURN = 350 * BLOCK
CASES = (
    LiveCase(
        "eq",
        {"low_cut": True, "low_cut_slope": "48", "bell_1_db": 6.0, "bell_3_db": -7.5, "bell_3_q": 4.0}
        | {"high_shelf_db": 5.0, "low_shelf_db": -3.0, "high_cut": True, "high_cut_slope": "24"},
        {"bell_1_db": -6.0, "low_cut": False, "high_cut_hz": 9_000.0},
        TURN,
    ),
    LiveCase(
        "compressor",
        {"threshold_db": -24.0, "ratio": 4.0, "makeup_db": 3.0, "key_low_cut_hz": 120.0, "mix": 0.8},
        {"threshold_db": -12.0, "ratio": 8.0, "knee_db": 0.0},
        TURN,
    ),
    LiveCase("compressor", {"threshold_db": -30.0, "ratio": 10.0}, keyed=True),
    LiveCase("gate", {"threshold_db": -22.0}, {"threshold_db": -40.0, "range_db": 12.0}, TURN),
    LiveCase("ducker", {"depth_db": 9.0, "hold_s": 0.1}, {"depth_db": 3.0}, TURN, keyed=True),
    LiveCase("ducker", {"depth_db": 9.0, "band": "bell"}, {"bell_hz": 900.0}, TURN, keyed=True),
    LiveCase("ducker", {"depth_db": 9.0}),
    LiveCase("de_esser", {"amount": 0.8}, {"amount": 0.3, "threshold_db": -12.0}, TURN),
    LiveCase("saturation", {"drive_db": 12.0}, {"drive_db": 3.0, "mix": 0.5}, TURN),
    LiveCase("saturation", {"drive_db": 24.0, "character": "tube", "output_db": -6.0}),
    LiveCase("delay", {"left_s": 0.1, "right_s": 0.15, "cross": 0.5}, {"feedback": 0.6}, TURN),
    LiveCase("chorus", {}, {"rate_hz": 2.0, "depth_s": 0.004}, TURN),
    LiveCase("doubler", {"amount": 0.7}),
    LiveCase("convolution_reverb", {"space": "chamber", "low_cut_hz": 200.0, "predelay_s": 0.01, "mix": 0.6}),
    LiveCase("convolution_reverb", {"space": "studio", "decay": 1.5}),
    LiveCase("algorithmic_reverb", {"space": "studio", "high_cut_hz": 5_000.0}, {"mix": 0.3}, TURN),
    LiveCase("algorithmic_reverb", {"space": "chamber", "decay": 0.5}),
    LiveCase("stereo_width", {"width": 1.6, "mono_below_hz": 150.0}, {"width": 0.3}, TURN),
    LiveCase("transient_shaper", {"attack_db": 9.0, "sustain_db": -6.0}, {"attack_db": -3.0}, TURN),
    LiveCase("bass_boost", {"gain_db": 7.0}, {"gain_db": 2.0}, TURN),
    LiveCase("limiter", {"gain_db": 12.0, "ceiling_dbtp": -3.0}, {"gain_db": 3.0}, TURN),
    LiveCase("dither", {"bits": "16"}),
    LiveCase("dither", {"bits": "16", "shaped": True}),
)
NAMES = [f"{number}-{case.kind}" for number, case in enumerate(CASES)]
RESIDUAL_DB = -110.0
"""Two programs that compute the same in another order; a float32 ends at -150."""


def _sounds() -> tuple[np.ndarray, np.ndarray]:
    """Tones with beats, noise and a rest between them; and bursts as a key."""
    rng = np.random.default_rng(1)
    time_s = np.arange(SAMPLES) / RATE_HZ
    beats = 0.3 * np.sin(2.0 * np.pi * 220.0 * time_s) * (1.0 + np.sin(2.0 * np.pi * 4.1 * time_s))
    sound = np.stack([beats, 0.25 * np.sin(2.0 * np.pi * 331.0 * time_s)]) + 0.1 * rng.standard_normal((2, SAMPLES))
    sound[:, SAMPLES // 3 : SAMPLES // 2] *= 0.02
    key = 0.2 * rng.standard_normal((2, SAMPLES)) * (np.sin(2.0 * np.pi * 3.0 * time_s) > 0.0)
    return sound.astype(np.float32), key.astype(np.float32)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[np.ndarray, int]]:
    return live_effects(tmp_path_factory.mktemp("live"), CASES, *_sounds(), seed=SEED)


def _rendered(case: LiveCase) -> tuple[np.ndarray, int]:
    sound, key = _sounds()
    stream = effect_of(EffectSlot("it", case.kind, case.params), seed=SEED).open(sample_rate_hz=RATE_HZ)
    turn = case.retuned_at or SAMPLES
    out = [stream.process(sound[:, :turn], key[:, :turn] if case.keyed else None)]
    if case.retuned is not None:
        stream.retune(effect_of(EffectSlot("it", case.kind, case.params | case.retuned), seed=SEED))
        out.append(stream.process(sound[:, turn:], key[:, turn:] if case.keyed else None))
    return np.concatenate(out, axis=1), stream.latency_samples


@pytest.mark.parametrize("number", range(len(CASES)), ids=NAMES)
def test_an_effect_plays_as_it_is_rendered(played: list[tuple[np.ndarray, int]], number: int) -> None:
    live, live_late = played[number]
    rendered, late = _rendered(CASES[number])
    length = SAMPLES - max(late, live_late)
    rendered, live = rendered[:, late : late + length], live[:, live_late : live_late + length]
    residual = np.sqrt(np.mean((live - rendered) ** 2) / np.mean(rendered**2))
    assert 20.0 * np.log10(residual + 1e-12) < RESIDUAL_DB
    sound = _sounds()[0][:, :length]
    assert np.abs(rendered - sound).max() > 1e-6 or CASES[number] == LiveCase("ducker", {"depth_db": 9.0})


def test_every_live_effect_was_held_against_the_servers() -> None:
    assert {case.kind for case in CASES} == {kind.kind for kind in EFFECT_KINDS.values() if kind.live}
