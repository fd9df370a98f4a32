"""What a line's tune should be before the search finds its notes: motif, contour, register, the note it ends on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.chant import CLOSE, taken_up, turns_of_phrase
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.motifs import Motif, make_motif, stretch
from generation.engine.composer.pitches import PitchSpec, firmness
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import Form, FormSection, Phrase
from generation.engine.composer.theory import pitch_class, scale_pcs
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Key
from voicelab.contracts import VoiceRange

_MOTIF_BOND, _ONWARD_BOND, _LOOSE_BOND = 2.7, 0.9, 0.35
_STROPHE_BOND = 2.7
"""How firmly a chant keeps a tune that it takes up again."""
_INTERVAL_TASTE, _TURN_TASTE = 1.0, 1.8
_CENTRE = {K.VERSE: 0.32, K.PRE_CHORUS: 0.5, K.CHORUS: 0.7, K.BRIDGE: 0.45}
"""Where in the singer's comfortable compass a kind of section lies."""


@dataclass(frozen=True)
class Setting:
    """A phrase with the onsets and ends of its syllables in beats of the song, and its place in the section. `window`
    is the downbeat that it belongs to; a pickup comes before it."""

    phrase: Phrase
    section_index: int
    number: int
    window: float
    onsets: tuple[float, ...]
    ends: tuple[float, ...]
    pickups: int


