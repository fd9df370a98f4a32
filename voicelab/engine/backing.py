"""Backing singers: kin of the lead's timbre who sing softer, straighter and wide of the middle."""

from __future__ import annotations

from dataclasses import replace

from voicelab.contracts import BACKING_VOICES, VoiceStyle
from voicelab.engine.voices import SOLOISTS, Singer

SINGERS_PER_LINE = 2
_WIDTHS = (0.55, 0.9, 0.75)
"""How far from the middle the two singers of a line stand: the doubles nearest to the lead, the harmonies outside."""
_SHARP_DB, _GAIN_DB, _RING_SHARE, _VIBRATO_SHARE = -11.0, -11.0, 0.4, 0.55
_BREATH_DB = -60.0
"""The lead's breaths are enough."""


def backing_seats(voice: VoiceStyle, lines: int) -> tuple[tuple[Singer, ...], ...]:
    """Two singers for each line behind a lead of `voice`: line 0 doubles it, line 1 sings above, line 2 below
    (`BACKING_VOICES` says with which voices); further lines begin again. A seat is known by its line and side alone."""
    kinds = BACKING_VOICES[voice] or (voice,)
    return tuple(
        tuple(_seat(kinds[line % len(kinds)], voice, line, side) for side in range(SINGERS_PER_LINE))
        for line in range(lines)
    )


def _seat(kind: VoiceStyle, lead: VoiceStyle, line: int, side: int) -> Singer:
    """Left and right differ in vocal tract, tuning and time, so that the two never melt into one in the middle."""
    own, turn = SOLOISTS[kind], -1.0 if side == 0 else 1.0
    lean = turn * (1.0 + 0.23 * (line % 3))
    tract = 1.0 + 0.018 * lean
    return replace(
        own,
        name=f"backing_{lead.value}_{line}_{side}",
        formant_scale=own.formant_scale * tract,
        formants=tuple((speaker_hz, singer_hz * tract) for speaker_hz, singer_hz in own.formants),
        gain_db=own.gain_db + _GAIN_DB,
        ring_db=own.ring_db * _RING_SHARE,
        vibrato_cents=own.vibrato_cents * _VIBRATO_SHARE,
        vibrato_hz=own.vibrato_hz + 0.25 * lean,
        breath_db=_BREATH_DB,
        sharp_db=_SHARP_DB,
        detune_cents=5.0 * lean,
        delay_s=0.009 + 0.004 * lean,
        drift_s=0.004,
        pan=turn * _WIDTHS[line % len(_WIDTHS)],
    )
