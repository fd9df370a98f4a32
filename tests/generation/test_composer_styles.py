"""Seven styles that differ, a band that keeps its compass, and seeds that replay."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from generation.contracts import MusicStyle
from generation.engine.composer import ComposeSpec, compose
from generation.engine.composer.band.stage import _QUARTET
from generation.engine.composer.styles import STYLES
from generation.engine.composer.voicing import voice_chords
from generation.engine.score.check import check_score
from generation.engine.score.codec import score_bytes
from generation.engine.score.cues import crash_beats, kick_beats
from generation.engine.score.keys import pitch_class
from mixer.contracts import ChannelRole
from tests.generation.composing import parallels, planned_lyrics, song
from voicelab.contracts import VOICE_RANGES, VoiceStyle

STYLE_LIST = list(MusicStyle)


def test_no_two_styles_share_their_sound_and_their_manner():
    facts = {}
    for style in STYLE_LIST:
        profile, score = STYLES[style], song(style, VoiceStyle.SOPRANO, 120.0, 2)
        facts[style] = {
            "programs": {p.program for p in score.parts if not p.is_drums},
            "modes": set(profile.modes),
            "tempo": profile.bpm,
            "metre": profile.beats_per_bar,
            "rhythm": profile.rhythm,
            "progressions": {p for ps in profile.progressions.values() for p in ps},
            "forms": set(profile.forms),
        }
    for a, b in combinations(facts.values(), 2):
        shared = len(a["programs"] & b["programs"]) / len(a["programs"] | b["programs"])
        assert shared < 0.75
        overlap = min(a["tempo"][1], b["tempo"][1]) - max(a["tempo"][0], b["tempo"][0])
        differs = [
            a["modes"] != b["modes"],
            a["metre"] != b["metre"],
            a["rhythm"] != b["rhythm"],
            overlap < 0,
            a["forms"] != b["forms"],
            len(a["progressions"] & b["progressions"]) < 4,
        ]
        assert sum(differs) >= 3


@pytest.mark.parametrize("style", STYLE_LIST)
@pytest.mark.parametrize("length_s", [30.0, 120.0])
def test_the_band_is_full_and_every_instrument_keeps_its_compass(style, length_s):
    score = song(style, VoiceStyle.SOPRANO, length_s, 2)
    plans = {p.name: p for p in STYLES[style].parts}
    assert 8 <= len(score.parts) <= 24
    for part in score.parts:
        plan = plans[part.name]
        pitches = [n.midi for n in part.notes]
        assert plan.low <= min(pitches) and max(pitches) <= plan.high, part.name
        assert -1.0 <= part.pan <= 1.0 and part.role in ChannelRole
    held = [p for p in score.parts if p.role in (ChannelRole.STRINGS, ChannelRole.CHOIR) and p.controls]
    assert held and all(c.controller in (1, 11) and 0 < c.value <= 127 for p in held for c in p.controls)


@pytest.mark.parametrize("style", STYLE_LIST)
def test_layers_follow_the_energy(style):
    score = song(style, VoiceStyle.SOPRANO, 150.0, 2)

    def layers(section) -> int:
        first, last = (b * score.beats_per_bar for b in (section.start_bar, section.start_bar + section.bars))
        return sum(any(first <= n.start_beats < last - 0.5 for n in p.notes) for p in score.parts)

    quiet = min(score.sections[:-1], key=lambda s: s.energy)
    loud = max(score.sections, key=lambda s: s.energy)
    assert layers(loud) >= layers(quiet) + 2


@pytest.mark.parametrize("style", STYLE_LIST)
def test_strings_and_pads_are_led_without_parallels(style):
    for seed in (1, 2, 3):
        score = song(style, VoiceStyle.SOPRANO, 90.0, seed)
        assert parallels(voice_chords(score.chords, _QUARTET)) == 0


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_song_ends_on_its_tonic_ringing_out(style):
    score = song(style, VoiceStyle.SOPRANO, 60.0, 2)
    last = score.chords[-1]
    assert last.root == pitch_class(score.key_at(score.end_beats).tonic)
    ends = [n.start_beats + n.duration_beats for p in score.parts if not p.is_drums for n in p.notes]
    assert max(ends) > score.end_beats + 0.5
    assert score.tempo_map.seconds_at(max(ends)) < score.duration_s


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_film_finds_its_cues(style):
    score = song(style, VoiceStyle.SOPRANO, 60.0, 2)
    kicks, crashes = kick_beats(score), crash_beats(score)
    assert len(kicks) >= 5 and crashes and kicks == sorted(kicks)
    heads = [s.start_bar * score.beats_per_bar for s in score.sections]
    near = [min(abs(c - h) for h in heads) < 0.2 or c >= score.end_beats - score.beats_per_bar - 0.2 for c in crashes]
    assert np.mean(near) >= 0.5


def test_one_seed_gives_the_same_bytes_and_another_seed_another_song():
    lyrics = planned_lyrics(MusicStyle.EPIC, 45.0, 9)
    spec = ComposeSpec("T", MusicStyle.EPIC, VoiceStyle.CHOIR, 9, 45.0)
    assert score_bytes(compose(spec, lyrics)) == score_bytes(compose(spec, lyrics))
    other = ComposeSpec("T", MusicStyle.EPIC, VoiceStyle.CHOIR, 10, 45.0)
    assert score_bytes(compose(spec, lyrics)) != score_bytes(compose(other, lyrics))


def test_playing_is_human():
    score = song(MusicStyle.POP, VoiceStyle.SOPRANO, 60.0, 2)
    drums = next(p for p in score.parts if p.is_drums)
    off_s = [
        abs(n.start_beats * 4 - round(n.start_beats * 4)) / 4 * 60 / score.tempo_map.changes[0].bpm for n in drums.notes
    ]
    assert 0.0005 < np.mean(off_s) < 0.01 and max(off_s) < 0.03
    assert len({n.velocity for n in drums.notes if n.midi == 36}) > 4


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLE_LIST)
@pytest.mark.parametrize("voice", list(VoiceStyle))
@pytest.mark.parametrize("length_s", [30.0, 60.0, 180.0, 300.0])
def test_all_styles_voices_and_lengths_make_a_sound_score(style, voice, length_s):
    for seed in (11, 12):
        spec = ComposeSpec("T", style, voice, seed, length_s)
        score = compose(spec, planned_lyrics(style, length_s, seed))
        check_score(score, VOICE_RANGES[voice])
        assert score.duration_s == pytest.approx(length_s, rel=0.005)
        assert 8 <= len(score.parts) <= 24