class TunePlanner:
    """Plans the lines of one song in order: a line may answer the ones before it. Each `attempt` at the same song has
    another taste and keeps closer to its motifs."""

    def __init__(
        self,
        profile: StyleProfile,
        form: Form,
        chords: ChordTrack,
        register: VoiceRange,
        seed: int,
        attempt: int = 0,
    ) -> None:
        self._motif_bond = _MOTIF_BOND * (1.0 + 0.5 * attempt)
        again = (attempt,) if attempt else ()
        self._profile, self._form, self._chords = profile, form, chords
        self._register, self._seed = register, seed
        self._motifs: dict[K, Motif] = {}
        self._intervals = tuple(generator(seed, "intervals", *again).uniform(0.0, _INTERVAL_TASTE, 25).tolist())
        rng = generator(seed, "turns", *again)
        chant = profile.rhythm == "chant"
        self._turns = turns_of_phrase(rng) if chant else rng.uniform(0.0, _TURN_TASTE, (25, 25))
        self._rhyme_ends: dict[tuple[int, str], int] = {}
        self._strophes: dict[tuple[K, int], tuple[int, ...]] = {}

    def remember(self, setting: Setting, section: FormSection, pitches: list[int]) -> None:
        """A line as it was sung in the first key: its last note, so that its rhyme may end alike, and the tune that a
        chant takes up again two lines later."""
        self._rhyme_ends[(setting.section_index, _rhyme(setting.phrase))] = pitches[-1] % 12
        self._strophes.setdefault((section.kind, setting.number), tuple(pitches[setting.pickups :]))

    def spec(
        self, setting: Setting, section: FormSection, key: Key, lift: int, ceiling: int, before: int | None
    ) -> PitchSpec:
        """What the search is to look for. Everything lies `lift` semitones higher than in the first key."""
        low, high = self._register.comfortable
        span = high - low
        centre = low + span * _CENTRE.get(section.kind, 0.5) + lift
        motif = self._motifs.setdefault(section.kind, make_motif(self._profile, section.kind, self._seed))
        ladder = self._ladder(key)
        tonic = pitch_class(key.tonic)
        base = int(np.argmin([abs(p - (centre - 4)) + 2.0 * (p % 12 != tonic) for p in ladder]))
        steps = motif.line(setting.number, len(section.phrases))
        end_tones = self._end_tones(setting, section, tonic, lift)
        home = base + sum(steps) / len(steps)
        end_step = min(
            (i for i, p in enumerate(ladder) if p % 12 == end_tones[0]), key=lambda i: abs(i - home), default=base
        )
        wished = stretch(steps, setting.pickups, len(setting.onsets), end_step - base, motif.fragment, motif.cadence)
        shift = self._best_shift(setting, [base + w for w in wished], len(steps), ladder, centre, ceiling)
        targets = tuple(_at_step(ladder, base + w + shift) for w in wished)
        bonds = _bonds(setting.pickups, len(steps), len(wished), self._motif_bond)
        tune, own = self._taken_up(setting, section)
        if tune:
            closes = not own and setting.number + 1 == len(section.phrases)
            targets, bonds = _strophic(setting.pickups, targets, [p + lift for p in tune], closes=closes)
        return PitchSpec(
            lowest=self._register.lowest,
            highest=ceiling,
            comfortable=(centre - 0.55 * span, min(ceiling, centre + 0.6 * span)),
            targets=targets,
            bonds=bonds,
            end_tones=end_tones,
            key_pcs=scale_pcs(key),
            beats_per_bar=self._form.beats_per_bar,
            long_beats=0.9 * self._form.bpm / 60.0,
            end_rank=2.4 if setting.number + 1 == len(section.phrases) else 0.9,
            intervals=self._intervals,
            turns=self._turns,
            before=before,
        )

    def _taken_up(self, setting: Setting, section: FormSection) -> tuple[tuple[int, ...], bool]:
        """The tune that a line of a chant takes up again, and whether it is the line's own: so it is where the section
        returns, else it is that of the line two before, as psalms and sequences are sung in pairs of lines."""
        if self._profile.rhythm != "chant":
            return (), False
        own = self._strophes.get((section.kind, setting.number), ())
        return own or self._strophes.get((section.kind, setting.number % 2), ()), bool(own)

    def _best_shift(
        self, setting: Setting, wished: list[float], motif_notes: int, ladder: list[int], centre: float, ceiling: int
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

    def _ladder(self, key: Key) -> list[int]:
        pcs = set(scale_pcs(key))
        return [p for p in range(self._register.lowest - 24, self._register.highest + 25) if p % 12 in pcs]

    def _end_tones(self, setting: Setting, section: FormSection, tonic: int, lift: int) -> tuple[int, ...]:
        """Pitch classes for the last note: the rhyme partner's first, then open or closed as the line stands."""
        chord = self._chords.at(setting.onsets[-1])
        closes = setting.number + 1 == len(section.phrases)
        tones = list(chord.pitch_classes[:3])
        tones.sort(key=lambda pc: ((pc != tonic) if closes else (pc == tonic), chord.pitch_classes.index(pc)))
        partner = self._rhyme_ends.get((setting.section_index, _rhyme(setting.phrase)))
        partner = None if partner is None else (partner + lift) % 12
        if partner in tones and not closes:
            tones.remove(partner)
            tones.insert(0, partner)
        return tuple(tones)


def _strophic(
    pickups: int, wished: tuple[float, ...], tune: list[int], *, closes: bool
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Targets and bonds of a line that sings `tune` again. The line that `closes` a section keeps the beginning and has
    an end of its own (the open and the closed ending of medieval song: Grocheio, "De musica", about 1300)."""
    count = len(wished) - pickups
    free = min(count, CLOSE) if closes else 0
    kept = max(0, count - free - 1)
    targets = (*wished[:pickups], *taken_up(tune, count)[: count - free], *wished[len(wished) - free :])
    bonds = (*[_ONWARD_BOND] * pickups, *[_STROPHE_BOND] * kept, *[_LOOSE_BOND] * (count - kept))
    return targets, bonds


def _bonds(pickups: int, motif_notes: int, count: int, motif_bond: float) -> tuple[float, ...]:
    """How firmly each move keeps the wished one: most inside of the motif, least into the last note."""
    last = pickups + motif_notes - 1
    inside = range(pickups, last)
    return tuple(
        motif_bond if i in inside else _ONWARD_BOND if last <= i < count - 2 else _LOOSE_BOND for i in range(count)
    )


def _at_step(ladder: list[int], step: float) -> float:
    """A pitch between two rungs for a fractional step."""
    step = min(max(step, 0.0), len(ladder) - 1.001)
    low = int(step)
    return ladder[low] + (ladder[low + 1] - ladder[low]) * (step - low)


def _rhyme(phrase: Phrase) -> str:
    last = phrase.words[-1].syllables[-1]
    return last.nucleus + last.coda
