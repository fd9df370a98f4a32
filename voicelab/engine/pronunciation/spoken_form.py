"""Written tokens as words that can be read aloud: figures, money, times and signs spelled out the American way."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_CURRENCY = {"$": ("dollar", "cent"), "£": ("pound", ""), "€": ("euro", "cent"), "¥": ("yen", ""), "₹": ("rupee", "")}
_SCALE = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion"}
_SIGNS = {
    "&": " and ", "@": " at ", "%": " percent ", "+": " plus ", "=": " equals ", "°": " degrees ",
    "#": " number ",
}  # fmt: skip
_SPOKEN = {
    "24/7": "twenty four seven", "9/11": "nine eleven", "911": "nine one one", "411": "four one one",
    "007": "double oh seven", "50/50": "fifty fifty", "1/2": "one half", "½": "one half", "¼": "a quarter",
    "¾": "three quarters", "1/4": "a quarter", "3/4": "three quarters", "1/3": "a third", "2/3": "two thirds",
    "w/": "with", "w/o": "without",
}  # fmt: skip
_MONEY = re.compile(r"^([$£€¥₹])(\d[\d,]*)(?:\.(\d{1,2}))?(k|m|b|bn)?$", re.IGNORECASE)
_TIME = re.compile(r"^(\d{1,2}):(\d{2})(am|pm|a\.m\.?|p\.m\.?)?$", re.IGNORECASE)
_HOUR = re.compile(r"^(\d{1,2})(am|pm)$", re.IGNORECASE)
_ORDINAL = re.compile(r"^(\d[\d,]*)(?:st|nd|rd|th)$", re.IGNORECASE)
_DECADE = re.compile(r"^'?(\d{1,4})'?s$", re.IGNORECASE)
_NUMBER = re.compile(r"^(-?)(\d[\d,]*)(?:\.(\d+))?$")
_PIECE = re.compile(r"[$£€¥₹]?\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?(?![a-z])|\d+|[^\d]+", re.IGNORECASE)
_MAX_DIGITS = 15


def spoken_words(token: str) -> list[str]:
    """The words that a token is read as, in ASCII letters and apostrophes; at least one.

    A script without Latin letters is read by the names of its letters ("SHIN" for ש).
    """
    text = unicodedata.normalize("NFC", token).translate(_QUOTES).strip('"«»()[]{}*_~|')
    text = re.sub(r"[.,;:!?…]+$", "", text) if any(c.isdigit() for c in text) else text
    found: list[str] = []
    for part in _parts(text):
        found += _part(part)
    words = [w for w in found if re.search(r"[A-Za-z]", w)]
    return words or _letter_names(text)


def _parts(text: str) -> list[str]:
    """A token cut at hyphens, dashes and slashes, except where a slash or sign has a reading of its own."""
    if text.lower() in _SPOKEN or _NUMBER.match(text):
        return [text]
    return [p for p in re.split(r"[-–—‐‑/\\|]+|\.{2,}|…|(?<=[^\W\d]),(?=[^\W\d])", text) if p]


def _part(part: str) -> list[str]:
    low = part.lower().strip()
    if low in _SPOKEN:
        return _SPOKEN[low].split()
    if any(c.isdigit() for c in part):
        figures = _figures(low.strip(",;:!?")) or _mixed(part)
        return figures.split()
    for sign, said in _SIGNS.items():
        part = part.replace(sign, said)
    folded = unicodedata.normalize("NFKD", part.replace("ß", "ss").replace("ø", "o").replace("æ", "ae"))
    return folded.encode("ascii", "ignore").decode().split()


def _figures(text: str) -> str:
    """A whole token of figures as words, or "" where it is none."""
    if text in _SPOKEN:
        return _SPOKEN[text]
    if found := _MONEY.match(text):
        return _money(*found.groups())
    if found := _TIME.match(text):
        return _time(int(found.group(1)), int(found.group(2)), found.group(3) or "")
    if found := _HOUR.match(text):
        return f"{cardinal(int(found.group(1)))} {_half(found.group(2))}"
    if found := _ORDINAL.match(text):
        return _ordinal(int(found.group(1).replace(",", "")))
    if found := _DECADE.match(text):
        return _plural(_year(found.group(1)) if len(found.group(1)) == 4 else cardinal(int(found.group(1))))
    if text.endswith("%"):
        inner = _figures(text[:-1])
        return f"{inner} percent" if inner else ""
    if text.startswith(("#", "+")) and (inner := _figures(text[1:])):
        return f"{'number' if text[0] == '#' else 'plus'} {inner}"
    found = _NUMBER.match(text)
    return _number(*found.groups()) if found else ""


def _number(minus: str, whole: str, fraction: str | None) -> str:
    said = "minus " if minus else ""
    digits = whole.replace(",", "")
    if fraction is not None:
        return f"{said}{cardinal(int(digits[-_MAX_DIGITS:]))} point {_digit_by_digit(fraction)}"
    if len(digits) > _MAX_DIGITS or (len(digits) > 1 and digits.startswith("0")):
        return said + _digit_by_digit(digits[:40])
    if len(digits) == 4 and "," not in whole and 1100 <= int(digits) < 2100:
        return said + _year(digits)
    return said + cardinal(int(digits))


def _mixed(text: str) -> str:
    """ "R2D2", "MP3", "'69er": runs of figures and letters, one after the other."""
    out = []
    for piece in _PIECE.findall(text):
        if any(c.isdigit() for c in piece):
            out.append(_figures(piece.lower()) or _digit_by_digit("".join(c for c in piece if c.isdigit())[:40]))
        else:
            for sign, said in _SIGNS.items():
                piece = piece.replace(sign, said)
            folded = unicodedata.normalize("NFKD", piece).encode("ascii", "ignore").decode()
            out.append(re.sub(r"[^A-Za-z' ]+", " ", folded))
    return " ".join(out)


def cardinal(number: int) -> str:
    """ "one thousand two hundred thirty four": without "and", as Americans sing it."""
    from hibari.g2p.numbers import cardinal as with_and

    return re.sub(r"[,-]", " ", with_and(number)).replace(" and ", " ").replace("  ", " ")


def _ordinal(number: int) -> str:
    from hibari.g2p.numbers import ordinal

    return re.sub(r"[,-]", " ", ordinal(number % 10**_MAX_DIGITS)).replace(" and ", " ").replace("  ", " ")


def _year(digits: str) -> str:
    """ "nineteen eighty four", "nineteen oh five", "two thousand one", "twenty twenty four"."""
    high, low = divmod(int(digits), 100)
    if high % 10 == 0 and low < 10:
        return cardinal(int(digits))
    if low == 0:
        return f"{cardinal(high)} hundred"
    return f"{cardinal(high)} {'oh ' if low < 10 else ''}{cardinal(low)}"


def _plural(words: str) -> str:
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def _money(sign: str, whole: str, cents: str | None, scale: str | None) -> str:
    unit, small = _CURRENCY[sign]
    amount = int(whole.replace(",", "")[-_MAX_DIGITS:])
    many = unit if unit == "yen" else unit + "s"
    if scale:
        return f"{cardinal(amount)} {_SCALE[scale.lower()]} {many}"
    if cents and int(cents) and amount == 0:
        return f"{cardinal(int(cents.ljust(2, '0')))} {small or 'pence'}{'s' if small else ''}"
    said = f"{cardinal(amount)} {unit if amount == 1 else many}"
    return f"{said} {cardinal(int(cents.ljust(2, '0')))}" if cents and int(cents) else said


def _time(hour: int, minute: int, half: str) -> str:
    tail = f" {_half(half)}" if half else ""
    if minute == 0:
        return f"{cardinal(hour)}{tail or ' o’clock'}".replace("’", "'")
    return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}{tail}"


def _half(text: str) -> str:
    """ "am" as its letters; dotted, so that "A" is no article."""
    return f"{text[0].upper()}.M."


def _digit_by_digit(digits: str) -> str:
    return " ".join("oh" if d == "0" else cardinal(int(d)) for d in digits if d.isdecimal())


def _letter_names(text: str) -> list[str]:
    names = []
    for char in unicodedata.normalize("NFKC", text):
        name = unicodedata.name(char, "")
        if char.isalnum() and name:
            names.append(name.split(" LETTER ")[-1].split()[-1].split("-")[0].lower())
    return ["".join(c for c in n if c.isascii() and c.isalpha()) or "ah" for n in names[:6]] or ["ah"]
