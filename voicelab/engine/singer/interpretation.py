"""How a singer would perform a phrase that only says words and notes: the automatic default of every `Expression`.

What a person has set wins, field by field; the rest is chosen from stress, height, length, place in the breath and the
section's energy, with a little chance that belongs to the words, the notes, the singer and the take. Everything that is
heard later is rendered from these values alone, so the voice lab can show them and let a person change them.

Sources: scoops and falls, preparation and overshoot after Saitou, Unoki and Akagi 2005 ("Development of an F0 control
model based on F0 dynamic characteristics for singing-voice synthesis"); vibrato that starts late and grows after Prame
1994; phrase arch and loudness with height after Friberg, Bresin and Sundberg 2006 (the KTH rules for performance).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from codecraft.common.seeds import generator
from voicelab.contracts import VOICE_RANGES, Expression, PitchPoint, SungNote, Vibrato, VocalPhrase
from voicelab.engine.singer.phrasing import BreathGroup, breath_groups, identity, joined, shortened
from voicelab.engine.singer.sounds import respelled
from voicelab.engine.singer.tone import OWN_BREATH, OWN_EFFORT
from voicelab.engine.voices import SOLOISTS, Singer

CONNECTED_S = 0.1
"""Notes closer than this are sung without a break, so the voice travels from one to the other."""
STRESS_ENERGY = {0: -0.09, 1: 0.03, 2: 0.09}
ARCH_ENERGY, HEIGHT_ENERGY, LONG_ENERGY = 0.11, 0.011, 0.04
ENTRY_SCOOP_CENTS = {0: 35.0, 1: 50.0, 2: 75.0}
ACCENT_SCOOP_CENTS, LEAP_SCOOP_CENTS, SLUR_CENTS = 45.0, 35.0, 22.0
SCOOP_S, SCOOP_SHARE = 0.11, 0.35
LEAP_SEMITONES = 3.0
OVERSHOOT_CENTS, PREPARATION_CENTS = 2.5, 2.0
"""Per semitone of a leap, up to six."""
FALL_CENTS, FALL_S = 45.0, 0.16
VIBRATO_NOTE_S = 0.45
SECTION_SHARE = 0.35
"""A choir's singer keeps this much of a soloist's scoops and falls, or the section would smear."""


@dataclass(frozen=True)
class _Place:
    """A note where it stands: its neighbours inside the breath, `share` 0..1 of the breath, `first` of its syllable."""

    note: SungNote
    stress: int
    first: bool
    before: SungNote | None
    after: SungNote | None
    share: float
    mean_midi: float

    @property
    def length_s(self) -> float:
        return self.note.end_s - self.note.start_s

    @property
    def rise(self) -> float | None:
        """Semitones from the note before, when the voice travels from it."""
        joined = self.before is not None and self.note.start_s - self.before.end_s < CONNECTED_S
        return self.note.midi - self.before.midi if joined else None

    @property
    def next_rise(self) -> float | None:
        joined = self.after is not None and self.after.start_s - self.note.end_s < CONNECTED_S
        return self.after.midi - self.note.midi if joined else None


def interpret(phrase: VocalPhrase, singer: Singer, *, seed: int) -> VocalPhrase:
    """The phrase with a full Expression on every note (`phonemes` on the first note of each syllable).

    Values that are set already stay, so interpreting twice changes nothing. The same words, notes, singer, take and
    seed give the same values wherever in the song the phrase stands. A respelled syllable carries its new sounds.
    """
    if not phrase.words:
        return phrase
    return joined(phrase, [_interpreted(group.phrase, singer, seed) for group in breath_groups(phrase)])


def interpret_group(group: BreathGroup, singer: Singer, *, seed: int) -> VocalPhrase:
    """One breath with full expressions, its last note already giving way."""
    return shortened(replace(group, phrase=_interpreted(group.phrase, singer, seed)))


def _interpreted(phrase: VocalPhrase, singer: Singer, seed: int) -> VocalPhrase:
    rng = generator(seed, "interpret", singer.name, identity(phrase))
    places = iter(_places(phrase))
    words = []
    for word in phrase.words:
        syllables = []
        for syllable in word.syllables:
            notes = tuple(_performed(next(places), phrase.energy, singer, rng) for _ in syllable.notes)
            syllables.append(respelled(replace(syllable, notes=notes)))
        words.append(replace(word, syllables=tuple(syllables)))
    return replace(phrase, words=tuple(words))


def _places(phrase: VocalPhrase) -> list[_Place]:
    sung = [(n, s.stress, i == 0) for w in phrase.words for s in w.syllables for i, n in enumerate(s.notes)]
    notes = [n for n, _, _ in sung]
    first_s, whole_s = notes[0].start_s, notes[-1].end_s - notes[0].start_s
    mean = float(np.mean([n.midi for n in notes]))
    places = []
    for k, (note, stress, first) in enumerate(sung):
        before, after = notes[k - 1] if k else None, notes[k + 1] if k + 1 < len(notes) else None
        share = (0.5 * (note.start_s + note.end_s) - first_s) / whole_s
        places.append(_Place(note, stress, first, before, after, share, mean))
    return places


def _performed(place: _Place, section_energy: float, singer: Singer, rng: np.random.Generator) -> SungNote:
    """The note with the singer's choice wherever a person made none. Chance is drawn alike in both cases."""
    chance = rng.uniform(-1.0, 1.0, 6)
    told = place.note.expression or Expression()
    energy = _chosen(told.energy, _energy(place, section_energy, chance[0]))
    made = Expression(
        pitch_curve=_chosen(told.pitch_curve, _pitch_curve(place, singer, chance[1:3])),
        vibrato=_chosen(told.vibrato, _vibrato(place, singer, energy, chance[3:5])),
        tension=_chosen(told.tension, _tension(place, singer, energy)),
        breath=_chosen(told.breath, _breath(place, energy, chance[5])),
        energy=energy,
        phonemes=told.phonemes,
    )
    return replace(place.note, expression=made)


