"""The singers: how the one neural voice becomes a man, a soprano, a choir and a whisper.

All four sing with the weights inside hibari-tts (Apache-2.0). A singer is a formant scale (the length of the vocal
tract: below 1 is longer, so darker), a place in the compass, a manner (vibrato, breath, ring) and a place on stage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicelab.contracts import VoiceStyle


@dataclass(frozen=True)
class Singer:
    """One timbre. `formant_scale` multiplies every formant frequency. `ring_db` is the singer's formant, a rise around
    `ring_hz`. `breath_db` is the level of a breath against the
    phrase after it. `hiss_db` softens f, s, sh, th. `pan` is -1 (left) to 1 (right).
    `transpose` moves the written pitch by semitones (choir seats that sing an octave below)."""

    name: str
    formant_scale: float = 1.0
    gain_db: float = 0.0
    ring_db: float = 0.0
    ring_hz: float = 2_800.0
    body_db: float = 0.0
    body_hz: float = 450.0
    vibrato_cents: float = 32.0
    vibrato_hz: float = 5.5
    breath_db: float = -26.0
    whispered: bool = False
    hiss_db: float = 0.0
    transpose: int = 0
    detune_cents: float = 0.0
    delay_s: float = 0.0
    pan: float = 0.0
    drift_s: float = 0.0


HEROIC_MALE = Singer(
    "heroic_male",
    formant_scale=0.86,
    gain_db=5.0,
    ring_db=6.0,
    body_db=3.0,
    body_hz=320.0,
    vibrato_cents=35.0,
    vibrato_hz=5.4,
)
SOPRANO = Singer(
    "soprano", formant_scale=1.04, gain_db=8.0, ring_db=2.0, ring_hz=3_100.0, vibrato_cents=38.0, vibrato_hz=5.8
)
ALTO = Singer("alto", gain_db=5.0, ring_db=2.0, vibrato_cents=34.0)
WHISPER = Singer("whisper", formant_scale=1.0, whispered=True, gain_db=11.0, hiss_db=-5.0, breath_db=-16.0)

SOLOISTS: dict[VoiceStyle, Singer] = {
    VoiceStyle.HEROIC_MALE: HEROIC_MALE,
    VoiceStyle.SOPRANO: SOPRANO,
    VoiceStyle.ALTO: ALTO,
    VoiceStyle.WHISPER: WHISPER,
    VoiceStyle.SPOKEN: ALTO,
}

WOMEN = Singer("choir_woman", formant_scale=1.0, gain_db=-3.0, vibrato_cents=22.0, ring_db=1.0, breath_db=-40.0)
MEN = Singer(
    "choir_man",
    formant_scale=0.86,
    gain_db=-6.0,
    vibrato_cents=22.0,
    ring_db=3.0,
    body_db=2.0,
    body_hz=320.0,
    breath_db=-40.0,
)
WOMEN_LOWEST, MEN_LOWEST, MEN_HIGHEST = 57, 43, 62
CHOIR_SEATS, LEAST_SEATS_PER_LINE = 10, 4
"""One line is sung by ten; three lines and more by four each."""


def choir_seats(line_means: tuple[float, ...]) -> tuple[tuple[Singer, ...], ...]:
    """The seats of each line. `line_means` are the mean written pitches (MIDI) of the lines.

    Half of a line's singers are women at the written pitch, half are men at the octave where the line lies in their
    range. Offsets are laid out evenly (a low-discrepancy grid), never at random: a choir is the same choir each time.
    """
    per_line = max(LEAST_SEATS_PER_LINE, -(-CHOIR_SEATS // len(line_means)))
    return tuple(_seats_of_line(index, mean, per_line) for index, mean in enumerate(line_means))


def _seats_of_line(line: int, mean: float, count: int) -> tuple[Singer, ...]:
    seats = []
    for seat in range(count):
        man = seat % 2 == 1
        base = MEN if man else WOMEN
        number = line * count + seat
        a, b, c, d = (((number + 1) * g) % 1.0 - 0.5 for g in (0.6180340, 0.7548777, 0.5698403, 0.8191725))
        seats.append(
            replace(
                base,
                name=f"{base.name}_{line}_{seat}",
                transpose=_octave(mean, MEN_LOWEST, MEN_HIGHEST) if man else _octave(mean, WOMEN_LOWEST, 79),
                formant_scale=base.formant_scale * (1.0 + 0.11 * a),
                detune_cents=22.0 * b,
                delay_s=0.024 * c,
                vibrato_hz=base.vibrato_hz + 0.9 * d,
                vibrato_cents=base.vibrato_cents * (1.0 + 0.5 * a),
                pan=_seat_pan(number),
                drift_s=0.008,
            )
        )
    return tuple(seats)


def _octave(mean: float, lowest: int, highest: int) -> int:
    middle = (lowest + highest) / 2.0
    return min((-24, -12, 0, 12), key=lambda shift: (abs(mean + shift - middle), shift))


def _seat_pan(number: int) -> float:
    """Spread over the stage so that neighbours in number stand far apart."""
    return 1.7 * (((number + 1) * 0.6180340 + 0.25) % 1.0 - 0.5)
