"""A person's own words: sung verbatim, every word, in order."""

from __future__ import annotations

import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_LYRICS_WORDS
from generation.engine.lyrics import LyricsSpec, SectionKind, parse_custom_lyrics, write_lyrics
from generation.engine.lyrics.custom import MAX_LINE_SYLLABLES, MAX_LINE_WORDS


def sung_words(text: str) -> list[str]:
    return [w.text for s in parse_custom_lyrics(text) for line in s.lines for w in line.words]


TAGGED = """[Verse 1]
I walked alone through the falling snow,
"Where," she said, "do the wild geese go?"

[Pre-Chorus]
Up and up
[Chorus]
Don't look back - we're almost home!
[Bridge: softly]
Oh... oh
[Middle 8]
One
[Outro] so long
"""


def test_tags_become_sections() -> None:
    sections = parse_custom_lyrics(TAGGED)
    kinds = SectionKind
    assert [(s.kind, s.label) for s in sections] == [
        (kinds.VERSE, "Verse 1"),
        (kinds.PRE_CHORUS, "Pre-Chorus"),
        (kinds.CHORUS, "Chorus"),
        (kinds.BRIDGE, "Bridge: softly"),
        (kinds.BRIDGE, "Middle 8"),
        (kinds.OUTRO, "Outro"),
    ]
    assert sections[2].lines[0].text == "Don't look back - we're almost home!"


def test_every_word_in_order() -> None:
    body = [line for line in TAGGED.replace("[Outro] ", "").splitlines() if not line.startswith("[")]
    written = [w for line in body for w in line.split() if w != "-"]
    assert sung_words(TAGGED) == written
    together = " ".join(line.text for s in parse_custom_lyrics(TAGGED) for line in s.lines)
    assert together.split() == " ".join(body).split()


def test_without_tags_blank_lines_part_sections_and_a_return_is_the_chorus() -> None:
    sections = parse_custom_lyrics("one two\nthree\n\nla la la\n \nfour\n\n\nLa la la\n")
    kinds = SectionKind
    assert [s.kind for s in sections] == [kinds.VERSE, kinds.CHORUS, kinds.VERSE, kinds.CHORUS]
    assert len({s.label for s in sections}) == 4


def test_long_lines_are_cut_for_breath_and_lose_nothing() -> None:
    line = (
        "When the morning comes over the hill, and nobody knows where the wanderers went, I will follow the "
        "extraordinarily long and winding road that my grandmother told me about when I was only seven years old"
    )
    (section,) = parse_custom_lyrics(line)
    assert len(section.lines) > 3
    assert " ".join(x.text for x in section.lines) == line
    for x in section.lines:
        assert len(x.words) <= MAX_LINE_WORDS
        assert x.syllable_count <= MAX_LINE_SYLLABLES
    assert section.lines[0].text == "When the morning comes over the hill,"


def test_markup_and_control_characters_are_no_words() -> None:
    assert sung_words("<b>fire</b> &amp; rain\x00\x07<br/>I <3 you\u202e") == ["fire", "rain", "I", "<3", "you"]


def test_odd_words_are_sung() -> None:
    words = parse_custom_lyrics("Zxqvit! 42 NASA's $5 naïve שלום 愛 {Siobhan|ʃəvˈɔn}")[0].lines
    assert [w.text for line in words for w in line.words] == "Zxqvit! 42 NASA's $5 naïve שלום 愛 Siobhan".split()
    assert all(w.syllables for line in words for w in line.words)
    assert "Siobhan" in words[-1].text


@pytest.mark.parametrize("text", ["", " \n\t ", "— ... !!", "[Verse]\n[Chorus]\n", "\x00\x01", "<br>"])
def test_no_singable_word_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_custom_lyrics(text)
    assert error.value.field == "lyrics"


@pytest.mark.parametrize("text", ["la " * (MAX_LYRICS_WORDS + 1), "a" * 100, "word\n" * 20_000])
def test_too_much_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_custom_lyrics(text)
    assert error.value.field == "lyrics"


def test_the_most_that_is_allowed_and_a_single_word() -> None:
    assert len(sung_words("la " * MAX_LYRICS_WORDS)) == MAX_LYRICS_WORDS
    assert sung_words("Amen") == ["Amen"]


def test_custom_text_beats_the_plan() -> None:
    lyrics = write_lyrics(LyricsSpec("the sea", "", "pop", 1, (), custom_text="Hello, my dear\n\nGoodbye"))
    assert (lyrics.source, lyrics.title, len(lyrics.sections)) == ("custom", "The Sea", 2)
    lyrics = write_lyrics(LyricsSpec("", "", "pop", 1, (), custom_text="Hello, my dear"))
    assert lyrics.title == "Hello, my dear"
