"""English as it is sung, against the CMU Pronouncing Dictionary's reading written down by hand where there is one."""

from __future__ import annotations

import pytest

from voicelab.engine.phonemes import (
    PronouncedWord,
    SyllableSounds,
    fit_to_note,
    foreign_language,
    pronounce_line,
    pronounce_word,
)


def syllables(text: str) -> list[str]:
    return [s.phonemes for word in pronounce_line(text) for s in word.syllables]


def one(text: str) -> PronouncedWord:
    return pronounce_word(text)


@pytest.mark.parametrize(
    ("written", "sounds"),
    [
        ("'Tis", "tɪz"), ("’tis", "tɪz"), ("‘Twas", "twʌz"), ("o'er", "ɔɹ"), ("e’er,", "ɛɹ"), ("'em", "əm"),
        ("'n'", "ən"), ("’cause", "kʌz"), ("I'd've", "Idəv"), ("should've", "ʃʊdəv"), ("gonna", "ɡʌnə"),
        ("gotta", "ɡɑTə"), ("y'all", "jɔl"), ("li'l", "lɪl"), ("ev'ry", "ɛvɹi"), ("c'mon", "kəmɔn"),
        ("runnin'", "ɹʌnɪn"), ("singin’", "sɪŋɪn"), ("nothin'!", "nʌθɪn"), ("goin'", "ɡOɪn"), ("somethin", "sʌmθɪn"),
        ("oh", "O"), ("Oooooh", "u"), ("ahhh", "ɑ"), ("heyyy!", "hA"), ("whoooaaa", "wO"), ("woah", "wO"),
        ("yeah", "jæ"), ("yeahhh", "jæ"), ("nooo", "nO"), ("sooo", "sO"), ("looove", "lʌv"), ("youuuu", "ju"),
        ("babyyy", "bAbi"), ("goooone", "ɡɔn"), ("toooo", "tu"), ("sooon", "sun"), ("goood", "ɡʊd"), ("beee", "bi"),
        ("Siobhan", "ʃəvɔn"), ("Niamh's", "nivz"), ("Nguyen", "wɪn"), ("gr8", "ɡɹAt"), ("<3", "lʌv"),
        ("love🔥", "lʌv"), ("Maria", "məɹiə"), ("Maria's", "məɹiəz"), ("Olivia,", "Olɪviə"), ("Eleanor", "ɛlənɔɹ"),
        ("Angela", "ænʤələ"), ("Simon", "sImən"), ("Sean", "ʃɔn"), ("Michelle", "mɪʃɛl"), ("Chopin", "ʃOpæn"),
        ("Nathaniel", "nəθænjəl"), ("sorry", "sɑɹi"), ("sorrow", "sɑɹO"),
    ],
)  # fmt: skip
def test_words_of_songs(written: str, sounds: str) -> None:
    assert one(written).phonemes == sounds
    assert one(written).text == written


@pytest.mark.parametrize(
    ("written", "count"),
    [("nananana", 4), ("la-la-la", 3), ("lalala", 3), ("shalala", 3), ("hahaha", 3), ("banana", 3), ("mama", 2),
     ("mmm", 1), ("hmmm", 1), ("shhh", 1), ("brrr", 1), ("ooooooh", 1), ("uh-huh", 2), ("doo-wop", 2)],
)  # fmt: skip
def test_sung_syllables_are_counted(written: str, count: int) -> None:
    assert len(one(written).syllables) == count


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("1984", "nineteen eighty four"), ("1905", "nineteen oh five"), ("2001", "two thousand one"),
        ("2024", "twenty twenty four"), ("1900", "nineteen hundred"), ("1960s", "nineteen sixties"),
        ("'80s", "eighties"), ("21st", "twenty first"), ("3rd", "third"), ("$5", "five dollars"),
        ("$1", "one dollar"), ("$1.50", "one dollar fifty"), ("£20", "twenty pounds"), ("24/7", "twenty four seven"),
        ("9/11", "nine eleven"), ("007", "double oh seven"), ("50%", "fifty percent"), ("4:30", "four thirty"),
        ("12:00", "twelve o'clock"), ("3.14", "three point one four"), ("1,000,000", "one million"),
        ("-5", "minus five"), ("365", "three hundred sixty five"), ("0", "zero"), ("#1", "number one"),
        ("R2D2", "R two D two"), ("7-11", "seven eleven"), ("1/2", "one half"), ("'69", "sixty nine"),
        ("rock&roll", "rock and roll"), ("him/her", "him her"), ("half—light", "half light"),
    ],
)  # fmt: skip
def test_figures_and_signs_are_said_in_words(figure: str, words: str) -> None:
    said = one(figure)
    spelled = [w.phonemes for word in words.split() for w in pronounce_line(word)]
    assert len(said.syllables) == sum(len(one(w).syllables) for w in words.split())
    assert said.phonemes.replace("T", "t") == "".join(spelled).replace("T", "t")
    assert said.text == figure


def test_a_figure_does_not_colour_its_neighbours() -> None:
    assert syllables("$5 24/7") == syllables("$5") + syllables("24/7")


def test_initialisms_are_spelled_and_shouted_lines_are_words() -> None:
    assert syllables("the FBI") == ["ði", "ɛf", "bi", "I"]
    assert one("NASA").phonemes == "næsə"
    assert syllables("the US and us")[1:] == ["ju", "ɛs", "ænd", "ʌs"]
    assert syllables("WE ARE ONE, US TWO") == syllables("we are one, us two")


