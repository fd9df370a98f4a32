"""Mastering, from the mix to the finished file, with ffmpeg's ebur128 as the judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from codecraft.common.audio import open_wav_writer
from codecraft.common.errors import InvalidInput, StudioError
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.contracts import CodecReport, Compression, Loudness, MasterResult, MasterSpec
from mixer.engine.mastering.codecs import try_codecs
from mixer.engine.mastering.compare import compared
from mixer.engine.mastering.dress import dress, dressing_of
from mixer.engine.mastering.grains import Grains
from mixer.engine.mastering.plan import Aim, Plan, glue_depth_db, plan_loudness, redriven
from mixer.engine.mastering.reference import Model, bounded_lufs, matching_eq, matching_width, report
from mixer.engine.mastering.render import Finish, render
from mixer.engine.mastering.source import Sound, open_sound
from mixer.engine.mastering.survey import Survey, survey
from mixer.engine.mastering.tone import Notes, asked_eq, balance, clean_up
from mixer.engine.meters import SILENCE_LUFS, judge

_CEILING_MARGIN_DB = 0.12
_MOST_RANGE_OFF_LU = 1.0
_JUDGED_LU = 0.2
_WELL_JUDGED_LU = 0.1
_TRIES = 5
_CODEC_ROUNDS = 4
_CODEC_MARGIN_DB = 0.05
_SHORTEST_S = 0.4
"""ffmpeg gives no loudness for less."""


def master_file(spec: MasterSpec, out_path: Path, *, progress: Progress = ignore_progress) -> MasterResult:
    """Write the finished master of `spec.mix_path` to `out_path`: stereo, the mix's rate, 24 bit, exactly its samples.

    The chain of `spec.chain`, then loudness and true peak as asked, found by measuring. In blocks: memory hardly grows
    with length. Raises InvalidInput for a mix or reference that is no sound. Silence is passed on as it is; what
    cannot be made that loud without crushing it, or without levelling its soft and loud passages by more than 2 LU,
    is refused: the result says why, and the file is what could be reached.
    """
    dressed, master = (out_path.with_name(f"{out_path.name}.{end}") for end in ("dressed", "part"))
    try:
        made = _master(spec, dressed, master, progress)
        master.replace(out_path)
    finally:
        dressed.unlink(missing_ok=True)
        master.unlink(missing_ok=True)
    progress(1.0)
    return replace(made, path=out_path)


@dataclass(frozen=True, eq=False)
class _Work:
    """What a finish is made from, and where it goes."""

    sound: Sound
    grains: Grains
    out_path: Path


@dataclass(frozen=True, eq=False)
class _Finished:
    aim: Aim
    plan: Plan
    loudness: Loudness
    reports: tuple[CodecReport, ...] = ()


def _master(spec: MasterSpec, dressed_path: Path, out_path: Path, progress: Progress) -> MasterResult:
    notes = Notes()
    mix = open_sound(spec.mix_path, field="mix_path")
    model = _model(spec, span(progress, 0.0, 0.06))
    found = survey(mix, progress=span(progress, 0.06, 0.18))
    before = _before(spec, found)
    if found.is_silent:
        _copy(mix, out_path)
        notes.say("The mix is silent: nothing was raised.")
        return MasterResult(out_path, _judged(out_path, field="mix_path"), tuple(notes.decisions), before=before)
    target_lufs = spec.target_lufs
    if model is not None and spec.reference_loudness:
        target_lufs = bounded_lufs(model, notes.say)
    sound, grains = _dressed(spec, mix, found, model, dressed_path, notes, span(progress, 0.18, 0.45))
    off_lu = min(_MOST_RANGE_OFF_LU, max(-_MOST_RANGE_OFF_LU, before.lra_lu - found.range_lu))
    aim = Aim(target_lufs, spec.ceiling_dbtp - _CEILING_MARGIN_DB, found.grains.hop_power(), spec.chain, off_lu)
    work = _Work(sound, grains, out_path)
    finished = _with_headroom(spec, aim, work, notes, span(progress, 0.45, 0.95))
    refusal = _verdict(aim, finished, mix, notes)
    for codec in finished.reports:
        notes.say(codec.sentence, over_db=codec.over_db, true_peak_dbtp=codec.loudness.true_peak_dbtp)
    return MasterResult(
        out_path,
        finished.loudness,
        tuple(notes.decisions),
        before=before,
        reached=not refusal,
        refusal=refusal,
        target_lufs=target_lufs,
        ceiling_dbtp=round(finished.aim.ceiling_dbtp + _CEILING_MARGIN_DB, 2),
        compared=compared(before, finished.loudness, model.loudness if model is not None else None),
        codecs=finished.reports,
        reference=_reference_report(out_path, found, model),
    )


def _judged(path: Path, *, field: str) -> Loudness:
    try:
        return judge(path)
    except StudioError as error:
        raise InvalidInput(f"The file {path.name} cannot be read as sound.", field=field) from error


def _before(spec: MasterSpec, found: Survey) -> Loudness:
    """The mix by ffmpeg's word; by ours where it has none (what is no number in the file counts as silence)."""
    loudness = _judged(spec.mix_path, field="mix_path")
    if loudness.integrated_lufs <= SILENCE_LUFS < found.lufs:
        return Loudness(round(found.lufs, 1), round(found.peak_dbfs, 1), round(found.range_lu, 1))
    return loudness


