"""What the film hears in the score: swells, stops, and strokes whose light says when they were, whatever the rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generation.engine.film.cues import Pulse, find_cues
from generation.engine.film.types import Cue
from generation.engine.score.types import ControlPoint, Note, Part
from mixer.contracts import ChannelRole
from tests.generation.film_helpers import small_score


def part(name: str, notes: list[Note], **fields) -> Part:
    return Part(name, 48, next(iter(ChannelRole)), tuple(notes), **fields)


def cues_of(kind: str, *parts: Part) -> list[Cue]:
    score = small_score()
    return [cue for cue in find_cues(replace(score, parts=(*score.parts, *parts))) if cue.kind == kind]


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_the_light_of_a_stroke_tells_its_time_to_less_than_a_frame(fps):
    times = 0.5 + np.arange(40) * 0.4837
    pulse = Pulse([Cue("kick", float(time), 0.9) for time in times], "kick")
    frames = np.arange(int(21 * fps))
    level = np.array([pulse.over(i / fps, (i + 1) / fps) for i in frames])
    rise = np.maximum(0.0, np.diff(level, prepend=0.0))
    errors = []
    for time in times:
        near = frames[np.abs(frames / fps - time) < 2.5 / fps]
        errors.append(1000.0 * (np.sum(rise[near] * near / fps) / np.sum(rise[near]) - time))
        # and who looks for the one frame that rises most finds the nearest one, or its equal
        assert abs(near[np.argmax(rise[near])] / fps - time) < 0.55 / fps
    assert abs(np.mean(errors)) < 4.0 and np.max(np.abs(errors)) < 10.0


def test_a_stroke_gives_the_same_light_at_every_rate():
    pulse = Pulse([Cue("crash", 1.003, 0.8)], "crash")
    light = [sum(pulse.over(i / fps, (i + 1) / fps) for i in range(8 * fps)) / fps for fps in (24, 30, 60)]
    # a stroke is held for one frame: that much, and no more, the rates differ
    assert max(light) - min(light) < 0.8 * (1 / 24 - 1 / 60) + 1e-3


def test_the_music_swells_into_a_louder_section_and_the_picture_with_it():
    score = small_score()
    swells = [cue for cue in find_cues(score) if cue.kind == "swell"]
    starts = [score.section_span_s(section)[0] for section in score.sections[1:]]
    assert [cue.time_s for cue in swells] == pytest.approx(starts)
    assert swells[1].strength > swells[0].strength
    pulse, last = Pulse(swells, "swell"), swells[-1]
    levels = [pulse.at(last.time_s - share * last.length_s) for share in (1.0, 0.6, 0.3, 0.0)]
    assert levels == sorted(levels) and levels[0] < 0.05 and levels[-1] == pytest.approx(last.strength)
    assert pulse.at(last.time_s + 1.5) < 0.01


def test_risers_and_crescendos_are_swells_and_breathing_is_none():
    held = [Note(0.0, 20.0, 60, 80)]
    climb = [ControlPoint(8.0 + step, 11, 30 + 15 * step) for step in range(5)]
    breath = [ControlPoint(float(step), 11, 80 + 10 * (step % 3)) for step in range(16)]
    plain = cues_of("swell")
    score = small_score()
    grown = cues_of("swell", part("strings", held, controls=tuple(climb)))
    assert max(cue.length_s for cue in grown) > max(cue.length_s for cue in plain)
    assert cues_of("swell", part("pad", held, controls=tuple(breath))) == plain
    riser = cues_of("swell", part("riser", [Note(14.0, 3.5, 60, 110)], synth="riser"))
    ends = [cue.time_s for cue in riser]
    assert any(abs(end - score.tempo_map.seconds_at(17.5)) < 1e-6 for end in ends)


def test_a_rest_of_all_is_a_stop_and_a_rest_of_some_is_none():
    score = small_score()
    beat_s = 60.0 / 125.0
    # the lead sings until 9.4 and again from 12.5; the strings hold on, then rest with it; the kick stands at 8, 10, 12
    assert cues_of("stop", part("strings", [Note(0.0, 20.0, 50, 80)])) == []
    stopped = cues_of("stop", part("strings", [Note(0.0, 10.75, 50, 80), Note(12.0, 8.0, 50, 80)]))
    assert len(stopped) == 1
    assert stopped[0].time_s == pytest.approx(score.tempo_map.seconds_at(10.75))
    assert stopped[0].length_s == pytest.approx(1.25 * beat_s)
    pulse = Pulse(stopped, "stop")
    middle = stopped[0].time_s + 0.5 * stopped[0].length_s
    assert pulse.at(stopped[0].time_s - 0.01) == 0.0 and pulse.at(middle) == pytest.approx(stopped[0].strength)
    assert pulse.at(stopped[0].time_s + stopped[0].length_s + 0.6) < 0.01
