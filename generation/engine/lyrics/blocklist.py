"""Words that the studio never writes. The list is kept in rot13, so that nobody reads it by accident."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from pathlib import Path

_LEET = str.maketrans("013457@$!", "oieastasi")


@lru_cache(maxsize=1)
def _blocked() -> frozenset[str]:
    path = Path(__file__).parent / "material" / "blocked.rot13.txt"
    return frozenset(codecs.decode(path.read_text("utf-8"), "rot13").split())


def is_blocked(word: str) -> bool:
    """Whether a single word is on the list, digits and signs put for letters included."""
    plain = re.sub(r"[^a-z]", "", word.lower().translate(_LEET).removesuffix("'s"))
    return plain in _blocked()


def blocked_words(text: str) -> tuple[str, ...]:
    """The words of a text that are on the list."""
    return tuple(word for word in text.split() if is_blocked(word))
