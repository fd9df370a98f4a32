"""Every field of a brief: what is taken, what is refused and with which field."""

from __future__ import annotations

import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import FilmSize, MusicStyle
from generation.engine.pipeline.brief import clean_brief
from mixer.contracts import ReverbKind, VoiceEffects
from voicelab.contracts import SpeechSource, VoiceStyle

GOOD = {"theme": "a gladiator who forgives his enemy", "seed": 7}


def test_defaults_make_a_whole_brief():
    brief = clean_brief(**GOOD)
    assert (brief.voice, brief.style, brief.film_size) == (VoiceStyle.HEROIC_MALE, MusicStyle.EPIC, FilmSize.FULL_HD)
    assert brief.length_s == 120 and brief.title == "" and brief.lyrics == ""
    assert (brief.pronunciations, brief.speech, brief.effects) == ((), SpeechSource.LOCAL, VoiceEffects())


@pytest.mark.parametrize(
    "theme",
    ['it\'s "raining" $5 — naïve', "🙂🔥", "שלום עולם", "<b>bold</b> & <script>alert(1)</script>", "ночь", "x" * 500],
)
def test_any_writing_is_a_theme(theme):
    assert clean_brief(theme=theme, seed=1).theme == theme


def test_control_characters_are_dropped_and_lines_joined():
    assert clean_brief(theme="a\x00b\x07c\r\n d\te", seed=1).theme == "abc d e"
    assert clean_brief(**GOOD, lyrics="one\r\ntwo\x1b\n\n[Chorus]\nthree").lyrics == "one\ntwo\n\n[Chorus]\nthree"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theme", ""),
        ("theme", "  \n\t "),
        ("theme", "x" * 10_000),
        ("theme", "\x00\x01"),
        ("theme", None),
        ("theme", 5),
        ("seed", -1),
        ("seed", 2**31),
        ("seed", "abc"),
        ("seed", 1.5),
        ("seed", None),
        ("seed", True),
        ("length_s", 0),
        ("length_s", 29.9),
        ("length_s", 301),
        ("length_s", "long"),
        ("length_s", float("nan")),
        ("length_s", float("inf")),
        ("length_s", None),
        ("length_s", True),
        ("voice", "bass"),
        ("style", "polka"),
        ("style", None),
        ("film_size", "640x480"),
        ("film_size", ""),
        ("title", "t" * 121),
        ("title", 3),
        ("lyrics", "la " * 5_000),
        ("lyrics", "… !!! —"),
        ("lyrics", ["a"]),
        ("lyrics", "la " * 2_000),
        ("lyrics", "say {hello|Ж}"),
        ("speech", "siri"),
        ("pronunciations", 5),
        ("pronunciations", [("a", "b", "c")]),
        ("pronunciations", {"hello": "Ж"}),
        ("pronunciations", [("w", "AA1")] * 201),
        ("effects", "loud"),
    ],
)
def test_bad_values_name_their_field(field, value):
    with pytest.raises(InvalidInput) as caught:
        clean_brief(**{**GOOD, field: value})
    assert caught.value.field == field
    assert caught.value.message.endswith(".") and len(caught.value.message) > 15


def test_pronunciations_are_kept_in_one_spelling_and_effects_as_numbers():
    brief = clean_brief(
        **GOOD,
        lyrics="Tell {Siobhan|SH AH0 V AO1 N} to come",
        pronunciations={"Zoë\x00": " Z OW1\nIY0 ", "zoë": "zˈOi"},
        effects={"reverb_db": "-3", "reverb": "algorithmic", "doubler": None},
    )
    assert brief.pronunciations == (("zoë", "zˈOi"),)
    assert brief.effects == VoiceEffects(reverb_db=-3.0, reverb=ReverbKind.ALGORITHMIC)
    assert brief.lyrics == "Tell {Siobhan|SH AH0 V AO1 N} to come"


def test_unknown_choice_lists_the_known_ones():
    with pytest.raises(InvalidInput, match="epic, pop, dark, gregorian, fantasy, gladiator, emotional"):
        clean_brief(**GOOD, style="polka")
