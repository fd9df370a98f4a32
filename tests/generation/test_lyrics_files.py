"""TXT, LRC and SRT, read back by a parser that knows only the formats."""

from __future__ import annotations

import re

import pytest

from generation.engine.lyrics import parse_custom_lyrics
from generation.engine.lyrics.types import Lyrics
from generation.engine.package.lyrics_files import lrc, lyrics_txt, srt, vtt
from generation.engine.score.timeline import TimedLine, TimedWord

LINES = (
    TimedLine(
        "Hello, my dear",
        0.0,
        2.4,
        0,
        (TimedWord("Hello,", 0.0, 0.9), TimedWord("my", 0.9, 1.25), TimedWord("dear", 1.25, 2.4)),
    ),
    TimedLine("Là-bas <3", 61.994, 63.5, 0, (TimedWord("Là-bas", 61.994, 63.0), TimedWord("<3", 63.0, 63.5))),
    TimedLine("Oh", 3661.5, 3662.0, 0, (TimedWord("Oh", 3661.5, 3662.0),)),
)


def seconds(clock: str) -> float:
    *hours, minutes, rest = clock.replace(",", ".").split(":")
    return sum(int(h) * 3600 for h in hours) + int(minutes) * 60 + float(rest)


def test_lrc_holds_every_word_at_its_time() -> None:
    text = lrc(LINES, title="A  Song", length_s=200.0)
    assert "[ti:A Song]" in text
    assert "[length:03:20.00]" in text
    rows = re.findall(r"^\[(\d+:\d\d\.\d\d)\](.*)$", text, re.MULTILINE)
    assert len(rows) == len(LINES)
    for (clock, row), line in zip(rows, LINES, strict=True):
        assert seconds(clock) == pytest.approx(line.start_s, abs=0.006)
        words = re.findall(r"<(\d+:\d\d\.\d\d)>([^<]*)", row)
        *starts, (end, after) = words
        assert after == ""
        assert seconds(end) == pytest.approx(line.end_s, abs=0.006)
        assert [w.strip().replace("‹", "<") for _, w in starts] == [w.text for w in line.words]
        for (start, _), word in zip(starts, line.words, strict=True):
            assert seconds(start) == pytest.approx(word.start_s, abs=0.006)


def test_srt_is_numbered_ordered_and_does_not_overlap() -> None:
    close = TimedLine("late", 2.0, 3.0, 0, ())
    cues = re.findall(r"(\d+)\n(\S+) --> (\S+)\n(.+)\n", srt((*LINES[1:], close, LINES[0])))
    assert [c[0] for c in cues] == ["1", "2", "3", "4"]
    assert [c[3] for c in cues] == ["Hello, my dear", "late", "Là-bas <3", "Oh"]
    times = [(seconds(a), seconds(b)) for _, a, b, _ in cues]
    assert times[0] == (0.0, 2.0)
    assert all(a < b for a, b in times)
    assert all(end <= start for (_, end), (start, _) in zip(times, times[1:], strict=False))
    assert times[-1][0] == pytest.approx(3661.5)


def test_vtt_has_the_cues_of_the_srt_and_no_markup_of_its_own() -> None:
    head, *cues = vtt(LINES).strip().split("\n\n")
    assert head == "WEBVTT"
    times = re.findall(r"(\S+) --> (\S+)", srt(LINES))
    assert [cue.split("\n")[0] for cue in cues] == [f"{a} --> {b}".replace(",", ".") for a, b in times]
    assert [cue.split("\n")[1] for cue in cues] == ["Hello, my dear", "Là-bas &lt;3", "Oh"]


def test_txt_can_be_given_back_as_custom_lyrics() -> None:
    sections = parse_custom_lyrics("[Verse 1]\nHello, my dear\nGoodbye\n[Chorus]\nOh!")
    text = lyrics_txt(Lyrics("My  Song", sections, "custom"))
    title, _, body = text.partition("\n\n")
    assert title == "My Song"
    assert parse_custom_lyrics(body) == sections


def test_no_lines_make_empty_files() -> None:
    assert srt(()) == ""
    assert re.findall(r"^\[\d", lrc(()), re.MULTILINE) == []
