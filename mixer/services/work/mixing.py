"""A mix: the console set by a person, or by the assistant, rendered; then mastered where a target was given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from codecraft.common.audio import iter_wav, open_wav_writer, run_ffmpeg
from codecraft.common.codec import encode
from codecraft.common.errors import Conflict
from mixer.contracts import CodecSpec, FinishedMix, Loudness, MixDecision
from mixer.engine.assistant import assist as set_console
from mixer.engine.console.render import ConsoleResult, render_console
from mixer.engine.console.schema import read_state, write_state
from mixer.engine.console.state import ConsoleState
from mixer.engine.intake import Measures, measure_file
from mixer.engine.mastering import CODECS
from mixer.engine.mastering import encode as encode_with
from mixer.models import SessionStem
from mixer.selectors import next_version
from mixer.services.consoles import add_revision, is_untouched, lock_session, require_stems
from mixer.services.decisions import proposed
from mixer.services.jobs import Bench, Outcome
from mixer.services.sources import UPLOADS, source_of
from mixer.services.work.listening import assist_spec
from mixer.services.work.mastering import Mastered, mastered
from mixer.services.work.preparing import stems_at_hand

AUTO = "auto"
MIX_FILE, MASTER_FILE = "mix.wav", "master.wav"


@dataclass(frozen=True)
class _Console:
    state: ConsoleState
    decisions: tuple[Any, ...] = ()


def mix(bench: Bench) -> Outcome:
    request = bench.job.request
    is_auto, has_target = request.get("console") == AUTO, request.get("master") is not None
    bench.leave_out(*(() if is_auto else ("assist",)), *(() if has_target else ("master",)))
    files, rows = stems_at_hand(bench)
    console = _assisted(bench, rows, files) if is_auto else _given(bench)
    rendered = rendered_mix(bench, console.state, files, rows, stems_out=bool(request.get("stems")))
    done = mastered(bench, rendered.mix_path, request["master"], bench.folder / MASTER_FILE) if has_target else None
    return _outcome(bench, console, rendered, done)


def _given(bench: Bench) -> _Console:
    given = bench.job.request.get("console")
    if isinstance(given, dict):
        return _Console(read_state(given))
    if bench.job.revision is None:
        raise Conflict("The console's state that was to be rendered is not kept any more.", code="state_is_gone")
    return _Console(read_state(bench.job.revision.state))


def _assisted(bench: Bench, rows: list[SessionStem], files: dict[str, Path]) -> _Console:
    made = set_console(**assist_spec(bench.job.session, rows, files), progress=bench.stage("assist"))
    return _Console(made.state, made.decisions)


def rendered_mix(
    bench: Bench, state: ConsoleState, files: dict[str, Path], rows: list[SessionStem], *, stems_out: bool = False
) -> ConsoleResult:
    """The console's mix in the job's folder: as long as the song, whose film it may go under; uploads ring out."""
    require_stems(state, list(files))
    session = bench.job.session
    is_song = session is not None and session.source_kind != UPLOADS
    samples = max((row.samples for row in rows if row.kind == "song"), default=0) if is_song else 0
    return render_console(
        state,
        files,
        bench.folder / "render",
        stems_out=stems_out,
        samples=samples or None,
        progress=bench.stage("mix"),
    )


def _outcome(bench: Bench, console: _Console, rendered: ConsoleResult, done: Mastered | None) -> Outcome:
    progress = bench.stage("files")
    notices = list(done.notices) if done else []
    measures = deliver_mix(rendered.mix_path, bench.folder / MIX_FILE, notices)
    progress(0.5)
    files = [MIX_FILE, *((MASTER_FILE,) if done else ())]
    if bench.job.request.get("stems"):
        files += deliver_stems(bench.folder, rendered)
    final = bench.folder / files[1 if done else 0]
    files += encoded(final, bench.job.request.get("formats") or (), bench.folder)
    progress(1.0)
    loudness = done.result.loudness if done else loudness_of(measures)
    said = tuple(MixDecision(decision.channel, decision.sentence, decision.measures) for decision in console.decisions)
    said += done.result.decisions if done else ()
    outcome = Outcome(
        result={
            "mix": encode(measures),
            **(done.as_json() if done else {"loudness": encode(loudness), "before": None, "target": None}),
            "decisions": encode(said),
            "assistant": [encode(decision) for decision in console.decisions],
            "console": write_state(console.state) if bench.job.request.get("console") == AUTO else None,
            "stems_sum_to_mix": rendered.stems_sum_to_mix,
            "duration_s": rendered.samples / 48_000,
        },
        files=files,
        notices=notices,
    )
    outcome.on_done = lambda: _settle(bench, console, outcome, loudness, said)
    return outcome


def _settle(
    bench: Bench, console: _Console, outcome: Outcome, loudness: Loudness, said: tuple[MixDecision, ...]
) -> None:
    session = bench.job.session
    lock_session(session)  # somebody may have moved the controls while this was rendered
    if console.decisions and session.revision is not None and is_untouched(session.revision):
        add_revision(
            session,
            console.state,
            summary="Set by the assistant.",
            decisions=[proposed(decision) for decision in console.decisions],
        )
    hand_back(bench, session.source_kind, session.source_id, outcome, loudness, said)


def hand_back(
    bench: Bench,
    source_kind: str,
    source_id: str,
    outcome: Outcome,
    loudness: Loudness,
    said: tuple[MixDecision, ...],
) -> None:
    """Give a finished sound to where its stems came from, if that was asked and there is such a place. Its number there
    is its name, as is its place among the session's where there is none."""
    job = bench.job
    outcome.result["version"] = next_version(job.session)
    if source_kind == UPLOADS or not source_id or not job.request.get("into_song", True):
        return
    folder = job.folder
    stems = {Path(name).stem: folder / name for name in outcome.files if name.startswith("stems/")}
    song = folder / (MASTER_FILE if MASTER_FILE in outcome.files else MIX_FILE)
    revision = job.session.source_revision if job.session else job.request.get("song_revision", "")
    finished = FinishedMix(str(job.id), job.title, song, folder / MIX_FILE, loudness, stems, said, revision)
    try:
        outcome.result["version"] = source_of(source_kind).take_mix(source_id, finished)
    except Conflict as error:  # the song was deleted meanwhile; the bounce is finished all the same
        outcome.fields["notices"] = [*outcome.notices, error.message]


