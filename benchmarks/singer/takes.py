"""Takes of verses by each row of the table, with the CPU time and the memory that singing them costs."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from pathlib import Path

from tests.voicelab.verses import LEAD_IN_S, TONIC, line_of, spec_of
from voicelab.contracts import SingSpec, VoiceStyle

SUNG = ("heroic_male", "soprano", "alto", "whisper", "choir")
SPOKEN, SLOWED, RETUNED = "spoken", "slowed", "retuned"
PEERS = (SPOKEN, SLOWED, RETUNED)
ROWS = (*SUNG, *PEERS)
CHOIR_SHIFTS = (0, -2, -4, -7)
"""Sopranos carry the tune; altos a third below, tenors a fifth, basses an octave."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds per second of song (loading told apart), and the process's peak memory in MB."""

    load_s: float
    cpu_per_s: float
    peak_mb: float


def score_of(row: str, name: str) -> SingSpec:
    """What the row sings of a verse; the peer sings in the alto's key, nearest to its own speech."""
    spec = spec_of(name, VoiceStyle.ALTO if row in PEERS else VoiceStyle(row))
    if spec.voice is not VoiceStyle.CHOIR:
        return spec
    lines = tuple(line_of(name, TONIC[VoiceStyle.CHOIR], degree_shift=shift)[0] for shift in CHOIR_SHIFTS)
    return SingSpec(lines, spec.voice, spec.duration_s, spec.seed)


def take_path(folder: Path, row: str, name: str) -> Path:
    return folder / f"{row}-{name}.wav"


def make_takes(row: str, names: tuple[str, ...], folder: Path) -> Cost:
    """Sing (or speak) the verses into `folder`. Run it in a process of its own: its peak memory is measured."""
    before = time.process_time()
    work = _worker(row)
    loaded = time.process_time()
    sung_s = 0.0
    for name in names:
        spec = score_of(row, name)
        started = time.process_time()
        work(name, spec, take_path(folder, row, name))
        sung_s += time.process_time() - started
    seconds = sum(score_of(row, name).duration_s - LEAD_IN_S for name in names)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return Cost(loaded - before, sung_s / seconds, peak_mb)


def _worker(row: str):
    from benchmarks.singer import peer
    from voicelab.engine.singer import sing
    from voicelab.engine.singer.network import voice

    voice()
    if row == SPOKEN:
        return lambda name, spec, path: peer.speak_verse(name, path)
    if row == SLOWED:
        return lambda name, spec, path: peer.slow_verse(name, spec, path)
    if row == RETUNED:
        return lambda name, spec, path: peer.retune_verse(spec, path)
    return lambda name, spec, path: sing(spec, path)
