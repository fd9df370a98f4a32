"""The arrangement: it follows the energy, leaves the singer room, builds, stops and lands, and never plays two bars
the same for long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from generation.contracts import MusicStyle
from generation.engine.composer.band import clearing
from generation.engine.composer.form import plan_form
from generation.engine.composer.styles import STYLES
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.orchestra.synth import SOUNDS
from generation.engine.score.types import Note, Part, Score, Section
from mixer.contracts import ChannelRole
from tests.generation.composing import parallels, song
from voicelab.contracts import VOICE_RANGES, VoiceStyle

STYLE_LIST = list(MusicStyle)
METRIC = [style for style in STYLE_LIST if style is not MusicStyle.GREGORIAN]
VOICES = {
    MusicStyle.EPIC: VoiceStyle.HEROIC_MALE,
    MusicStyle.DARK: VoiceStyle.HEROIC_MALE,
    MusicStyle.GLADIATOR: VoiceStyle.HEROIC_MALE,
}
LONG_S = 150.0


def _song(style: MusicStyle, length_s: float = LONG_S, seed: int = 4) -> Score:
    return song(style, VOICES.get(style, VoiceStyle.SOPRANO), length_s, seed)


def _span(score: Score, section: Section) -> tuple[float, float]:
    first = float(section.start_bar * score.beats_per_bar)
    return first, first + section.bars * score.beats_per_bar


def _within(part: Part, start: float, end: float) -> list[Note]:
    return [n for n in part.notes if start - 0.1 <= n.start_beats < end - 0.1]


def _accompaniment(score: Score) -> list[Part]:
    """Who plays harmony around the voice: no bass, no drums, nobody who doubles the tune on purpose."""
    low = (ChannelRole.BASS, ChannelRole.DRUMS, ChannelRole.EFFECTS)
    plans = {p.name: p for p in STYLES[MusicStyle(score.style)].parts}
    return [p for p in score.parts if p.role not in low and plans[p.name].figure not in ("octave", "shadow")]


def _crowding(score: Score) -> float:
    """Share of the accompaniment's sound (velocity times beats) that lies in the register of a line being sung."""
    crossed = whole = 0.0
    for line in score.lead.lines:
        pitches = [n.midi for n in line.notes]
        start, end = line.notes[0].start_beats, line.notes[-1].start_beats + line.notes[-1].duration_beats
        for part in _accompaniment(score):
            for note in part.notes:
                beats = min(end, note.start_beats + note.duration_beats) - max(start, note.start_beats)
                if beats > 0.0:
                    whole += beats * note.velocity
                    crossed += beats * note.velocity * (min(pitches) <= note.midi <= max(pitches))
    return crossed / whole


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_voice_has_its_register_to_itself(style, monkeypatch):
    """Under a quarter of the band's sound crosses the tune; without the rule it is a good deal more."""
    kept = _crowding(_song(style))
    monkeypatch.setattr(clearing, "_FREE", {p.play for p in STYLES[style].parts})
    before = _crowding(song.__wrapped__(style, VOICES.get(style, VoiceStyle.SOPRANO), LONG_S, 4))
    assert kept <= 0.25
    assert kept < 0.8 * before


@pytest.mark.parametrize("style", STYLE_LIST)
def test_layers_and_strokes_rise_with_the_energy(style):
    """Over the sections of a song, how many play and how hard goes with the energy curve."""
    score = _song(style)
    energies, layers, weight = [], [], []
    for section in score.sections[:-1]:
        start, end = _span(score, section)
        playing = [notes for p in score.parts if (notes := _within(p, start, end))]
        energies.append(section.energy)
        layers.append(len(playing))
        weight.append(sum(n.velocity for notes in playing for n in notes) / (end - start))
    assert np.corrcoef(energies, layers)[0, 1] > 0.7
    assert np.corrcoef(energies, weight)[0, 1] > 0.7
    assert max(layers) >= min(layers) + 4


