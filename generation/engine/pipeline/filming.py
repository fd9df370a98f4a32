"""The film stage: the storyboard from the score, the shots, the poster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codecraft.common.codec import content_hash, file_hash
from codecraft.common.errors import InvalidInput
from codecraft.common.files import link_or_copy
from codecraft.common.progress import Progress
from generation.contracts import Brief
from generation.engine.film import (
    FILM_VERSION,
    FilmResult,
    FilmSpec,
    StemFile,
    Storyboard,
    StoryboardSpec,
    plan_storyboard,
    render_film,
    render_poster,
    shot_files,
)
from generation.engine.film.growing import GrowingFilm
from generation.engine.film.media import find_media
from generation.engine.film.reaction import reaction_of
from generation.engine.film.stand_ins import note_path
from generation.engine.film.thumbnails import render_thumbnails
from generation.engine.package.metadata import FilmFacts, Shot
from generation.engine.pipeline.assets import load_result, save_result
from generation.engine.pipeline.kept_files import StoredFiles
from generation.engine.pipeline.names import FILM, POSTER, SONG_WAV, THUMBNAILS
from generation.engine.pipeline.pack import stem_files
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.treating import with_treatment
from generation.engine.pipeline.types import Workshop
from generation.engine.score.types import Score
from mixer.contracts import ChannelRole, MasterResult, MixResult

_HEARD_AS = {
    ChannelRole.LEAD: "voice",
    ChannelRole.CHOIR: "choir",
    ChannelRole.BACKING: "choir",
    ChannelRole.STRINGS: "strings",
    ChannelRole.PAD: "strings",
    ChannelRole.BRASS: "brass",
    ChannelRole.DRUMS: "drums",
}
"""What the picture takes a channel for; all others sound in the spectrum only."""


@dataclass(frozen=True)
class FilmSources:
    """What a song gives its film: the score as it is heard, the finished sound, and the levelled stems."""

    score: Score
    audio_path: Path
    stems: tuple[StemFile, ...] = ()


@dataclass(frozen=True)
class FilmMade:
    """`files` maps names in a package to files."""

    files: dict[str, Path]
    facts: FilmFacts
    choices: tuple[str, ...]
    notices: tuple[str, ...]


def film_stage(
    runner: StageRunner, brief: Brief, score: Score, mixed: MixResult, mastered: MasterResult, workshop: Workshop
) -> FilmMade | None:
    """The film of the song, or None where none was asked for. A crash in the middle keeps its finished shots."""
    if brief.film_size.pixels is None:
        return None
    storyboard, notices = plan_film(brief, score, workshop, song=mastered.path)
    sources = FilmSources(score, mastered.path, heard_stems(score, mixed.stem_paths))
    return make_film(runner, storyboard, sources, workshop, notices, thumbnails=THUMBNAILS, streams=True)


def plan_film(brief: Brief, score: Score, workshop: Workshop, *, song: Path) -> tuple[Storyboard, tuple[str, ...]]:
    """The storyboard of a brief that asks for a film, for the score as it is heard, and what there is to tell of it.
    `song` is the finished sound: its hash, by which anyone can know it again, stands in the credits."""
    size = brief.film_size.pixels
    if size is None:
        raise InvalidInput("A film needs a size.", field="film_size")
    media, missing = find_media(workshop.media_dir, brief.film.media)
    spec = StoryboardSpec(
        score=score,
        theme=brief.theme,
        title=score.title,
        style=brief.style,
        size=size,
        seed=brief.seed,
        fps=brief.film.fps,
        framing=brief.film.framing,
        words=brief.film.words,
        media=media,
        credits=(f"Voice\t{brief.voice.replace('_', ' ')}", f"{SONG_WAV}\tSHA-256 {file_hash(song)[:16]}"),
    )
    storyboard = plan_storyboard(with_treatment(spec, workshop))
    return storyboard, (*_missing_notice(missing), *storyboard.notices)


def make_film(
    runner: StageRunner,
    storyboard: Storyboard,
    sources: FilmSources,
    workshop: Workshop,
    notices: tuple[str, ...] = (),
    *,
    thumbnails: tuple[str, ...] = (),
    streams: bool = False,
) -> FilmMade:
    """Film a storyboard to the sound of `sources`: the song's own film and every other cut of it come through here."""
    stems = sources.stems
    key = runner.key(
        "film", FILM_VERSION, storyboard, file_hash(sources.audio_path), [stem.group for stem in stems], *thumbnails
    )
    work_dir = runner.store.work_dir(key)
    spec = FilmSpec(
        storyboard=storyboard,
        audio_path=sources.audio_path,
        work_dir=work_dir,
        cache_dir=runner.store.shared_dir("plates"),
        font_dir=workshop.font_dir,
        workers=workshop.workers,
        media_dir=workshop.media_dir,
        stems=stems,
    )
    runner.preview_path = work_dir / "preview.jpg"

    def build(folder: Path, progress: Progress) -> None:
        shots = KeptShots(spec, StoredFiles(runner.store, name="shot.mp4"))
        shots.lay_out()
        with _growing(spec, runner, work_dir / "stream" if streams else None) as offer:

            def drawn(fraction: float) -> None:
                offer()
                progress(0.98 * fraction)

            filmed = render_film(spec, folder / FILM, progress=drawn)
        shots.keep()
        _draw_pictures(spec, folder / POSTER, tuple(folder / name for name in thumbnails))
        save_result(folder, filmed)

    folder = runner.run("film", key, build)
    filmed = load_result(FilmResult, folder)
    return FilmMade(
        files={FILM: filmed.path, **{name: folder / name for name in (POSTER, *thumbnails)}},
        facts=_facts(storyboard, filmed, thumbnails),
        choices=storyboard.choices,
        notices=(*notices, *filmed.notices),
    )