def _model(spec: MasterSpec, progress: Progress) -> Model | None:
    if spec.reference_path is None:
        return None
    sound = open_sound(spec.reference_path, field="reference")
    found = survey(sound, progress=progress)
    if found.is_silent:
        raise InvalidInput("The reference is silent: there is nothing to come near to.", field="reference")
    return Model(found, _judged(spec.reference_path, field="reference"))


def _copy(mix: Sound, out_path: Path) -> None:
    with open_wav_writer(out_path, channels=2, sample_rate_hz=mix.sample_rate_hz) as out:
        for block in mix.blocks(ignore_progress):
            out.write(block.T)


def _dressed(
    spec: MasterSpec,
    mix: Sound,
    found: Survey,
    model: Model | None,
    path: Path,
    notes: Notes,
    progress: Progress,
) -> tuple[Sound, Grains]:
    chain, say, width = spec.chain, notes.say, spec.chain.width
    bands = clean_up(chain, found, say)
    if chain.eq is not None:
        bands += asked_eq(chain.eq, say)
    elif model is not None:
        bands += matching_eq(found, model, spec.reference_share, say)
        width *= matching_width(found, model, spec.reference_share, say)
    else:
        bands += balance(found, say)
    if chain.saturation > 0.0:
        say(f"Saturation {chain.saturation:.2f}, as asked: overtones as of a driven tape.")
    if width != 1.0 and model is None:
        say(f"Sides times {width:.2f}, as asked.")
    sound, grains = dress(mix, dressing_of(chain, found, bands, width), path, say, progress=progress)
    if chain.compression is Compression.GLUE and chain.compression_amount > 0.0:
        ratio, most_db = glue_depth_db(chain, grains)
        say(f"Glue compression {ratio:.1f}:1: up to {most_db:.1f} dB in the loudest passages.", depth_db=most_db)
    return sound, grains


def _with_headroom(spec: MasterSpec, aim: Aim, work: _Work, notes: Notes, progress: Progress) -> _Finished:
    """Finish; and if asked, again under a lower ceiling, until what the codecs decode to keeps the asked one."""
    rounds = _CODEC_ROUNDS if spec.codecs and spec.codec_headroom else 1
    for number in range(rounds):
        part = span(progress, number / rounds, (number + 1) / rounds)
        finished = _finish(aim, work, span(part, 0.0, 0.6 if spec.codecs else 1.0))
        if not spec.codecs:
            return finished
        reports = try_codecs(
            work.out_path,
            spec.codecs,
            ceiling_dbtp=spec.ceiling_dbtp,
            original=finished.loudness,
            progress=span(part, 0.6, 1.0),
        )
        finished = replace(finished, reports=reports)
        over_db = max(codec.over_db for codec in reports)
        if over_db <= 0.0 or number == rounds - 1:
            return finished
        aim = replace(finished.aim, ceiling_dbtp=finished.aim.ceiling_dbtp - over_db - _CODEC_MARGIN_DB)
        notes.say(
            f"Ceiling lowered to {aim.ceiling_dbtp + _CEILING_MARGIN_DB:.1f} dBTP: a codec's peaks stood "
            f"{over_db:.1f} dB over {spec.ceiling_dbtp:.1f}.",
            over_db=over_db,
        )
    return finished