@pytest.mark.parametrize("style", METRIC)
def test_grooves_vary_and_fill(style):
    """Of a long section's drum bars no three in a row are the same, and the bar before the next section is a fill."""
    score = _song(style)
    drums = next(p for p in score.parts if p.is_drums)
    longest = max(score.sections, key=lambda s: len({n.start_beats // 1 for n in _within(drums, *_span(score, s))}))
    bars: dict[int, set] = defaultdict(set)
    start, end = _span(score, longest)
    for note in _within(drums, start, end):
        bar, place = divmod(note.start_beats - start + 0.06, score.beats_per_bar)
        bars[int(bar)].add((note.midi, round(place * 4)))
    played = [frozenset(bars[b]) for b in range(1, longest.bars) if b in bars]
    same = [a == b == c for a, b, c in zip(played, played[1:], played[2:], strict=False)]
    assert len(played) >= 3 and not any(same)
    assert len(set(played)) >= 3
    assert played[-1] != played[0]


@pytest.mark.parametrize("style", [MusicStyle.EPIC, MusicStyle.POP, MusicStyle.GLADIATOR, MusicStyle.DARK])
def test_risers_end_and_impacts_fall_on_downbeats(style):
    score = _song(style)
    heads = {float(s.start_bar * score.beats_per_bar) for s in score.sections}
    by_sound = {p.synth or p.name: p for p in score.parts if p.synth or p.name == "reverse-cymbal"}
    riser = by_sound.get("riser") or by_sound["reverse-cymbal"]
    assert riser.notes and by_sound["impact"].notes
    for note in riser.notes:
        assert min(abs(note.start_beats + note.duration_beats - head) for head in heads) < 0.02
    for note in by_sound["impact"].notes:
        assert note.start_beats in heads


@pytest.mark.parametrize("style", METRIC)
def test_the_band_stops_before_the_last_chorus(style):
    """A moment in which nobody but the risers begins a note or holds one, right before the chorus that comes last."""
    score = _song(style)
    sections = score.sections
    index = max(i for i, s in enumerate(sections) if i and s.kind is K.CHORUS and sections[i - 1].kind is not K.CHORUS)
    head = float(sections[index].start_bar * score.beats_per_bar)
    leading = ("riser", "reverse-cymbal", "impact", "downlifter")
    for part in score.parts:
        if part.name not in leading:
            held = [
                n for n in part.notes if n.start_beats < head - 0.15 and n.start_beats + n.duration_beats > head - 0.4
            ]
            assert not held, part.name
    strokes = sum(any(abs(n.start_beats - head) < 0.15 for n in p.notes) for p in score.parts)
    assert strokes >= 6


def test_epic_strikes_within_its_stop():
    """The trailer's stop: between two silences everybody strikes once more."""
    score = _song(MusicStyle.EPIC)
    sections = score.sections
    index = max(i for i, s in enumerate(sections) if i and s.kind is K.CHORUS and sections[i - 1].kind is not K.CHORUS)
    head = sections[index].start_bar * score.beats_per_bar
    struck = [n for p in score.parts for n in p.notes if head - 2.6 <= n.start_beats < head - 2.0]
    silent = [n for p in score.parts if p.name != "riser" for n in p.notes if head - 1.9 <= n.start_beats < head - 0.1]
    assert len(struck) >= 3 and not silent


def test_pop_drops():
    """The drop: chords of saws that pump, a sub-bass, and nobody plays on the beat before it."""
    score = _song(MusicStyle.POP, 180.0)
    drop = next(s for s in score.sections if s.kind is K.INSTRUMENTAL)
    start, end = _span(score, drop)
    parts = {p.name: p for p in score.parts}
    assert len(_within(parts["super-saws"], start, end)) >= 8 * drop.bars
    assert _within(parts["sub-bass"], start, end)
    pump = [c.value for c in parts["super-saws"].controls if c.controller == 11 and start + 1 <= c.beat < start + 2]
    assert len(pump) >= 4 and pump == sorted(pump) and pump[-1] > pump[0] + 40
    rest = [n for p in score.parts if p.name != "riser" for n in p.notes if start - 0.9 <= n.start_beats < start - 0.1]
    assert not rest


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_gaps_between_lines_are_answered(style):
    """Of the gaps of two beats and more in sung sections many have a melodic instrument begin a note in them."""
    plans = {p.name: p for p in STYLES[style].parts}
    gaps = answered = 0
    for seed in (4, 5):
        score = _song(style, seed=seed)
        voices = [p for p in score.parts if plans[p.name].play == "melody"]
        for line, following in zip(score.lead.lines, score.lead.lines[1:], strict=False):
            end = line.notes[-1].start_beats + 0.5
            if line.section == following.section and following.notes[0].start_beats - end >= 2.0:
                gaps += 1
                answered += any(_within(p, end, following.notes[0].start_beats) for p in voices)
    assert gaps == 0 or answered >= 0.5 * gaps


@pytest.mark.parametrize("style", STYLE_LIST)
def test_held_strings_and_choirs_move_without_parallels(style):
    """The voices of each pad as they are played, through every change of chord: no fifths or octaves in a row."""
    plans = {p.name: p for p in STYLES[style].parts}
    checked = 0
    for seed in (4, 5):
        score = _song(style, 90.0, seed)
        for part in score.parts:
            if plans[part.name].play == "pad":
                for run in _voicings(score, part):
                    assert parallels(run) == 0, (part.name, run)
                    checked += len(run)
    assert checked > 30


def _voicings(score: Score, part: Part) -> list[list[tuple[int, ...]]]:
    """What sounds in the middle of each chord, in runs without a rest or another number of voices. Where the whole
    part is moved by an octave (out of the singer's way), it is brought back: that is no voice leading."""
    runs: list[list[tuple[int, ...]]] = [[]]
    for chord in score.chords:
        at = chord.start_beats + 0.5 * min(1.0, chord.duration_beats)
        sounding = sorted(n.midi for n in part.notes if n.start_beats <= at < n.start_beats + n.duration_beats)
        if runs[-1] and len(sounding) == len(runs[-1][-1]):
            before = runs[-1][-1]
            octave = min((0, 12, -12), key=lambda o: sum(abs(a - b + o) for a, b in zip(sounding, before, strict=True)))
            runs[-1].append(tuple(p + octave for p in sounding))
        else:
            runs.append([tuple(sounding)] if sounding else [])
    return [run for run in runs if len(run) > 1]


@pytest.mark.parametrize("style", STYLE_LIST)
def test_every_synthesized_part_has_a_sound_and_a_program_for_others(style):
    for plan in STYLES[style].parts:
        assert not plan.synth or plan.synth in SOUNDS
        assert 0 <= plan.program <= 127 and (plan.program > 0 or plan.is_drums or plan.role in ChannelRole)
    synthesized = [p for p in STYLES[style].parts if p.synth]
    assert all(p.program > 0 for p in synthesized)
    if style is MusicStyle.GREGORIAN:
        assert not any(p.is_drums for p in STYLES[style].parts)
        assert "drone" in {p.synth for p in synthesized}


def test_articulations_are_the_soundfonts_own():
    programs = {style: {p.program for p in STYLES[style].parts if not p.synth} for style in STYLE_LIST}
    tremolo, pizzicato = 44, 45
    assert sum(tremolo in found for found in programs.values()) >= 3
    assert sum(pizzicato in found for found in programs.values()) >= 3


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_dynamics_are_curves(style):
    """Held parts swell and fall, in step with the energy; what leads into a section grows into it."""
    score = _song(style)
    held = [p for p in score.parts if any(c.controller == 11 for c in p.controls)]
    assert len(held) >= 3
    for part in held:
        values = [c.value for c in part.controls if c.controller == 11]
        assert len(values) >= 8 and max(values) - min(values) >= 15, part.name
    swells = [p for p in score.parts if p.name.endswith("-swell")]
    for part in swells:
        for note in part.notes:
            inside = [
                c.value
                for c in part.controls
                if c.controller == 11 and note.start_beats <= c.beat < note.start_beats + note.duration_beats
            ]
            assert inside == sorted(inside)


def test_what_is_edited_elsewhere_changes_nothing_here():
    """Another tune in one line: the bars of the other sections are played note for note as they were."""
    from generation.engine.composer.sections import HouseBand

    style = MusicStyle.EPIC
    score = _song(style, 90.0)
    band = HouseBand(style, VOICES[style], 4)
    index = next(i for i, s in enumerate(score.sections) if s.kind is K.VERSE)
    lines = tuple(
        replace(line, notes=tuple(replace(n, midi=n.midi + 1) for n in line.notes)) if line.section == index else line
        for line in score.lead.lines
    )
    edited = replace(score, lead=replace(score.lead, lines=lines))
    start, end = _span(score, score.sections[index])
    for old, new in zip(band.play(score), band.play(edited), strict=True):
        assert old.name == new.name
        for a, b in ((0.0, start), (end, score.end_beats)):
            assert _within(old, a, b - 0.1) == _within(new, a, b - 0.1), old.name


def test_plans_and_ranges_fit():
    """Every style still plans its songs for every voice, and its instruments' compasses hold an octave and more."""
    for style in STYLE_LIST:
        assert plan_form(style, 60.0, seed=1).sections
        for plan in STYLES[style].parts:
            if not plan.is_drums and plan.play not in ("riser", "impact", "fall"):
                assert plan.high - plan.low >= 11, (style, plan.name)
    assert VOICE_RANGES[VoiceStyle.SOPRANO].lowest < VOICE_RANGES[VoiceStyle.SOPRANO].highest


@pytest.mark.parametrize("style", STYLE_LIST)
def test_what_is_played_alone_recalls_the_hook(style):
    """Where nobody sings an instrument plays the first line of the chorus: its rhythm, and most of its contour."""
    recalled = 0.0
    for seed in (4, 5):
        score = _song(style, seed=seed)
        hook = next(x for x in score.lead.lines if score.sections[x.section].kind is K.CHORUS)
        beats = [round(n.start_beats * 4) / 4 for n in hook.notes]
        for section in score.sections[:-1]:
            start, end = _span(score, section)
            if any(start - 1 <= line.notes[0].start_beats < end - 1 for line in score.lead.lines):
                continue
            for part in score.parts:
                recalled = max(recalled, _contour_kept(hook.notes, beats, _within(part, start, end), start))
    assert recalled >= 0.6


def _contour_kept(sung, beats: list[float], played: list[Note], start: float) -> float:
    """Share of the tune's moves that a part makes in the same rhythm and direction from a section's start on."""
    origin = 4.0 * (beats[0] // 4.0)
    pitches = []
    for beat in beats:
        at = start + beat - origin
        pitches.append(next((n.midi for n in played if abs(n.start_beats - at) < 0.13), None))
    moves = [
        a is not None and b is not None and np.sign(b - a) == np.sign(y.midi - x.midi)
        for a, b, x, y in zip(pitches, pitches[1:], sung, sung[1:], strict=False)
    ]
    return float(np.mean(moves)) if moves else 0.0
