"""The choir: who stands where in which section, and how they differ from soloists and from each other.

Choral singers match their vowels and hold back what makes a soloist stand out: less vibrato, a weaker singer's
formant, small differences of formants, and consonants together (Ternström, "Choir acoustics: an overview of scientific
research published to date", 2003: formants scatter less than speakers' do, F0 scatters by 10 to 15 cents in unison;
Rossing, Sundberg and Ternström 1986: the singer's formant of a man in a choir is some 5 dB weaker than in solo).

A seat is known by its section and number alone, never by what is sung, so a phrase sounds the same by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicelab.engine.voices import Singer

_WOMAN = Singer("choir_woman", vibrato_cents=11.0, ring_db=1.0, breath_db=-40.0, drift_s=0.003, sharp_db=2.0)
_MAN = Singer(
    "choir_man", vibrato_cents=11.0, vibrato_hz=5.2, ring_db=2.5, body_db=2.0, body_hz=320.0, breath_db=-40.0,
    drift_s=0.003, sharp_db=2.0,
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A voice part: the singer that its seats vary, and the middle of its place on stage (-1 left .. 1 right)."""

    singer: Singer
    middle: float


SOPRANO = Section(replace(_WOMAN, name="choir_soprano", formant_scale=1.03, gain_db=-7.5, vibrato_hz=5.7), -0.62)
ALTO = Section(replace(_WOMAN, name="choir_alto", formant_scale=0.985, gain_db=-8.5), 0.62)
TENOR = Section(replace(_MAN, name="choir_tenor", formant_scale=0.90, gain_db=-9.5), -0.22)
BASS = Section(replace(_MAN, name="choir_bass", formant_scale=0.85, gain_db=-8.5), 0.22)
"""Men in the middle and women on the flanks: the low voices then hold the centre, and both ears hear words."""
SECTIONS = (SOPRANO, ALTO, TENOR, BASS)

CHOIR_SEATS, LEAST_SEATS_PER_LINE = 12, 3
STAGE_WIDTH, SECTION_WIDTH = 1.7, 0.46
FORMANT_SPREAD, DETUNE_SPREAD_CENTS, DELAY_SPREAD_S, VIBRATO_SPREAD_HZ = 0.02, 16.0, 0.012, 0.9
"""Whole widths over which the seats of a section are laid out evenly."""


def choir_seats(lines: int) -> tuple[tuple[Singer, ...], ...]:
    """The seats of each of `lines` lines, highest line first; at least twelve in all.

    Four lines are sung by sopranos, altos, tenors and basses at their written pitch, three by the first three of them.
    With one or two lines the men sing them an octave below the women.
    """
    per_line = max(LEAST_SEATS_PER_LINE, -(-CHOIR_SEATS // lines))
    if lines <= 2:
        return tuple(_octaves(line, per_line) for line in range(lines))
    return tuple(
        tuple(_seat(section, line, seat, per_line) for seat in range(per_line))
        for line, section in enumerate(_sections(lines))
    )


def _sections(lines: int) -> tuple[Section, ...]:
    if lines <= len(SECTIONS):
        return SECTIONS[:lines]
    return tuple(SECTIONS[line * len(SECTIONS) // lines] for line in range(lines))


def _octaves(line: int, count: int) -> tuple[Singer, ...]:
    """Women at the written pitch and men an octave below, mixed over the whole stage."""
    women, men = ((SOPRANO, TENOR), (ALTO, BASS))[line]
    seats = []
    for seat in range(count):
        section, number = (women, men)[seat % 2], seat // 2
        singer = _seat(section, line, number, count // 2)
        place = STAGE_WIDTH * (((line * count + seat + 1) * 0.6180340 + 0.25) % 1.0 - 0.5)
        seats.append(replace(singer, pan=place, transpose=-12 if seat % 2 else 0))
    return tuple(seats)


def _seat(section: Section, line: int, seat: int, count: int) -> Singer:
    """Offsets lie on a low-discrepancy grid, never at random: a choir is the same choir each time."""
    base, number = section.singer, 7 * line + 31 * SECTIONS.index(section) + seat
    a, b, c, d = (((number + 1) * g) % 1.0 - 0.5 for g in (0.6180340, 0.7548777, 0.5698403, 0.8191725))
    return replace(
        base,
        name=f"{base.name}_{line}_{seat}",
        formant_scale=base.formant_scale * (1.0 + FORMANT_SPREAD * a),
        detune_cents=DETUNE_SPREAD_CENTS * b,
        delay_s=DELAY_SPREAD_S * c,
        vibrato_hz=base.vibrato_hz + VIBRATO_SPREAD_HZ * d,
        vibrato_cents=base.vibrato_cents * (1.0 + 0.5 * a),
        pan=section.middle + SECTION_WIDTH * ((seat + 0.5) / count - 0.5 + 0.02 * b),
    )
