"""Our own songwriter, judged on what it writes: shape, syllables, rhyme, the title, and no line twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache

import pytest

from generation.contracts import MusicStyle
from generation.engine.composer.form import plan_form
from generation.engine.lyrics import Lyrics, LyricsSpec, SectionKind, SectionPlan, rhyme_scheme, write_lyrics
from generation.engine.lyrics.rhyme import rhymes
from tests.judges.meaning import nearer_share

THEMES = [
    "a gladiator who forgives his enemy", "the last lighthouse keeper", "a robot learning to love",
    "winter in an empty house", "forgiveness", "my grandmother's garden", "dancing with ghosts",
    "a knight without a king", "love in a burning city", "two wolves howl at the moon", "an astronaut far from home",
    "the sea", "an old man and the sea", "the ocean at night", "a mother's letter to her son", "freedom",
    "the last train to Berlin", "a dragon who is afraid of fire", "our first summer", "hope after the storm",
    "a thief in the cathedral", "war and peace", "the betrayal of a friend", "the machine that dreamed",
    "rain on the city", "a soldier comes home from war", "quantum entanglement", "bread and roses",
    "the boxer's last fight", "a child looks at the stars",
]  # fmt: skip
STYLES = [style.value for style in MusicStyle]


def plan(kind: SectionKind, label: str, *syllables: int) -> SectionPlan:
    return SectionPlan(kind, label, len(syllables), syllables)


def form_of(verse: tuple[int, ...], chorus: tuple[int, ...], bridge: tuple[int, ...]) -> tuple[SectionPlan, ...]:
    kinds = SectionKind
    return (
        plan(kinds.VERSE, "Verse 1", *verse),
        plan(kinds.PRE_CHORUS, "Pre-Chorus", *bridge[:2]),
        plan(kinds.CHORUS, "Chorus 1", *chorus),
        plan(kinds.VERSE, "Verse 2", *verse),
        plan(kinds.CHORUS, "Chorus 2", *chorus),
        plan(kinds.BRIDGE, "Bridge", *bridge),
        plan(kinds.CHORUS, "Final Chorus", *chorus),
    )


FORMS = [
    form_of((8, 7, 8, 7), (8, 8, 8, 8), (7, 7, 7, 7)),
    form_of((8, 8, 8, 8), (8, 7, 8, 7), (9, 8, 9, 8)),
    form_of((11, 9, 11, 9), (10, 10, 10, 10), (8, 8, 8, 8)),
    form_of((7, 7, 7, 7, 7, 7), (8, 7, 8, 7, 8, 7, 8, 7), (7, 7)),
]


def words_of(text: str) -> str:
    return " ".join("".join(c for c in w.lower() if c.isalnum() or c == "'") for w in text.split())


class Tally:
    """Counts over many songs."""

    def __init__(self) -> None:
        self.songs: dict[tuple[str, str], Lyrics] = {}
        self.lines = self.exact = self.pairs = self.rhymed = 0
        self.themes_of = defaultdict(set)
        self.repeats: list[str] = []

    def add(self, theme: str, style: str, form: tuple[SectionPlan, ...], seed: int = 7) -> None:
        lyrics = self.songs[theme, style] = write_lyrics(LyricsSpec(theme, "", style, seed, form))
        assert [(s.kind, s.label, len(s.lines)) for s in lyrics.sections] == [(p.kind, p.label, p.lines) for p in form]
        outside = Counter()
        for section, planned in zip(lyrics.sections, form, strict=True):
            scheme = rhyme_scheme(style, planned.lines, planned.syllables)
            for i, (line, target) in enumerate(zip(section.lines, planned.syllables, strict=True)):
                self.lines += 1
                self.exact += line.syllable_count == target
                self.themes_of[words_of(line.text)].add(theme)
                before = scheme.rfind(scheme[i], 0, i)
                if before >= 0:
                    self.pairs += 1
                    self.rhymed += rhymes(section.lines[before].words, line.words)
                if section.kind is not SectionKind.CHORUS:
                    outside[words_of(line.text)] += 1
            if section.kind is SectionKind.CHORUS:
                sung = words_of(" ".join(line.text for line in section.lines))
                assert words_of(lyrics.title) in sung
        self.repeats += [text for text, times in outside.items() if times > 1]

    def check(self) -> None:
        assert self.exact >= 0.95 * self.lines
        assert self.rhymed >= 0.95 * self.pairs
        assert self.repeats == []

    @property
    def shared(self) -> list[str]:
        return [text for text, themes in self.themes_of.items() if len(themes) > 1]


LENGTHS_S = (45, 60, 90, 120, 150, 180)


def test_thirty_themes_scan_rhyme_and_share_no_line() -> None:
    """Songs as they are asked for: every style, three quarters of a minute to three minutes, the composer's forms."""
    tally = Tally()
    for index, theme in enumerate(THEMES):
        style, seed = STYLES[(index + 3) % len(STYLES)], 7 + index
        form = plan_form(MusicStyle(style), LENGTHS_S[index % len(LENGTHS_S)], seed=seed).sung
        tally.add(theme, style, form, seed)
    tally.check()
    assert tally.shared == []


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_thirty_themes_in_every_style() -> None:
    every_style().check()


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.xfail(reason="some 30 of the 600 lines of a style are shared by two of its thirty themes", strict=True)
def test_thirty_themes_of_one_style_share_no_line() -> None:
    themes_of = defaultdict(set)
    for (theme, style), lyrics in every_style().songs.items():
        for line in (line for section in lyrics.sections for line in section.lines):
            themes_of[style, words_of(line.text)].add(theme)
    assert [line for line, themes in themes_of.items() if len(themes) > 1] == []


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_song_lies_nearer_to_its_own_theme_than_to_another() -> None:
    """Judged by a sentence model that had no part in choosing the lines, over all other themes."""
    share = nearer_share(list(every_style().songs.items()))
    assert share >= 0.95


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_lines_lie_nearer_even_without_the_themes_own_words() -> None:
    """The theme's words and the title taken out: chance is a half, and lines chosen without nearness had 0.58."""
    songs = list(every_style().songs.items())
    assert nearer_share(songs, own_words=False) >= 0.6


