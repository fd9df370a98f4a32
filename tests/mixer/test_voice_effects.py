"""What a person may ask of a voice, and what is refused by name."""

from __future__ import annotations

import pytest

from codecraft.common.errors import InvalidInput
from mixer.contracts import ReverbKind, VoiceEffects
from mixer.engine.voice_effects import EFFECT_RANGES, check_voice_effects


def test_nothing_asked_is_nothing_done():
    for nothing in (None, {}, VoiceEffects(), {"doubler": None, "reverb": None}, {"reverb_db": -0.0}):
        assert check_voice_effects(nothing) == VoiceEffects()


def test_what_json_gives_becomes_typed():
    asked = check_voice_effects({"reverb": "algorithmic", "pitch_semitones": "-3", "doubler": 1})
    assert asked == VoiceEffects(reverb=ReverbKind.ALGORITHMIC, pitch_semitones=-3.0, doubler=1.0)
    assert check_voice_effects(asked) == asked


@pytest.mark.parametrize("name", EFFECT_RANGES)
def test_both_ends_are_allowed_and_nothing_beyond(name):
    lowest, highest = EFFECT_RANGES[name]
    for value in (lowest, highest):
        assert getattr(check_voice_effects({name: value}), name) == value
    for wrong in (lowest - 0.01, highest + 0.01, float("nan"), float("inf"), "loud", True, [1], 10**400):
        with pytest.raises(InvalidInput) as raised:
            check_voice_effects({name: wrong})
        assert raised.value.field == f"effects.{name}"
        assert f"{lowest:g} to {highest:g}" in raised.value.message


@pytest.mark.parametrize(
    ("wrong", "field"),
    [("echo", "effects"), ([3], "effects"), ({"echo": 1}, "effects.echo"), ({"reverb": "spring"}, "effects.reverb")],
)
def test_other_shapes_names_and_rooms_are_refused(wrong, field):
    with pytest.raises(InvalidInput) as raised:
        check_voice_effects(wrong)
    assert raised.value.field == field
