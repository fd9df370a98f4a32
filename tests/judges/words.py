"""One spelling for what sounds the same: applied alike to the words of the song and to what the recogniser wrote.

Only differences of writing are taken away (digits, hyphens, "O"/"oh", "singin'"/"singing", a possessive's apostrophe,
American spelling, "lala"/"la la"). Two words that sound different stay different: contractions are not expanded, and
"we're" is not "were".
"""

from __future__ import annotations

import re

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_NUMBER = re.compile(r"\d+(?:,\d{3})*")
_ORDINAL = re.compile(r"(\d+(?:,\d{3})*)(?:st|nd|rd|th)\b")
_SAME = {
    "o": "oh",
    "ok": "okay",
    "alright": "all right",
    "grey": "gray",
    "theatre": "theater",
    "centre": "center",
    "travelling": "traveling",
}
_BRITISH = re.compile(r"\b(arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|od|rum|sav|splend|vap|vig)our")


def normalised(text: str) -> str:
    """Lower-case words parted by single spaces."""
    text = text.lower().replace("’", "'").replace("‘", "'").replace("%", " percent ")
    text = _ORDINAL.sub(lambda m: f" {_ordinal(_spoken(m.group(1)))} ", text)
    text = _NUMBER.sub(lambda m: f" {_spoken(m.group())} ", text)
    text = re.sub(r"\ba (hundred|thousand|million)\b", r"one \1", text)
    text = _BRITISH.sub(r"\1or", text)
    words = (_one_form(word) for word in re.findall(r"[a-z']+", text))
    return " ".join(" ".join(words).split())


def _one_form(word: str) -> str:
    if word.endswith("in'") and len(word) > 4:
        word = word[:-1] + "g"
    word = re.sub(r"'s$|s'$", "s", word).strip("'")
    if re.fullmatch(r"(la){2,}h?", word):
        return " ".join(["la"] * word.count("la"))
    word = re.sub(r"^(o|a)h+$", r"\1h", word)
    return _SAME.get(word, word)


def _spoken(digits: str) -> str:
    number = int(digits.replace(",", "") or 0)
    if "," not in digits and 1100 <= number <= 1999 and number % 100:  # as years are read: nineteen eighty four
        low = number % 100
        return f"{_cardinal(number // 100)} {'oh ' if low < 10 else ''}{_cardinal(low)}"
    return _cardinal(number)


def _cardinal(number: int) -> str:
    for size, name in _SCALES:
        if number >= size:
            rest = number % size
            return f"{_cardinal(number // size)} {name}" + (f" {_cardinal(rest)}" if rest else "")
    if number >= 20:
        return _TENS[number // 10 - 2] + (f" {_ONES[number % 10]}" if number % 10 else "")
    return _ONES[number]


def _ordinal(words: str) -> str:
    *front, last = words.split()
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return " ".join([*front, _ORDINALS.get(last, regular)])
