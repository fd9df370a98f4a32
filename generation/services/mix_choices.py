"""A song plays another of its mixes. Everything that changes with it (the package, the sound of every film) is made
beside the song first and put in place all at once, inside the transaction that finishes the mixer's job."""

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
from codecraft.common.progress import Progress, span
from generation.engine.film.waveform import WaveSection
from generation.engine.package.remix import METADATA, MIX_WAV, SONG_WAV, OtherMix, build_remixed
from generation.engine.score.editing import unpack
from generation.engine.score.timeline import section_spans
from generation.models import Generation, GenerationFile, MixVersion
from generation.selectors import get_generation
from generation.services.film_sounds import FilmSounds, NewFile
from generation.services.jobs import media_type_of
from generation.services.versions import ORIGINAL, current_version, get_version
from mixer.contracts import Loudness
from mixer.services import MadeMeanwhile, ReadiedMix, start_choice
from rados.contracts import Person

KIND = "generation"
_DRAFTS = ".remix-"
_PACKAGE_SHARE = 0.6
"""Of the work, where there are further films, too."""


def choose_mix_version(*, person: Person, generation_id: uuid.UUID | str, mix_id: str) -> uuid.UUID:
    """Queue that the song plays this mix from now on: song, films, package and metadata; "original" is the studio's
    own. Returns the id of the mixer's job. Raises NotFound, Conflict while the song is in the works, or when its score
    was rendered anew since."""
    song = get_generation(person, generation_id)
    bounce_id = "" if mix_id == ORIGINAL else get_version(song, mix_id).bounce_id
    where = {"source_kind": KIND, "source_id": str(song.id)}
    return start_choice(person=person, **where, mix_id=bounce_id, title=str(song)[:120]).id


def require_choice(song: Generation, bounce_id: str) -> MixVersion | None:
    """The mix that the song is to play, None for its own. Raises NotFound, Conflict."""
    version = song.mixes.filter(bounce_id=bounce_id).first() if bounce_id else None
    if bounce_id and version is None:
        raise NotFound("The song has no such mix (any more).")
    if song.state != JobState.DONE:
        raise Conflict("The song is being made anew: choose its mix when it is done.", code="not_done")
    if version is not None and version.revision_id != song.rendered_revision_id:
        raise Conflict(
            "The song was rendered anew since this mix was made: mix it once more.", code="mix_of_another_state"
        )
    return version


def ready_choice(song: Generation, bounce_id: str, progress: Progress) -> ReadiedMix:
    """Make what changes when the song plays this mix. Raises as `require_choice`, Unavailable for a full disk."""
    version = require_choice(song, bounce_id)
    if current_version(song) == version and _is_whole(song):
        return ReadiedMix(lambda: None, lambda: None)
    _clear_drafts(song)
    if current_version(song) is None:
        _keep_original(song)
    folder = Path(tempfile.mkdtemp(prefix=_DRAFTS, dir=song.out_dir))
    try:
        files = _original_files(song) if version is None else _remixed_files(song, version, folder)
        package = {name: NewFile.of(_ready(path, folder / "ready" / name)) for name, path in files.items()}
        films = FilmSounds(song, package[SONG_WAV].path, folder)
        progress(_PACKAGE_SHARE if films.late() else 0.95)
        films.make(span(progress, _PACKAGE_SHARE, 0.95))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return ReadiedMix(
        lambda: _publish(song, version, package, films),
        lambda: shutil.rmtree(folder, ignore_errors=True),
        films.make,
    )


def _is_whole(song: Generation) -> bool:
    """False where a worker died while it put files of another mix in place: then choosing the mix again mends it."""
    return all(row.path.is_file() and file_hash(row.path) == row.sha256 for row in song.files.all())


def _ready(path: Path, place: Path) -> Path:
    """The file where only its name has to change: whatever is deleted meanwhile, it cannot fail half-way, and on disks
    without hard links no gigabyte is copied while the database is held."""
    place.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(path, place)
    return place


def _clear_drafts(song: Generation) -> None:
    """What a worker that died left."""
    for left in song.out_dir.glob(f"{_DRAFTS}*"):
        shutil.rmtree(left, ignore_errors=True)


