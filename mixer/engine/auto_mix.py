"""The automatic mix of the main job: the assistant sets a console, the console renders it; dry stems in, levelled
stems and their sum out.

The console is kept beside the mix (`desk`), and a mix of the same channels is made on it again. What the assistant
foresees is heard in a few passages (`audition`), and the sum's peak is measured, not predicted.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from codecraft.common.codec import file_hash
from codecraft.common.errors import InvalidInput
from codecraft.common.files import link_or_copy
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.contracts import MasterResult, MasterSpec, MixDecision, MixResult, MixSpec
from mixer.engine.assistant import AssistStem, SongSection, assist, listen
from mixer.engine.audition import corrected
from mixer.engine.console.render import RenderedStems, render_stems
from mixer.engine.console.state import MIX, Change, Decision
from mixer.engine.console.stems_in import length_of
from mixer.engine.desk import DESK_FILE, Desk, LevelledStore, Setup, levelled_keys, write_desk
from mixer.engine.levelled import write_levelled
from mixer.engine.mastering import master_file
from mixer.engine.meters import SILENCE_LUFS

MIXER_VERSION = 7
"""Raise it whenever the same stems would give other bytes."""

MIX_PEAK_DBFS = -3.0
_STEM_PEAK_DBFS = -0.5
_FURTHEST_GAIN_DB = 48.0
_CLIPS = 0.999
STAYS = MixDecision("mix", "The console stays as it was set for this song before the edit.")


def mix(
    spec: MixSpec,
    out_dir: Path,
    *,
    progress: Progress = ignore_progress,
    desk: Desk | None = None,
    kept: LevelledStore | None = None,
) -> MixResult:
    """Mix `spec.stems` to `out_dir/mix.wav` and `out_dir/stems/NAME.wav` (24 bit, as long as the longest stem).

    The stems sum to the mix to the bit. Raises InvalidInput for no stems, names that clash, files that cannot be read.
    Cancelled from `progress` passes through; then nothing is left behind.

    The console is written to `out_dir/desk.json`. With a `desk` that fits these stems nothing is decided anew: a stem
    that hears what it heard comes out the same to the bit. Levelled stems found in `kept` are not rendered again, and
    what is rendered is kept there.
    """
    _check(spec)
    out_dir.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".mix-", dir=out_dir))
    try:
        samples = _length(spec)
        (working / "stems").mkdir()
        if desk is not None and _remix(spec, desk, samples, working, kept, progress):
            write_desk(desk, working / DESK_FILE)
            return _publish(spec, working, out_dir, (*desk.sentences, STAYS))
        desk = set_desk(spec, working, progress=span(progress, 0.0, 0.25))
        rendered = _render(spec, desk, working, None, span(progress, 0.25, 0.85))
        desk = _at_its_peak(desk, rendered)
        _write(spec, desk, rendered, working, span(progress, 0.85, 1.0))
        if kept is not None:
            _keep(desk, levelled_keys(desk, _names(spec), _hashes(spec)), working, kept)
        write_desk(desk, working / DESK_FILE)
        return _publish(spec, working, out_dir, desk.sentences)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def set_desk(spec: MixSpec, working: Path, *, progress: Progress = ignore_progress) -> Desk:
    """The assistant's console for these stems, after a few passages were heard. Raises as `mix`."""
    samples, rate_hz = _length(spec), spec.sample_rate_hz
    heard = [AssistStem(s.name, s.path, role=s.role, pan=s.pan, effects=s.effects) for s in spec.stems]
    sections = [SongSection(section.name, section.start_s, section.end_s) for section in spec.sections]
    listening = span(progress, 0.0, 0.6)
    made = assist(heard, space=spec.space, seed=spec.seed, sections=sections, progress=listening)
    made = corrected(made, _files(spec), working, rate_hz=rate_hz, progress=span(progress, 0.6, 1.0))
    setups = tuple(
        Setup(s.name, s.role, s.pan, s.effects, made.measures[s.name].lufs <= SILENCE_LUFS) for s in spec.stems
    )
    return Desk(setups, made.state, spec.space, samples, rate_hz, made.decisions)


def master(spec: MasterSpec, out_path: Path, *, progress: Progress = ignore_progress) -> MasterResult:
    """Finish a mix: see `mixer.engine.mastering.master_file`."""
    return master_file(spec, out_path, progress=progress)


def _check(spec: MixSpec) -> None:
    if not spec.stems:
        raise InvalidInput("A mix needs at least one stem.", field="stems")
    if len(set(_names(spec))) != len(spec.stems):
        raise InvalidInput("Two stems have the same name; each needs its own.", field="stems")
    for stem in spec.stems:
        if not stem.name or Path(stem.name).name != stem.name or stem.name.startswith("."):
            raise InvalidInput(f"'{stem.name}' cannot be a file name.", field="stems")


def _length(spec: MixSpec) -> int:
    try:
        return max(length_of(stem.path, sample_rate_hz=spec.sample_rate_hz) for stem in spec.stems)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="stems") from error


