"""The lead: every syllable of the words on its notes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.chant import passed_over
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.keyplan import KeyPlan
from generation.engine.composer.melisma import adorn
from generation.engine.composer.neumes import NeumeScribe, make_book
from generation.engine.composer.pitches import choose_pitches
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.recurrence import ENOUGH, can_recur, recurrence
from generation.engine.composer.rhythm import RhythmSpec, metric_weight, place_syllables, syllable_strengths
from generation.engine.composer.spec import Form, FormSection
from generation.engine.composer.theory import scale_pcs
from generation.engine.composer.tune import Setting, TunePlanner
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import SungLine, Syllable, VocalNote, VocalPart
from voicelab.contracts import VoiceRange
from voicelab.engine.spelling import split_word

_REST_S, _DENSE_REST_S = 0.42, 0.2
_HOLD_S = 1.9
_ATTEMPTS = 5
_LAST_ORNAMENTS = 1.7
"""A last chorus is sung more freely than those before it."""
_SUSPENDING = 0.25
"""From this liking for melismas on a style suspends its cadences."""


class MelodyWriter:
    """Writes the lead of one song. `register` is the singer's compass."""

    def __init__(
        self, profile: StyleProfile, form: Form, keys: KeyPlan, chords: ChordTrack, register: VoiceRange, seed: int
    ) -> None:
        self._profile, self._form, self._keys, self._chords = profile, form, keys, chords
        self._register, self._seed = register, seed
        self._planner = TunePlanner(profile, form, chords, register, seed)
        self._rhythms: dict[tuple[K, int], frozenset[float]] = {}
        self._scribe: NeumeScribe | None = None
        if profile.rhythm == "chant":
            book = make_book(seed)
            self._scribe = NeumeScribe(book, chords, form.bpm, form.beats_per_bar, profile.melisma, seed)

    def write_part(self) -> VocalPart:
        """The lead. A tune whose motif is not heard three times is written again, closer to it."""
        best: tuple[SungLine, ...] = ()
        for attempt in range(_ATTEMPTS):
            self._rhythms = {}
            self._planner = TunePlanner(self._profile, self._form, self._chords, self._register, self._seed, attempt)
            lines = self.write()
            if not best or recurrence(lines, self._keys) > recurrence(best, self._keys):
                best = lines
            if recurrence(best, self._keys) >= ENOUGH or not can_recur(lines):
                break
        return VocalPart("lead", best)

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

    def _place_section(self, index: int) -> list[Setting]:
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

    def _place_phrase(self, index: int, number: int, pickup: float, next_pickup: float) -> Setting:
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
        pickups = sum(1 for b in local if b < -1e-6)
        return Setting(phrase, index, number, window, onsets, (*onsets[1:], window + end), pickups)

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

    def _climax(self, settings: list[Setting]) -> tuple[int, int]:
        """(line, syllable) of the song's highest note: a long stressed syllable late in the most intense section."""

        def score(number: int) -> tuple[bool, float, float]:
            setting = settings[number]
            section = self._form.sections[setting.section_index]
            place = 1.0 - abs(setting.number / max(1, len(section.phrases)) - 0.6)
            lifted = self._keys.lift_at(setting.window) == self._keys.most_lift
            return (lifted, section.energy + 1e-3 * setting.section_index, place)

        best = max(range(len(settings)), key=score)
        setting = settings[best]
        strengths = syllable_strengths(setting.phrase)
        last = len(strengths) - 1

        def weight(i: int) -> float:
            early = 0.6 if i < len(strengths) // 3 or (i == last and last > 0) else 0.0
            return strengths[i] + 0.3 * min(2.0, setting.ends[i] - setting.onsets[i]) - early

        return best, max(range(len(strengths)), key=weight)

    def _sing(self, setting: Setting, peak: int | None, top: int, before: int | None) -> SungLine:
        """`top` is the highest note of the whole song; what is not lifted stays as far under it as it will rise."""
        section = self._form.sections[setting.section_index]
        key, lift = self._keys.at(setting.window), self._keys.lift_at(setting.window)
        ceiling = top - 1 - (self._keys.most_lift - lift)
        spec = self._planner.spec(setting, section, key, lift, ceiling, before)
        durations = [b - a for a, b in zip(setting.onsets, setting.ends, strict=True)]
        taste = generator(self._seed, "taste", section.kind.value).uniform(0.0, 0.5, (24, 128))
        taste = np.roll(taste, lift, axis=1)
        if self._scribe:
            taste = taste + passed_over(self._seed, scale_pcs(key))
        pitches = choose_pitches(list(setting.onsets), durations, self._chords, spec, taste)
        if peak is not None:  # the climax lifts one note of the tune that was there; the rest stays recognisable
            loose = tuple(0.15 if i in (peak - 1, peak) else 0.9 for i in range(len(pitches)))
            lifted = replace(spec, highest=top, peak=peak, pull=1.5, targets=tuple(map(float, pitches)), bonds=loose)
            pitches = choose_pitches(list(setting.onsets), durations, self._chords, lifted, taste)
        self._planner.remember(setting, section, [p - lift for p in pitches])
        more = _LAST_ORNAMENTS if _is_last_chorus(section) else 1.0
        walls = (self._register.lowest, spec.highest)
        notes = adorn(
            _notes(setting, pitches),
            self._chords,
            scale_pcs(key),
            self._form.bpm,
            0.0 if self._scribe else self._profile.melisma * more,
            generator(self._seed, "melisma", setting.section_index, setting.number),
            walls,
            dense=self._form.dense,
            suspends=self._profile.melisma >= _SUSPENDING,
        )
        if self._scribe and not self._form.dense:
            place = (section.kind, setting.number, setting.section_index)
            notes = self._scribe.adorn(notes, scale_pcs(key), walls, place, more)
        return SungLine(setting.section_index, setting.phrase.text, tuple(notes), section.energy)


def _is_last_chorus(section: FormSection) -> bool:
    return section.kind is K.CHORUS and section.occurrences > 1 and section.occurrence + 1 == section.occurrences


def _notes(setting: Setting, pitches: list[int]) -> list[VocalNote]:
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
