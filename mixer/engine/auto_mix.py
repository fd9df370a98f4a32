"""The automatic mix of the main job: dry stems in, levelled stems and their sum out.

Everything that is not linear (compression, saturation, ducking) happens inside one channel, before its fader and with
its own reverb, and the bus only adds; so the levelled stems sum to the mix, to the rounding of 24 bits.

One channel or two at a time are in memory; between the passes the processed channels lie in a folder as float32.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile as sf

from codecraft.common.audio import BLOCK_SAMPLES, open_wav_writer, write_wav
from codecraft.common.codec import decode, encode
from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.contracts import ChannelRole, MasterResult, MasterSpec, MixDecision, MixResult, MixSpec
from mixer.engine.analysis import Analysis, analyse
from mixer.engine.balance import Faders, solve_faders
from mixer.engine.channel import lead_presence, load_stem, louder, process_channel, stem_samples
from mixer.engine.decisions import ChannelPlan, plan_channels
from mixer.engine.desk import DESK_FILE, Desk, LevelledStore, desk_of
from mixer.engine.effects.dynamics import Presence
from mixer.engine.mastering import master_file
from mixer.engine.prepare import prepare_stems
from mixer.engine.remix import STAYS, keep_stems, remix, sum_stems

Result = TypeVar("Result")

MIXER_VERSION = 5
"""Raise it whenever the same stems would give other bytes."""

MIX_PEAK_DBFS = -3.0
_SHORT_S = 130
"""Two channels of this length at once keep the process well under 1 GB."""


def mix(
    spec: MixSpec,
    out_dir: Path,
    *,
    progress: Progress = ignore_progress,
    desk: Desk | None = None,
    kept: LevelledStore | None = None,
) -> MixResult:
    """Mix `spec.stems` to `out_dir/mix.wav` and `out_dir/stems/NAME.wav` (48 kHz, 24 bit, as long as the longest stem).

    The stems sum to the mix within -90 dBFS (measured: about -120). Raises InvalidInput for no stems, names that
    clash, files that cannot be read. Cancelled from `progress` passes through; then nothing is left behind.

    How everything was set is written to `out_dir/desk.json`. With a `desk` that fits these stems nothing is decided
    anew: a channel whose stem is as it was comes out the same to the bit. Levelled stems found in `kept` are not
    processed again, and what is processed is kept there.
    """
    _check(spec)
    out_dir.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".mix-", dir=out_dir))
    try:
        samples = max(stem_samples(stem.path, sample_rate_hz=spec.sample_rate_hz) for stem in spec.stems)
        asked = spec
        spec, moved = prepare_stems(spec, working, span(progress, 0.0, 0.1))
        (working / "stems").mkdir()
        if desk is not None and remix(asked, spec, desk, samples, working, kept, span(progress, 0.1, 1.0)):
            _write_desk(desk, working)
            return _publish(spec, working, out_dir, (*desk.decisions, STAYS))
        dry = _analyse_all(spec, samples, span(progress, 0.1, 0.3))
        plans = plan_channels(spec, dry)
        wet = _process_all(spec, plans, dry, samples, working, span(progress, 0.3, 0.8))
        faders, fader_decisions = solve_faders(spec, wet)
        faders, bus_decision = _set_bus(faders, working)
        _write_stems(faders, working, samples, span(progress, 0.85, 0.95))
        sum_stems(spec, working)
        decisions = _in_order(spec, plans, moved, (*fader_decisions, bus_decision))
        left = desk_of(asked, plans, faders, [a.is_silent for a in dry], samples, decisions)
        keep_stems(spec, left, working, kept)
        _write_desk(left, working)
        progress(1.0)
        return _publish(spec, working, out_dir, decisions)
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


def _analyse_all(spec: MixSpec, samples: int, progress: Progress) -> tuple[Analysis, ...]:
    rate_hz = spec.sample_rate_hz

    def measure(index: int) -> Analysis:
        return analyse(load_stem(spec.stems[index].path, samples, sample_rate_hz=rate_hz), sample_rate_hz=rate_hz)

    return tuple(_each(measure, range(len(spec.stems)), samples, rate_hz, progress))


def _process_all(
    spec: MixSpec,
    plans: tuple[ChannelPlan, ...],
    dry: tuple[Analysis, ...],
    samples: int,
    working: Path,
    progress: Progress,
) -> tuple[Analysis, ...]:
    """Every channel through its plan into the working folder; leads first, as the others step back for them."""
    rate_hz = spec.sample_rate_hz
    key: Presence | None = None

    def process(index: int) -> tuple[Analysis, Presence | None]:
        stem = spec.stems[index]
        audio = load_stem(stem.path, samples, sample_rate_hz=rate_hz)
        sung = None
        if not dry[index].is_silent:
            audio = process_channel(plans[index], audio, key, space=spec.space, seed=spec.seed, sample_rate_hz=rate_hz)
            if stem.role is ChannelRole.LEAD:
                sung = lead_presence(audio, sample_rate_hz=rate_hz)
        write_wav(_working_file(working, index), audio, sample_rate_hz=rate_hz, subtype="FLOAT")
        return analyse(audio, sample_rate_hz=rate_hz), sung

    leads = [i for i, stem in enumerate(spec.stems) if stem.role is ChannelRole.LEAD]
    others = [i for i in range(len(spec.stems)) if i not in leads]
    border = len(leads) / len(spec.stems)
    first = _each(process, leads, samples, rate_hz, span(progress, 0.0, border))
    key = louder([sung for _, sung in first if sung is not None])
    rest = _each(process, others, samples, rate_hz, span(progress, border, 1.0))
    done = dict(zip([*leads, *others], [*first, *rest], strict=True))
    return tuple(done[index][0] for index in range(len(spec.stems)))


def _each(
    work: Callable[[int], Result], indices: Sequence[int], samples: int, rate_hz: int, progress: Progress
) -> list[Result]:
    """`work` for each index, in order; channels do not know of each other, so two may run at once if they are short."""
    at_once = 2 if samples <= _SHORT_S * rate_hz else 1
    results: list[Result] = []
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        futures = [pool.submit(work, index) for index in indices]
        try:
            for number, future in enumerate(futures, start=1):
                results.append(future.result())
                progress(number / len(futures))
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return results


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


def _write_stems(faders: Faders, working: Path, samples: int, progress: Progress) -> None:
    with ExitStack() as stack:
        settings = {"channels": 2, "sample_rate_hz": faders.spec.sample_rate_hz}
        names = [stem.name for stem in faders.spec.stems]
        outs = [stack.enter_context(open_wav_writer(working / "stems" / f"{n}.wav", **settings)) for n in names]
        done = 0
        for blocks in _levelled_blocks(faders, working):
            for block, out in zip(blocks, outs, strict=True):
                out.write(block)
            done += len(blocks[0])
            progress(done / max(1, samples))


def _write_desk(desk: Desk, working: Path) -> None:
    (working / DESK_FILE).write_text(json.dumps(encode(desk)), encoding="utf-8")


def read_desk(path: Path) -> Desk:
    """The desk that `mix` left beside its mix."""
    return decode(Desk, json.loads(path.read_text(encoding="utf-8")))


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
    (working / DESK_FILE).replace(out_dir / DESK_FILE)
    return MixResult(out_dir / "mix.wav", tuple(paths), decisions)


def _in_order(
    spec: MixSpec, plans: tuple[ChannelPlan, ...], moved: tuple[MixDecision, ...], others: tuple[MixDecision, ...]
) -> tuple[MixDecision, ...]:
    """Channel by channel, in the order of what happens to it; the whole mix last."""
    ordered: list[MixDecision] = []
    for stem, plan in zip(spec.stems, plans, strict=True):
        ordered += [decision for decision in moved if decision.channel == stem.name]
        ordered += [*plan.decisions, *(decision for decision in others if decision.channel == stem.name)]
    names = {stem.name for stem in spec.stems}
    return (*ordered, *(decision for decision in others if decision.channel not in names))
