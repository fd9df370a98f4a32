"""Words over the picture: karaoke, the lyric video, titles, the end card and the credits, in the hand of the style."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from generation.engine.film.lettering.card_motion import lay_card
from generation.engine.film.lettering.cards import set_card
from generation.engine.film.lettering.fonts import FontBook
from generation.engine.film.lettering.hands import hand_of
from generation.engine.film.lettering.karaoke_band import lay_line, set_line
from generation.engine.film.lettering.lyric_video import lay_block, set_block
from generation.engine.film.lettering.page import Page
from generation.engine.film.reaction import SILENT, Heard
from generation.engine.film.types import Storyboard

_KEPT = 4
"""Lines and cards whose sprites stay in memory."""


class Lettering:
    """All lettering of one storyboard at its size, drawn from a frame's time alone."""

    def __init__(self, storyboard: Storyboard, font_dir: Path, picture_top: int, picture_height: int) -> None:
        self.board = storyboard
        hand = hand_of(storyboard.style)
        book = FontBook(font_dir, hand.display, hand.text)
        self.page = Page(*storyboard.size, picture_top, picture_height, hand, book)
        self._card = lru_cache(maxsize=_KEPT)(lambda card: set_card(self.page, card))
        self._line = lru_cache(maxsize=_KEPT)(lambda index: set_line(self.page, storyboard.lines[index]))
        self._block = lru_cache(maxsize=_KEPT)(lambda index: set_block(self.page, storyboard.lines[index]))

    def lay(self, frame: np.ndarray, time_s: float, heard: Heard = SILENT) -> None:
        """Draw what is shown at `time_s` over the full BGRA frame (height, width, 4), in place."""
        for index, line in enumerate(self.board.lines):
            if not line.words or not line.show_s <= time_s < line.hide_s:
                continue
            if self.board.words == "karaoke":
                lay_line(frame, self._line(index), line, time_s, heard.voice)
            elif self.board.words == "lyric_video":
                lay_block(frame, self._block(index), line, self.page, time_s, heard.voice)
        for card in self.board.cards:
            if card.start_s <= time_s < card.end_s:
                lay_card(frame, self._card(card), card, self.page, time_s, heard.voice)
