"""A trailer: the stretch of a song around its hook, on bar lines, and the film's plan cut down to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.audio import open_wav_writer
from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_TRAILER_S, MIN_TRAILER_S
from generation.engine.film.types import Card, KaraokeLine, Shot, Storyboard
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score, Section, SungLine

_FADE_IN_S, _LEAST_FADE_OUT_S = 0.06, 1.5
_BLOCK_SAMPLES = 1 << 16
_LEAST_SHOT_S = 0.6


@dataclass(frozen=True)
class Window:
    """Bars `start_bar`..`end_bar` (exclusive) of a score, with their seconds; `why` is a sentence for people."""

    start_bar: int
    end_bar: int
    start_s: float
    end_s: float
    why: str = ""

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s


def choose_window(score: Score, length_s: float) -> Window:
    """The stretch of about `length_s` seconds that shows the song best: it leads into the last chorus it can, holds the
    title's line whole, and begins and ends where sections do, if not then where phrases do; always on bar lines.

    Raises InvalidInput when the song is not longer than that.
    """
    if score.duration_s <= length_s + 1.0:
        raise InvalidInput(
            f"The song lasts {score.duration_s:.0f} s: a trailer of it must be shorter than that.", field="trailer_s"
        )
    judge = _Judge(score, length_s)
    candidates = [window for start in range(score.bars) for window in judge.from_bar(start)]
    return max(candidates or judge.nearest(), key=lambda window: (judge.worth(window), -window.start_bar))


class _Judge:
    """What a window is worth to somebody who hears nothing else of the song."""

    def __init__(self, score: Score, length_s: float) -> None:
        self.score, self.length_s = score, length_s
        at = score.tempo_map.seconds_at
        self.bars_s = [at(bar * score.beats_per_bar) for bar in range(score.bars)] + [score.duration_s]
        self.choruses = [section for section in score.sections if section.kind is SectionKind.CHORUS]
        self.bounds = {section.start_bar for section in score.sections} | {score.bars}
        self.sung = [(line, *self._span_s(line)) for line in score.lead.lines if line.notes]

    def from_bar(self, start: int) -> list[Window]:
        """The windows from a bar that end within a bar of what was asked, and last as long as a trailer may."""
        bar_s = self.score.duration_s / self.score.bars
        least_s = max(MIN_TRAILER_S, self.length_s - 0.6 * bar_s)
        most_s = min(MAX_TRAILER_S, self.length_s + bar_s)
        spans_s = [(end, self.bars_s[end] - self.bars_s[start]) for end in range(start + 1, len(self.bars_s))]
        ends = [end for end, span_s in spans_s if least_s - 0.01 <= span_s <= most_s + 0.01]
        return [self._window(start, end) for end in ends]

    def nearest(self) -> list[Window]:
        """Where bars are so long that none of those fits: from each bar the window that comes nearest."""
        ends = range(1, len(self.bars_s))
        return [
            self._window(start, min((e for e in ends if e > start), key=lambda end: abs(self._off_s(start, end))))
            for start in range(self.score.bars)
        ]

    def _off_s(self, start: int, end: int) -> float:
        return self.bars_s[end] - self.bars_s[start] - self.length_s

    def _window(self, start: int, end: int) -> Window:
        window = Window(start, end, self.bars_s[start], self.bars_s[end])
        return replace(window, why=self._why(window))

    def worth(self, window: Window) -> float:
        value = -2.5 * abs(window.length_s - self.length_s) / self.length_s
        value += self._music(window) + self._bounds(window) + self._words(window)
        return round(value, 9)

    def _music(self, window: Window) -> float:
        value = 0.0
        for section in self.score.sections:
            start_s, end_s = self._section_s(section)
            share = max(0.0, min(end_s, window.end_s) - max(start_s, window.start_s)) / window.length_s
            value += share * (0.6 * section.energy + (0.8 if section in self.choruses else 0.0))
        for chorus in self.choruses:
            start_s, _ = self._section_s(chorus)
            place = (start_s - window.start_s) / window.length_s
            if 0.0 <= place <= 0.55:  # a chorus begins here, best after a lead-in that the title stands over
                value += 0.35 + (0.30 if place >= 0.08 else 0.0) + (0.25 if chorus is self.choruses[-1] else 0.0)
                break
        return value

    def _bounds(self, window: Window) -> float:
        value = 0.40 if window.start_bar in self.bounds else 0.15 * self._is_phrase(window.start_bar)
        value += 0.45 if window.end_bar in self.bounds else 0.15 * self._is_phrase(window.end_bar)
        return value + (0.15 if window.end_bar == self.score.bars else 0.0)

    def _words(self, window: Window) -> float:
        value = 0.0
        title = _letters(self.score.title)
        for _line, start_s, end_s in self.sung:
            if start_s < window.start_s - 0.05 < end_s - 0.25:
                value -= 0.5  # somebody is in the middle of a word
            if start_s < window.end_s - 0.25 < end_s - 0.05:
                value -= 0.35
        if title and any(title in _letters(line.text) and self._holds(window, a, b) for line, a, b in self.sung):
            value += 0.35
        return value

    def _is_phrase(self, bar: int) -> bool:
        """Four bars and their multiples within a section."""
        inside = next((s for s in self.score.sections if s.start_bar <= bar < s.start_bar + s.bars), None)
        return inside is not None and (bar - inside.start_bar) % 4 == 0

    def _holds(self, window: Window, start_s: float, end_s: float) -> bool:
        return window.start_s - 0.05 <= start_s and end_s <= window.end_s - 0.5

    def _section_s(self, section: Section) -> tuple[float, float]:
        return self.bars_s[section.start_bar], self.bars_s[section.start_bar + section.bars]

    def _span_s(self, line: SungLine) -> tuple[float, float]:
        at = self.score.tempo_map.seconds_at
        return at(line.notes[0].start_beats), at(line.notes[-1].start_beats + line.notes[-1].duration_beats)

    def _why(self, window: Window) -> str:
        names = [
            s.name
            for s in self.score.sections
            if s.start_bar < window.end_bar and window.start_bar < s.start_bar + s.bars
        ]
        told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        return (
            f"The trailer shows bars {window.start_bar + 1} to {window.end_bar} ({told}): "
            f"{window.length_s:.1f} s from the song's second {window.start_s:.1f}."
        )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def cut_storyboard(board: Storyboard, window: Window) -> Storyboard:
    """The plan of the whole film cut down to a window: its own shots, cues and words, a title first, an end card last.

    Frame 0 is the first frame of the window's first bar; every cut stays on its bar line.
    """
    fps = board.fps
    first, last = round(window.start_s * fps), min(board.frames, round(window.end_s * fps))
    frames, shift_s = last - first, first / fps
    cards = _cards(board, frames / fps)
    cues = tuple(
        replace(cue, time_s=cue.time_s - shift_s) for cue in board.cues if first - fps <= cue.time_s * fps < last
    )
    return replace(
        board,
        frames=frames,
        shots=_shots(board, first, last),
        cues=cues,
        lines=_lines(board, shift_s, cards),
        cards=cards,
        bar_frames=tuple(frame - first for frame in board.bar_frames if first <= frame <= last),
        choices=(*board.choices, window.why),
    )


def _shots(board: Storyboard, first: int, last: int) -> tuple[Shot, ...]:
    inside = [shot for shot in board.shots if shot.start_frame < last and first < shot.end_frame]
    least = _LEAST_SHOT_S * board.fps
    if len(inside) > 1 and inside[0].end_frame - first < least:
        inside = inside[1:]
    if len(inside) > 1 and last - inside[-1].start_frame < least:
        inside = inside[:-1]
    shots = []
    for index, shot in enumerate(inside):
        start = 0 if index == 0 else shot.start_frame - first
        end = last - first if index + 1 == len(inside) else shot.end_frame - first
        begins = {"transition": "cut", "transition_frames": 0} if index == 0 else {}
        shots.append(replace(shot, index=index, start_frame=start, end_frame=end, **begins))
    return tuple(shots)


def _lines(board: Storyboard, shift_s: float, cards: tuple[Card, ...]) -> tuple[KaraokeLine, ...]:
    """The lines that begin in the window; at the end card the words give way, and those that stand in the middle of the
    picture at the title, too."""
    from_s = cards[0].end_s if board.words == "lyric_video" else 0.0
    lines = []
    for line in board.lines:
        show_s, hide_s = max(from_s, line.show_s - shift_s), min(line.hide_s - shift_s, cards[-1].start_s)
        if line.words[0].start_s < shift_s - 0.05 or hide_s - show_s < 0.8:
            continue
        words = tuple(replace(w, start_s=w.start_s - shift_s, end_s=w.end_s - shift_s) for w in line.words)
        lines.append(replace(line, words=words, show_s=show_s, hide_s=hide_s))
    return tuple(lines)


def _cards(board: Storyboard, length_s: float) -> tuple[Card, ...]:
    """The film's own title and end card, as long as a trailer has room for them."""
    own = {card.kind: card for card in board.cards}
    title = own.get("title", Card("title", (board.title,), 0.0, 0.0))
    end = own.get("end", Card("end", (board.title,), 0.0, 0.0))
    title_s, end_s = min(3.4, 0.2 * length_s), min(4.0, 0.19 * length_s)
    return (
        replace(title, start_s=0.35, end_s=0.35 + title_s),
        replace(end, start_s=length_s - end_s, end_s=length_s),
    )


