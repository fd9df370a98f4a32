"""The composer for a score that stands already: its band and its backing singers, for the bars that an editor names.

What it plays is a pure function of the score's sections, chords and lead, and of the song's seed; every bar draws from
a stream of its own (`band.finish.humanise`), so bars whose chords and section stay are played as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from codecraft.common.seeds import generator
from generation.contracts import MusicStyle
from generation.engine.composer.backing import BackingSpec, backing_ranges, write_backing
from generation.engine.composer.band import arrange
from generation.engine.composer.band.stage import Stage
from generation.engine.composer.choir import write_choir
from generation.engine.composer.harmony import ChordTrack, compose_harmony
from generation.engine.composer.keyplan import KeyPlan
from generation.engine.composer.melody import MelodyWriter
from generation.engine.composer.rhythm import metric_weight
from generation.engine.composer.spec import Form, FormSection, Phrase
from generation.engine.composer.styles import STYLES
from generation.engine.composer.theory import scale_pcs
from generation.engine.score.check import check_score
from generation.engine.score.grid import quantised
from generation.engine.score.types import Chord, Part, Score, SungLine, VocalPart
from generation.engine.score.words import words_of
from voicelab.contracts import VOICE_RANGES, VoiceStyle

_STRONG = 0.55
"""From this metric weight on a beat is one on which a varied tune stays as it was."""


@dataclass(frozen=True)
class HouseBand:
    """The musicians of one song."""

    style: MusicStyle
    voice: VoiceStyle
    seed: int

    def play(self, score: Score) -> tuple[Part, ...]:
        """What the style's instruments play to the score's sections, chords and lead; nothing without chords."""
        if not score.chords:
            return ()
        profile, chords = STYLES[self.style], ChordTrack(score.chords)
        stage = Stage(
            profile, form_of(score), score.key, chords, score.lead.lines, self.seed, key_changes=score.key_changes
        )
        return quantised(replace(score, parts=arrange(stage))).parts

    def voices(self, score: Score) -> tuple[tuple[VocalPart, ...], tuple[VocalPart, ...]]:
        """The harmonies of a choir and the backing of a soloist to the score's lead; both empty without chords."""
        if not score.chords:
            return (), ()
        chords, lead = ChordTrack(score.chords), score.lead.lines
        harmonies = write_choir(lead, chords) if self.voice is VoiceStyle.CHOIR else ()
        spec = BackingSpec(self.style, self.voice, score.title, form_of(score), keys_of(score), chords, self.seed)
        written = quantised(replace(score, harmonies=harmonies, backing=write_backing(spec, lead)))
        return written.harmonies, written.backing

    def rewrite(self, score: Score, index: int) -> Score:
        """The score with other chords and another tune to its words; of it all, only section `index` counts."""
        profile, form = STYLES[self.style], form_of(score)
        harmony = compose_harmony(profile, form, keys_of(score), self.seed)
        first, last = _start(score, index), _start(score, index) + score.sections[index].bars * score.beats_per_bar
        before, after = _cut(score.chords, 0.0, first), _cut(score.chords, last, score.end_beats)
        track = ChordTrack((*before, *_cut(harmony, first, last), *after))
        lead = MelodyWriter(profile, form, keys_of(score), track, VOICE_RANGES[self.voice], self.seed).write_part()
        return quantised(replace(score, chords=track.chords, lead=lead))

    def vary(self, score: Score, line: SungLine) -> SungLine:
        """A line in the same rhythm, with the same notes on strong beats; between them it goes by other notes of the
        scale, next to one of its neighbours (passing and neighbour notes, Aldwell and Schachter, "Harmony and Voice
        Leading", ch. 8)."""
        rng = generator(self.seed, "vary", line.text, round(line.notes[0].start_beats, 3))
        compass, notes = VOICE_RANGES[self.voice], list(line.notes)
        for index, note in enumerate(notes[:-1]):
            if index == 0 or metric_weight(note.start_beats, score.beats_per_bar) >= _STRONG or rng.random() < 0.25:
                continue
            scale = set(scale_pcs(score.key_at(note.start_beats)))
            around = (notes[index - 1].midi, notes[index + 1].midi)
            near = range(min(around) - 2, max(around) + 3)
            options = [p for p in near if p % 12 in scale and p != note.midi and compass.lowest <= p <= compass.highest]
            if options:
                notes[index] = replace(note, midi=int(options[int(rng.integers(len(options)))]))
        return replace(line, notes=tuple(notes))

    def check(self, score: Score) -> None:
        """Raise BrokenScore when the score breaks a rule, the singers' compasses among them."""
        check_score(score, VOICE_RANGES[self.voice], backing_ranges(self.voice))


def keys_of(score: Score) -> KeyPlan:
    """The keys of a finished score; a change where a section begins is prepared in the bar before it."""
    starts = {_start(score, i): i for i in range(len(score.sections))}
    lifted = next((starts[c.beat] for c in score.key_changes if starts.get(c.beat)), None)
    return KeyPlan(score.key, score.key_changes, lifted)


def _cut(chords: Iterable[Chord], start: float, end: float) -> tuple[Chord, ...]:
    """What of the chords lies between two beats."""
    spans = ((c, max(c.start_beats, start), min(c.start_beats + c.duration_beats, end)) for c in chords)
    return tuple(replace(c, start_beats=a, duration_beats=b - a) for c, a, b in spans if b - a > 1e-6)


def _start(score: Score, index: int) -> float:
    return float(score.sections[index].start_bar * score.beats_per_bar)


def form_of(score: Score) -> Form:
    """The form of a finished score, with the words that its lead sings."""
    counts = Counter(section.kind for section in score.sections)
    seen: Counter = Counter()
    sections = []
    for index, s in enumerate(score.sections):
        sections.append(
            FormSection(
                s.kind, s.name, s.start_bar, s.bars, s.energy, _phrases(score, index), seen[s.kind], counts[s.kind]
            )
        )
        seen[s.kind] += 1
    return Form(score.tempo_map.changes[0].bpm, score.beats_per_bar, score.tail_s, tuple(sections))


def _phrases(score: Score, index: int) -> tuple[Phrase, ...]:
    """The words of a section; each line's window lasts from the strong beat that it goes to until the next one's."""
    lines = [line for line in score.lead.lines if line.section == index]
    first, bar = _start(score, index), float(score.beats_per_bar)
    end = score.sections[index].bars * bar
    starts = [_window(line.notes[0].start_beats - first, bar) for line in lines]
    for number in range(1, len(starts)):  # two lines that share a bar part it where the second begins
        if starts[number] <= starts[number - 1]:
            starts[number] = float(int(lines[number].notes[0].start_beats - first))
    ends = [*starts[1:], end][: len(lines)]
    return tuple(_phrase(line, at, until - at) for line, at, until in zip(lines, starts, ends, strict=True))


def _window(start: float, bar: float) -> float:
    """The bar line that a line of lyrics goes to: the next one where it begins with a pickup, else its own."""
    nearest = round(start / bar) * bar
    return nearest if 0.0 <= nearest - start <= 1.0 + 1e-6 else float(start // bar * bar)


def _phrase(line: SungLine, start_beats: float, beats: float) -> Phrase:
    first = next(n.syllable for n in line.notes if n.syllable is not None)
    return Phrase(line.text, words_of(line), first.word_index, start_beats, beats)
