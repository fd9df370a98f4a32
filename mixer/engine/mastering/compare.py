"""Hearing mix and master equally loud: louder always seems better, so a fair comparison takes the loudness away."""

from __future__ import annotations

from mixer.contracts import Compared, Loudness
from mixer.engine.meters import SILENCE_LUFS


def compared(mix: Loudness, master: Loudness, reference: Loudness | None = None) -> Compared:
    """Gains that bring all to the softest of them: nothing is raised, so nothing can clip. Silence is left alone."""
    loudnesses = [mix.integrated_lufs, master.integrated_lufs]
    if reference is not None:
        loudnesses.append(reference.integrated_lufs)
    sounding = [lufs for lufs in loudnesses if lufs > SILENCE_LUFS]
    softest = min(sounding, default=SILENCE_LUFS)
    gains = [round(softest - lufs, 2) if lufs > SILENCE_LUFS else 0.0 for lufs in loudnesses]
    return Compared(gains[0], gains[1], gains[2] if reference is not None else None)
