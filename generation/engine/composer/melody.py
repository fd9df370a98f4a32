"""The lead: every syllable of the words on its notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.melisma import adorn
from generation.engine.composer.motifs import Motif, make_motif, stretch
from generation.engine.composer.pitches import PitchSpec, choose_pitches, firmness
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.rhythm import RhythmSpec, metric_weight, place_syllables, syllable_strengths
from generation.engine.composer.spec import Form, FormSection, Phrase
from generation.engine.composer.theory import pitch_class, scale_pcs
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Key, SungLine, Syllable, VocalNote, VocalPart
from voicelab.contracts import VoiceRange
from voicelab.engine.spelling import split_word

_REST_S, _DENSE_REST_S = 0.42, 0.2
_HOLD_S = 1.9
_MOTIF_BOND, _LOOSE_BOND = 1.9, 0.35
_CENTRE = {K.VERSE: 0.32, K.PRE_CHORUS: 0.5, K.CHORUS: 0.7, K.BRIDGE: 0.45}


@dataclass(frozen=True)
class _Setting:
    """A phrase with the onsets and ends of its syllables in beats of the song, and its place in the section."""

    phrase: Phrase
    section_index: int
    number: int
    onsets: tuple[float, ...]
    ends: tuple[float, ...]
    pickups: int


class MelodyWriter:
    """Writes the lead of one song. `register` is the singer's compass."""

    def __init__(
        self, profile: StyleProfile, form: Form, key: Key, chords: ChordTrack, register: VoiceRange, seed: int
    ) -> None:
        self._profile, self._form, self._key, self._chords = profile, form, key, chords
        self._register, self._seed = register, seed
        self._motifs: dict[K, Motif] = {}
        self._rhythms: dict[tuple[K, int], frozenset[float]] = {}
        self._rhyme_ends: dict[tuple[int, str], int] = {}

    def write_part(self) -> VocalPart:
        return VocalPart("lead", self.write())

    def write(self) -> tuple[SungLine, ...]:
        settings = [s for index in range(len(self._form.sections)) for s in self._place_section(index)]
        climax = self._climax(settings)
        top = self._top(settings[climax[0]].onsets[climax[1]])
        lines, before = [], None
        for number, setting in enumerate(settings):
            line = self._sing(setting, climax[1] if number == climax[0] else None, top, before)
            before = line.notes[-1].midi if number + 1 < len(settings) else None
            if number + 1 < len(settings) and settings[number + 1].section_index != setting.section_index:
                before = None
            lines.append(line)
        return tuple(lines)

    # --- rhythm ---

    def _place_section(self, index: int) -> list[_Setting]:
        section = self._form.sections[index]
        pickups = [self._pickup_beats(section, n) for n in range(len(section.phrases))] + [0.0]
        return [
            self._place_phrase(index, number, pickups[number], pickups[number + 1])
            for number in range(len(section.phrases))
        ]

    def _pickup_beats(self, section: FormSection, number: int) -> float:
        """Beats by which a line may begin before its bar: only after another line, for unstressed first syllables."""
        phrase = section.phrases[number]
        strengths = syllable_strengths(phrase)
        on_bar = phrase.start_beats % self._form.beats_per_bar == 0
        if number == 0 or self._form.dense or not on_bar or strengths[0] >= 0.5 or max(strengths) < 0.5:
            return 0.0
        if section.phrases[number - 1].beats < 2 * self._form.beats_per_bar:
            return 0.0
        leading = next(i for i, s in enumerate(strengths) if s >= 0.5)
        return 0.5 if leading == 1 and self._profile.rhythm != "lilt" else 1.0

    def _place_phrase(self, index: int, number: int, pickup: float, next_pickup: float) -> _Setting:
        section, form = self._form.sections[index], self._form
        phrase = section.phrases[number]
        rest = (_DENSE_REST_S if form.dense else _REST_S) * form.bpm / 60.0
        span = max(0.5 * phrase.beats, phrase.beats + pickup - next_pickup - rest)
        window = section.start_bar * form.beats_per_bar + phrase.start_beats
        spec = RhythmSpec(
            bpm=form.bpm,
            beats_per_bar=form.beats_per_bar,
            origin_beats=phrase.start_beats % form.beats_per_bar,
            pickup_beats=pickup,
            span_beats=span,
            feel=self._profile.rhythm,
            taste=self._taste(section.kind),
            motif=self._rhythms.get((section.kind, number), self._rhythms.get((section.kind, 0), frozenset())),
        )
        local = place_syllables(phrase, spec)
        self._rhythms.setdefault((section.kind, number), frozenset(round(b, 3) for b in local))
        end = min(span - pickup, local[-1] + _HOLD_S * form.bpm / 60.0)
        onsets = tuple(window + b for b in local)
        return _Setting(phrase, index, number, onsets, (*onsets[1:], window + end), sum(1 for b in local if b < -1e-6))

    def _taste(self, kind: K) -> tuple[float, ...]:
        """Small costs of the slots of a bar (eighths of a beat): the rhythmic taste of a seed."""
        slots = self._form.beats_per_bar * 8
        costs = generator(self._seed, "rhythm", kind.value).uniform(0.0, 0.32, slots)
        if self._profile.rhythm == "syncopated":
            for beat in (1.5, 3.5):
                costs[int(beat * 8)] -= 0.35
        if self._profile.rhythm == "march":
            costs[4::8] += 0.15
        return tuple(float(c) for c in costs)

    # --- pitch ---

    def _top(self, beat: float) -> int:
        """The song's highest note: the chord tone next to the upper end of the compass."""
        limit = min(self._register.highest - 1, self._register.comfortable[1] + 3)
        pcs = self._chords.at(beat).pitch_classes
        return max(p for p in range(limit - 11, limit + 1) if p % 12 in pcs)

    def _climax(self, settings: list[_Setting]) -> tuple[int, int]:
        """(line, syllable) of the song's highest note: a long stressed syllable late in the most intense section."""

        def score(number: int) -> tuple[float, float]:
            setting = settings[number]
            section = self._form.sections[setting.section_index]
            place = 1.0 - abs(setting.number / max(1, len(section.phrases)) - 0.6)
            return (section.energy + 1e-3 * setting.section_index, place)

        best = max(range(len(settings)), key=score)
        setting = settings[best]
        strengths = syllable_strengths(setting.phrase)
        last = len(strengths) - 1

        def weight(i: int) -> float:
            early = 0.6 if i < len(strengths) // 3 or (i == last and last > 0) else 0.0
            return strengths[i] + 0.3 * min(2.0, setting.ends[i] - setting.onsets[i]) - early

        return best, max(range(len(strengths)), key=weight)

    def _sing(self, setting: _Setting, peak: int | None, top: int, before: int | None) -> SungLine:
        section = self._form.sections[setting.section_index]
        durations = [b - a for a, b in zip(setting.onsets, setting.ends, strict=True)]
        spec = self._pitch_spec(setting, section, top, before)
        taste = generator(self._seed, "taste", section.kind.value).uniform(0.0, 0.5, (24, 128))
        pitches = choose_pitches(list(setting.onsets), durations, self._chords, spec, taste)
        if peak is not None:  # the climax lifts one note of the tune that was there; the rest stays recognisable
            lifted = replace(spec, highest=top, peak=peak, pull=1.5, targets=tuple(map(float, pitches)))
            pitches = choose_pitches(list(setting.onsets), durations, self._chords, lifted, taste)
        self._rhyme_ends[(setting.section_index, _rhyme(setting.phrase))] = pitches[-1] % 12
        notes = _notes(setting, pitches)
        notes = adorn(
            notes,
            self._chords,
            scale_pcs(self._key),
            self._form.bpm,
            self._profile.melisma,
            generator(self._seed, "melisma", setting.section_index, setting.number),
            (self._register.lowest, spec.highest),
            dense=self._form.dense,
        )
        return SungLine(setting.section_index, setting.phrase.text, tuple(notes), section.energy)

    def _pitch_spec(self, setting: _Setting, section: FormSection, top: int, before: int | None) -> PitchSpec:
        low, high = self._register.comfortable
        span = high - low
        centre = low + span * _CENTRE.get(section.kind, 0.5)
        motif = self._motifs.setdefault(section.kind, make_motif(self._profile, section.kind, self._seed))
        ladder = self._ladder()
        base = int(np.argmin([abs(p - (centre - 4)) + 2.0 * (p % 12 != pitch_class(self._key.tonic)) for p in ladder]))
        steps = motif.line(setting.number)
        end_tones = self._end_tones(setting, section)
        home = base + sum(steps) / len(steps)
        end_step = min(
            (i for i, p in enumerate(ladder) if p % 12 == end_tones[0]), key=lambda i: abs(i - home), default=base
        )
        wished = stretch(steps, setting.pickups, len(setting.onsets), end_step - base)
        shift = self._best_shift(setting, [base + w for w in wished], len(steps), ladder, centre, top - 1)
        targets = tuple(_at_step(ladder, base + w + shift) for w in wished)
        inside = range(setting.pickups, setting.pickups + len(steps) - 1)
        return PitchSpec(
            lowest=self._register.lowest,
            highest=top - 1,
            comfortable=(centre - 0.55 * span, min(top - 1, centre + 0.6 * span)),
            targets=targets,
            bonds=tuple(_MOTIF_BOND if i in inside else _LOOSE_BOND for i in range(len(targets))),
            end_tones=end_tones,
            key_pcs=scale_pcs(self._key),
            beats_per_bar=self._form.beats_per_bar,
            long_beats=0.9 * self._form.bpm / 60.0,
            before=before,
        )

    def _best_shift(
        self, setting: _Setting, wished: list[float], motif_notes: int, ladder: list[int], centre: float, ceiling: int
    ) -> int:
        """Scale steps by which a line's motif is moved so that it lies on its chords and in its register."""
        inside = range(setting.pickups, min(len(wished), setting.pickups + motif_notes))

        def cost(shift: int) -> float:
            pitches = [round(_at_step(ladder, w + shift)) for w in wished]
            total = 0.8 * abs(shift) + 0.6 * max(0.0, abs(float(np.mean(pitches)) - centre) - 2.0)
            for i in inside:
                total += 0.5 * max(0.0, pitches[i] - ceiling)
                if pitches[i] % 12 not in self._chords.at(setting.onsets[i]).pitch_classes:
                    held = setting.ends[i] - setting.onsets[i]
                    total += firmness(setting.onsets[i], held, self._form.beats_per_bar, 0.9 * self._form.bpm / 60.0)
            return total

        return min(sorted(range(-5, 6), key=abs), key=cost)

    def _ladder(self) -> list[int]:
        pcs = set(scale_pcs(self._key))
        return [p for p in range(self._register.lowest - 24, self._register.highest + 25) if p % 12 in pcs]

    def _end_tones(self, setting: _Setting, section: FormSection) -> tuple[int, ...]:
        """Pitch classes for the last note: the rhyme partner's first, then open or closed as the line stands."""
        chord = self._chords.at(setting.onsets[-1])
        tonic = pitch_class(self._key.tonic)
        closes = setting.number + 1 == len(section.phrases)
        tones = list(chord.pitch_classes[:3])
        tones.sort(key=lambda pc: ((pc != tonic) if closes else (pc == tonic), chord.pitch_classes.index(pc)))
        partner = self._rhyme_ends.get((setting.section_index, _rhyme(setting.phrase)))
        if partner in tones and not closes:
            tones.remove(partner)
            tones.insert(0, partner)
        return tuple(tones)


