"""Another film of a finished song: in another format, or a trailer; from the files of its package, which stay as they
are. The same stage films it, so plates and shots that two films share are drawn once."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import cv2

from codecraft.common.audio import disk_full
from codecraft.common.codec import file_hash
from codecraft.common.errors import Unavailable
from generation.engine.film.trailer import Window, choose_window, cut_sound, cut_storyboard, fade_out_s
from generation.engine.film.types import Storyboard
from generation.engine.package.remix import replace_sound
from generation.engine.pipeline.filming import FilmSources, heard_stems, make_film, plan_film
from generation.engine.pipeline.names import FILM, METADATA, POSTER, SONG_WAV
from generation.engine.pipeline.pack import place_file, stem_files
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import CutResult, CutSpec, Report, Workshop
from generation.engine.score.retime import retime_lead
from generation.engine.score.types import Score
from voicelab.contracts import SpokenWord, VoiceStyle

TRAILER_VERSION = "1"
"""Part of the key of a trailer's sound: raise it when the same window would give other bytes."""
_JPEG_QUALITY = 90


def make_cut(spec: CutSpec, *, workshop: Workshop, out_path: Path, report: Report) -> CutResult:
    """Film the song anew into `out_path` (mp4), and its poster beside it (.jpg). Shots that are finished stay kept.

    `report` may raise Cancelled. Raises Unavailable when the package is not there any more or the disk is full,
    InvalidInput for a trailer that is longer than the song.
    """
    try:
        return _make(spec, workshop, out_path, report)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        raise


def _make(spec: CutSpec, workshop: Workshop, out_path: Path, report: Report) -> CutResult:
    sources = _sources(spec)
    store = AssetStore(workshop.store_dir)
    runner = StageRunner(store, report, stages=("film",))
    storyboard, notices = plan_film(spec.brief, sources.score, workshop, song=sources.audio_path)
    if spec.trailer_s:
        storyboard, sources = _trailer(spec, storyboard, sources, store)
    made = make_film(runner, storyboard, sources, workshop, notices)
    out_path.parent.mkdir(parents=True, exist_ok=True)
    _write_poster(made.files[POSTER], out_path.with_suffix(".jpg"))
    place_file(made.files[FILM], out_path)
    store.prune(workshop.store_limit_bytes)
    return CutResult(out_path, storyboard.duration_s, made.notices)


def _sources(spec: CutSpec) -> FilmSources:
    """The score as it is heard, the master and the levelled stems, out of the package."""
    audio_path = spec.song_dir / SONG_WAV
    if not audio_path.is_file():
        raise Unavailable("The song's own files are not there any more: render it once more.", code="song_is_gone")
    score = spec.score
    if spec.brief.voice is VoiceStyle.SPOKEN and not score.lead.spoken:
        score = _as_spoken(score, spec.song_dir)
    paths = [spec.song_dir / stem.file for stem in stem_files(score)]
    stems = heard_stems(score, paths) if all(path.is_file() for path in paths) else ()
    return FilmSources(score, audio_path, stems)


def _as_spoken(score: Score, song_dir: Path) -> Score:
    """The score with its words where the narrator says them: the package's metadata has their times."""
    told = json.loads((song_dir / METADATA).read_text(encoding="utf-8"))["words"]
    names: dict[int, str] = {}
    for line in score.lead.lines:
        for note in line.notes:
            if note.syllable is not None:
                names.setdefault(note.syllable.word_index, note.syllable.word)
    if len(names) != len(told):
        return score
    pairs = zip(names.values(), told, strict=True)
    return retime_lead(score, [SpokenWord(name, word["start_s"], word["end_s"]) for name, word in pairs])


def _trailer(
    spec: CutSpec, storyboard: Storyboard, sources: FilmSources, store: AssetStore
) -> tuple[Storyboard, FilmSources]:
    """The plan and the sound of the stretch around the hook."""
    window = choose_window(sources.score, spec.trailer_s)
    board = cut_storyboard(storyboard, window)
    start_s, fade_s = _start_s(window, board.fps), fade_out_s(sources.score, window)
    heard = [(stem.group, file_hash(stem.path)) for stem in sources.stems]
    facts = [start_s, board.duration_s, fade_s, file_hash(sources.audio_path), heard]
    key = StageRunner.key("trailer", TRAILER_VERSION, *facts)

    def build(folder: Path) -> None:
        _cut_sounds(folder, sources, board, start_s, fade_s)

    folder = store.make(key, build)
    stems = tuple(replace(stem, path=folder / f"stem-{n:02d}.wav") for n, stem in enumerate(sources.stems))
    return board, FilmSources(sources.score, folder / SONG_WAV, stems)


def _start_s(window: Window, fps: float) -> float:
    """Where the sound of a trailer begins in the song: at its first frame."""
    return round(window.start_s * fps) / fps


def resound_cut(spec: CutSpec, film: Path, *, song_path: Path, duration_s: float, out_path: Path) -> Path:
    """The pictures of a finished cut, not encoded again, with the sound of another master of the same song: `out_path`.

    `duration_s` is the cut's. Raises Unavailable when the package is not there any more or the disk is full.
    """
    if not spec.trailer_s:
        replace_sound(film, song_path, out_path)
        return out_path
    score, sound = _sources(spec).score, out_path.with_suffix(".wav")
    window = choose_window(score, spec.trailer_s)
    start_s, fade_s = _start_s(window, spec.brief.film.fps), fade_out_s(score, window)
    try:
        cut_sound(song_path, sound, start_s=start_s, length_s=duration_s, fade_s=fade_s)
        replace_sound(film, sound, out_path)
    finally:
        sound.unlink(missing_ok=True)
    return out_path


def _cut_sounds(folder: Path, sources: FilmSources, board: Storyboard, start_s: float, fade_s: float) -> None:
    names = [SONG_WAV, *(f"stem-{n:02d}.wav" for n in range(len(sources.stems)))]
    for name, source in zip(names, [sources.audio_path, *(stem.path for stem in sources.stems)], strict=True):
        cut_sound(source, folder / name, start_s=start_s, length_s=board.duration_s, fade_s=fade_s)


def _write_poster(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.draft.jpg")
    cv2.imwrite(str(draft), cv2.imread(str(source)), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    draft.replace(target)