def _finish(aim: Aim, work: _Work, progress: Progress) -> _Finished:
    """Render, ask ffmpeg; where its word differs, shift target or ceiling by the difference and render again."""
    plan = plan_loudness(aim, work.grains)
    aimed = replace(aim, lufs=plan.aimed_lufs)
    wanted_lufs = aimed.lufs if plan.meets(aimed) else plan.lufs
    wanted_dbtp = aim.ceiling_dbtp + _CEILING_MARGIN_DB
    for attempt in range(_TRIES):
        finish = Finish(aimed.ceiling_dbtp, aim.chain.limiter_release_s)
        part = span(progress, attempt / _TRIES, (attempt + 1) / _TRIES)
        measured = render(work.sound, plan.curve, finish, work.out_path, progress=part)
        loudness = _measured(work, measured)
        miss_lu = loudness.integrated_lufs - wanted_lufs
        over_db = loudness.true_peak_dbtp - wanted_dbtp
        if abs(miss_lu) <= _WELL_JUDGED_LU + 1e-6 and over_db <= 0.0:
            break
        lower_db = over_db + 0.05 if over_db > 0.0 else 0.0
        aimed = replace(aimed, lufs=aimed.lufs - miss_lu, ceiling_dbtp=aimed.ceiling_dbtp - lower_db)
        plan = redriven(aimed, work.grains, plan)
    progress(1.0)
    return _Finished(aim, plan, loudness)


def _measured(work: _Work, grains: Grains) -> Loudness:
    """ffmpeg's word, and our own loudness where it has none: it takes 0.4 s to hear how loud something is."""
    loudness = judge(work.out_path)
    if loudness.integrated_lufs <= SILENCE_LUFS or work.sound.duration_s < _SHORTEST_S:
        return replace(loudness, integrated_lufs=round(grains.lufs(), 1))
    return loudness


def _verdict(aim: Aim, finished: _Finished, mix: Sound, notes: Notes) -> str:
    """What was done in the end, as the last decision; a refusal's sentence, or nothing if the aim was reached."""
    plan, loudness = finished.plan, finished.loudness
    if plan.density:
        notes.say(
            f"Compressed in {plan.density} more step{'s' if plan.density > 1 else ''}: the limiter alone would have "
            "taken more than it can without being heard.",
            steps=plan.density,
        )
    if plan.arc_db >= 0.5:
        notes.say(
            f"A slow fader of up to {plan.arc_db:.1f} dB keeps soft and loud passages as far apart as in the mix.",
            arc_db=plan.arc_db,
        )
    figures = (
        f"{loudness.integrated_lufs:.1f} LUFS, true peak {loudness.true_peak_dbtp:.1f} dBTP, range "
        f"{loudness.lra_lu:.1f} LU"
    )
    measures = {"reduction_db": plan.reduction_db, "lufs": loudness.integrated_lufs, "range_lu": loudness.lra_lu}
    if abs(loudness.integrated_lufs - aim.lufs) <= _JUDGED_LU + 1e-6 and not plan.out_of_bounds:
        notes.say(f"Limited by {plan.reduction_db:.1f} dB where it is loudest: {figures}.", **measures)
        return ""
    why = plan.refused or "the mix is too sparse"
    sentence = f"Only {figures}, not the {aim.lufs:.1f} LUFS asked for: {why}."
    notes.say(sentence, **measures)
    return sentence


def _reference_report(out_path: Path, found: Survey, model: Model | None):
    if model is None:
        return None
    return report(found, survey(open_sound(out_path, field="mix_path")), model)