def deliver_mix(rendered: Path, out_path: Path, notices: list[str]) -> Measures:
    """The mix as people take it away, in stereo: 24 bit, or float where 24 bit would clip it. Returns its figures."""
    measures = measure_file(rendered)
    subtype = "PCM_24"
    if measures.peak_dbfs > 0.0:
        subtype = "FLOAT"
        notices.append(
            f"The mix peaks at {measures.peak_dbfs:+.1f} dBFS: its file is 32-bit float, so that nothing is clipped."
        )
    with open_wav_writer(out_path, channels=2, sample_rate_hz=48_000, subtype=subtype) as out:
        for block in iter_wav(rendered):
            out.write(np.broadcast_to(block, (2, block.shape[1])).T)
    # a mono upload plays on both sides, as its master does: louder than its one channel
    return measures if measures.channels == 2 else measure_file(out_path)


def deliver_stems(folder: Path, rendered: ConsoleResult) -> list[str]:
    (folder / "stems").mkdir()
    names = []
    for path in rendered.stem_paths:
        names.append(f"stems/{path.name}")
        path.replace(folder / names[-1])
    return names


def encoded(final: Path, formats: tuple[str, ...] | list[str], folder: Path) -> list[str]:
    """The finished sound in other forms: flac, or a codec of the mastering room."""
    names = []
    for name in formats:
        if name == "flac":
            names.append(f"{final.stem}.flac")
            deep = ["-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24"]
            run_ffmpeg(["-i", final, *deep, folder / names[-1]])
        else:
            names.append(f"{final.stem}{CODECS[name].suffix}")
            encode_with(final, CodecSpec(name), folder / names[-1])
    return names


def loudness_of(measures: Measures) -> Loudness:
    return Loudness(measures.integrated_lufs, measures.true_peak_dbtp, measures.lra_lu)
