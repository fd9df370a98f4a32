"""Mixes of a song that were made at the console: kept beside it, and played by its package when a person says so."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction

from codecraft.common.codec import file_hash
from codecraft.common.errors import Conflict, NotFound
from codecraft.common.files import link_or_copy
from codecraft.common.models import JobState
from generation.engine.film.waveform import WaveSection
from generation.engine.package.remix import METADATA, MIX_WAV, SONG_WAV, OtherMix, build_remixed
from generation.engine.pipeline.pack import place_file
from generation.engine.score.editing import unpack
from generation.engine.score.timeline import section_spans
from generation.models import Generation, GenerationFile, MixVersion, ScoreRevision
from generation.selectors import get_generation
from generation.services.jobs import media_type_of
from mixer.contracts import FinishedMix, Loudness
from rados.contracts import Person

ORIGINAL = "original"
MAX_VERSIONS = 30


def keep_version(song: Generation, mix: FinishedMix) -> MixVersion:
    """Keep a finished mix as a version of the song; the files are linked. The same bounce is kept once; of more than
    `MAX_VERSIONS` the oldest go. Inside the transaction that finishes the bounce."""
    Generation.objects.select_for_update().filter(id=song.id).first()  # two bounces at once: each has its number
    known = song.mixes.filter(bounce_id=mix.id).first()
    if known is not None:
        return known
    last = song.mixes.order_by("-number").values_list("number", flat=True).first() or 0
    version = MixVersion(
        generation=song,
        revision=_heard(song, mix),
        number=last + 1,
        bounce_id=mix.id,
        title=mix.title,
        integrated_lufs=mix.loudness.integrated_lufs,
        true_peak_dbtp=mix.loudness.true_peak_dbtp,
        lra_lu=mix.loudness.lra_lu,
        decisions=[[_stage(d.channel), _told(d.channel, d.sentence)] for d in mix.decisions],
    )
    try:
        for name, path in ((SONG_WAV, mix.song_path), (MIX_WAV, mix.mix_path), *_stem_files(mix)):
            target = version.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, target)
        version.save(force_insert=True)
    except BaseException:
        shutil.rmtree(version.folder, ignore_errors=True)
        raise
    for old in song.mixes.filter(is_current=False).order_by("-number")[MAX_VERSIONS:]:
        _remove(old)
    return version


def _heard(song: Generation, mix: FinishedMix) -> ScoreRevision | None:
    """The score that the mix plays: the song may have been rendered anew since its stems were taken."""
    if not mix.source_revision or mix.source_revision == str(song.rendered_revision_id):
        return song.rendered_revision
    return song.revisions.filter(id=mix.source_revision).first()


def _stem_files(mix: FinishedMix) -> list[tuple[str, Path]]:
    return [(f"stems/{name}.wav", path) for name, path in mix.stem_paths.items()]


def _stage(channel: str) -> str:
    return "master" if channel == "master" else "mix"


def _told(channel: str, sentence: str) -> str:
    return sentence if channel in ("", "master") else f"{channel}: {sentence}"


def current_version(song: Generation) -> MixVersion | None:
    """The mix that the song's package plays; None for the one that the studio made with the song."""
    return song.mixes.filter(is_current=True).first()


def choose_mix_version(*, person: Person, generation_id: uuid.UUID | str, mix_id: str) -> Generation:
    """The package plays this mix from now on: song, film, package and metadata; "original" for the studio's own. Raises
    NotFound, Conflict while the song is in the works, or when its score was rendered anew since."""
    song = get_generation(person, generation_id)
    version = None if mix_id == ORIGINAL else get_version(song, mix_id)
    _choose(song, version)
    return get_generation(person, generation_id)


def choose_version(song: Generation, *, bounce_id: str) -> None:
    """The same for the mixer, which knows its bounce; "" for the studio's own mix."""
    version = song.mixes.filter(bounce_id=bounce_id).first() if bounce_id else None
    if bounce_id and version is None:
        raise NotFound("The song has no such mix (any more).")
    _choose(song, version)


