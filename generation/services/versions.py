"""Mixes of a song that were made at the console: kept beside it, and played by its package when a person says so."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from django.db import transaction

from codecraft.common.errors import Conflict, NotFound
from codecraft.common.files import link_or_copy
from generation.engine.pipeline.names import MIX_WAV, SONG_WAV
from generation.models import Generation, MixVersion, ScoreRevision
from generation.selectors import get_generation
from mixer.contracts import FinishedMix
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


def get_version(song: Generation, mix_id: str) -> MixVersion:
    """A mix of the song. Raises NotFound."""
    try:
        found = song.mixes.filter(id=uuid.UUID(mix_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("The song has no such mix (any more).")
    return found


def delete_mix_version(*, person: Person, generation_id: uuid.UUID | str, mix_id: str) -> None:
    """Remove a mix for good. Raises Conflict for the one that the song plays."""
    version = get_version(get_generation(person, generation_id), mix_id)
    if not _remove(version):
        raise Conflict("The song plays this mix: choose another one first.", code="is_current")


def _remove(version: MixVersion) -> bool:
    """False for the mix that the song plays, also where it was chosen this very moment: its row says so."""
    folder = version.folder
    with transaction.atomic():
        Generation.objects.select_for_update().filter(id=version.generation_id).first()
        MixVersion.objects.filter(id=version.id, is_current=False).delete()
        if MixVersion.objects.filter(id=version.id).exists():
            return False
        transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return True


def mix_file(song: Generation, mix_id: str, name: str) -> Path:
    """Where "song.wav" or "mix.wav" of a mix lies, or would. Raises NotFound."""
    if mix_id != ORIGINAL:
        return get_version(song, mix_id).folder / name
    return (song.out_dir / "mixes" / ORIGINAL if current_version(song) else song.out_dir) / name


def mix_file_name(song: Generation, mix_id: str, name: str) -> str:
    """What such a file is saved as: by the song's title and the number of the mix. Raises NotFound."""
    which = "the studio's mix" if mix_id == ORIGINAL else f"mix {get_version(song, mix_id).number}"
    return f"{song} - {which}{', before mastering' if name == MIX_WAV else ''}.wav"
