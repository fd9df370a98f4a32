"""How the loudness is made: compression, the song's arc kept, and the drive into the limiter, all tried on grains.

The ways, mildest first: glue, then ever denser compression, until the limiter has no more than COMFORT_DB to do. Where
all this levels soft and loud passages by more than a little, a slow fader puts the difference back (the arc).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import convolve1d

from mixer.contracts import Compression, MasterChain
from mixer.engine.effects.dynamics import Compressor
from mixer.engine.effects.limiter import TruePeakLimiter
from mixer.engine.mastering.grains import Grains, range_at_lu
from mixer.engine.meters import HOP_S, SILENCE_LUFS, gated_lufs

COMFORT_DB = 6.0
"""What a limiter may take without being heard at work."""
MOST_DB = 14.0
"""More than this is crushing: the target is refused."""
_RANGE_AIM_LU = 1.7
"""How far the master's loudness range may lie from the mix's: 2 LU, less what meters differ by."""
_ARC_FROM_LU = 1.0
_ARC_MOST_DB = 5.0
_ARC_TURNS = 6
_CLOSE_LU = 0.03
_MET_LU = 0.1
_DENSITIES = 4
_DRIVE_TURNS = 10
_MOST_LIMITING_DB = 30.0
_STEPS_DOWN_LU = (0.12, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 28.0, 32.0)
_FAR_LU = 2.0
_HALVINGS = 2
_NUDGE_DB = 0.75


@dataclass(frozen=True)
class Aim:
    """What the master is to be. `hops`: K-weighted power per 100 ms of the mix as it came, for its range.
    `range_off_lu`: by how much ffmpeg hears the mix's range otherwise than we do (where a passage lies on the gate)."""

    lufs: float
    ceiling_dbtp: float
    hops: np.ndarray
    chain: MasterChain
    range_off_lu: float = 0.0

    @property
    def range_lu(self) -> float:
        return range_at_lu(self.hops, self.lufs) + self.range_off_lu


@dataclass(frozen=True, eq=False)
class Plan:
    """`curve`: linear gain per grain before the limiter, drive and all. The rest is what comes of it, foretold."""

    curve: np.ndarray
    lufs: float
    range_lu: float
    reduction_db: float
    density: int = 0
    arc_db: float = 0.0
    aimed_lufs: float = 0.0
    out_of_bounds: bool = False
    refused: str = ""
    """Why the aim was given up for `aimed_lufs`, as the end of a sentence."""

    def fits(self, aim: Aim) -> bool:
        return self.meets(aim) and self.keeps_range(aim) and self.reduction_db <= MOST_DB

    def meets(self, aim: Aim) -> bool:
        return abs(self.lufs - aim.lufs) <= _MET_LU

    def keeps_range(self, aim: Aim) -> bool:
        return not aim.chain.keep_range or abs(self.range_lu - aim.range_lu) <= _RANGE_AIM_LU


def plan_loudness(aim: Aim, grains: Grains) -> Plan:
    """The mildest way to the aim; where there is none, the way that comes nearest within bounds."""
    best = _mildest(aim, grains, range(_DENSITIES + 1))
    if best.fits(aim):
        return best
    return replace(_reachable(aim, grains, best), refused=_why(aim, best))


def redriven(aim: Aim, grains: Grains, plan: Plan) -> Plan:
    """The same way, driven a little more or less for another loudness or ceiling: what the finished file asks for."""
    driven = _driven(aim, grains, plan.curve, start_db=0.0, reach_db=_NUDGE_DB)
    return replace(
        driven, density=plan.density, arc_db=plan.arc_db, out_of_bounds=plan.out_of_bounds, refused=plan.refused
    )


def glue_gain(chain: MasterChain, grains: Grains) -> np.ndarray:
    """A slow, soft compressor on the sum: the parts breathe together. Linear gain per grain."""
    if chain.compression is not Compression.GLUE or chain.compression_amount <= 0.0:
        return np.ones(len(grains.level), np.float32)
    compressor = Compressor(grains.lufs() + 4.0, _glue_ratio(chain), attack_s=0.030, release_s=0.250, knee_db=8.0)
    return _compressed(compressor, grains, np.float32(1.0))


def glue_depth_db(chain: MasterChain, grains: Grains) -> tuple[float, float]:
    """Its ratio, and what it takes in the loudest passages."""
    gain = glue_gain(chain, grains)
    return _glue_ratio(chain), -20.0 * float(np.log10(np.percentile(gain, 2)))


