"""The words of a song as files that people and programs read: plain text, LRC with word times, SRT, WebVTT.

LRC: "enhanced" form, `[mm:ss.xx]<mm:ss.xx>word <mm:ss.xx>word <mm:ss.xx>` (the last time is the end of the line), which
players that know only line times read as well. SRT: one cue a line, `HH:MM:SS,mmm`. WebVTT (W3C): the same cues, as
browsers read them beside a video.
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.lyrics.types import Lyrics
from generation.engine.score.timeline import TimedLine

MIN_CUE_S = 0.2


def lyrics_txt(lyrics: Lyrics) -> str:
    """The title, then the sections with their tags."""
    return f"{_one_line(lyrics.title)}\n\n{lyrics.text}"


def lrc(lines: Sequence[TimedLine], *, title: str = "", length_s: float | None = None) -> str:
    """Enhanced LRC: a time for each line and each word, to a hundredth of a second."""
    head = [f"[ti:{_one_line(title)}]"] if title else []
    head += [f"[length:{_clock(length_s)}]"] if length_s is not None else []
    rows = [f"[{_clock(line.start_s)}]{_lrc_words(line)}" for line in sorted(lines, key=lambda x: x.start_s)]
    return "\n".join([*head, "[re:CodeCraft Studio]", *rows]) + "\n"


def srt(lines: Sequence[TimedLine]) -> str:
    """SubRip: one numbered cue a line, in order, none running into the next."""
    return "\n".join(
        f"{number}\n{_srt_clock(start_s)} --> {_srt_clock(end_s)}\n{text}\n"
        for number, (start_s, end_s, text) in enumerate(_cues(lines), start=1)
    )


def vtt(lines: Sequence[TimedLine]) -> str:
    """WebVTT: the cues of the SRT; what would be markup there is written as letters."""
    escaped = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

    def clock(time_s: float) -> str:
        return _srt_clock(time_s).replace(",", ".")

    cues = [
        f"{clock(start_s)} --> {clock(end_s)}\n{text.translate(escaped)}\n" for start_s, end_s, text in _cues(lines)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _cues(lines: Sequence[TimedLine]) -> list[tuple[float, float, str]]:
    """Start, end and text of each line in order, none running into the next."""
    ordered = sorted(lines, key=lambda x: x.start_s)
    cues = []
    for number, line in enumerate(ordered, start=1):
        end_s = max(line.end_s, line.start_s + MIN_CUE_S)
        if number < len(ordered):
            end_s = min(end_s, max(ordered[number].start_s, line.start_s + 0.001))
        cues.append((line.start_s, end_s, _one_line(line.text)))
    return cues


def _lrc_words(line: TimedLine) -> str:
    if not line.words:
        return _one_line(line.text)
    words = " ".join(
        f"<{_clock(w.start_s)}>{_one_line(w.text).replace('<', '‹').replace('>', '›')}" for w in line.words
    )
    return f"{words} <{_clock(line.words[-1].end_s)}>"


def _clock(time_s: float) -> str:
    """mm:ss.xx (minutes may pass 99)."""
    hundredths = max(0, round(time_s * 100))
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def _srt_clock(time_s: float) -> str:
    ms = max(0, round(time_s * 1000))
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
