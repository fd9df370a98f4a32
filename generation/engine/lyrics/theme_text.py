"""What a person typed as a theme, made into plain English words: any language, emoji, markup, digits, other scripts."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from generation.engine.lyrics.blocklist import is_blocked
from voicelab.engine.phonemes import is_dictionary_word

MATERIAL = Path(__file__).parent / "material"
MAX_READ_CHARS = 2_000
_SCRIPT = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_URL = re.compile(r"https?://\S+|\S+@\S+\.\S+")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ž]+(?:'[A-Za-z]+)?|\d{1,4}(?!\d)")
_ENGLISH_SMALL = frozenset(
    "the a an of to in on at and or but who that which is are was were be for with from by my your his her their our "
    "its i you he she we they it not no this these those as when where after before without into over under through "
    "about how what why all".split()
)
_FOREIGN_SMALL = frozenset(
    "der die das und ein eine ist nicht mit für von dem den des zu im le la les et un une est du au aux dans pour sur "
    "qui el los las y una es en del con por para lo il gli di che della nel per non uno o os da do na em um uma com é "
    "og och det som en av på til i w z się na jest ve bir için ile de que quien".split()
) - {"die", "do", "i", "in", "a", "an"}
_EMOJI_NOISE = frozenset(
    "face with sign symbol emoji black white heavy large small medium modifier fitzpatrick type selector variation "
    "button square circle and of the regional indicator letter joiner zero width tone skin dark light eyes mouth mark "
    "upwards downwards rightwards leftwards pointing hand person exclamation question presentation for".split()
)


def readable_words(theme: str) -> tuple[list[str], bool]:
    """(English words of a theme in order, whether they are a phrase whose grammar can be read).

    Emoji give the words of their Unicode names and foreign words those that call a lexical field; such words are a
    bare list. No words at all means that nothing of the theme can be used.
    """
    text = clean_theme(theme)
    latin = [w for w in _LATIN_WORD.findall(text) if not is_blocked(w)]
    if is_english(latin):
        return latin[:60], True
    return [w for w in (*_translated(text), *_emoji_words(text)) if not is_blocked(w)][:12], False


def clean_theme(theme: str) -> str:
    text = html.unescape(theme[:MAX_READ_CHARS])
    text = _URL.sub(" ", _TAG.sub(" ", _SCRIPT.sub(" ", text)))
    text = unicodedata.normalize("NFC", text.replace("&", " and ")).replace("’", "'").replace("‘", "'")
    return " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())


def is_english(words: list[str]) -> bool:
    """Whether Latin-script words can be taken for English: known words, and no foreign small words among them."""
    letters = [w for w in words if not w.isdigit()]
    if not letters:
        return False
    lowered = [w.lower() for w in letters]
    if any(w in _FOREIGN_SMALL for w in lowered) and not any(w in _ENGLISH_SMALL for w in lowered):
        return False
    if not any(len(w) > 2 and w not in _ENGLISH_SMALL for w in lowered):
        return False
    known = [is_dictionary_word(w.lower()) or is_dictionary_word(w.capitalize()) or _stem_known(w) for w in letters]
    translated = sum(w in _foreign() for w in lowered)
    return sum(known) >= 0.6 * len(known) and translated < max(1, len(letters) / 2)


def _stem_known(word: str) -> bool:
    from generation.engine.lyrics.morphology import lemma

    return is_dictionary_word(lemma(word.removesuffix("'s"), verb=True))


@lru_cache(maxsize=1)
def _foreign() -> dict[str, str]:
    table: dict[str, str] = {}
    for row in (MATERIAL / "foreign.txt").read_text("utf-8").splitlines():
        if "=" in row and not row.startswith("#"):
            english, words = row.split("=")
            for word in words.split():
                table.setdefault(word, english.strip())
    return table


def _translated(text: str) -> list[str]:
    table, lowered = _foreign(), text.lower()
    found = [table[w] for w in re.findall(r"[^\W\d_]+", lowered) if w in table]
    # Chinese, Japanese and Korean write no spaces, so their words are looked for inside the text.
    inside = [(lowered.find(w), english) for w, english in table.items() if not w[0].isascii() and _is_cjk(w)]
    found += [english for at, english in sorted(inside) if at >= 0]
    return list(dict.fromkeys(found))


def _is_cjk(word: str) -> bool:
    return any(unicodedata.name(c, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) for c in word)


def _emoji_words(text: str) -> list[str]:
    words: list[str] = []
    for char in text:
        if unicodedata.category(char) == "So":
            names = re.findall(r"[a-z]+", unicodedata.name(char, "").lower())
            words += [n for n in names if n not in _EMOJI_NOISE and len(n) > 2]
    return list(dict.fromkeys(words))
