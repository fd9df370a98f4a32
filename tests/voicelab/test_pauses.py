"""Where the text pauses inside a breath: what the network is told, and what is heard."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voicelab.words import Heard, held, phrase_of, spec_of_words, sung_word
from voicelab.contracts import VoiceStyle
from voicelab.engine.singer.expression import controls_of, without_pauses
from voicelab.engine.singer.network import FRAMES_PER_S, voice
from voicelab.engine.singer.timing import lay_out, tokens_of


def two_words(first: str):
    return (
        sung_word(first, "m", "u", "n", held(1.0, 1.8, 60)),
        sung_word("rising", "ɹ", "I", "z", held(1.8, 2.8, 62)),
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [("moon", " "), ("moon,", ", "), ('moon;"', ", "), ("moon…", ", "), ("moon'", " "), ("", " ")],
)
def test_the_network_is_told_of_pauses(written, told):
    symbols = "".join(token.symbol for token in tokens_of(phrase_of(*two_words(written))))
    assert symbols == f"mˈun{told}ɹˈIz."


def test_words_at_a_comma_are_parted_further_and_still_start_on_their_notes(tmp_path):
    quiet_ms = {}
    for written in ("moon", "moon,"):
        heard = Heard(spec_of_words(*two_words(written), voice=VoiceStyle.ALTO), tmp_path / "take.wav")
        levels_db = heard.levels_db(1.3, 1.9, step_s=0.01)
        quiet_ms[written] = 10 * int(np.sum(levels_db < np.median(heard.levels_db(1.2, 1.5, step_s=0.01)) - 6.0))
        assert heard.level_db(1.9, 2.3) > np.median(levels_db) - 6.0
    assert quiet_ms["moon,"] >= quiet_ms["moon"] + 20


def test_the_network_is_told_a_pitch_through_voiceless_consonants_and_no_pause_as_a_consonant():
    """It was taught a pitch that goes on there; told none, it made an h of a word's start into a stop."""
    phrase = phrase_of(*two_words("moon,"), sung_word("hiss", "h", "ɪ", "s", held(2.8, 3.6, 60)))
    tokens, network = tokens_of(phrase), voice()
    spoken = network.encode([network.vocabulary.get(t.symbol, 0) for t in tokens], speed=0.9)
    cut = without_pauses(tokens, spoken)
    layout = lay_out(phrase, tokens, cut.frames, frames_per_s=FRAMES_PER_S)
    controls, k = controls_of(layout, cut), next(i for i, t in enumerate(tokens) if t.symbol == "h")
    inside = slice(int(layout.bounds[k]), int(layout.bounds[k + 1]))
    assert controls.pitched[inside].all() and not controls.voiced[inside].any()
    assert cut.frames.sum() == len(cut.energy) == len(cut.f0_hz)
    hiss = len(tokens) - 3  # the s before the full stop
    assert tokens[hiss].symbol == "s" and cut.frames[hiss] < 16 < spoken.frames[hiss]