def _at_step(ladder: list[int], step: float) -> float:
    """A pitch between two rungs for a fractional step."""
    step = min(max(step, 0.0), len(ladder) - 1.001)
    low = int(step)
    return ladder[low] + (ladder[low + 1] - ladder[low]) * (step - low)


def _rhyme(phrase: Phrase) -> str:
    last = phrase.words[-1].syllables[-1]
    return last.nucleus + last.coda


def _notes(setting: _Setting, pitches: list[int]) -> list[VocalNote]:
    notes, index = [], 0
    for offset, word in enumerate(setting.phrase.words):
        for number, (sounds, text) in enumerate(zip(word.syllables, split_word(word), strict=True)):
            syllable = Syllable(
                text,
                word.text,
                setting.phrase.first_word_index + offset,
                number,
                sounds.onset,
                sounds.nucleus,
                sounds.coda,
                sounds.stress,
            )
            start, end = setting.onsets[index], setting.ends[index]
            notes.append(VocalNote(start, end - start, pitches[index], syllable))
            index += 1
    return notes


def strong_notes(line: SungLine, beats_per_bar: int) -> list[VocalNote]:
    """The notes of a line that stand on beats (for judging)."""
    return [n for n in line.notes if metric_weight(n.start_beats, beats_per_bar) >= 0.55]


def retune(line: SungLine, pitches: list[int]) -> SungLine:
    """The same words and rhythm on other pitches."""
    return replace(line, notes=tuple(replace(n, midi=p) for n, p in zip(line.notes, pitches, strict=True)))
