"""A tune that somebody brings, accompanied by the composer's band.

The band gets room before and after the singer: an introduction over the harmony of the tune's last phrase (as an
organist gives out a hymn: Temperley, "The Music of the English Parish Church", 1979, on giving out the tune) and a
close on its last chord.
"""

from __future__ import annotations

from dataclasses import replace

from codecraft.common.errors import InvalidInput
from generation.contracts import MusicStyle
from generation.engine.composer.sections import HouseBand
from generation.engine.composer.styles import STYLES
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.check import check_score
from generation.engine.score.grid import quantised
from generation.engine.score.types import (
    Chord,
    KeyChange,
    Score,
    Section,
    SungLine,
    TempoChange,
    TempoMap,
    VocalPart,
)
from voicelab.contracts import VoiceStyle

_INTRO_BARS, _OUTRO_BARS = 4, 2
_SHORT_BARS = 12
_INTRO_ENERGY, _OUTRO_ENERGY = 0.35, 0.3


def orchestrated(score: Score, style: MusicStyle, seed: int, voice: VoiceStyle = VoiceStyle.ALTO) -> Score:
    """`score` with the band of `style` (in place of the parts it has) and, behind the lead, the choir or the backing
    that go with `voice`. A tune that begins at once gets an introduction, one that ends with its last note a close;
    its own notes, words, chords and tempo stay.

    Raises InvalidInput(field="file") when the score has no chords to play. The same score, style and seed give the
    same result.
    """
    if not score.chords:
        raise InvalidInput("The score has no chords that a band could play.", field="file")
    framed = _with_close(_with_introduction(score))
    framed = replace(framed, style=style.value, tail_s=max(framed.tail_s, STYLES[style].tail_s))
    band = HouseBand(style, voice, seed)
    harmonies, backing = (), ()
    if not framed.lead.spoken:
        harmonies, backing = band.voices(framed)
    sentence = f"The tune is as it was brought; the band of the {style.value} style plays to its chords."
    framed = replace(framed, harmonies=harmonies, backing=backing, choices=(*score.choices, sentence))
    full = quantised(replace(framed, parts=band.play(framed)))
    check_score(full)
    return full


def _with_introduction(score: Score) -> Score:
    """Bars before the first section, unless that is played already: they have the harmony of the last sung bars."""
    first = score.sections[0]
    if first.kind is K.INTRO or not any(line.section == 0 for line in score.lead.lines):
        return score
    bars = min(first.bars, _INTRO_BARS if score.bars >= _SHORT_BARS else 2)
    size = score.beats_per_bar
    last = max(line.notes[-1].start_beats + line.notes[-1].duration_beats for line in score.lead.lines)
    end = min(score.bars, -(-int(last) // size)) * size
    begin = max(0, end - bars * size)
    intro = [
        _placed(c, max(c.start_beats, begin) - begin, min(c.start_beats + c.duration_beats, end) - begin)
        for c in score.chords
        if c.start_beats < end - 1e-6 and c.start_beats + c.duration_beats > begin + 1e-6
    ]
    moved = _later(score, bars)
    return replace(
        moved,
        sections=(Section(K.INTRO, "Intro", 0, bars, _INTRO_ENERGY), *moved.sections),
        chords=(*intro, *moved.chords),
    )


def _placed(chord: Chord, start: float, end: float) -> Chord:
    return replace(chord, start_beats=start, duration_beats=end - start)


def _later(score: Score, bars: int) -> Score:
    """Everything later by whole bars, the sections one further."""
    by = float(bars * score.beats_per_bar)
    changes = score.tempo_map.changes
    tempi = (changes[0], *(TempoChange(c.beat + by, c.bpm) for c in changes[1:]))
    return replace(
        score,
        tempo_map=TempoMap(tempi),
        sections=tuple(replace(s, start_bar=s.start_bar + bars) for s in score.sections),
        chords=tuple(replace(c, start_beats=c.start_beats + by) for c in score.chords),
        parts=(),
        lead=_part_later(score.lead, by),
        harmonies=(),
        backing=(),
        key_changes=tuple(KeyChange(c.beat + by, c.key) for c in score.key_changes),
    )


def _part_later(part: VocalPart, by: float) -> VocalPart:
    return replace(part, lines=tuple(_line_later(line, by) for line in part.lines))


def _line_later(line: SungLine, by: float) -> SungLine:
    notes = tuple(replace(n, start_beats=n.start_beats + by) for n in line.notes)
    return replace(line, section=line.section + 1, notes=notes)


def _with_close(score: Score) -> Score:
    """Bars on the last chord behind the last section, unless nobody sings in that."""
    last = len(score.sections) - 1
    if score.sections[last].kind is K.OUTRO or not any(line.section == last for line in score.lead.lines):
        return score
    end = score.end_beats
    close = replace(score.chords[-1], start_beats=end, duration_beats=float(_OUTRO_BARS * score.beats_per_bar))
    outro = Section(K.OUTRO, "Outro", score.bars, _OUTRO_BARS, _OUTRO_ENERGY)
    return replace(score, parts=(), sections=(*score.sections, outro), chords=(*score.chords, close))
