"""The console: dry stems in, levelled stems and their sum out.

Everything that is not linear (compression, saturation, ducking) happens inside one channel, before its fader and with
its own reverb, and the bus only adds; so the levelled stems sum to the mix, to the rounding of 24 bits.

One channel at a time is in memory. Between the passes the processed channels lie in a working folder as float32.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from math import gcd
from pathlib import Path

import numpy as np
import soundfile as sf
from scipy.signal import resample_poly

from codecraft.common.audio import BLOCK_SAMPLES, open_wav_writer, read_wav, write_wav
from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.contracts import ChannelRole, MasterResult, MasterSpec, MixDecision, MixResult, MixSpec
from mixer.engine.analysis import Analysis, analyse
from mixer.engine.balance import Faders, solve_faders
from mixer.engine.decisions import ChannelPlan, plan_channels
from mixer.engine.effects.biquad import ParametricEq
from mixer.engine.effects.dynamics import Presence, presence
from mixer.engine.effects.reverb import ConvolutionReverb
from mixer.engine.mastering import master_file

MIXER_VERSION = 1
"""Raise it whenever the same stems would give other bytes."""

MIX_PEAK_DBFS = -3.0
_FADE_S = 0.8


def mix(spec: MixSpec, out_dir: Path, *, progress: Progress = ignore_progress) -> MixResult:
    """Mix `spec.stems` to `out_dir/mix.wav` and `out_dir/stems/NAME.wav` (48 kHz, 24 bit, as long as the longest stem).

    The stems sum to the mix within -90 dBFS (measured: about -120). Raises InvalidInput for no stems, names that
    clash, files that cannot be read. Cancelled from `progress` passes through; then nothing is left behind.
    """
    _check(spec)
    out_dir.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".mix-", dir=out_dir))
    try:
        samples = max(_length(stem.path, spec.sample_rate_hz) for stem in spec.stems)
        dry = _analyse_all(spec, samples, span(progress, 0.0, 0.25))
        plans = plan_channels(spec, dry)
        wet = _process_all(spec, plans, dry, samples, working, span(progress, 0.25, 0.8))
        faders, fader_decisions = solve_faders(spec, wet)
        faders, bus_decision = _set_bus(faders, working)
        _write_sum(faders, working, samples, span(progress, 0.85, 1.0))
        return _publish(spec, working, out_dir, _in_order(spec, plans, (*fader_decisions, bus_decision)))
    finally:
        shutil.rmtree(working, ignore_errors=True)


def master(spec: MasterSpec, out_path: Path, *, progress: Progress = ignore_progress) -> MasterResult:
    """Finish a mix: see `mixer.engine.mastering.master_file`."""
    return master_file(spec, out_path, progress=progress)


def _check(spec: MixSpec) -> None:
    if not spec.stems:
        raise InvalidInput("A mix needs at least one stem.", field="stems")
    names = [stem.name for stem in spec.stems]
    if len(set(names)) != len(names):
        raise InvalidInput("Two stems have the same name; each needs its own.", field="stems")
    for stem in spec.stems:
        if not stem.name or Path(stem.name).name != stem.name or stem.name.startswith("."):
            raise InvalidInput(f"'{stem.name}' cannot be a file name.", field="stems")


def _length(path: Path, sample_rate_hz: int) -> int:
    try:
        info = sf.info(path)
    except (OSError, sf.LibsndfileError) as error:
        raise InvalidInput(f"The stem {path.name} cannot be read as sound.", field="stems") from error
    return -(-info.frames * sample_rate_hz // info.samplerate)


def load_stem(path: Path, samples: int, *, sample_rate_hz: int) -> np.ndarray:
    """(2, samples) float32: mono is doubled, other rates are resampled, a short file is followed by silence."""
    audio, rate_hz = read_wav(path)
    if rate_hz != sample_rate_hz:
        divisor = gcd(rate_hz, sample_rate_hz)
        audio = resample_poly(audio, sample_rate_hz // divisor, rate_hz // divisor, axis=1).astype(np.float32)
    out = np.zeros((2, samples), np.float32)
    length = min(samples, audio.shape[1])
    out[:, :length] = audio[:2, :length]
    if not np.isfinite(out.sum(dtype=np.float64)):
        np.nan_to_num(out, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return out


def _analyse_all(spec: MixSpec, samples: int, progress: Progress) -> tuple[Analysis, ...]:
    analyses = []
    for number, stem in enumerate(spec.stems, start=1):
        audio = load_stem(stem.path, samples, sample_rate_hz=spec.sample_rate_hz)
        analyses.append(analyse(audio, sample_rate_hz=spec.sample_rate_hz))
        progress(number / len(spec.stems))
    return tuple(analyses)


def _process_all(
    spec: MixSpec,
    plans: tuple[ChannelPlan, ...],
    dry: tuple[Analysis, ...],
    samples: int,
    working: Path,
    progress: Progress,
) -> tuple[Analysis, ...]:
    """Every channel through its plan into the working folder; leads first, as the others step back for them."""
    wet: list[Analysis] = list(dry)
    key: Presence | None = None
    order = sorted(range(len(plans)), key=lambda index: spec.stems[index].role is not ChannelRole.LEAD)
    for number, index in enumerate(order, start=1):
        stem = spec.stems[index]
        audio = load_stem(stem.path, samples, sample_rate_hz=spec.sample_rate_hz)
        if not dry[index].is_silent:
            audio = _process(spec, plans[index], audio, key)
            if stem.role is ChannelRole.LEAD:
                key = _louder(key, presence(audio, sample_rate_hz=spec.sample_rate_hz, full_db=_usual_db(audio)))
        wet[index] = analyse(audio, sample_rate_hz=spec.sample_rate_hz)
        write_wav(_working_file(working, index), audio, sample_rate_hz=spec.sample_rate_hz, subtype="FLOAT")
        progress(number / len(order))
    return tuple(wet)


def _process(spec: MixSpec, plan: ChannelPlan, audio: np.ndarray, key: Presence | None) -> np.ndarray:
    rate_hz = spec.sample_rate_hz
    audio = ParametricEq(plan.bands).process(audio, sample_rate_hz=rate_hz)
    for effect in (*plan.compressors, plan.saturation, plan.placer):
        if effect is not None:
            audio = effect.process(audio, sample_rate_hz=rate_hz)
    if key is not None and plan.duck_db > 0.0:
        audio = key.duck(audio, depth_db=plan.duck_db)
    if key is not None and plan.rest_db > 0.0:
        # Down where it is sung is forward where it is not: the faders are set afterwards.
        audio = key.widened(sample_rate_hz=rate_hz).duck(audio, depth_db=plan.rest_db)
    wet = ConvolutionReverb(spec.space, spec.seed).process(audio, sample_rate_hz=rate_hz)
    audio += np.float32(10.0 ** (plan.send_db / 20.0)) * wet
    return _fade_end(audio, rate_hz)


def _usual_db(audio: np.ndarray) -> float:
    """The level at which a voice counts as fully there: its mean square over the time it sounds, less 6 dB."""
    power = np.square(audio).mean(axis=0)
    loud = power[power > 1e-3 * power.mean()]
    return 10.0 * float(np.log10(loud.mean() + 1e-12)) - 6.0 if len(loud) else 0.0


def _louder(one: Presence | None, other: Presence) -> Presence:
    return other if one is None else Presence(np.maximum(one.values, other.values))


def _fade_end(audio: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """The room rings longer than the song: let the last of it fade instead of breaking off."""
    length = min(audio.shape[1], round(_FADE_S * sample_rate_hz))
    audio[:, audio.shape[1] - length :] *= np.cos(np.linspace(0.0, np.pi / 2.0, length, dtype=np.float32)) ** 2
    return audio


def _set_bus(faders: Faders, working: Path) -> tuple[Faders, MixDecision]:
    """One gain for all, so that the sum keeps MIX_PEAK_DBFS and no single stem clips."""
    peak, stem_peak = 1e-9, 1e-9
    for blocks in _levelled_blocks(faders, working):
        peak = max(peak, float(np.abs(sum(blocks)).max(initial=0.0)))
        stem_peak = max(stem_peak, *(float(np.abs(block).max(initial=0.0)) for block in blocks))
    peak_db, stem_peak_db = (20.0 * float(np.log10(value)) for value in (peak, stem_peak))
    gain_db = min(MIX_PEAK_DBFS - peak_db, -0.5 - stem_peak_db) if peak > 1e-8 else 0.0
    sentence = f"All channels together moved {gain_db:+.1f} dB: the sum peaked at {peak_db:.1f} dBFS."
    return faders.raised(gain_db), MixDecision("mix", sentence)


def _levelled_blocks(faders: Faders, working: Path) -> Iterator[list[np.ndarray]]:
    """The channels after their faders, side by side, in blocks of (samples, 2) float32."""
    start = 0
    with ExitStack() as stack:
        indices = range(len(faders.spec.stems))
        files = [stack.enter_context(sf.SoundFile(_working_file(working, index))) for index in indices]
        while True:
            blocks = [file.read(BLOCK_SAMPLES, dtype="float32", always_2d=True) for file in files]
            samples = len(blocks[0])
            if samples == 0:
                return
            yield [block * faders.gain(i, start, samples)[:, np.newaxis] for i, block in enumerate(blocks)]
            start += samples


def _write_sum(faders: Faders, working: Path, samples: int, progress: Progress) -> None:
    stems = working / "stems"
    stems.mkdir()
    settings = {"channels": 2, "sample_rate_hz": faders.spec.sample_rate_hz}
    with ExitStack() as stack:
        bus = stack.enter_context(open_wav_writer(working / "mix.wav", **settings))
        names = [stem.name for stem in faders.spec.stems]
        outs = [stack.enter_context(open_wav_writer(stems / f"{name}.wav", **settings)) for name in names]
        done = 0
        for blocks in _levelled_blocks(faders, working):
            for block, out in zip(blocks, outs, strict=True):
                out.write(block)
            total = np.sum(blocks, axis=0, dtype=np.float64)
            bus.write(total)
            done += len(total)
            progress(done / max(1, samples))


def _working_file(working: Path, index: int) -> Path:
    return working / f"{index}.wav"


def _publish(spec: MixSpec, working: Path, out_dir: Path, decisions: tuple[MixDecision, ...]) -> MixResult:
    (out_dir / "stems").mkdir(exist_ok=True)
    paths = []
    for stem in spec.stems:
        path = out_dir / "stems" / f"{stem.name}.wav"
        (working / "stems" / path.name).replace(path)
        paths.append(path)
    (working / "mix.wav").replace(out_dir / "mix.wav")
    return MixResult(out_dir / "mix.wav", tuple(paths), decisions)


def _in_order(
    spec: MixSpec, plans: tuple[ChannelPlan, ...], others: tuple[MixDecision, ...]
) -> tuple[MixDecision, ...]:
    """Channel by channel, the whole mix last."""
    ordered: list[MixDecision] = []
    for stem, plan in zip(spec.stems, plans, strict=True):
        ordered += [*plan.decisions, *(decision for decision in others if decision.channel == stem.name)]
    names = {stem.name for stem in spec.stems}
    return (*ordered, *(decision for decision in others if decision.channel not in names))
