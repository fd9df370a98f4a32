"""Impulse responses of the synthesised rooms as files, for pages that play the same rooms."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings

from codecraft.common.audio import write_wav
from codecraft.common.errors import InvalidInput, NotFound
from mixer.contracts import Space
from mixer.engine.console.catalogue import CONVOLUTION_REVERB

IMPULSE_VERSION = 3
"""Raise it when the same room would give other bytes."""
_MAX_SEED = 2**32 - 1
_MOST_FILES = 200
_DECAY = next(param for param in CONVOLUTION_REVERB.params if param.name == "decay")


def impulse_path(*, space: str, seed: int, decay: float = 1.0) -> Path:
    """The response of a room at 48 kHz as 32-bit float, made at the first look. Raises NotFound, InvalidInput."""
    if space not in {known.value for known in Space} or not 0 <= seed <= _MAX_SEED:
        raise NotFound("There is no such room.")
    if not _DECAY.lowest <= decay <= _DECAY.highest:
        raise InvalidInput(f"decay must lie from {_DECAY.lowest:g} to {_DECAY.highest:g}.", field="decay")
    path = settings.MIXES_DIR / "impulses" / f"{IMPULSE_VERSION}-{space}-{seed}-{decay:.6g}.wav"
    if not path.is_file():
        from mixer.engine.effects.reverb import impulse_response  # late: only this page of the web process makes rooms

        path.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(path.parent)
        response = impulse_response(Space(space), seed=seed, sample_rate_hz=48_000, decay=decay)
        draft = path.with_name(f".{uuid.uuid4().hex}.wav")
        write_wav(draft, response, sample_rate_hz=48_000, subtype="FLOAT")
        draft.replace(path)
    return path


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_MOST_FILES:]:
        path.unlink(missing_ok=True)
