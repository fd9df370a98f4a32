"""The sound of a song's further films follows the song's, whatever changes that; their pictures stay as they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codecraft.common.codec import file_hash
from codecraft.common.errors import Conflict
from codecraft.common.models import JobState
from codecraft.common.progress import Progress, ignore_progress
from generation.contracts import FilmFraming, FilmSize, FilmWords
from generation.engine.pipeline import CutSpec, resound_cut
from generation.engine.score.editing import unpack
from generation.models import FilmCut, Generation, ScoreRevision


@dataclass(frozen=True)
class NewFile:
    """A file that is ready to be put in place, and what its row will say."""

    path: Path
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> NewFile:
        return cls(path, path.stat().st_size, file_hash(path))

    @property
    def facts(self) -> dict[str, Any]:
        return {"size_bytes": self.size_bytes, "sha256": self.sha256}


class FilmSounds:
    """The finished further films of a song with the sound of another master, in `folder` until all are put in place."""

    def __init__(self, song: Generation, master: Path, folder: Path) -> None:
        self._song, self._master, self._folder = song, master, folder
        self._made: dict[uuid.UUID, NewFile] = {}

    def late(self) -> list[FilmCut]:
        """Films that are still to be made, those that were finished just now among them."""
        return [cut for cut in cuts_of_the_song(self._song) if cut.id not in self._made]

    def make(self, progress: Progress = ignore_progress) -> None:
        """Raises Unavailable for a full disk."""
        cuts = self.late()
        for number, cut in enumerate(cuts, 1):
            path = resounded(cut, self._master, self._folder / f"cut-{cut.id}.mp4")
            self._made[cut.id] = NewFile.of(path)
            progress(number / len(cuts))

    def place(self) -> None:
        """Inside the transaction that puts the master in place; what was deleted meanwhile stays away."""
        for cut in cuts_of_the_song(self._song):
            if FilmCut.objects.filter(id=cut.id).update(**self._made[cut.id].facts):
                self._made[cut.id].path.replace(cut.path)


def cuts_of_the_song(song: Generation) -> list[FilmCut]:
    """Further films of the song as it is now; those of an earlier score keep what they had."""
    if song.rendered_revision_id is None:
        return []
    cuts = song.cuts.filter(state=JobState.DONE, revision=song.rendered_revision_id)
    return [cut for cut in cuts if cut.path.is_file()]


def resounded(cut: FilmCut, song_path: Path, out_path: Path) -> Path:
    """A finished film of the song with another sound, its pictures as they are."""
    revision = cut.generation.rendered_revision
    if revision is None:
        raise Conflict("The song's score was not kept: render it once more.", code="no_score")
    spec = _spec(cut, revision)
    return resound_cut(spec, cut.path, song_path=song_path, duration_s=cut.duration_s or 0.0, out_path=out_path)


def spec_of(cut: FilmCut) -> CutSpec:
    """How a cut of the song as it is now is filmed. Raises Conflict while the song is being made anew."""
    revision = cut.generation.rendered_revision
    if cut.generation.state != JobState.DONE or revision is None:
        raise Conflict("The song is being made anew: ask for this film when it is done.", code="not_done")
    return _spec(cut, revision)


def _spec(cut: FilmCut, revision: ScoreRevision) -> CutSpec:
    generation = cut.generation
    film = replace(generation.brief.film, fps=cut.fps, framing=FilmFraming(cut.framing), words=FilmWords(cut.words))
    brief = replace(generation.brief, film_size=FilmSize(cut.size), film=film)
    return CutSpec(brief, unpack(revision.packed).heard, generation.out_dir, cut.trailer_s)