def _glue_ratio(chain: MasterChain) -> float:
    return 1.0 + 1.2 * chain.compression_amount


def _mildest(aim: Aim, grains: Grains, densities: range) -> Plan:
    best: Plan | None = None
    for density, curve in _ways(aim, grains):
        if density not in densities and aim.chain.density:
            continue
        start_db = aim.lufs - max(SILENCE_LUFS, grains.lufs(curve))
        plan = replace(_driven(aim, grains, curve, start_db, _MOST_LIMITING_DB), density=density)
        plan = _with_arc(aim, grains, plan)
        if best is None or _better(aim, plan, best):
            best = plan
        if best.fits(aim) and best.reduction_db <= COMFORT_DB:
            break
        if best.fits(aim) and plan.reduction_db > best.reduction_db - 0.5 and density > best.density:
            break
    return best


def _better(aim: Aim, plan: Plan, best: Plan) -> bool:
    if plan.fits(aim) != best.fits(aim):
        return plan.fits(aim)
    if not plan.fits(aim):
        return _distance(aim, plan) < _distance(aim, best)
    return plan.reduction_db < best.reduction_db - 1.0


def _distance(aim: Aim, plan: Plan) -> float:
    """How far out of bounds a plan is, LU and dB alike."""
    off_range = max(0.0, abs(plan.range_lu - aim.range_lu) - _RANGE_AIM_LU)
    return abs(plan.lufs - aim.lufs) + off_range + max(0.0, plan.reduction_db - MOST_DB)


def _ways(aim: Aim, grains: Grains) -> Iterator[tuple[int, np.ndarray]]:
    """Gain per grain, ever denser. Quick compressors that catch what the limiter would have to."""
    curve = glue_gain(aim.chain, grains)
    yield 0, curve
    if not aim.chain.density:
        return
    for step in range(_DENSITIES):
        threshold_db = grains.lufs(curve) + 4.0 - 2.0 * step
        compressor = Compressor(threshold_db, 2.5 + 1.5 * step, attack_s=0.0005, release_s=0.080, detector_s=0.001)
        curve = curve * _compressed(compressor, grains, curve)
        yield step + 1, curve


def _compressed(compressor: Compressor, grains: Grains, curve: np.ndarray) -> np.ndarray:
    """The compressor's gain for the grains under `curve`: it hears each one's mean square."""
    level = (np.sqrt(grains.level) * curve)[np.newaxis].astype(np.float32)
    return compressor.gain(level, sample_rate_hz=grains.rate_hz)


def _driven(aim: Aim, grains: Grains, curve: np.ndarray, start_db: float, reach_db: float) -> Plan:
    """The drive at which what comes out of the limiter is as loud as asked: secant steps on its loudness from
    `start_db`, and no further than `reach_db` from there."""
    limiter = TruePeakLimiter(aim.ceiling_dbtp, release_s=aim.chain.limiter_release_s)
    peaks, drive_db, slope = grains.peaks * curve, start_db, 1.0
    last: tuple[float, float] | None = None
    for _ in range(_DRIVE_TURNS):
        tried_db = drive_db
        gain = limiter.gain(peaks, drive=10.0 ** (tried_db / 20.0), sample_rate_hz=grains.rate_hz)
        hops = grains.hop_power(curve * gain)
        lufs = gated_lufs(hops)
        if last is not None and abs(tried_db - last[0]) > 1e-6:
            slope = float(np.clip((lufs - last[1]) / (tried_db - last[0]), 0.15, 1.0))
        last = (tried_db, lufs)
        miss = aim.lufs - lufs
        drive_db = float(np.clip(tried_db + miss / slope, start_db - reach_db, start_db + reach_db))
        if abs(miss) <= _CLOSE_LU or drive_db == tried_db:
            break
    driven = curve * np.float32(10.0 ** (tried_db / 20.0))
    reduction_db = _reduction_db(peaks, gain, tried_db, aim.ceiling_dbtp)
    return Plan(driven, lufs, range_at_lu(hops, aim.lufs), reduction_db, aimed_lufs=aim.lufs)


def _reduction_db(peaks: np.ndarray, gain: np.ndarray, drive_db: float, ceiling_dbtp: float) -> float:
    """What the limiter takes where it has most to do: exceeded in one grain of twenty of the loud ones."""
    loud = gain[peaks > 10.0 ** ((ceiling_dbtp - drive_db - 3.0) / 20.0)]
    if len(loud) == 0:
        return 0.0
    return max(0.0, drive_db - 20.0 * float(np.log10(max(1e-9, np.percentile(loud, 5)))))


