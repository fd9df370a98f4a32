"""The judges themselves, on material whose truth is known: a judge that passes everything judges nothing."""

from __future__ import annotations

import pytest

from tests.judges.speech import word_errors
from tests.judges.words import normalised


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Now I'm 33 and standing", "Now I'm thirty-three and standing."),
        ("nineteen eighty-four on highway sixty-one", "1984 on Highway 61"),
        ("I've counted 20,000 days", "I've counted twenty thousand days"),
        ("a hundred miles", "100 miles"),
        ("At 82nd street", "At eighty second street"),
        ("O Lord", "Oh, Lord"),
        ("la la la", "Lalala"),
        ("they're rollin' on", "They're rolling on"),
        ("my father's song", "my fathers song"),
        ("a half-forgotten color", "A half forgotten colour"),
        ("it’s all right", "It's alright"),
    ],
)
def test_one_spelling_for_what_sounds_the_same(written, heard):
    assert word_errors(written, heard)[0] == 0


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("we're here", "were here"),
        ("I'll go", "ill go"),
        ("33", "30"),
        ("sing", "sin"),
        ("la la", "la la la"),
        ("don't let it go", "do let it go"),
    ],
)
def test_what_sounds_different_stays_different(written, heard):
    assert word_errors(written, heard)[0] >= 1
    assert normalised(written) != normalised(heard)
