"""The console heard: a state and its stems to a mix, block by block, two strips at once.

Never more than one block of every strip is in memory, whatever the song's length. The same state and stems give the
same bytes, and the size of the blocks changes nothing. Laws of routing, solo, mute and sends: `routing`; of fader, pan
and width: `automation.placed`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from codecraft.common.audio import open_wav_writer
from codecraft.common.progress import Progress, ignore_progress
from mixer.engine.console.building import effect_of as build
from mixer.engine.console.paths import strip_at
from mixer.engine.console.rig import Rig
from mixer.engine.console.schema import checked
from mixer.engine.console.sinks import NOWHERE, Sink
from mixer.engine.console.state import ConsoleState, EffectSlot
from mixer.engine.console.strips import StripAtWork, total_of
from mixer.engine.effects.effect import Effect

BLOCK_SAMPLES = 1 << 16
LONGEST_TAIL_S = 12.0
"""What still rings so long after the last stem has ended is cut off."""
_FADE_S = 0.8
_WORKERS = 2


@dataclass(frozen=True)
class ConsoleResult:
    """`samples` is the length of every file; `peak_dbfs` the mix's highest sample (above 0 it would clip in integer
    files; -120 for silence), `stem_peak_dbfs` that of the loudest stem. `stem_paths`: one for each channel, or for a
    bus whose effects cannot be told apart by channel. `stems_sum_to_mix` is False if the mix's own effects come after
    the stems."""

    mix_path: Path
    stem_paths: tuple[Path, ...]
    samples: int
    peak_dbfs: float
    latency_samples: int
    stems_sum_to_mix: bool = True
    stem_peak_dbfs: float = -120.0


def render_console(
    state: ConsoleState,
    stems: Mapping[str, Path],
    out_dir: Path,
    *,
    sample_rate_hz: int = 48_000,
    block_samples: int = BLOCK_SAMPLES,
    stems_out: bool = False,
    samples: int | None = None,
    subtype: str = "FLOAT",
    progress: Progress = ignore_progress,
    effect_of: Callable[[EffectSlot], Effect] | None = None,
) -> ConsoleResult:
    """Write `out_dir/mix.wav` and, with `stems_out`, `out_dir/stems/CHANNEL.wav`, whose sum is the mix.

    `stems` are files by the names that the channels' `stem` has, in any format and rate. The mix lasts until the last
    stem has ended and what rings after it has died away; with `samples` exactly so long, and what still rings then is
    faded out. `subtype` "FLOAT" loses nothing above 0 dBFS, "PCM_24" clips there.

    Raises InvalidInput (field: the path of the control or `CHANNEL/stem`) for a state that cannot be mixed, a stem that
    is missing or no sound. Cancelled from `progress` passes through; then nothing is left behind.
    """
    job = _Job(checked(state), stems, sample_rate_hz, block_samples, samples, subtype, progress, effect_of)
    out_dir.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".console-", dir=out_dir))
    try:
        (working / "stems").mkdir()
        done, parts = job.to_folder(working / "stems", mix=working / "mix.wav", split=stems_out)
        paths = _publish(working, out_dir, parts)
        progress(1.0)
        return replace(done, mix_path=out_dir / "mix.wav", stem_paths=paths)
    finally:
        shutil.rmtree(working, ignore_errors=True)


@dataclass(frozen=True)
class RenderedStems:
    """`paths` by channel; `peak_dbfs` of their sum, `stem_peak_dbfs` of the loudest of them."""

    paths: dict[str, Path]
    peak_dbfs: float
    stem_peak_dbfs: float


def render_stems(
    state: ConsoleState,
    stems: Mapping[str, Path],
    folder: Path,
    *,
    samples: int,
    only: Collection[str] | None = None,
    sample_rate_hz: int = 48_000,
    progress: Progress = ignore_progress,
) -> RenderedStems:
    """Write what each channel gives to the mix to `folder/CHANNEL.wav` (32-bit float, `samples` long), and no mix.
    `only` some channels: the same bytes as among all.

    Raises as `render_console`. What was written when Cancelled comes from `progress` stays for the caller to remove.
    """
    job = _Job(checked(state), stems, sample_rate_hz, BLOCK_SAMPLES, samples, "FLOAT", progress, None)
    done, names = job.to_folder(folder, mix=None, split=True, only=only)
    progress(1.0)
    paths = {name: folder / f"{name}.wav" for name in names}
    return RenderedStems(paths, done.peak_dbfs, done.stem_peak_dbfs)


def freeze_strip(
    state: ConsoleState,
    stems: Mapping[str, Path],
    strip_id: str,
    out_path: Path,
    *,
    sample_rate_hz: int = 48_000,
    block_samples: int = BLOCK_SAMPLES,
    progress: Progress = ignore_progress,
    effect_of: Callable[[EffectSlot], Effect] | None = None,
) -> int:
    """Write what a channel or bus sounds like before its fader (gain, polarity and effects done, side-chains heard,
    as if nothing were soloed) to `out_path`, 32-bit float, from the song's start. Returns its length in samples.

    Raises as `render_console`, InvalidInput for an unknown strip too.
    """
    state = checked(state)
    strip_at(state, strip_id)
    working = Path(tempfile.mkdtemp(prefix=".freeze-", dir=out_path.parent))
    try:
        job = _Job(state, stems, sample_rate_hz, block_samples, None, "FLOAT", progress, effect_of)
        kept = job.before_fader(strip_id, working / "frozen.wav")
        (working / "frozen.wav").replace(out_path)
        progress(1.0)
        return kept
    finally:
        shutil.rmtree(working, ignore_errors=True)


@dataclass(frozen=True)
class _Job:
    state: ConsoleState
    stems: Mapping[str, Path]
    sample_rate_hz: int
    block_samples: int
    samples: int | None
    subtype: str
    progress: Progress
    effect_of: Callable[[EffectSlot], Effect] | None

    def to_folder(
        self, folder: Path, *, mix: Path | None, split: bool, only: Collection[str] | None = None
    ) -> tuple[ConsoleResult, tuple[str, ...]]:
        """Stems into a folder, the mix where it is wanted; what came of it, and the stems' names."""
        with ExitStack() as stack:
            rig = self._rig(folder, stack, split=split, only=only)
            whole = self._sink(stack, rig, mix, rig.end)
            parts = {name: self._sink(stack, rig, folder / f"{name}.wav", rig.split_at) for name in rig.stems}

            def write(pool: Executor) -> None:
                blocks = rig.split_at.after_fader
                written = [pool.submit(sink.write, blocks[name]) for name, sink in parts.items()]
                whole.write(total_of(rig.end.after_fader))
                for one in written:
                    one.result()

            self._run(rig, (whole, *parts.values()), write)
            kept = self._ended(rig, whole, (whole, *parts.values()))
            loudest_dbfs = max((sink.peak_dbfs for sink in parts.values()), default=-120.0)
            late, sums = rig.end.node.late_samples, rig.split_at is rig.end
            return ConsoleResult(folder, (), kept, whole.peak_dbfs, late, sums, loudest_dbfs), rig.stems

    def before_fader(self, strip_id: str, path: Path) -> int:
        with ExitStack() as stack:
            rig = self._rig(path.parent, stack, to=strip_id)
            sink = self._sink(stack, rig, path, rig.end)
            self._run(rig, (sink,), lambda pool: sink.write(total_of(rig.end.before_fader)))
            return self._ended(rig, sink, (sink,))

    def _rig(self, working: Path, stack: ExitStack, **ways: Any) -> Rig:
        make = self.effect_of or effects_of(self.state)
        return Rig(self.state, self.stems, working, stack, self.sample_rate_hz, make, **ways)

    def _sink(self, stack: ExitStack, rig: Rig, path: Path | None, strip: StripAtWork) -> Sink:
        late, rate_hz = strip.node.late_samples, self.sample_rate_hz
        writer: Any = NOWHERE
        if path is not None:
            writer = open_wav_writer(path, channels=2, sample_rate_hz=rate_hz, subtype=self.subtype)
            stack.enter_context(writer)
        if self.samples is None:
            tail = min(rig.tail_samples, round(LONGEST_TAIL_S * rate_hz))
            return Sink(writer, late, rig.song_samples + tail)
        rings = rig.song_samples + rig.tail_samples > self.samples
        return Sink(writer, late, self.samples, fade_samples=rings * round(_FADE_S * rate_hz))

    def _run(self, rig: Rig, sinks: Sequence[Sink], write: Callable[[Executor], None]) -> None:
        total = max(sink.console_samples for sink in sinks)
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            for start in range(0, total, self.block_samples):
                rig.work(pool, start, min(self.block_samples, total - start))
                write(pool)
                self.progress(min(1.0, (start + self.block_samples) / total))

    def _ended(self, rig: Rig, judge: Sink, sinks: Sequence[Sink]) -> int:
        """Leave out silence after the last stem's end; the length of the files."""
        if self.samples is not None:
            return self.samples
        kept = max(rig.song_samples, judge.sounds_until)
        for sink in sinks:
            sink.end_at(kept)
        return kept


def effects_of(state: ConsoleState) -> Callable[[EffectSlot], Effect]:
    """What makes a slot's effect. Chance and rooms belong to the console's seed: one room for all who are in it."""
    return partial(build, seed=state.seed)


def _publish(working: Path, out_dir: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    (out_dir / "stems").mkdir(exist_ok=True)
    for name in names:
        (working / "stems" / f"{name}.wav").replace(out_dir / "stems" / f"{name}.wav")
    (working / "mix.wav").replace(out_dir / "mix.wav")
    return tuple(out_dir / "stems" / f"{name}.wav" for name in names)
