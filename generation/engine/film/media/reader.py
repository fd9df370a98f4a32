"""Frames of a prepared clip by their number, in whatever order they are asked for; read through moviepy."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np

_STREAMS, _KEPT_FRAMES = 2, 4
_AHEAD_FRAMES = 60
_OPEN_READERS = 3
_open: list[ClipReader] = []
"""Readers of this process that hold streams (a decoder each), the one used longest ago first."""


class ClipReader:
    """A prepared clip (constant rate, no B-frames), whose frames are exact: frame i is what a decoder that reads from
    the start gives as its i-th. `size` is (width, height) of the frames; smaller than the file's where `max_side_px`
    asks for less. Two streams are held open, so that two shots of one clip that dissolve do not fight over one."""

    def __init__(self, path: Path, *, max_side_px: int) -> None:
        from moviepy import VideoFileClip  # late: only films with clips of one's own pay for it

        self._open = VideoFileClip
        self.path = path
        first = VideoFileClip(str(path), audio=False)
        width, height = first.size
        self.fps, self.duration_s = float(first.fps), float(first.duration)
        self.frames = max(1, round(self.duration_s * self.fps))
        factor = min(1.0, max_side_px / max(width, height))
        self.size = (max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2))
        self._wants = None if factor == 1.0 else self.size
        first.close()
        self._streams: list = []
        self._kept: OrderedDict[int, np.ndarray] = OrderedDict()

    def frame(self, index: int) -> np.ndarray:
        """Frame `index` (beyond the ends: the nearest one) as RGB uint8 (height, width, 3); not to be written to."""
        index = min(max(0, index), self.frames - 1)
        if index in self._kept:
            self._kept.move_to_end(index)
            return self._kept[index]
        stream = self._stream_for(index)
        picture = stream.get_frame((index + 0.5) / self.fps)
        self._streams.remove(stream)
        self._streams.append(stream)
        self._hold_place()
        self._kept[index] = picture
        if len(self._kept) > _KEPT_FRAMES:
            self._kept.popitem(last=False)
        return picture

    def _stream_for(self, index: int):
        """The stream that is just before `index`; else a new one, or the one used longest ago."""
        for stream in self._streams:
            if 0 <= index + 1 - stream.reader.pos <= _AHEAD_FRAMES:
                return stream
        if len(self._streams) < _STREAMS:
            options = {"target_resolution": self._wants} if self._wants else {}
            self._streams.append(self._open(str(self.path), audio=False, **options))
            return self._streams[-1]
        return self._streams[0]

    def _hold_place(self) -> None:
        """A film with many clips must not hold a decoder for each: those used longest ago are closed."""
        if self in _open:
            _open.remove(self)
        _open.append(self)
        while len(_open) > _OPEN_READERS:
            _open[0].close()

    def close(self) -> None:
        """End the decoders; the next frame that is asked for starts one anew."""
        if self in _open:
            _open.remove(self)
        for stream in self._streams:
            stream.close()
        self._streams = []
        self._kept.clear()
