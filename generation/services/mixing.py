"""A song as the mixing console sees it: dry stems out, finished mixes back in. The mixer itself knows no songs."""

from __future__ import annotations

import uuid
from pathlib import Path

from codecraft.common.errors import Conflict
from codecraft.common.models import JobState
from codecraft.common.progress import Progress
from generation.engine.pipeline.dry_stems import DryStem, fetch_dry_stems
from generation.engine.pipeline.names import MIX_WAV
from generation.engine.pipeline.spaces import SPACES, source_sections
from generation.engine.score.editing import unpack
from generation.models import Generation, ScoreRevision
from generation.selectors import get_generation
from generation.services.mix_choices import KIND, ready_choice, require_choice
from generation.services.rendering import make_workshop, read_desk
from generation.services.versions import current_version, keep_version
from mixer.contracts import FinishedMix, SourceInfo, SourceStem
from mixer.engine.desk import Desk
from mixer.services import ReadiedMix
from rados.contracts import Person


class SongSource:
    """The mixer's `Source` of kind "generation"."""

    kind = KIND

    def describe(self, person: Person, source_id: str) -> SourceInfo:
        song = get_generation(person, source_id)
        revision = _rendered(song)
        score = unpack(revision.packed).heard
        return SourceInfo(
            title=str(song)[:120],
            revision=str(revision.id),
            duration_s=song.duration_s or score.duration_s,
            space=SPACES[song.brief.style],
            seed=song.seed,
            tempo_bpm=song.tempo_bpm,
            sections=source_sections(score),
        )

    def fetch_kept(self, source_id: str) -> tuple[SourceStem, ...] | None:
        found = self._fetch(source_id, None)
        return None if found is None else tuple(map(_source_stem, found))

    def fetch(self, source_id: str, progress: Progress) -> tuple[SourceStem, ...]:
        return tuple(map(_source_stem, self._fetch(source_id, progress) or ()))

    def console(self, source_id: str, revision: str) -> Desk | None:
        # Not that of the song as it is now: it may be in the works again since its stems were asked for.
        found = ScoreRevision.objects.filter(generation_id=source_id, id=revision).first() if revision else None
        return read_desk(found.desk) if found is not None else None

    def _fetch(self, source_id: str, progress: Progress | None) -> tuple[DryStem, ...] | None:
        song = _song(source_id)
        score = unpack(_rendered(song).packed).heard
        return fetch_dry_stems(song.brief, score, workshop=make_workshop(), progress=progress)

    def mix_path(self, source_id: str) -> Path:
        song = _song(source_id)
        _rendered(song)
        path = song.out_dir / MIX_WAV
        if not path.is_file():
            raise Conflict("The song's own files are not there any more: render it once more.", code="song_is_gone")
        return path

    def page_of(self, source_id: str) -> str:
        return f"/songs/{source_id}"

    def current_mix(self, source_id: str) -> str:
        song = Generation.objects.filter(id=source_id).first()  # a deleted one, too: its bounces are still listed
        version = current_version(song) if song is not None else None
        return version.bounce_id if version else ""

    def require_mix(self, source_id: str, mix_id: str) -> None:
        require_choice(_song(source_id), mix_id)

    def ready_mix(self, source_id: str, mix_id: str, progress: Progress) -> ReadiedMix:
        return ready_choice(_song(source_id), mix_id, progress)

    def take_mix(self, source_id: str, mix: FinishedMix) -> int:
        return keep_version(_song(source_id), mix).number


def _song(source_id: str | uuid.UUID) -> Generation:
    song = Generation.objects.kept().select_related("rendered_revision").filter(id=source_id).first()
    if song is None:
        raise Conflict("The song was deleted.", code="song_is_gone")
    return song


def _rendered(song: Generation) -> ScoreRevision:
    """The score that the song's files play. Raises Conflict while there are none."""
    if song.state != JobState.DONE:
        raise Conflict("A song can be mixed when it is done.", code="not_done")
    if song.rendered_revision is None:
        raise Conflict("Render the song once more: then its stems are kept, and it can be mixed.", code="no_score")
    return song.rendered_revision


def _source_stem(stem: DryStem) -> SourceStem:
    return SourceStem(stem.name, stem.label, stem.path, stem.role, stem.pan, stem.effects)