def get_version(song: Generation, mix_id: str) -> MixVersion:
    """A mix of the song. Raises NotFound."""
    try:
        found = song.mixes.filter(id=uuid.UUID(mix_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("The song has no such mix (any more).")
    return found


def _choose(song: Generation, version: MixVersion | None) -> None:
    if song.state != JobState.DONE:
        raise Conflict("The song is being made anew: choose its mix when it is done.", code="not_done")
    if version is not None and version.revision_id != song.rendered_revision_id:
        raise Conflict(
            "The song was rendered anew since this mix was made: mix it once more.", code="mix_of_another_state"
        )
    now = current_version(song)
    if now == version:
        return
    if now is None:
        _keep_original(song)
    with tempfile.TemporaryDirectory(prefix=".remix-", dir=song.out_dir) as name:
        files = _original_files(song) if version is None else _remixed_files(song, version, Path(name))
        _publish(song, version, files)


def _remixed_files(song: Generation, version: MixVersion, folder: Path) -> dict[str, Path]:
    original = song.out_dir / "mixes" / ORIGINAL
    if not (version.folder / SONG_WAV).is_file():
        raise NotFound("The files of this mix are not there any more.")
    other = OtherMix(
        version.folder / SONG_WAV,
        version.folder / MIX_WAV,
        Loudness(version.integrated_lufs, version.true_peak_dbtp, version.lra_lu),
        tuple((stage, sentence) for stage, sentence in version.decisions),
        _whole_stems(song, version, original),
        _sections(song),
    )
    return build_remixed(original, other, folder, font_dir=settings.FONT_DIR)


def _sections(song: Generation) -> tuple[WaveSection, ...]:
    if song.rendered_revision is None:
        return ()
    score = unpack(song.rendered_revision.packed).heard
    spans = zip(score.sections, section_spans(score), strict=True)
    return tuple(WaveSection(section.kind.value, span.name, span.start_s, span.end_s) for section, span in spans)


def _whole_stems(song: Generation, version: MixVersion, original: Path) -> dict[str, Path]:
    """The version's levelled stems where it has every one that the song has; else those of the studio's mix stay."""
    names = [path.relative_to(original).as_posix() for path in (original / "stems").glob("*.wav")]
    found = {name: version.folder / name for name in names}
    return found if names and all(path.is_file() for path in found.values()) else {}


def _keep_original(song: Generation) -> None:
    """Links to what the studio made: it can be chosen again."""
    folder = song.out_dir / "mixes" / ORIGINAL
    with transaction.atomic():
        Generation.objects.select_for_update().filter(id=song.id).first()
        if current_version(song) is not None:
            return  # another mix was chosen just now: the package is not the studio's any more, and was kept
        shutil.rmtree(folder, ignore_errors=True)
        for row in song.files.all():
            if row.path.is_file():
                target = folder / row.name
                target.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(row.path, target)


def _original_files(song: Generation) -> dict[str, Path]:
    folder = song.out_dir / "mixes" / ORIGINAL
    if not (folder / SONG_WAV).is_file():
        raise NotFound("The studio's own mix is not there any more: render the song once more.")
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def _publish(song: Generation, version: MixVersion | None, files: dict[str, Path]) -> None:
    rows = {row.name: row for row in song.files.all()}
    lufs = version.integrated_lufs if version else _told_lufs(files[METADATA])
    with transaction.atomic():
        as_it_was = Generation.objects.filter(
            id=song.id, state=JobState.DONE, rendered_revision=song.rendered_revision_id
        )
        if not as_it_was.update(loudness_lufs=lufs):
            raise Conflict("The song is being made anew: choose its mix when it is done.", code="not_done")
        song.mixes.update(is_current=False)
        if version is not None:
            MixVersion.objects.filter(id=version.id).update(is_current=True)
        for name, path in files.items():
            facts = {"size_bytes": path.stat().st_size, "sha256": file_hash(path)}
            if name in rows:
                GenerationFile.objects.filter(id=rows[name].id).update(**facts)
            else:
                GenerationFile.objects.create(generation=song, name=name, media_type=media_type_of(name), **facts)
        for name, path in files.items():
            place_file(path, song.out_dir / name)


def _told_lufs(metadata: Path) -> float | None:
    return json.loads(metadata.read_text(encoding="utf-8")).get("loudness", {}).get("integrated_lufs")


def delete_mix_version(*, person: Person, generation_id: uuid.UUID | str, mix_id: str) -> None:
    """Remove a mix for good. Raises Conflict for the one that the song plays."""
    version = get_version(get_generation(person, generation_id), mix_id)
    if version.is_current:
        raise Conflict("The song plays this mix: choose another one first.", code="is_current")
    _remove(version)


def _remove(version: MixVersion) -> None:
    folder = version.folder
    version.delete()
    shutil.rmtree(folder, ignore_errors=True)


def mix_file(song: Generation, mix_id: str, name: str) -> Path:
    """Where "song.wav" or "mix.wav" of a mix lies, or would. Raises NotFound."""
    if mix_id != ORIGINAL:
        return get_version(song, mix_id).folder / name
    return (song.out_dir / "mixes" / ORIGINAL if current_version(song) else song.out_dir) / name
