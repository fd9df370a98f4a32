"""How a person says that a word sounds: in its place, for a whole song, in three spellings."""

from __future__ import annotations

import pytest

from codecraft.common.errors import InvalidInput
from voicelab.engine.phonemes import (
    check_marked,
    clean_pronunciations,
    pronounce_line,
    read_sounds,
    shown_text,
    syllabify,
    tokens_of,
)


@pytest.mark.parametrize(
    ("spelled", "sounds"),
    [
        ("HH AH0 L OW1", "həlˈO"), ("hh ah0 l ow1", "həlˈO"), ("H AH0 L OW1", "həlˈO"), ("HH-AH0-L-OW1", "həlˈO"),
        ("SH AH0 V AO1 N", "ʃəvˈɔn"),
        ("ER1 TH", "ˈɜɹθ"), ("B AH1 T ER0", "bˈʌtəɹ"), ("K AE T", "kˈæt"), ("Y UW1", "jˈu"), ("AH0", "ə"),
        ("ʃəvˈɔn", "ʃəvˈɔn"), ("/ʃəˈvɔːn/", "ʃəvˈɔn"), ("həˈloʊ", "həlˈO"), ("dʒɔɪ", "ʤˈY"), ("tʃaɪld", "ʧˈIld"),
        ("gˈɝl", "ɡˈɜɹl"), ("ˈbɑtl", "bˈɑtl"), ("mˌɪsəsˈɪpi", "mˌɪsəsˈɪpi"), ("hɛlO", "hˈɛlO"),
    ],
)  # fmt: skip
def test_three_spellings_of_sounds(spelled: str, sounds: str) -> None:
    assert read_sounds(spelled) == sounds
    assert read_sounds(sounds) == sounds
    assert syllabify(sounds)


@pytest.mark.parametrize(
    ("spelled", "told"),
    [("ʃЖn", "“Ж”"), ("HH QQ L", "ARPAbet code “QQ”"), ("SH AH0 Ж N", "code “Ж”"), ("", "vowel"), ("ks", "vowel")],
)
def test_what_cannot_be_read_is_named_with_what_can(spelled: str, told: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_sounds(spelled, word="Siobhan", field="lyrics")
    assert told in caught.value.message and "“Siobhan”" in caught.value.message
    assert caught.value.field == "lyrics"
    if told == "“Ж”":
        assert "ARPAbet" in caught.value.message and "ʃ" in caught.value.message


def test_a_marked_word_sounds_as_told_and_is_read_plainly() -> None:
    line = 'Oh "{Siobhan|SH AH0 V AO1 N}," I {read|ɹid} on'
    assert len(tokens_of(line)) == 5
    words = pronounce_line(line)
    assert [w.text for w in words] == ["Oh", '"Siobhan,"', "I", "read", "on"]
    assert (words[1].phonemes, words[3].phonemes) == ("ʃəvɔn", "ɹid")
    assert shown_text(line) == 'Oh "Siobhan," I read on'


@pytest.mark.parametrize("text", ["{a b|hɛlO}", "{|hɛlO}", "{—|hɛlO}", "say {x|}", "{hi|Ж}"])
def test_a_mark_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(InvalidInput):
        check_marked(text)
    assert all(w.syllables for w in pronounce_line(text))


def test_the_songs_own_list_holds_for_whole_words_only() -> None:
    said = clean_pronunciations([("Live", "L AY1 V"), ("STRASSE", "ʃtɹˈɑsə"), ("live", "lˈɪv")])
    assert said == (("live", "lˈɪv"), ("STRASSE", "ʃtɹˈɑsə"))
    words = pronounce_line("LIVE! alive “Live’s” olive straße live-in {live|l aɪ v}", said)
    sounds = [w.phonemes for w in words]
    assert sounds[0] == "lɪv" and sounds[2] == "lɪvz" and sounds[4] == "ʃtɹɑsə" and sounds[6] == "lIv"
    assert sounds[1] == pronounce_line("alive")[0].phonemes and sounds[3] == pronounce_line("olive")[0].phonemes
    assert sounds[5].startswith("lɪv")
    assert [w.text for w in words][-1] == "live"


@pytest.mark.parametrize(
    ("pairs", "told"),
    [([("", "ɑ")], "empty"), ([("…", "ɑ")], "empty"), ([("a b", "ɑ")], "several"), ([("x", " ")], "sounds are empty")],
)
def test_a_pair_that_is_none_is_told(pairs: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as caught:
        clean_pronunciations(pairs)
    assert caught.value.field == "pronunciations"
