"""Frames through a pipe: what arrives is what was drawn, however slowly it is read and whatever is drawn meanwhile."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from generation.engine.film.frame_pipe import FramePipe

_READER = """
import hashlib, os, sys, time
rest, digest = int(sys.argv[1]), hashlib.sha256()
while rest:
    part = os.read(0, min(rest, 200_000))
    time.sleep(0.0005)
    digest.update(part)
    rest -= len(part)
print(digest.hexdigest())
"""


@pytest.mark.parametrize("shape", [(1080, 1280), (90, 160)], ids=["larger than the pipe", "smaller"])
def test_frames_arrive_as_they_were_drawn(shape: tuple[int, int]) -> None:
    frames, rng, digest = 12, np.random.default_rng(5), hashlib.sha256()
    size = frames * shape[0] * shape[1]
    reader = subprocess.Popen([sys.executable, "-c", _READER, str(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pipe = FramePipe(reader.stdin, shape)
    for _ in range(frames):
        pipe.planes[...] = rng.integers(0, 256, shape, dtype=np.uint8)
        digest.update(pipe.planes.tobytes())
        pipe.send()
    reader.stdin.close()
    arrived = reader.stdout.read().decode().strip()
    assert reader.wait(10) == 0
    assert arrived == digest.hexdigest()


def test_a_reader_that_has_gone_is_told_as_a_broken_pipe() -> None:
    reader = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    reader.wait(10)
    pipe = FramePipe(reader.stdin, (1080, 1280))
    pipe.planes[...] = 0
    with pytest.raises(BrokenPipeError):
        pipe.send()
