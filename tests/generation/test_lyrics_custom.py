"""A person's own words: sung verbatim, every word, in order."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_LYRICS_WORDS, MusicStyle
from generation.engine.composer import ComposeSpec, compose
from generation.engine.film.karaoke import karaoke_lines
from generation.engine.lyrics import LyricsSpec, SectionKind, SectionPlan, parse_custom_lyrics, write_lyrics
from generation.engine.lyrics.custom import MAX_LINE_SYLLABLES, MAX_LINE_WORDS
from generation.engine.lyrics.rhyme import rhymes
from generation.engine.package.lyrics_files import lrc, lyrics_txt, srt
from generation.engine.score.musicxml import write_musicxml
from generation.engine.score.timeline import timed_lines, vocal_line
from voicelab.contracts import VoiceStyle
from voicelab.engine.phonemes import clean_pronunciations


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


MARKED = """[Verse]
Tell {Siobhan|SH AH0 V AO1 N} that Niamh is gone,
the night was long without {Yvonne|IH0 V AA1 N}, my dawn
[Chorus]
{Siobhan|SH AH0 V AO1 N}, Siobhan!
"""
SAID = clean_pronunciations([("niamh", "N IY1 AH0 M"), ("Siobhan", "S AY1 B AH0 N")])
TOLD = {("Siobhan", "ʃəvɔn"), ("Siobhan", "sIbən"), ("Niamh", "niəm")}


def test_told_sounds_reach_the_singer_and_no_file_shows_their_marks(tmp_path: Path) -> None:
    spec = LyricsSpec("a farewell", "", "pop", 1, (), custom_text=MARKED, pronunciations=SAID)
    lyrics = write_lyrics(spec)
    lines = [line for section in lyrics.sections for line in section.lines]
    assert {(w.text.strip(",!"), w.phonemes) for line in lines for w in line.words} >= TOLD
    assert lyrics.notices == ()
    score = compose(ComposeSpec("Farewell", MusicStyle.POP, VoiceStyle.SOPRANO, 1, 40.0), lyrics)
    sung = {
        (word.text.strip(",!"), "".join(s.onset + s.nucleus + s.coda for s in word.syllables))
        for phrase in vocal_line(score.lead, score).phrases
        for word in phrase.words
    }
    assert sung >= TOLD
    write_musicxml(score, tmp_path / "score.musicxml")
    timed = timed_lines(score)
    shown = [lyrics_txt(lyrics), lrc(timed), srt(timed)]
    under_notes = [text.text for text in ElementTree.parse(tmp_path / "score.musicxml").iter("text")]
    assert len(under_notes) >= 10
    shown += under_notes  # beside them stand annotations for our own reader, sounds among them
    shown += [word.text for line in karaoke_lines(score) for word in line.words]
    assert all("Siobhan" in text for text in shown[:3])
    for text in shown:
        assert not set("{}|") & set(text) and "AH0" not in text


def test_rhymes_are_heard_as_told() -> None:
    gone, lyon, plain = parse_custom_lyrics("he is gone\nto {Lyon|L IY0 AO1 N}\nto Lyon")[0].lines
    assert rhymes(gone.words, lyon.words) and not rhymes(gone.words, plain.words)
    told = parse_custom_lyrics("he is gone\nto Lyon", clean_pronunciations([("LYON", "L IY0 AO1 N")]))[0].lines
    assert rhymes(told[0].words, told[1].words)


@pytest.mark.parametrize("text", ["sing {hello|Ж} now", "sing {two words|hɛlO}", "sing {|hɛlO}"])
def test_sounds_that_cannot_be_read_are_told(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_custom_lyrics(text)
    assert error.value.field == "lyrics"


def test_another_language_is_sung_with_a_notice() -> None:
    german = "Ich liebe dich, mein Herz, und alles was du bist\nDie Nacht ist still, der Mond ist rund"
    lyrics = write_lyrics(LyricsSpec("love", "", "pop", 1, (), custom_text=german))
    said = "The lyrics seem to be in German: they are sung by their spelling, with English sounds."
    assert lyrics.notices == (said,)
    assert [w.text for s in lyrics.sections for x in s.lines for w in x.words] == german.split()


def test_the_studios_own_writer_counts_and_sings_words_as_told() -> None:
    form = (
        SectionPlan(SectionKind.VERSE, "Verse 1", 4, (8, 8, 8, 8)),
        SectionPlan(SectionKind.CHORUS, "Chorus", 4, (8, 8, 8, 8)),
    )
    said = clean_pronunciations([("Zorba", "Z AO1 R AH0 B AH0 N AA0")])
    lyrics = write_lyrics(LyricsSpec("a dance by the sea", "Zorba", "pop", 3, form, pronunciations=said))
    lines = lyrics.sections[1].lines
    sung = [w.phonemes for line in lines for w in line.words if w.text.strip(",.!?").lower() == "zorba"]
    assert sung and set(sung) == {"zɔɹəbənɑ"}
    assert all(abs(line.syllable_count - 8) <= 1 for line in lines)
