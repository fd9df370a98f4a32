"""Raw frames to another process, on Linux without copying them: the kernel lends it the pages they lie in.

Written the usual way, a frame at 1080p is copied into the pipe 64 KB at a time: fifty turns of writer and reader, who
push each other's pictures out of the processor's cache, and 3 MB copied on the way.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from contextlib import suppress
from typing import IO

import numpy as np

_PIPE_BYTES = 1 << 20
"""As much as a pipe may hold without privileges (/proc/sys/fs/pipe-max-size)."""


class _Span(ctypes.Structure):
    """The kernel's iovec."""

    _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))


class FramePipe:
    """Hands out the planes to draw the next frame in, and sends them.

    A page that is lent must not change before it is read. So frames alternate between two buffers, and pages are lent
    only where a frame is larger than the pipe: when the whole of one has gone in, all of the one before was read.
    """

    def __init__(self, pipe: IO[bytes], shape: tuple[int, int]) -> None:
        self._pipe = pipe
        self._planes = [np.empty(shape, np.uint8) for _ in range(2)]
        self._turn = 0
        holds = _widened(pipe)
        self._lend = _lender() if 0 < holds <= self._planes[0].nbytes else None

    @property
    def planes(self) -> np.ndarray:
        return self._planes[self._turn]

    def send(self) -> None:
        """Send `planes`. Raises OSError (BrokenPipeError) when the reader has gone."""
        if self._lend is None:
            self._pipe.write(self.planes)
            return
        sent, size = 0, self.planes.nbytes
        while sent < size:
            span = _Span(self.planes.ctypes.data + sent, size - sent)
            taken = self._lend(self._pipe.fileno(), ctypes.byref(span), 1, 0)
            if taken >= 0:
                sent += taken
                continue
            code = ctypes.get_errno()
            if code == errno.ENOSYS and sent == 0:
                # a kernel that has no such call
                self._lend = None
                self._pipe.write(self.planes)
                return
            if code != errno.EINTR:
                raise OSError(code, os.strerror(code))
        self._turn = 1 - self._turn


def _widened(pipe: IO[bytes]) -> int:
    """How many bytes a pipe holds after it was asked to hold many; 0 where nobody can tell."""
    if not sys.platform.startswith("linux"):
        return 0
    import fcntl

    with suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    with suppress(OSError):
        return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    return 0


def _lender():
    """vmsplice(2) of the C library, None where it has none."""
    lend = getattr(ctypes.CDLL(None, use_errno=True), "vmsplice", None)
    if lend is not None:
        lend.restype = ctypes.c_ssize_t
        lend.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_uint)
    return lend
