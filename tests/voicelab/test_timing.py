"""Where phonemes are laid on frames: unhurried on calm notes, as in speech on quick ones, and never crushed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voicelab.words import phrase_of
from voicelab.contracts import SungNote, SungSyllable, SungWord
from voicelab.engine.singer.network import FRAMES_PER_S
from voicelab.engine.singer.timing import (
    MIN_VOWEL_FRAMES,
    SPACE_FRAMES,
    VOWEL_SHIFT_FRAMES,
    Layout,
    Role,
    lay_out,
    tokens_of,
)

SPOKEN_FRAMES = 4
WORDS = (("s", "ɪ", "k"), ("st", "O", "nz"), ("h", "ɛ", "vd"), ("ɹ", "I", "dz"))


def laid(note_s: float) -> Layout:
    """Four words on notes of one length; each phoneme is spoken in `SPOKEN_FRAMES`."""
    words = []
    for k, (onset, nucleus, coda) in enumerate(WORDS):
        note = SungNote(k * note_s, (k + 1) * note_s, 60.0)
        words.append(SungWord("la", (SungSyllable("la", onset, nucleus, coda, 2, (note,)),)))
    phrase = phrase_of(*words)
    tokens = tokens_of(phrase)
    return lay_out(phrase, tokens, np.full(len(tokens), SPOKEN_FRAMES), frames_per_s=FRAMES_PER_S)


def frames_of(layout: Layout, role: Role) -> list[int]:
    """Lengths of the tokens of a role between the first vowel and the last."""
    inside = slice(layout.nuclei[0][0], layout.nuclei[-1][1])
    starts, lengths = layout.bounds[:-1], np.diff(layout.bounds)
    return [
        int(n)
        for t, a, n in zip(layout.tokens, starts, lengths, strict=True)
        if t.role is role and inside.start <= a < inside.stop
    ]


def test_consonants_take_their_time_on_calm_notes_and_speech_s_on_quick_ones():
    calm, quick = frames_of(laid(1.2), Role.CONSONANT), frames_of(laid(0.34), Role.CONSONANT)
    assert min(calm) >= SPOKEN_FRAMES
    assert max(quick) <= SPOKEN_FRAMES
    assert np.mean(quick) < 0.75 * np.mean(calm)


@pytest.mark.parametrize("note_s", [0.2, 0.26, 0.34, 0.5, 1.2])
def test_no_sound_between_vowels_is_crushed_and_vowels_start_on_their_notes(note_s):
    layout = laid(note_s)
    assert (np.diff(layout.bounds) >= 0).all()
    assert min(frames_of(layout, Role.CONSONANT)) >= 1
    assert min(end - start for start, end in layout.nuclei) >= MIN_VOWEL_FRAMES - 1
    for k, ((onset, _, _), (start, _)) in enumerate(zip(WORDS, layout.nuclei, strict=True)):
        meant = layout.lead_in + k * note_s * FRAMES_PER_S + VOWEL_SHIFT_FRAMES.get(onset[-1], 0)
        assert start == pytest.approx(meant, abs=1.0)


def test_what_parts_words_gives_way_before_the_consonants():
    layout = laid(0.26)
    parts = [int(n) for t, n in zip(layout.tokens, np.diff(layout.bounds), strict=True) if t.symbol == " "]
    assert max(parts) < SPACE_FRAMES
    assert min(frames_of(layout, Role.CONSONANT)) >= 0.5 * np.mean(frames_of(laid(0.34), Role.CONSONANT))