def _chosen(told, automatic):
    return automatic if told is None else told


def _energy(place: _Place, section_energy: float, chance: float) -> float:
    arch = np.sin(np.pi * place.share**0.8) - 0.6
    height = np.clip(place.note.midi - place.mean_midi, -6.0, 6.0)
    energy = section_energy + STRESS_ENERGY[place.stress] + ARCH_ENERGY * arch + HEIGHT_ENERGY * height
    energy += LONG_ENERGY * min(1.0, place.length_s / 1.5) + 0.015 * chance
    return round(float(np.clip(energy, 0.05, 1.0)), 3)


def _pitch_curve(place: _Place, singer: Singer, chance: np.ndarray) -> tuple[PitchPoint, ...]:
    """Scoop, overshoot, preparation and fall as points at seconds from the note's start, then as shares of it."""
    length = place.length_s
    size = (SECTION_SHARE if singer.drift_s > 0.0 else 1.0) * (1.0 + 0.3 * chance[0])
    ease = min(SCOOP_S, SCOOP_SHARE * length)
    points = [(0.0, -size * _scoop_cents(place)), (ease, 0.0)]
    roomy = length > 0.3
    if roomy and place.rise is not None and abs(place.rise) >= LEAP_SEMITONES:
        over = OVERSHOOT_CENTS * float(np.clip(place.rise, -6.0, 6.0))
        points[1:] = [(ease, over), (ease + 0.1, 0.0)]
    if roomy and place.next_rise is not None and abs(place.next_rise) >= LEAP_SEMITONES:
        dip = -PREPARATION_CENTS * float(np.clip(place.next_rise, -6.0, 6.0))
        points += [(length - 0.1, 0.0), (length - 0.03, dip)]
    if place.next_rise is None:
        fall = size * FALL_CENTS * min(1.0, length) * (1.0 + 0.4 * chance[1])
        points += [(length - min(FALL_S, 0.3 * length), 0.0), (length, -fall)]
    if not any(round(cents, 1) for _, cents in points):
        return (PitchPoint(0.0, 0.0),)
    last, curve = -1.0, []
    for at_s, cents in points:
        at = round(at_s / length, 4)
        if at > last:
            curve.append(PitchPoint(at, round(float(cents), 1)))
            last = at
    return tuple(curve)


def _scoop_cents(place: _Place) -> float:
    """How far below the written pitch the note is taken."""
    if not place.first:
        return SLUR_CENTS
    if place.rise is None:
        return ENTRY_SCOOP_CENTS[place.stress]
    if place.stress == 2 and place.rise >= LEAP_SEMITONES:
        return LEAP_SCOOP_CENTS
    return ACCENT_SCOOP_CENTS if place.stress == 2 and place.length_s >= 0.5 and place.rise >= 0.0 else 0.0


def _vibrato(place: _Place, singer: Singer, energy: float, chance: np.ndarray) -> Vibrato:
    """None on short notes; the longer the note, the later and deeper."""
    length = place.length_s
    rate = round(singer.vibrato_hz * (1.0 + 0.03 * chance[0]), 2)
    onset = round(float(np.clip(0.14 + 0.16 * length, 0.2, 0.5)), 3)
    if length < VIBRATO_NOTE_S:
        return Vibrato(0.0, rate, onset)
    grown = float(np.clip(0.5 + 0.45 * (length - VIBRATO_NOTE_S), 0.5, 1.15))
    depth = singer.vibrato_cents * grown * (0.9 + 0.3 * (energy - OWN_EFFORT)) * (1.0 + 0.1 * chance[1])
    return Vibrato(round(depth, 1), rate, onset)


def _tension(place: _Place, singer: Singer, energy: float) -> float:
    """More with loudness and with height above the voice's comfortable middle."""
    middle = next((_middle(style) for style, one in SOLOISTS.items() if one.name == singer.name), place.mean_midi)
    tension = 0.9 * (energy - OWN_EFFORT) + 0.03 * (place.note.midi - middle)
    return round(float(np.clip(tension, -0.6, 0.6)), 3)


def _middle(style) -> float:
    return sum(VOICE_RANGES[style].comfortable) / 2.0


def _breath(place: _Place, energy: float, chance: float) -> float:
    """A soft voice leaks air; so does one at the end of a breath."""
    breath = OWN_BREATH + 0.4 * (OWN_EFFORT - energy) + 0.02 * chance
    breath += 0.08 if place.next_rise is None else 0.0
    return round(float(np.clip(breath, 0.05, 0.6)), 3)