@pytest.mark.parametrize("word", ["Tchaikovsky", "Krzysztof", "Hjalmar", "Kvothe", "Mbappe", "zdravstvuyte"])
def test_a_guess_with_sounds_that_no_letter_asks_for_is_mended(word: str) -> None:
    groups = "".join(c if c in "aeiouy" else " " for c in word.lower()).split()
    assert len(one(word).syllables) <= len(groups)


@pytest.mark.parametrize("word", ["blorp", "glimmerfell", "Aelindra", "Ragnarok", "moonbeamlight", "skibidi"])
def test_a_good_guess_of_the_network_stays(word: str) -> None:
    from voicelab.engine.pronunciation.alignment import misfit
    from voicelab.engine.pronunciation.letters import TOO_FAR

    assert misfit(word.lower(), one(word).phonemes) <= TOO_FAR


@pytest.mark.parametrize(
    "text",
    ["🙂 … — !!!", "", "\u200b", "'", "-", "a", "I", "''", "x" * 60, "aaaaaaaaaa" * 6, "'n'n'n'", "ß ø æ ﬁ", "²½"],
)
def test_anything_is_read_or_left_out(text: str) -> None:
    for word in pronounce_line(text):
        assert word.syllables and all(len(s.nucleus) == 1 for s in word.syllables)


def test_the_neighbours_still_count() -> None:
    assert syllables("the apple")[0] == "ði" and syllables("the king")[0] == "ðə"
    assert (syllables("I will read")[-1], syllables("I have read")[-1]) == ("ɹid", "ɹɛd")
    assert syllables("a live show") != syllables("we live here")


def held(word: str, length_s: float, *, is_last: bool = False) -> str:
    return fit_to_note(word, one(word).syllables[0], length_s, is_last=is_last).phonemes


def test_function_words_are_slurred_on_short_notes_and_full_on_long_ones() -> None:
    assert (held("and", 0.15), held("and", 0.4), held("And,", 1.2)) == ("ənd", "ænd", "ænd")
    assert (held("of", 0.15), held("of", 1.0)) == ("əv", "ʌv")
    assert (held("to", 0.15), held("to", 1.0)) == ("tə", "tu")
    assert held("for", 0.15) == "fəɹ" and held("for", 0.15, is_last=True) == "fɔɹ"
    assert held("king", 0.1) == "kɪŋ"
    stressed = SyllableSounds("", "æ", "nd", 2)
    assert fit_to_note("and", stressed, 0.1) == stressed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich liebe dich mein Herz und alles was du bist\ndie Nacht ist still", "German"),
        ("Je t'aime mon amour, la nuit est douce et belle", "French"),
        ("te quiero mi vida corazón\nDespacito, quiero respirar tu cuello despacito", "Spanish"),
        ("Gloria in excelsis Deo et in terra pax hominibus bonae voluntatis", "Latin"),
        ("שלום עולם", "Hebrew"),
        ("愛している ずっと", "Japanese"),
        ("oh oh oh la la la na na na hey hey goodbye", None),
        ("Love", None),
        ("baby baby ooooh", None),
        ("Siobhan and Niamh danced with Xochitl and Khaleesi", None),
        ("gonna wanna gotta get ya outta here, runnin' 'n' gunnin'", None),
        ("Zorblax Quindar fell upon the Mordheim gates of Aelindra", None),
        ("I said te quiero, mi amor, come dance with me tonight under the stars", None),
        ("", None),
        ("… 🙂", None),
    ],
)
def test_the_language_of_lyrics(text: str, language: str | None) -> None:
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    ("language", "written", "sounds"),
    [
        ("Spanish", "te quiero mi corazón", "tA kjɛɹO mi kOɹɑsOn"),
        ("Spanish", "guerra pingüino ciudad mañana", "ɡɛɹɑ pinɡwinO sjudɑd mɑnjɑnɑ"),
        ("Italian", "ti amo, perché città", "ti ɑmO pɛɹkA ʧitɑ"),
        ("Italian", "figlia bagno scende occhi", "filjɑ bɑnjO ʃɛndA Oki"),
        ("Latin", "gloria in excelsis Deo", "ɡlOɹiɑ in ɛkʃɛlsis dAO"),
        ("Latin", "regina caeli gratia", "ɹɛʤinɑ ʧAli ɡɹɑtsiɑ"),
        ("German", "ich liebe dich mein Herz", "ɪʃ libə dɪʃ mIn hɛɹts"),
        ("German", "die Nacht ist still über", "di nɑkt ɪst ʃtɪl ubəɹ"),
        ("French", "Je t’aime mon amour", "ʒə tɛm mɔn ɑmuɹ"),
        ("French", "la nuit est douce et belle", "lɑ nwi ɛ dus A bɛl"),
        ("Polish", "kochana być moja", "kOhɑnɑ bɪʧ mOjɑ"),
        ("Japanese", "愛している", "IʃitAɹu"),
        (None, "Я люблю тебя", "jɑ ljubliu tɛbjɑ"),
        ("Spanish", "oh yeah, la noche", "O jæ lɑ nOʧA"),
    ],
)  # fmt: skip
def test_other_languages_are_read_by_their_own_spelling(language: str | None, written: str, sounds: str) -> None:
    words = pronounce_line(written, language=language)
    assert [w.text for w in words] == written.split()
    assert [w.phonemes for w in words] == sounds.split()


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا بالعالم", "नमस्ते", "사랑해", "我爱你", "Θεέ μου", "ขอบคุณ", "愛"])
def test_every_script_is_sung(text: str) -> None:
    for language in (None, "another language"):
        words = pronounce_line(text, language=language)
        assert [w.text for w in words] == text.split()
        assert all(w.syllables for w in words)