def _with_arc(aim: Aim, grains: Grains, plan: Plan) -> Plan:
    """The plan with a slow fader that gives soft and loud passages back their distance, if that is needed and helps."""
    best = plan
    for _ in range(_ARC_TURNS if aim.chain.keep_range else 0):
        off = abs(plan.range_lu - aim.range_lu)
        if off <= _ARC_FROM_LU:
            break
        fader_db = _lost_arc_db(aim, grains, plan)
        curve = plan.curve * np.float32(10.0) ** (_per_grain(fader_db, grains) / np.float32(20.0))
        arc_db = plan.arc_db + _span_db(fader_db)
        driven = _driven(aim, grains, curve, start_db=0.0, reach_db=_MOST_LIMITING_DB)
        plan = replace(driven, density=plan.density, arc_db=arc_db)
        if abs(plan.range_lu - aim.range_lu) < abs(best.range_lu - aim.range_lu) and plan.meets(aim) >= best.meets(aim):
            best = plan
        elif abs(plan.range_lu - aim.range_lu) > off:
            break
    return best


def _lost_arc_db(aim: Aim, grains: Grains, plan: Plan) -> np.ndarray:
    """Per hop, in dB: how much softer than now it should be for the difference between passages to be the mix's."""
    limiter = TruePeakLimiter(aim.ceiling_dbtp, release_s=aim.chain.limiter_release_s)
    gain = limiter.gain(grains.peaks * plan.curve, drive=1.0, sample_rate_hz=grains.rate_hz)
    now, was = grains.hop_power(plan.curve * gain), aim.hops
    now_db, was_db = (10.0 * np.log10(_smooth(power) + 1e-12) for power in (now, was))
    lost_db = was_db - now_db
    heard = was_db > was_db.max() - 40.0
    lost_db -= np.percentile(lost_db[heard], 90)
    return _smooth(np.clip(np.where(heard, lost_db, 0.0), -_ARC_MOST_DB, _ARC_MOST_DB))


def _smooth(values: np.ndarray) -> np.ndarray:
    """Over about 3 s, the time in which a passage's loudness is felt."""
    window = np.hanning(round(6.0 / HOP_S) + 1)
    return convolve1d(values, window / window.sum(), mode="nearest")


def _per_grain(per_hop: np.ndarray, grains: Grains) -> np.ndarray:
    per_hop_grains = HOP_S * grains.rate_hz
    middles = (np.arange(len(per_hop)) + 0.5) * per_hop_grains
    return np.interp(np.arange(len(grains.power)), middles, per_hop).astype(np.float32)


def _span_db(values: np.ndarray) -> float:
    return float(values.max() - values.min())


def _why(aim: Aim, nearest: Plan) -> str:
    if not nearest.meets(aim):
        return "however hard it is driven, it does not become that loud: it is too sparse"
    if nearest.reduction_db > MOST_DB:
        apart = " and keep its soft and loud passages apart" if nearest.arc_db > 0.0 else ""
        return f"to get there{apart}, the limiter would have to crush it by {nearest.reduction_db:.0f} dB"
    return (
        f"soft and loud passages would be levelled to a range of {nearest.range_lu:.1f} LU, which is "
        f"{aim.range_lu:.1f} LU in the mix"
    )


def _reachable(aim: Aim, grains: Grains, nearest: Plan) -> Plan:
    """The loudest that fits: down from the aim in ever greater steps, then halved; the nearest miss if nothing does."""
    densities = range(max(0, nearest.density - 1), nearest.density + 2)
    best, low, high = None, 0.0, 0.0
    for down in _STEPS_DOWN_LU:
        if down > _FAR_LU:  # so far below, the mild ways may do what the dense ones did at the aim
            densities = range(_DENSITIES + 1)
        lower = replace(aim, lufs=aim.lufs - down)
        plan = _mildest(lower, grains, densities)
        if plan.fits(lower):
            best, low = plan, down
            break
        high = down
    if best is None:
        return replace(nearest, out_of_bounds=True)
    for _ in range(_HALVINGS if low > _STEPS_DOWN_LU[0] else 0):
        middle = 0.5 * (low + high)
        lower = replace(aim, lufs=aim.lufs - middle)
        plan = _mildest(lower, grains, densities)
        if plan.fits(lower):
            best, low = plan, middle
        else:
            high = middle
    return best