def fade_out_s(score: Score, window: Window) -> float:
    """How long the sound of a window fades: its last bar, unless it ends with the song, which rings out by itself."""
    if window.end_bar == score.bars:
        return 0.1
    at = score.tempo_map.seconds_at
    bar_s = window.end_s - at((window.end_bar - 1) * score.beats_per_bar)
    return min(max(_LEAST_FADE_OUT_S, bar_s), 0.25 * window.length_s)


def cut_sound(source: Path, target: Path, *, start_s: float, length_s: float, fade_s: float) -> None:
    """`length_s` of a sound file from `start_s` on as 24-bit WAV, with a short fade in and `fade_s` out (cos²). What
    the file does not reach is silence."""
    with sf.SoundFile(source) as sound:
        rate_hz, samples = sound.samplerate, round(length_s * sound.samplerate)
        sound.seek(min(sound.frames, round(start_s * rate_hz)))
        fades = (max(1, round(_FADE_IN_S * rate_hz)), max(1, round(fade_s * rate_hz)))
        with open_wav_writer(target, channels=sound.channels, sample_rate_hz=rate_hz) as out:
            for at in range(0, samples, _BLOCK_SAMPLES):
                count = min(_BLOCK_SAMPLES, samples - at)
                block = sound.read(count, dtype="float64", always_2d=True, fill_value=0.0)
                out.write(block * _envelope(at, count, samples, *fades)[:, None])


def _envelope(at: int, count: int, samples: int, fade_in: int, fade_out: int) -> np.ndarray:
    """Gains of the samples `at`..`at + count` of `samples`."""
    place = np.arange(at, at + count, dtype=np.float64)
    rise = np.sin(0.5 * np.pi * np.clip(place / fade_in, 0.0, 1.0)) ** 2
    fall = np.sin(0.5 * np.pi * np.clip((samples - 1 - place) / fade_out, 0.0, 1.0)) ** 2
    return rise * fall