def _names(spec: MixSpec) -> list[str]:
    return [stem.name for stem in spec.stems]


def _files(spec: MixSpec) -> dict[str, Path]:
    return {stem.name: stem.path for stem in spec.stems}


def _hashes(spec: MixSpec) -> dict[str, str]:
    return {stem.name: file_hash(stem.path) for stem in spec.stems}


def _remix(
    spec: MixSpec, desk: Desk, samples: int, working: Path, kept: LevelledStore | None, progress: Progress
) -> bool:
    """The mix on a console that stays. False where it does not fit these stems, or where sum or stems would clip."""
    once_silent = {setup.name for setup in desk.setups if setup.was_silent}
    silent = {s.name for s in spec.stems if s.name in once_silent and listen(s.path).analysis.is_silent}
    if not desk.fits(spec, samples, silent):
        return False
    keys = levelled_keys(desk, _names(spec), _hashes(spec)) if kept is not None else {}
    fresh = []
    for name in _names(spec):
        found = kept.get(keys[name]) if kept is not None else None
        if found is None:
            fresh.append(name)
        else:
            link_or_copy(found, working / "stems" / f"{name}.wav")
    rendered = _render(spec, desk, working, fresh, span(progress, 0.1, 0.85)) if fresh else None
    if _clips(desk, rendered) or _write(spec, desk, rendered, working, span(progress, 0.85, 1.0)) >= _CLIPS:
        for name in _names(spec):
            (working / "stems" / f"{name}.wav").unlink(missing_ok=True)
        return False
    if kept is not None:
        _keep(desk, {name: keys[name] for name in fresh}, working, kept)
    return True


def _clips(desk: Desk, rendered: RenderedStems | None) -> bool:
    """Whether a stem is cut off by itself: what others cancel in the sum is still heard in its own file."""
    stem_peak_dbfs = rendered.stem_peak_dbfs if rendered is not None else -120.0
    return stem_peak_dbfs + desk.state.mix.gain_db >= 20.0 * math.log10(_CLIPS)


def _render(
    spec: MixSpec, desk: Desk, working: Path, names: Collection[str] | None, progress: Progress
) -> RenderedStems:
    """The stems without the mix's gain, in the working folder."""
    folder = working / "rendered"
    folder.mkdir(exist_ok=True)
    return render_stems(
        desk.unscaled,
        _files(spec),
        folder,
        samples=desk.samples,
        only=None if names is None else {desk.channel_ids[name] for name in names},
        sample_rate_hz=desk.sample_rate_hz,
        progress=progress,
    )


def _at_its_peak(desk: Desk, rendered: RenderedStems) -> Desk:
    """One gain for all, so that the sum keeps MIX_PEAK_DBFS and no single stem clips."""
    decisions = tuple(decision for decision in desk.decisions if decision.channel != MIX or not decision.changes)
    gain_db = min(MIX_PEAK_DBFS - rendered.peak_dbfs, _STEM_PEAK_DBFS - rendered.stem_peak_dbfs)
    gain_db = math.floor(100.0 * min(_FURTHEST_GAIN_DB, max(-_FURTHEST_GAIN_DB, gain_db))) / 100.0
    if rendered.peak_dbfs <= -119.0:
        return replace(desk, state=desk.unscaled, decisions=decisions)
    sentence = f"All channels together moved {gain_db:+.1f} dB: the sum peaked at {rendered.peak_dbfs:.1f} dBFS."
    moved = (Change(f"{MIX}/gain_db", 0.0, gain_db),)
    peak = Decision(f"{MIX}.peak", MIX, sentence, {"peak_dbfs": round(rendered.peak_dbfs, 2)}, moved)
    state = replace(desk.state, mix=replace(desk.state.mix, gain_db=gain_db))
    return replace(desk, state=state, decisions=(*decisions, peak))


def _write(spec: MixSpec, desk: Desk, rendered: RenderedStems | None, working: Path, progress: Progress) -> float:
    paths = rendered.paths if rendered is not None else {}
    by_name = {channel.stem: paths[channel.id] for channel in desk.state.channels if channel.id in paths}
    return write_levelled(desk, by_name, _names(spec), working, progress)


def _keep(desk: Desk, keys: dict[str, str], working: Path, kept: LevelledStore) -> None:
    for name, key in keys.items():
        kept.put(key, working / "stems" / f"{name}.wav")


def _publish(spec: MixSpec, working: Path, out_dir: Path, decisions: tuple[MixDecision, ...]) -> MixResult:
    (out_dir / "stems").mkdir(exist_ok=True)
    paths = []
    for name in _names(spec):
        path = out_dir / "stems" / f"{name}.wav"
        (working / "stems" / path.name).replace(path)
        paths.append(path)
    (working / "mix.wav").replace(out_dir / "mix.wav")
    (working / DESK_FILE).replace(out_dir / DESK_FILE)
    return MixResult(out_dir / "mix.wav", tuple(paths), decisions)
