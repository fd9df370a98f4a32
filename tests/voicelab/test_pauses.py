"""Where the text pauses inside a breath: what the network is told, and what is heard."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voicelab.words import Heard, held, phrase_of, spec_of_words, sung_word
from voicelab.contracts import VoiceStyle
from voicelab.engine.singer.timing import tokens_of


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
