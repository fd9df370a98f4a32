"""A master: of the console as it stands, of an earlier bounce, of an upload, or of a song's own mix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codecraft.common.codec import encode
from codecraft.common.errors import Conflict
from codecraft.common.files import link_or_copy
from mixer.contracts import MasterResult, MasterSpec
from mixer.engine.console.schema import read_state
from mixer.engine.mastering import master_file, read_chain, read_codecs
from mixer.models import AudioJob, AudioUpload
from mixer.services.jobs import Bench, Outcome
from mixer.services.sources import source_of

_REFERENCE_KEYS = ("reference_loudness", "reference_share")


@dataclass(frozen=True)
class Mastered:
    """`target` is what was asked, with its name and label."""

    result: MasterResult
    target: dict[str, Any]

    @property
    def notices(self) -> tuple[str, ...]:
        return (self.result.refusal,) if self.result.refusal else ()

    def as_json(self) -> dict[str, Any]:
        """The figures of a job's result, in one level: `loudness` after and `before`, `target`, what codecs did."""
        told = encode(self.result)
        for name in ("path", "decisions", "target_lufs", "ceiling_dbtp"):
            del told[name]
        aimed = {"aimed_lufs": self.result.target_lufs, "aimed_ceiling_dbtp": self.result.ceiling_dbtp}
        codecs = [
            {**one, **one["loudness"], "codec": one["name"], "is_over": one["over_db"] > 0.0} for one in told["codecs"]
        ]
        return {**told, "codecs": codecs, "target": self.target, **aimed}


def mastered(bench: Bench, mix_path: Path, asked: dict[str, Any], out_path: Path) -> Mastered:
    """Master as `asked` (checked when the job was queued)."""
    target = asked["target"]
    spec = MasterSpec(mix_path=mix_path, target_lufs=target["lufs"], ceiling_dbtp=target["ceiling_dbtp"])
    if asked.get("chain") is not None:
        spec = replace(spec, chain=read_chain(asked["chain"]))
    if asked.get("codecs"):
        spec = replace(spec, codecs=read_codecs(asked["codecs"]), codec_headroom=bool(asked.get("codec_headroom")))
    if asked.get("reference"):
        more = {name: asked[name] for name in _REFERENCE_KEYS if asked.get(name) is not None}
        spec = replace(spec, reference_path=_reference(bench, asked["reference"]), **more)
    return Mastered(master_file(spec, out_path, progress=bench.stage("master")), target)


def _reference(bench: Bench, upload_id: str) -> Path:
    upload = AudioUpload.objects.filter(id=upload_id).first()
    if upload is None or not upload.path.is_file():
        raise Conflict("The reference was deleted: upload it once more.", code="reference_is_gone")
    return _held(upload.path, bench.folder / "reference-in.wav")


def master(bench: Bench) -> Outcome:
    from mixer.services.work import mixing  # late: a mix masters, too

    request = bench.job.request
    source = request["source"]
    if source["kind"] != "session":
        bench.leave_out("stems", "mix")
        mix_path = sound_of(bench, source)
    else:
        files, rows = mixing.stems_at_hand(bench)
        if bench.job.revision is None:
            raise Conflict("The console's state that was to be rendered is not kept any more.", code="state_is_gone")
        mix_path = mixing.rendered_mix(bench, read_state(bench.job.revision.state), files, rows).mix_path
    done = mastered(bench, mix_path, request["master"], bench.folder / mixing.MASTER_FILE)
    progress = bench.stage("files")
    notices = list(done.notices)
    measures = mixing.deliver_mix(mix_path, bench.folder / mixing.MIX_FILE, notices)
    names = [mixing.MIX_FILE, mixing.MASTER_FILE]
    names += mixing.encoded(bench.folder / mixing.MASTER_FILE, request.get("formats") or (), bench.folder)
    progress(1.0)
    result = {
        "mix": encode(measures),
        **done.as_json(),
        "decisions": encode(done.result.decisions),
        "duration_s": measures.duration_s,
    }
    outcome = Outcome(result=result, files=names, notices=notices)
    kind, source_id = request.get("song_kind", ""), request.get("song_id", "")
    outcome.on_done = lambda: mixing.hand_back(
        bench, kind, source_id, outcome, done.result.loudness, done.result.decisions
    )
    return outcome


def sound_of(bench: Bench, source: dict[str, str]) -> Path:
    """Where a bounce, an upload or a song's own mix lies while the job goes on. Raises Conflict when it is gone."""
    kind, source_id = source["kind"], source["id"]
    if kind == "bounce":
        bounce = AudioJob.objects.filter(id=source_id).first()
        path = bounce.folder / "mix.wav" if bounce is not None else None
    elif kind == "upload":
        upload = AudioUpload.objects.filter(id=source_id).first()
        path = upload.path if upload is not None else None
    else:
        path = source_of(kind).mix_path(source_id)
    if path is None or not path.is_file():
        raise Conflict("The sound that was to be mastered is not there any more.", code="sound_is_gone")
    return _held(path, bench.folder / "sound-in.wav")


def _held(path: Path, link: Path) -> Path:
    """Under a link of the job's own: what is deleted meanwhile is still heard."""
    link_or_copy(path, link)
    return link
