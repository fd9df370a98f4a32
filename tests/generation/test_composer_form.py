"""The form: length, tempo, sections, and words that do not keep the plan."""

from __future__ import annotations

import numpy as np
import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import MusicStyle
from generation.engine.composer import ComposeSpec, compose, plan_form
from generation.engine.composer.styles import STYLES
from generation.engine.lyrics.types import Lyrics, SectionKind
from tests.generation.composing import WORDS, breaths_s, custom_lyrics, song, syllable_seconds
from voicelab.contracts import VoiceStyle
from voicelab.engine.phonemes import pronounce_line
from voicelab.engine.spelling import split_word

STYLE_LIST = list(MusicStyle)


@pytest.mark.parametrize("style", STYLE_LIST)
def test_every_length_has_a_plan_in_the_tempo_range_of_the_style(style):
    low, high = STYLES[style].bpm
    for length_s in (30, 30.5, 31, 33, 37.7, 41, 45, 52, 59, 60, 75, 90, 111, 133, 150, 180, 207, 240, 271, 299, 300):
        for seed in (0, 7):
            plan = plan_form(style, length_s, seed=seed)
            assert low <= plan.bpm <= high, (length_s, plan.bpm)
            assert plan.sung, length_s
            assert all(len(s.syllables) == s.lines and min(s.syllables) >= 4 for s in plan.sung)


@pytest.mark.parametrize("style", STYLE_LIST)
@pytest.mark.parametrize("length_s", [30, 60, 180, 300])
def test_the_song_is_as_long_as_asked(style, length_s):
    score = song(style, VoiceStyle.SOPRANO, length_s, 3)
    assert score.duration_s == pytest.approx(length_s, rel=0.005)


@pytest.mark.parametrize("length_s", [0, 29.9, 301, float("nan")])
def test_a_length_outside_of_the_limits_is_refused(length_s):
    with pytest.raises(InvalidInput) as caught:
        plan_form(MusicStyle.POP, length_s, seed=1)
    assert caught.value.field == "length_s"


@pytest.mark.parametrize("style", STYLE_LIST)
def test_a_long_song_has_a_form_that_rises_to_its_last_chorus(style):
    plan = plan_form(style, 200, seed=4)
    kinds = [s.kind for s in plan.sections]
    assert kinds[0] is SectionKind.INTRO
    assert kinds.count(SectionKind.CHORUS) >= 2 and kinds.count(SectionKind.VERSE) >= 2
    choruses = [s for s in plan.sections if s.kind is SectionKind.CHORUS]
    assert max(plan.sections, key=lambda s: s.energy).kind in (SectionKind.CHORUS, SectionKind.INSTRUMENTAL)
    assert choruses[-1].energy > choruses[0].energy
    assert len({(s.syllables, s.bars) for s in choruses}) == 1


def _sung_words(score) -> list[str]:
    notes = [n for line in score.lead.lines for n in line.notes if n.syllable]
    return [n.syllable.word for n in notes if n.syllable.index_in_word == 0]


def _written_words(lyrics: Lyrics) -> list[str]:
    return [w.text for s in lyrics.sections for line in s.lines for w in line.words]


def _many_words(count: int, per_line: int) -> str:
    rng = np.random.default_rng(count)
    words = [WORDS[i] for i in rng.integers(0, len(WORDS), count)]
    lines = [" ".join(words[i : i + per_line]) for i in range(0, count, per_line)]
    return "\n\n".join("\n".join(lines[i : i + 4]) for i in range(0, len(lines), 4))


@pytest.mark.parametrize(
    ("text", "length_s"),
    [
        ("Forgive", 30),
        ("Forgive", 300),
        ("Antidisestablishmentarianism supercalifragilisticexpialidocious", 30),
        ("In 1984 we had 300 reasons, Mr. Smith!\nשלום my friend", 45),
        ("fire\nriver\nstone\nfire\nriver", 60),
        (_many_words(400, 8), 200),
        (_many_words(400, 400), 200),
    ],
    ids=["one-30", "one-300", "long-words", "numbers", "one-a-line", "400", "400-in-one-line"],
)
@pytest.mark.parametrize("style", [MusicStyle.POP, MusicStyle.DARK, MusicStyle.GREGORIAN, MusicStyle.FANTASY])
def test_custom_words_are_all_sung_in_order(style, text, length_s):
    lyrics = custom_lyrics(text)
    score = compose(ComposeSpec("T", style, VoiceStyle.HEROIC_MALE, 5, length_s), lyrics)
    assert _sung_words(score) == _written_words(lyrics)
    assert score.duration_s == pytest.approx(length_s, rel=0.005)
    assert min(syllable_seconds(score)) >= 0.119
    assert min(breaths_s(score), default=1.0) >= 0.15


def test_too_many_words_are_refused_with_the_length_that_would_do():
    lyrics = custom_lyrics(_many_words(300, 8))
    with pytest.raises(InvalidInput) as caught:
        compose(ComposeSpec("T", MusicStyle.EPIC, VoiceStyle.SOPRANO, 1, 60), lyrics)
    assert caught.value.field == "lyrics"
    needed_s = int(caught.value.message.split("about ")[1].split(" s")[0])
    assert 100 < needed_s < 240
    score = compose(ComposeSpec("T", MusicStyle.EPIC, VoiceStyle.SOPRANO, 1, needed_s), lyrics)
    assert _sung_words(score) == _written_words(lyrics)


def test_lyrics_without_a_word_are_refused():
    with pytest.raises(InvalidInput) as caught:
        compose(ComposeSpec("T", MusicStyle.POP, VoiceStyle.SOPRANO, 1, 60), Lyrics("T", (), "custom"))
    assert caught.value.field == "lyrics"


def test_written_fragments_spell_the_word_and_count_its_syllables():
    text = "gladiator forgives heaven's remembered evening 300 7 don't beautiful after-glow little created Mr. naïve"
    for word in pronounce_line(text):
        fragments = split_word(word)
        assert "".join(fragments) == word.text
        assert len(fragments) == len(word.syllables)
    splits = {w.text: split_word(w) for w in pronounce_line("forgives remember silver mountain after-glow")}
    assert splits["forgives"] == ("for", "gives")
    assert splits["remember"] == ("re", "mem", "ber")
    assert splits["silver"] == ("sil", "ver")
    assert splits["after-glow"] == ("af", "ter-", "glow")


@pytest.mark.parametrize(
    "hyphenated",
    [
        "some-where", "care-less", "sci-ence", "qui-et", "see-ing", "cre-a-ted", "li-on", "run-nin'", "coul-dn't",
        "Hal-le-lu-jah,", "ne-ver-the-less", "eve-ning", "na-na-na-na", "bot-tle", "a-re-a", "home-land", "Be-yon-cé",
    ],
)  # fmt: skip
def test_letters_go_with_the_sounds_that_they_say(hyphenated: str):
    (word,) = pronounce_line(hyphenated.replace("-", ""))
    assert split_word(word) == tuple(hyphenated.split("-"))