@lru_cache(maxsize=1)
def every_style() -> Tally:
    tally = Tally()
    for index, theme in enumerate(THEMES):
        for offset, style in enumerate(STYLES):
            tally.add(theme, style, FORMS[(index + offset) % len(FORMS)])
    return tally


def test_the_rhyme_judge_can_fail() -> None:
    lyrics = write_lyrics(LyricsSpec("the sea", "", "pop", 1, FORMS[0]))
    first, second = lyrics.sections[0].lines[:2]  # ABCB: neighbours are not meant to rhyme
    assert not rhymes(first.words, second.words)
    assert not rhymes(first.words, first.words)


def test_same_seed_same_words_other_seed_other_words() -> None:
    def spec(seed: int) -> LyricsSpec:
        return LyricsSpec("a gladiator who forgives his enemy", "", "epic", seed, FORMS[0])

    one, again, other = (write_lyrics(spec(seed)) for seed in (3, 3, 4))
    assert one == again
    same = {line.text for s in one.sections for line in s.lines} & {
        line.text for s in other.sections for line in s.lines
    }
    assert len(same) < 4


@pytest.mark.parametrize(
    ("theme", "expected"),
    [
        ("a gladiator who forgives his enemy", {"forgive", "gladiator", "enemy"}),
        ("a robot learning to love", {"robot", "love"}),
        ("Maria leaves Berlin at midnight", {"maria", "berlin", "midnight", "leave"}),
        ("my grandmother's garden", {"garden"}),
    ],
)
def test_the_themes_own_words_are_sung(theme: str, expected: set[str]) -> None:
    sung = set()
    for seed in range(3):
        lyrics = write_lyrics(LyricsSpec(theme, "Hold the Line", "emotional", seed, FORMS[1 + seed % 2]))
        words = set(words_of(lyrics.text).split())
        assert words & expected
        sung |= words
    assert len(sung & expected) >= min(2, len(expected))


@pytest.mark.parametrize(
    "title",
    [
        "Mercy",
        "A Rather Long Title About Nothing That Runs Over Several Lines",
        "Über Alles?",
        "99 Days",
        "Orange Silver Month",
    ],
)
def test_a_given_title_is_the_hook(title: str) -> None:
    lyrics = write_lyrics(LyricsSpec("the sea", title, "pop", 5, FORMS[0]))
    assert lyrics.title == title
    chorus = next(s for s in lyrics.sections if s.kind is SectionKind.CHORUS)
    assert words_of(title) in words_of(" ".join(line.text for line in chorus.lines))
    whole_lines = chorus.lines if len(title) < 30 else chorus.lines[3:]  # a long title may leave its lines a word short
    assert all(line.syllable_count == 8 for line in whole_lines)
    assert all(line.syllable_count <= 8 for line in chorus.lines)


