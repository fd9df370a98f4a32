"""Words on the picture: the sweep and the arrival of each word in time, in every hand and script, read from pixels."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import cv2
import numpy as np
import pytest

from codecraft.common.audio import ffmpeg_path
from generation.engine.film.encode import SegmentEncoder
from generation.engine.film.layout import layout_for
from generation.engine.film.lettering import Lettering
from generation.engine.film.lettering.fonts import FontBook
from generation.engine.film.lettering.hands import HANDS, hand_of
from generation.engine.film.lettering.shaping import set_text, visual_order, word_levels
from generation.engine.film.reaction import Heard
from generation.engine.film.types import Card, KaraokeLine, KaraokeWord
from tests.generation.film_helpers import FONTS, board_for, small_score

SIZE, FPS = (480, 270), 30


def line_of(text: str, *, start_s: float = 0.8, each_s: float = 0.5) -> KaraokeLine:
    words = tuple(
        KaraokeWord(word, start_s + each_s * n, start_s + each_s * (n + 0.75)) for n, word in enumerate(text.split())
    )
    return KaraokeLine(words, start_s - 0.5, words[-1].end_s + 0.6)


def lettering(line: KaraokeLine, *, style: str = "epic", words: str = "karaoke", size=SIZE, cards=()) -> Lettering:
    board = replace(board_for(small_score(), size=size), style=style, words=words, lines=(line,), cards=tuple(cards))
    layout = layout_for(size)
    return Lettering(board, FONTS, layout.top, layout.canvas.height)


def drawn(letters: Lettering, time_s: float, *, size=SIZE, ground: int = 70, voice: float = 0.5) -> np.ndarray:
    frame = np.full((size[1], size[0], 4), ground, np.uint8)
    frame[..., 3] = 255
    letters.lay(frame, time_s, Heard(voice=voice))
    return frame


def middle_errors_ms(frames: np.ndarray, line: KaraokeLine, *, backward: bool = False) -> list[float]:
    """How late each word's sweep passes its middle, read from frames alone: a word's box is what changes between the
    frame before it and the one after; the edge is where a frame turns from the one into the other."""
    errors = []
    for word in line.words:
        first, last = int(np.floor(word.start_s * FPS - 0.5)), int(np.ceil(word.end_s * FPS - 0.5)) + 1
        before, after = frames[first].astype(int), frames[last].astype(int)
        changed = np.abs(after - before).max(axis=2)
        inked = changed > 0.35 * changed.max()
        box, rows = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
        part = np.s_[rows[0] : rows[-1] + 1, box[0] : box[-1] + 1]
        edges = []
        for index in range(first + 1, last):
            unsung = np.abs(frames[index][part] - before[part]).sum(axis=(0, 2))
            sung = np.abs(frames[index][part] - after[part]).sum(axis=(0, 2))
            left, right = (unsung, sung) if backward else (sung, unsung)
            cost = np.concatenate([[0], np.cumsum(left)]) + np.concatenate([np.cumsum(right[::-1])[::-1], [0]])
            edges.append(box[0] + float(np.argmin(cost)))
        times = (np.arange(first + 1, last) + 0.5) / FPS
        slope, offset = np.polyfit(times[1:-1], edges[1:-1], 1)
        crossed_s = ((box[0] + box[-1] + 1) / 2 - offset) / slope
        errors.append((crossed_s - (word.start_s + word.end_s) / 2) * 1000.0)
    return errors


def all_frames(letters: Lettering, line: KaraokeLine) -> np.ndarray:
    return np.stack([drawn(letters, (n + 0.5) / FPS)[..., :3] for n in range(int(line.hide_s * FPS))]).astype(int)


@pytest.mark.parametrize("style", HANDS)
def test_every_hand_sweeps_each_word_while_it_is_sung(style):
    line = line_of("morning burns forever", each_s=0.5)
    errors = middle_errors_ms(all_frames(lettering(line, style=style), line), line)
    assert np.abs(errors).max() <= 40.0, errors


def test_words_are_swept_in_time_in_the_decoded_picture(tmp_path):
    line = line_of("the thunder reborn", each_s=0.5)
    frames = all_frames(lettering(line), line)
    encoder = SegmentEncoder(tmp_path / "words.mp4", size=SIZE, fps=FPS, preset="veryfast", crf=20)
    for frame in frames:
        encoder.write(np.dstack([frame, np.full(frame.shape[:2], 255)]).astype(np.uint8))
    encoder.close()
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-i",
        str(tmp_path / "words.mp4"),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "bgr24",
        "-",
    ]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    decoded = np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3).astype(int)
    errors = middle_errors_ms(decoded, line)
    assert np.abs(errors).max() <= 60.0, errors


def test_words_written_from_the_right_are_swept_from_the_right():
    line = line_of("أغنية البحر الكبير")
    letters = lettering(line)
    errors = middle_errors_ms(all_frames(letters, line), line, backward=True)
    assert np.abs(errors).max() <= 60.0, errors
    early = np.abs(drawn(letters, 0.79).astype(int) - drawn(letters, 1.28).astype(int))[..., :3].max(axis=(0, 2))
    assert np.flatnonzero(early > 60)[0] > SIZE[0] / 2, "the first word stands on the right"


@pytest.mark.parametrize("style", HANDS)
@pytest.mark.parametrize("ground", [12, 235])
def test_letters_stand_out_of_dark_and_of_bright_pictures(style, ground):
    line = line_of("silent golden river")
    for time_s in (0.75, line.words[-1].end_s + 0.1):
        frame = drawn(lettering(line, style=style), time_s, ground=ground)
        luma = cv2.cvtColor(frame[..., :3], cv2.COLOR_BGR2GRAY).astype(int)
        rows = np.flatnonzero((np.abs(luma - ground) > 40).any(axis=1))
        columns = np.flatnonzero((np.abs(luma - ground) > 40).any(axis=0))
        text = luma[rows[0] : rows[-1], columns[0] : columns[-1]]
        assert np.percentile(text, 97) - np.percentile(text, 20) > 70, (style, ground, time_s)


@pytest.mark.parametrize("size", [(640, 360), (270, 480), (360, 360)])
def test_a_lyric_video_brings_each_word_at_its_time_and_fills_the_middle(size):
    line = line_of("all the mountains remember our names", each_s=0.6)
    letters = lettering(line, words="lyric_video", size=size)
    shade = [drawn(letters, line.words[n].start_s - 0.11, size=size, ground=160).astype(int) for n in range(6)]
    boxes = []
    for n, word in enumerate(line.words):
        arrived = drawn(letters, word.end_s - 0.02, size=size, ground=160).astype(int)
        new = np.abs(arrived - shade[n])[..., :3].max(axis=2) > 60
        rows, columns = np.flatnonzero(new.any(axis=1)), np.flatnonzero(new.any(axis=0))
        assert rows.size, word.text
        boxes.append((columns[0], rows[0], columns[-1], rows[-1]))
        at_start = np.abs(drawn(letters, word.start_s + 0.02, size=size, ground=160).astype(int) - shade[n])[..., :3]
        assert at_start.max() > 40, f"{word.text} is arriving at its time"
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, low = max(b[2] for b in boxes), max(b[3] for b in boxes)
    assert right - left > 0.38 * size[0] and left > 0 and right < size[0] - 1
    assert abs((top + low) / 2 - size[1] / 2) < 0.10 * size[1]


def test_no_words_means_no_words():
    line = line_of("not a word")
    np.testing.assert_array_equal(drawn(lettering(line, words="none"), 1.2), drawn(lettering(line), 30.0))


def test_the_light_of_sung_words_breathes_with_the_voice():
    line = line_of("we are the thunder")
    letters = lettering(line)
    loud, soft = (drawn(letters, 2.3, voice=voice).astype(int) for voice in (1.0, 0.0))
    assert (loud - soft).max() > 25 and (loud - soft).min() >= 0
    unsung = [drawn(letters, 0.7, voice=voice) for voice in (1.0, 0.0)]
    np.testing.assert_array_equal(*unsung)


@pytest.mark.parametrize("style", HANDS)
def test_titles_and_credits_fit_every_format(style):
    cards = (
        Card("title", ("The extraordinarily long title of a rather unusual song",), 0.0, 5.0),
        Card("end", ("Ashes", "CodeCraft Studio"), 5.0, 9.0),
        Card("credits", ("Voice\tdramatic soprano", "Key and tempo\tD minor, 92 bpm", "CodeCraft Studio"), 9.0, 14.0),
    )
    for size in ((640, 360), (270, 480), (360, 360)):
        letters = lettering(line_of("x"), words="none", style=style, size=size, cards=cards)
        for time_s in (2.6, 7.0, 11.5):
            frame = drawn(letters, time_s, size=size, ground=0)[..., :3].max(axis=2) > 110
            columns = np.flatnonzero(frame.any(axis=0))
            assert columns[0] >= 3 and columns[-1] <= size[0] - 4, (size, time_s)
            assert columns[-1] - columns[0] > size[0] * 0.12


def test_scripts_are_joined_shaped_and_put_in_order():
    hand = hand_of("epic")
    book = FontBook(FONTS, hand.display, hand.text)
    apart = sum(set_text(book, letter).width for letter in "البحر")
    assert set_text(book, "البحر").width < 0.9 * apart, "joined letters are narrower than letters alone"
    assert len(set_text(book, "क्षि").pieces[0].glyphs) < 4, "a conjunct is one glyph"
    assert set_text(book, "AVAVA").width < sum(set_text(book, letter).width for letter in "AVAVA"), "kerned"
    words = ["أغنية", "New", "York", "البحر"]
    assert [words[n] for n in visual_order(word_levels(words, True))] == ["البحر", "New", "York", "أغنية"]
    assert visual_order(word_levels(["one", "two"], False)) == [0, 1]