# -- the package --
def _remixed_files(song: Generation, version: MixVersion, folder: Path) -> dict[str, Path]:
    original = song.out_dir / "mixes" / ORIGINAL
    if not (version.folder / SONG_WAV).is_file():
        raise NotFound("The files of this mix are not there any more.")
    other = OtherMix(
        version.folder / SONG_WAV,
        version.folder / MIX_WAV,
        Loudness(version.integrated_lufs, version.true_peak_dbtp, version.lra_lu),
        tuple((stage, sentence) for stage, sentence in version.decisions),
        _whole_stems(version, original),
        _sections(song),
    )
    return build_remixed(original, other, folder, font_dir=settings.FONT_DIR)


def _sections(song: Generation) -> tuple[WaveSection, ...]:
    if song.rendered_revision is None:
        return ()
    score = unpack(song.rendered_revision.packed).heard
    spans = zip(score.sections, section_spans(score), strict=True)
    return tuple(WaveSection(section.kind.value, span.name, span.start_s, span.end_s) for section, span in spans)


def _whole_stems(version: MixVersion, original: Path) -> dict[str, Path]:
    """The version's levelled stems where it has every one that the song has; else those of the studio's mix stay."""
    names = [path.relative_to(original).as_posix() for path in (original / "stems").glob("*.wav")]
    found = {name: version.folder / name for name in names}
    return found if names and all(path.is_file() for path in found.values()) else {}


def _keep_original(song: Generation) -> None:
    """Links to what the studio made: it can be chosen again. What was kept before stays where it still is that: a
    worker that died may have put files of another mix into the package."""
    folder = song.out_dir / "mixes" / ORIGINAL
    with transaction.atomic():
        Generation.objects.select_for_update().filter(id=song.id).first()
        if current_version(song) is not None:
            return  # another mix was chosen just now: the package is not the studio's any more, and was kept
        rows = list(song.files.all())
        _drop_others(folder, {row.name for row in rows})
        for row in rows:
            target = folder / row.name
            if not row.path.is_file() or (target.is_file() and _is_kept(target, row)):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            link_or_copy(row.path, target)


def _is_kept(target: Path, row: GenerationFile) -> bool:
    return target.samefile(row.path) or file_hash(target) == row.sha256


def _drop_others(folder: Path, names: set[str]) -> None:
    for path in list(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in names:
            path.unlink()


def _original_files(song: Generation) -> dict[str, Path]:
    folder = song.out_dir / "mixes" / ORIGINAL
    if not (folder / SONG_WAV).is_file():
        raise NotFound("The studio's own mix is not there any more: render the song once more.")
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


# -- all at once --
def _publish(song: Generation, version: MixVersion | None, package: dict[str, NewFile], films: FilmSounds) -> None:
    lufs = version.integrated_lufs if version else _told_lufs(package[METADATA].path)
    known = {"rendered_revision": song.rendered_revision_id, "finished_at": song.finished_at}
    if not Generation.objects.filter(id=song.id, state=JobState.DONE, **known).update(loudness_lufs=lufs):
        raise Conflict("The song is being made anew: choose its mix when it is done.", code="not_done")
    if films.late():
        raise MadeMeanwhile("A film of the song was finished just now: choose the mix once more.")
    song.mixes.update(is_current=False)
    if version is not None and not MixVersion.objects.filter(id=version.id).update(is_current=True):
        raise NotFound("The song has no such mix (any more).")
    rows = {row.name: row for row in song.files.all()}
    for name, new in package.items():
        if name in rows:
            GenerationFile.objects.filter(id=rows[name].id).update(**new.facts)
        else:
            GenerationFile.objects.create(generation=song, name=name, media_type=media_type_of(name), **new.facts)
    for name in package:
        (song.out_dir / name).parent.mkdir(parents=True, exist_ok=True)
    films.place()
    for name, new in package.items():
        new.path.replace(song.out_dir / name)


def _told_lufs(metadata: Path) -> float | None:
    return json.loads(metadata.read_text(encoding="utf-8")).get("loudness", {}).get("integrated_lufs")
