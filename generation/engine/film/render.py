"""A storyboard and a song to a film: shots in parallel processes, each a segment that outlives a crash."""

from __future__ import annotations

import hashlib
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import soundfile as sf

import generation
from codecraft.common.errors import InvalidInput, StudioError
from codecraft.common.progress import Progress, ignore_progress
from generation.engine.film.encode import join_segments
from generation.engine.film.karaoke import subtitles
from generation.engine.film.reaction import Reaction, reaction_of
from generation.engine.film.storyboard import refit
from generation.engine.film.types import FILM_VERSION, FilmResult, FilmSpec, Look, Shot, Storyboard

_PLATES_SHARE, _FRAMES_SHARE = 0.08, 0.97
_TICK_S = 0.25


def render_film(spec: FilmSpec, out_path: Path, *, progress: Progress = ignore_progress) -> FilmResult:
    """Render, encode and join the film of a song; the picture starts with the song and lasts as long, to a frame.

    Finished segments in `spec.work_dir` are kept and used again by content key, also after a kill. `progress` is
    called at least once a second while workers live; whatever it raises ends them first. Raises InvalidInput for an
    audio file that cannot be read, Unavailable for a full disk, StudioError when a worker dies.
    """
    board = refit(spec.storyboard, _frames_of(spec.audio_path, spec.storyboard.fps))
    spec = replace(spec, storyboard=board)
    for folder in (spec.work_dir, spec.cache_dir, out_path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    paths = [spec.work_dir / name for name in _names(spec)]
    missing = [shot for shot, path in zip(board.shots, paths, strict=True) if not path.exists()]
    progress(0.0)
    if missing:
        _Crew(spec, missing, paths, progress).run()
    join_segments(
        paths, spec.audio_path, out_path, duration_s=board.duration_s, work_dir=spec.work_dir,
        subtitles=subtitles(board.lines, duration_s=board.duration_s),
    )  # fmt: skip
    progress(1.0)
    return FilmResult(
        out_path, board.size, board.fps, board.frames, board.duration_s, 0.0, len(missing), len(paths) - len(missing)
    )


def shot_files(spec: FilmSpec) -> tuple[str, ...]:
    """The names, by content, under which `render_film` looks for finished segments in `spec.work_dir`."""
    return _names(replace(spec, storyboard=refit(spec.storyboard, _frames_of(spec.audio_path, spec.storyboard.fps))))


def _names(spec: FilmSpec) -> tuple[str, ...]:
    reaction = reaction_of(spec)
    return tuple(f"shot-{shot_key(spec, shot, reaction)}.mp4" for shot in spec.storyboard.shots)


def shot_key(spec: FilmSpec, shot: Shot, reaction: Reaction | None = None) -> str:
    """A hash of all that the frames of a shot depend on: an edit elsewhere in the film leaves it as it is."""
    board = spec.storyboard
    start_s, end_s = shot.start_frame / board.fps - 6.0, shot.end_frame / board.fps
    near = [
        asdict(board.shots[index]) for index in range(max(0, shot.index - 1), min(len(board.shots), shot.index + 2))
    ]
    facts = [
        FILM_VERSION, board.size, board.framing, board.words, board.fps, board.frames, board.seed, board.style,
        shot.index, near,
        [asdict(cue) for cue in board.cues if start_s <= cue.time_s <= end_s + 1.0],
        [asdict(line) for line in board.lines if line.hide_s >= start_s + 6.0 and line.show_s <= end_s],
        [asdict(card) for card in board.cards if card.end_s >= start_s + 6.0 and card.start_s <= end_s],
        str(spec.font_dir.name), spec.preset, spec.crf,
        reaction.key(shot.start_frame, shot.end_frame) if reaction else "",
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def _frames_of(audio_path: Path, fps: int) -> int:
    try:
        info = sf.info(audio_path)
    except (OSError, sf.LibsndfileError) as error:
        raise InvalidInput(f"The song {audio_path.name} cannot be read as audio.", field="audio_path") from error
    return max(1, math.floor(info.frames / info.samplerate * fps + 0.5))


class _Worker:
    """A child process with its own group, so that it and its ffmpeg can be ended together."""

    def __init__(self, job_path: Path, answers: SimpleQueue, number: int) -> None:
        root = str(Path(generation.__file__).resolve().parents[1])
        environment = dict(
            os.environ, PYTHONPATH=os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        )
        self.log = job_path.with_suffix(f".{number}.log").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "generation.engine.film.worker", str(job_path)], cwd=root, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True,
        )  # fmt: skip
        self.task: int | None = None
        Thread(target=self._read, args=(answers,), daemon=True).start()

    def _read(self, answers: SimpleQueue) -> None:
        for line in self.process.stdout:
            answers.put((self, json.loads(line)))
        answers.put((self, {"gone": True}))

    def give(self, task: dict | None) -> None:
        self.task = task["id"] if task else None
        try:
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
        except (BrokenPipeError, OSError):
            pass  # its reader thread reports the end

    def end(self) -> None:
        """Kill the group: the worker and its ffmpeg."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.log.close()
        Path(self.log.name).unlink(missing_ok=True)

    def last_words(self) -> str:
        self.log.seek(0)
        lines = self.log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {self.process.poll()}"


class _Crew:
    """Hands plates, then shots, to the workers and gathers their progress."""

    def __init__(self, spec: FilmSpec, missing: list[Shot], paths: list[Path], progress: Progress) -> None:
        self.spec, self.progress = spec, progress
        looks: dict[Look, None] = {}
        for shot in missing:
            looks.setdefault(shot.look)
            if shot.transition == "dissolve" and shot.index > 0:
                looks.setdefault(spec.storyboard.shots[shot.index - 1].look)
        plates = [{"kind": "plates", "look": asdict(look)} for look in looks]
        # long shots first: the two workers then end at nearly the same time
        shots = sorted(missing, key=lambda shot: (-shot.frames, shot.index))
        drawing = [{"kind": "shot", "shot": shot.index, "path": str(paths[shot.index])} for shot in shots]
        self.phases = [plates, drawing]
        self.frames = sum(shot.frames for shot in missing)
        self.frames_done = 0
        self.answers: SimpleQueue = SimpleQueue()

    def run(self) -> None:
        job = self.spec.work_dir / f"job-{os.getpid()}.pickle"
        job.write_bytes(pickle.dumps(self.spec))
        workers: list[_Worker] = []
        try:
            count = max(1, min(self.spec.workers, len(self.phases[1])))
            workers = [_Worker(job, self.answers, number) for number in range(count)]
            for number, tasks in enumerate(self.phases):
                self._phase(workers, tasks, number)
        finally:
            for worker in workers:
                worker.end()
            job.unlink(missing_ok=True)
            for stray in self.spec.work_dir.glob(".shot-*"):
                stray.unlink(missing_ok=True)

    def _phase(self, workers: list[_Worker], tasks: list[dict], number: int) -> None:
        waiting = [dict(task, id=index) for index, task in enumerate(tasks)]
        total, open_tasks = max(1, len(waiting)), len(waiting)
        for worker in workers:
            if waiting:
                worker.give(waiting.pop(0))
        told = time.monotonic()
        while open_tasks:
            try:
                worker, fact = self.answers.get(timeout=_TICK_S)
            except Empty:
                worker, fact = None, {}
            if fact.get("gone"):
                raise StudioError(f"A film worker ended before its work: {worker.last_words()}", code="worker_died")
            if "failed" in fact:
                raise StudioError(fact["message"], code=fact["code"])
            self.frames_done += fact.get("frames", 0)
            if "done" in fact:
                open_tasks -= 1
                if waiting:
                    worker.give(waiting.pop(0))
            if time.monotonic() - told > _TICK_S or not open_tasks:
                told = time.monotonic()
                self._tell(number, 1.0 - open_tasks / total)

    def _tell(self, phase: int, share: float) -> None:
        if phase == 0:
            self.progress(_PLATES_SHARE * share)
        else:
            drawn = self.frames_done / max(1, self.frames)
            self.progress(_PLATES_SHARE + (_FRAMES_SHARE - _PLATES_SHARE) * min(1.0, drawn))


def poster_frame(board: Storyboard) -> int:
    """A frame to show the film by: in the most energetic wide shot after the title, clear of flashes."""
    title_end_s = max((card.end_s for card in board.cards if card.kind == "title"), default=0.0)
    best = max(
        board.shots,
        key=lambda shot: (shot.start_frame / board.fps > title_end_s, shot.size == "wide", shot.energy, shot.growth),
    )
    return best.start_frame + int(best.frames * 0.6)
