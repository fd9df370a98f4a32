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
    speaker's Hz, the singer's Hz) that say it apart for each region, the scale going on above the last. `back` 0..1
    draws the speaker's fronted o and u back to where formant tables have them. `ring_db` is
    the singer's formant, a rise around `ring_hz`; `body_db` a rise around `body_hz`; `colour_db` are points (Hz, dB) of
    a filter on all that is voiced. `breath_db` is the level of a breath against the phrase after it. `hiss_db`
    softens f, s, sh, th; `sharp_db` softens (or, above 0, points) every hiss, stop and affricate. `pan` is -1
    (left) to 1 (right). `transpose` moves the written pitch by semitones."""

    name: str
    formant_scale: float = 1.0
    formants: tuple[tuple[float, float], ...] = ()
    back: float = 0.0
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
    formant_scale=0.83,
    formants=((450, 365), (850, 690), (1_750, 1_440), (2_500, 2_150), (2_860, 2_530), (4_190, 3_320)),
    back=1.0,
    gain_db=1.0,
    ring_db=7.0,
    colour_db=((120, -4), (200, -3), (330, 1), (600, 1), (1_500, 2), (4_000, 2), (9_000, 0)),
    vibrato_cents=35.0,
    vibrato_hz=5.4,
)
"""The speaker is a woman whose formants are those of Hillenbrand et al. (1995); the points take them to their men, a
tract of some 17.5 cm, with F3 and F4 drawn together: the cluster that is the singer's formant (Sundberg 1974). A man's
chest voice has less fundamental and more of what is above (its folds are closed for longer)."""
SOPRANO = Singer(
    "soprano",
    formant_scale=1.05,
    gain_db=3.0,
    ring_db=2.0,
    ring_hz=3_100.0,
    colour_db=((300, 2), (600, 2), (1_500, 0), (4_000, 0)),
    vibrato_cents=38.0,
    vibrato_hz=5.8,
)
ALTO = Singer("alto", gain_db=1.5, colour_db=((200, 2), (500, 1), (1_500, 0), (4_000, -1)), vibrato_cents=34.0)
WHISPER = Singer(
    "whisper",
    whispered=True,
    gain_db=13.5,
    colour_db=((150, -8), (300, -3), (600, 0), (2_000, 0), (6_000, 1)),
    hiss_db=-5.0,
    breath_db=-16.0,
)
NARRATOR = Singer(
    "spoken",
    formant_scale=0.97,
    gain_db=1.0,
    colour_db=((150, 1), (300, 2), (700, 0), (2_000, 1), (3_500, 1), (8_000, -1)),
    vibrato_cents=20.0,
    breath_db=-30.0,
)
"""A speaker near the microphone: a little longer in the tract than the alto, warm below, clear around 3 kHz."""

SOLOISTS: dict[VoiceStyle, Singer] = {
    VoiceStyle.HEROIC_MALE: HEROIC_MALE,
    VoiceStyle.SOPRANO: SOPRANO,
    VoiceStyle.ALTO: ALTO,
    VoiceStyle.WHISPER: WHISPER,
    VoiceStyle.SPOKEN: NARRATOR,
}
