"""The composer for a score that stands already: its band and its backing singers, for the bars that an editor names.

What it plays is a pure function of the score's sections, chords and lead, and of the song's seed; every bar draws from
a stream of its own (`band.finish.humanise`), so bars whose chords and section stay are played as they were.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from generation.contracts import MusicStyle
from generation.engine.composer.backing import BackingSpec, backing_ranges, write_backing
from generation.engine.composer.band import arrange
from generation.engine.composer.band.stage import Stage
from generation.engine.composer.choir import write_choir
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.spec import Form, FormSection, Phrase
from generation.engine.composer.styles import STYLES
from generation.engine.score.check import check_score
from generation.engine.score.grid import quantised
from generation.engine.score.types import Part, Score, SungLine, VocalPart
from generation.engine.score.words import words_of
from voicelab.contracts import VOICE_RANGES, VoiceStyle


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
        spec = BackingSpec(self.style, self.voice, score.title, form_of(score), score.key, chords, self.seed)
        written = quantised(replace(score, harmonies=harmonies, backing=write_backing(spec, lead)))
        return written.harmonies, written.backing

    def check(self, score: Score) -> None:
        """Raise BrokenScore when the score breaks a rule, the singers' compasses among them."""
        check_score(score, VOICE_RANGES[self.voice], backing_ranges(self.voice))


def form_of(score: Score) -> Form:
    """The form of a finished score, with the words that its lead sings."""
    counts = Counter(section.kind for section in score.sections)
    seen: Counter = Counter()
    sections = []
    for index, s in enumerate(score.sections):
        first = float(s.start_bar * score.beats_per_bar)
        phrases = tuple(phrase_of(line, first) for line in score.lead.lines if line.section == index)
        sections.append(
            FormSection(s.kind, s.name, s.start_bar, s.bars, s.energy, phrases, seen[s.kind], counts[s.kind])
        )
        seen[s.kind] += 1
    return Form(score.tempo_map.changes[0].bpm, score.beats_per_bar, score.tail_s, tuple(sections))


def phrase_of(line: SungLine, section_beats: float) -> Phrase:
    """A sung line as the words that it was made from; its window is the time that it takes."""
    first = next(n.syllable for n in line.notes if n.syllable is not None)
    last = line.notes[-1]
    return Phrase(
        text=line.text,
        words=words_of(line),
        first_word_index=first.word_index,
        start_beats=line.notes[0].start_beats - section_beats,
        beats=last.start_beats + last.duration_beats - line.notes[0].start_beats,
    )