def _missing_notice(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    what = "One of your pictures and clips is" if count == 1 else f"{count} of your pictures and clips are"
    return (f"{what} no longer in the studio: the film was made without.",)


def heard_stems(score: Score, paths: Sequence[Path]) -> tuple[StemFile, ...]:
    """The levelled stems at `paths`, in the order of a package's stems, each under what the picture takes it for."""
    listed = zip(stem_files(score), paths, strict=True)
    return tuple(StemFile(_HEARD_AS.get(ChannelRole(stem.role), "other"), path) for stem, path in listed)


@contextmanager
def _growing(spec: FilmSpec, runner: StageRunner, folder: Path | None) -> Iterator[Callable[[], None]]:
    """While it lasts, the film's finished beginning can be watched in `folder`; yields what takes it further."""
    if folder is None:
        yield lambda: None
        return
    with GrowingFilm(spec, [spec.work_dir / name for name in shot_files(spec)], folder) as film:
        runner.stream_dir = folder
        try:
            yield film.offer
        finally:
            runner.stream_dir = None


def _draw_pictures(spec: FilmSpec, poster: Path, thumbnails: tuple[Path, ...]) -> None:
    """The poster and the thumbnails, which hear what the film hears."""
    told = {"cache_dir": spec.cache_dir, "font_dir": spec.font_dir, "media_dir": spec.media_dir}
    reaction = reaction_of(spec)
    render_poster(spec.storyboard, poster, **told, reaction=reaction)
    if thumbnails:
        render_thumbnails(spec.storyboard, thumbnails, **told, reaction=reaction)


class KeptShots:
    """The shots of a film as assets of their own: after an edit only those that show it are drawn again."""

    def __init__(self, spec: FilmSpec, kept: StoredFiles) -> None:
        self._paths = [spec.work_dir / name for name in shot_files(spec)]
        self._kept = kept

    def lay_out(self) -> None:
        """Put what is kept where the film looks for finished shots."""
        for path in self._paths:
            found = None if path.exists() else self._kept.get(_shot_key(path))
            if found is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(found, path)

    def keep(self) -> None:
        """Keep what shows its own place: a stand-in is for this film only, the next one tries again."""
        for path in self._paths:
            if not note_path(path).exists():
                self._kept.put(_shot_key(path), path)


def _shot_key(path: Path) -> str:
    return content_hash(["shot", path.name])


def _facts(storyboard: Storyboard, filmed: FilmResult, thumbnails: tuple[str, ...]) -> FilmFacts:
    fps = filmed.fps
    shots = tuple(
        Shot(
            world=shot.look.world,
            section=shot.section,
            size=shot.size,
            move=shot.move,
            transition=shot.transition,
            start_s=shot.start_frame / fps,
            end_s=shot.end_frame / fps,
            hour=shot.look.hour,
            weather=shot.look.weather,
        )
        for shot in storyboard.shots
    )
    width, height = filmed.size
    return FilmFacts(f"{width}x{height}", fps, filmed.song_offset_s, shots, POSTER, thumbnails)
