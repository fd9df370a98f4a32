"""The singers: how the one neural voice becomes a man, a soprano, a choir and a whisper.

All sing with the weights inside hibari-tts (Apache-2.0). A singer is a formant scale (the length of the vocal
tract: below 1 is longer, so darker), a place in the compass, a manner (vibrato, breath, ring) and a place on stage.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicelab.contracts import VoiceStyle


@dataclass(frozen=True)
class Singer:
    """One timbre. `formant_scale` multiplies every formant frequency; `formants`, where given, are points (the
    speaker's Hz, the singer's Hz) that say it apart for each region, the scale going on above the last. `ring_db` is
    the singer's formant, a rise around `ring_hz`; `body_db` a rise around `body_hz`; `colour_db` are points (Hz, dB) of
    a filter on all that is voiced. `breath_db` is the level of a breath against the phrase after it. `hiss_db`
    softens f, s, sh, th; `sharp_db` softens (or, above 0, points) every hiss, stop and affricate. `pan` is -1
    (left) to 1 (right). `transpose` moves the written pitch by semitones."""

    name: str
    formant_scale: float = 1.0
    formants: tuple[tuple[float, float], ...] = ()
    gain_db: float = 0.0
    ring_db: float = 0.0
    ring_hz: float = 2_800.0
    body_db: float = 0.0
    body_hz: float = 450.0
    colour_db: tuple[tuple[float, float], ...] = ()
    vibrato_cents: float = 32.0
    vibrato_hz: float = 5.5
    breath_db: float = -26.0
    whispered: bool = False
    hiss_db: float = 0.0
    sharp_db: float = 0.0
    transpose: int = 0
    detune_cents: float = 0.0
    delay_s: float = 0.0
    pan: float = 0.0
    drift_s: float = 0.0


HEROIC_MALE = Singer(
    "heroic_male",
    formant_scale=0.86,
    gain_db=1.0,
    ring_db=6.0,
    body_db=3.0,
    body_hz=320.0,
    vibrato_cents=35.0,
    vibrato_hz=5.4,
)
SOPRANO = Singer(
    "soprano", formant_scale=1.04, gain_db=4.5, ring_db=2.0, ring_hz=3_100.0, vibrato_cents=38.0, vibrato_hz=5.8
)
ALTO = Singer("alto", gain_db=3.0, ring_db=2.0, vibrato_cents=34.0)
WHISPER = Singer("whisper", formant_scale=1.0, whispered=True, gain_db=14.0, hiss_db=-5.0, breath_db=-16.0)

SOLOISTS: dict[VoiceStyle, Singer] = {
    VoiceStyle.HEROIC_MALE: HEROIC_MALE,
    VoiceStyle.SOPRANO: SOPRANO,
    VoiceStyle.ALTO: ALTO,
    VoiceStyle.WHISPER: WHISPER,
    VoiceStyle.SPOKEN: ALTO,
}
