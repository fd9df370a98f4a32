"""One film worker: a fresh process that paints plates and renders shots, one task a line on its standard input.

Started as `python -m generation.engine.film.worker JOB`, where JOB is a pickled FilmSpec that the parent wrote into its
own work folder. A process of our own, not `multiprocessing`: it may be started from a daemonic task worker, imports no
`__main__`, and ends by itself when its parent does (its input closes, and on Linux the kernel tells it).

Answers, one JSON object a line: {"drawn": frames of the shot so far}, {"done": true},
{"failed": true, "message": …, "code": …}.
"""

from __future__ import annotations

import os

for _name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import ctypes  # noqa: E402
import errno  # noqa: E402
import json  # noqa: E402
import pickle  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
from contextlib import suppress  # noqa: E402
from pathlib import Path  # noqa: E402
from queue import SimpleQueue  # noqa: E402

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from codecraft.common.audio import disk_full  # noqa: E402
from codecraft.common.errors import StudioError  # noqa: E402
from generation.engine.film.encode import SegmentEncoder, die_with_parent, save_preview  # noqa: E402
from generation.engine.film.frame import FrameRenderer  # noqa: E402
from generation.engine.film.layout import layout_for  # noqa: E402
from generation.engine.film.plates import are_painted, ensure_plates  # noqa: E402
from generation.engine.film.reaction import reaction_of  # noqa: E402
from generation.engine.film.stand_ins import PainterFailed, note_path, write_note  # noqa: E402
from generation.engine.film.types import FilmSpec, Look, Shot  # noqa: E402

_REPORT_S, _PREVIEW_S, _PREVIEW_WIDTH = 0.4, 1.0, 640


def main() -> None:
    die_with_parent()
    cv2.setNumThreads(1)
    spec: FilmSpec = pickle.loads(Path(sys.argv[1]).read_bytes())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    tasks: SimpleQueue = SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    renderer: FrameRenderer | None = None

    def answer(**facts: object) -> None:
        print(json.dumps(facts), file=answers, flush=True)

    while (task := tasks.get()) is not None:
        try:
            if task["kind"] == "plates":
                _paint(spec, renderer, Look(**task["look"]))
            else:
                if renderer is None:
                    renderer = FrameRenderer(
                        spec.storyboard,
                        cache_dir=spec.cache_dir,
                        font_dir=spec.font_dir,
                        media_dir=spec.media_dir,
                        reaction=reaction_of(spec),
                    )
                _render_shot(spec, renderer, task, answer)
            answer(done=True)
        except StudioError as error:
            answer(failed=True, message=error.message, code=error.code)
        except OSError as error:
            full = disk_full() if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
            message = full.message if full else f"The film could not be written: {error.strerror or error}."
            answer(failed=True, message=message, code=full.code if full else "disk")


def _listen(tasks: SimpleQueue) -> None:
    """Tasks come from the parent; the end of the input is the end of the parent."""
    for line in sys.stdin:
        task = json.loads(line)
        tasks.put(task)
        if task is None:
            return
    os._exit(1)


def _paint(spec: FilmSpec, renderer: FrameRenderer | None, look: Look) -> None:
    """Plates ahead of their shots. A place that cannot be painted fails again, and is replaced, where it is shown."""
    canvas = layout_for(spec.storyboard.size, spec.storyboard.framing).canvas
    if are_painted(look, canvas, spec.cache_dir):
        return
    if renderer is not None:
        renderer.close_worlds()
    try:
        ensure_plates(look, canvas, spec.cache_dir, spec.media_dir)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        traceback.print_exc()
    except Exception:  # the shots of this place find it out again, and give way to a neighbour's, with a notice
        traceback.print_exc()
    finally:
        _give_back()


def _give_back() -> None:
    """Free memory back to the system: after painting, glibc keeps 100 MB for arrays that do not come again."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another libc
            ctypes.CDLL(None).malloc_trim(0)


def _render_shot(spec: FilmSpec, renderer: FrameRenderer, task: dict, answer) -> None:
    """One segment. Where its place fails, however late, the whole shot is drawn again in another one."""
    path = Path(task["path"])
    note_path(path).unlink(missing_ok=True)
    renderer.as_planned()
    while True:
        try:
            _encode_shot(spec, renderer, spec.storyboard.shots[task["shot"]], path, answer)
            return
        except PainterFailed as failure:
            traceback.print_exc()
            renderer.show_instead(failure)


def _encode_shot(spec: FilmSpec, renderer: FrameRenderer, shot: Shot, path: Path, answer) -> None:
    board = spec.storyboard
    encoder = SegmentEncoder(path, size=board.size, fps=board.fps, preset=spec.preset, crf=spec.crf)
    try:
        reported, shown = time.monotonic(), 0.0
        frame: np.ndarray | None = None
        for index in range(shot.start_frame, shot.end_frame):
            frame = renderer.render(index, frame)
            encoder.write(frame)
            now = time.monotonic()
            if now - reported > _REPORT_S:
                answer(drawn=index + 1 - shot.start_frame)
                reported = now
            if now - shown > _PREVIEW_S:
                save_preview(frame, spec.work_dir / "preview.jpg", _small_jpeg)
                shown = now
        write_note(path, renderer.replaced, board.fps)
        encoder.close()
        answer(drawn=shot.frames)
    except BaseException:
        encoder.abort()
        raise


def _small_jpeg(frame: np.ndarray) -> bytes:
    height, width = frame.shape[:2]
    wide = _PREVIEW_WIDTH if width >= height else _PREVIEW_WIDTH * width // height
    small = cv2.resize(frame[..., :3], (wide, wide * height // width), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 82])[1].tobytes()


if __name__ == "__main__":
    main()
