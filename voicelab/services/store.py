"""Where finished auditions lie: two files each, named by what was asked, so that the same wish is sung once."""

from __future__ import annotations

import json
import math
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from codecraft.common.audio import iter_wav, open_wav_writer
from voicelab.selectors import audio_path, facts_path, mark_heard

LEFT_BEHIND_S = 3600.0
SILENT_POWER = 1e-7


def keep(key: str, render: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """Let `render` write a WAV file and tell its facts, and put both into their place, whole or not at all."""
    folder = audio_path(key).parent
    folder.mkdir(parents=True, exist_ok=True)
    # The same line may be sung twice at once (two web processes): each has files of its own until the end.
    dry = folder / f"{key}.{uuid.uuid4().hex}.dry.wav"
    shown = dry.with_suffix(".pcm.wav")
    told = dry.with_suffix(".json.part")
    try:
        facts = {**render(dry), "level_db": _for_people(dry, shown)}
        told.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        shown.replace(audio_path(key))
        told.replace(facts_path(key))
        mark_heard(key)
    finally:
        for left in (dry, shown, told):
            left.unlink(missing_ok=True)
    prune(settings.AUDITIONS_LIMIT_BYTES)
    return facts


def _for_people(source: Path, target: Path) -> float:
    """24 bits: every browser and editor opens that, and it is a third smaller than the singer's own floats.

    Returns the level in dBFS while the voice sounds (mean power of blocks of 0.1 s, gated as in ITU-R BS.1770 but
    without its filter), so that two auditions can be compared at one loudness.
    """
    import soundfile as sf

    facts = sf.info(source)
    powers = []
    with open_wav_writer(target, channels=facts.channels, sample_rate_hz=facts.samplerate) as out:
        for block in iter_wav(source, block_samples=facts.samplerate // 10):
            out.write(block.T)
            powers.append(float(np.mean(block**2)))
    power = np.array(powers)
    heard = power[power > SILENT_POWER]
    if not heard.size:
        return 10.0 * math.log10(SILENT_POWER)
    return round(10.0 * math.log10(float(heard[heard > 0.1 * heard.mean()].mean())), 2)


def prune(limit_bytes: int) -> int:
    """Remove what was asked for longest ago until the rest fits; returns how many auditions went."""
    _sweep()
    found = []
    for facts in settings.AUDITIONS_DIR.glob("*/*.json"):
        audio = facts.with_suffix(".wav")
        try:
            found.append((facts.stat().st_mtime, facts.stat().st_size + audio.stat().st_size, facts, audio))
        except OSError:
            continue  # another process removed it just now
    total, gone = sum(size for _, size, _, _ in found), 0
    for _, size, facts, audio in sorted(found, key=lambda one: one[0])[:-1]:
        if total <= limit_bytes:
            break
        facts.unlink(missing_ok=True)
        audio.unlink(missing_ok=True)
        total, gone = total - size, gone + 1
    return gone


def _sweep() -> None:
    """What a process that was killed left behind."""
    for left in settings.AUDITIONS_DIR.glob("*/*.dry.*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                left.unlink()