@pytest.mark.parametrize(
    "theme",
    ["", "   ", "!!!", "1984", "שלום עולם", "🤷🤷🤷", "zxqv wrrt", "ᚠᚢᚦ", "\x00\x07", "<p></p>", "El último tren"],
)
def test_an_unreadable_theme_gives_a_song_and_says_so(theme: str) -> None:
    lyrics = write_lyrics(LyricsSpec(theme, "", "pop", 5, FORMS[0]))
    assert lyrics.notices
    for section, planned in zip(lyrics.sections, FORMS[0], strict=True):
        assert [line.syllable_count for line in section.lines] == list(planned.syllables)
    assert lyrics.text.isascii()


@pytest.mark.parametrize(
    ("theme", "field_words"),
    [
        (
            "🔥🌊",
            {
                "fire",
                "flame",
                "burn",
                "smoke",
                "sea",
                "tide",
                "wave",
                "waves",
                "ash",
                "embers",
                "spark",
                "shore",
                "match",
                "coals",
                "phoenix",
                "sparks",
                "hearth",
                "stove",
            },
        ),
        ("海の夜", {"sea", "tide", "waves", "night", "moon", "shore", "harbor", "dark", "sleep", "water", "stars"}),
        ("<b>winter</b> &amp; snow", {"winter", "snow", "ice", "frost", "cold"}),
        (
            "la guerra",
            {
                "drums",
                "drum",
                "flag",
                "smoke",
                "war",
                "guns",
                "march",
                "field",
                "boots",
                "mud",
                "soldiers",
                "wire",
                "peace",
                "gun",
                "sword",
                "bugle",
                "trench",
                "arena",
                "armor",
            },
        ),
    ],
)
def test_a_theme_in_another_form_is_still_its_theme(theme: str, field_words: set[str]) -> None:
    lyrics = write_lyrics(LyricsSpec(theme, "", "epic", 5, FORMS[0]))
    assert not lyrics.notices
    assert len(set(words_of(lyrics.text).split()) & field_words) >= 2


def test_odd_plans_are_filled_exactly() -> None:
    kinds = SectionKind
    form = (
        plan(kinds.INTRO, "Intro", 3),
        plan(kinds.VERSE, "Verse", 4, 5, 12, 13, 16),
        plan(kinds.INSTRUMENTAL, "Solo"),
        plan(kinds.CHORUS, "Chorus", 2, 5, 20),
        plan(kinds.OUTRO, "Outro", 1, 11),
    )
    lyrics = write_lyrics(LyricsSpec("a robot learning to love", "Love", "pop", 2, form))
    assert [s.label for s in lyrics.sections] == ["Intro", "Verse", "Chorus", "Outro"]
    got = [[line.syllable_count for line in s.lines] for s in lyrics.sections]
    assert got == [[3], [4, 5, 12, 13, 16], [2, 5, 20], [1, 11]]


@pytest.mark.parametrize(("theme", "style"), [("freedom", "epic"), ("war and peace", "pop")])
def test_a_chorus_comes_back_word_for_word_until_its_last_lines_turn(theme: str, style: str) -> None:
    lyrics = write_lyrics(LyricsSpec(theme, "", style, 2, FORMS[1]))
    first, second, last = ([x.text for x in s.lines] for s in lyrics.sections if s.kind is SectionKind.CHORUS)
    assert first == second
    assert last[:2] == first[:2]
    assert last != first
    assert [line.syllable_count for line in lyrics.sections[-1].lines] == list(FORMS[1][-1].syllables)


def test_a_theme_about_somebody_is_told_of_that_somebody() -> None:
    told = [
        write_lyrics(LyricsSpec("a gladiator who forgives his enemy", "", "epic", seed, FORMS[1])) for seed in range(8)
    ]
    verses = [
        " ".join(x.text.lower() for s in one.sections if s.kind is SectionKind.VERSE for x in s.lines) for one in told
    ]
    of_him = [words_of(verse).split() for verse in verses if " he " in f" {verse} "]
    assert len(of_him) >= 2
    assert not any({"i", "my", "she", "her"} & set(verse) for verse in of_him)


def test_a_slur_in_the_theme_is_not_sung() -> None:
    from generation.engine.lyrics.blocklist import _blocked, blocked_words

    slur = sorted(_blocked())[10]
    lyrics = write_lyrics(LyricsSpec(f"a {slur} and the sea", f"The {slur}", "pop", 2, FORMS[0]))
    assert not blocked_words(lyrics.text)
    assert not blocked_words(lyrics.title)
    assert lyrics.notices
