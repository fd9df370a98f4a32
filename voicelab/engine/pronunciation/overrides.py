"""How a person says that a word is to sound: `{word|sounds}` in lyrics, and (word, sounds) pairs for a whole song.

Sounds are written in misaki letters ("həlˈO"), in IPA as dictionaries print it ("həˈloʊ"), or in ARPAbet as the CMU
Pronouncing Dictionary prints it ("HH AH0 L OW1", codes parted by spaces, hyphens or dots).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from codecraft.common.errors import InvalidInput
from voicelab.engine.pronunciation.sounds import PRIMARY, SECONDARY, SYLLABIC, VOWELS

Pronunciations = tuple[tuple[str, str], ...]
"""(word, sounds) pairs; the words are compared without capitals and without punctuation around them."""

MAX_SOUNDS_CHARS = 120
ARPABET = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AX": "ə", "AXR": "əɹ", "AY": "I", "B": "b", "CH": "ʧ",
    "D": "d", "DH": "ð", "DX": "T", "EH": "ɛ", "EL": "ᵊl", "EM": "ᵊm", "EN": "ᵊn", "ER": "ɜɹ", "EY": "A", "F": "f",
    "G": "ɡ", "H": "h", "HH": "h", "IH": "ɪ", "IX": "ᵻ", "IY": "i", "JH": "ʤ", "K": "k", "L": "l", "M": "m", "N": "n",
    "NG": "ŋ", "OW": "O", "OY": "Y", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "UH": "ʊ",
    "UW": "u", "UX": "u", "V": "v", "W": "w", "WH": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED = {"AH": "ə", "ER": "əɹ"}
_IPA = (
    ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("d͡ʒ", "ʤ"), ("t͡ʃ", "ʧ"), ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("oʊ", "O"), ("əʊ", "O"),
    ("ɔɪ", "Y"), ("ɜː", "ɜɹ"), ("ɝ", "ɜɹ"), ("ɚ", "əɹ"), ("g", "ɡ"), ("r", "ɹ"), ("ɾ", "T"), ("ɫ", "l"),
    ("a", "ɑ"), ("e", "ɛ"), ("o", "O"),
    ("Q", "O"), ("ɒ", "ɑ"), ("y", "i"), ("ɨ", "ᵻ"), ("x", "k"), ("ʔ", "t"), ("'", PRIMARY), ("’", PRIMARY), ("ɬ", "l"),
)  # fmt: skip
"""Letters that mean the same, and sounds that the voice has not learnt, as the nearest that it has."""

CONSONANTS = "bdfhjklmnpstvwzðŋɡɹʃʒʤʧθT"
_VOICE_VOWELS = "AIOWYiuæɐɑɔəɛɜɪʊʌᵊᵻ"
_KNOWN = frozenset(CONSONANTS + _VOICE_VOWELS + PRIMARY + SECONDARY)
_IGNORED = frozenset("ːˑʰʲ̩͡ .-_·/[]")
_PARTS = re.compile(r"[\s\-_.·]+")
_CODE = re.compile(r"^([A-Za-z]{1,3})([0-2]?)$")
_MARKED = re.compile(r"\{([^{}|\n]*)\|([^{}\n]*)\}")
_TOKEN = re.compile(r"(?:[^\s{}]*\{[^{}|\n]*\|[^{}\n]*\}[^\s{}]*)+|\S+")
_HAS_SOUND = re.compile(r"[^\W_]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True)
class MarkedWord:
    """`{word|sounds}` with what stands before and after it; `shown` is what people read."""

    word: str
    sounds: str
    before: str
    after: str

    @property
    def shown(self) -> str:
        return self.before + self.word + self.after


def tokens_of(line: str) -> list[str]:
    """The written words of a line. Spaces inside `{word|HH EH1 L OW0}` part no words."""
    return _TOKEN.findall(line)


def marked_word(token: str) -> MarkedWord | None:
    """The override that a token of `tokens_of` carries, if it does."""
    found = _MARKED.search(token)
    if not found or not found.group(1).strip():
        return None
    word = "".join(found.group(1).split())
    return MarkedWord(word, found.group(2).strip(), token[: found.start()], token[found.end() :])


def shown_text(text: str) -> str:
    """A text as people read it: `{word|sounds}` as its word."""
    return _MARKED.sub(lambda m: "".join(m.group(1).split()), text)


def check_marked(text: str, *, field: str | None = None) -> None:
    """Raises InvalidInput for the first `{word|sounds}` of a text that cannot be read."""
    for found in _MARKED.finditer(text):
        word = found.group(1).strip()
        if not _HAS_SOUND.search(word) or len(word.split()) > 1:
            raise InvalidInput(
                f"“{found.group(0)[:60]}” must hold one word before the bar: {{word|sounds}}.", field=field
            )
        read_sounds(found.group(2), word=word, field=field)


def read_sounds(text: str, *, word: str = "", field: str | None = None) -> str:
    """A person's spelling of sounds in misaki letters, stress marks before their vowels.

    Raises InvalidInput naming the sign that is not known, or saying that there is no vowel.
    """
    text = unicodedata.normalize("NFC", text.strip()).strip("/[]").strip()
    of = f" of the word “{word[:40]}”" if word else ""
    if len(text) > MAX_SOUNDS_CHARS:
        raise InvalidInput(f"The sounds{of} are too long: at most {MAX_SOUNDS_CHARS} signs.", field=field)
    sounds = _from_arpabet(text)
    if sounds is None:
        _check_codes(text, of, field)
        sounds = _from_ipa(text, of, field)
    if not VOWELS & set(sounds) and not SYLLABIC & set(sounds):
        raise InvalidInput(f"The sounds{of} need at least one vowel, such as “ə”, “i” or “AA1”.", field=field)
    return _stressed(sounds)


def _from_arpabet(text: str) -> str | None:
    """None where the text is no ARPAbet. Small letters count only where codes stand apart ("hh eh1 l ow0")."""
    codes = [c for c in _PARTS.split(text) if c]
    found = [_CODE.match(c) for c in codes]
    if not codes or not all(found) or not all(m.group(1).upper() in ARPABET for m in found):
        return None
    if any(m.group(1) != m.group(1).upper() for m in found) and (len(codes) < 2 or not re.search(r"\s", text)):
        return None
    if len(codes) == 1 and len(codes[0]) == 1:
        return None
    out = []
    for match in found:
        code, digit = match.group(1).upper(), match.group(2)
        sound = _UNSTRESSED.get(code, ARPABET[code]) if digit == "0" else ARPABET[code]
        out.append({"1": PRIMARY, "2": SECONDARY}.get(digit, "") + sound)
    return "".join(out)


def _check_codes(text: str, of: str, field: str | None) -> None:
    """Raises InvalidInput for a text of codes of which most, not all, are ARPAbet in capitals."""
    codes = [c for c in text.split() if c]
    known = [bool((m := _CODE.match(c)) and m.group(1) in ARPABET) for c in codes]
    if sum(known) * 2 > len(codes) > sum(known):
        raise InvalidInput(
            f"The ARPAbet code “{codes[known.index(False)]}”{of} is not known. Known are {' '.join(ARPABET)}, "
            "vowels with 0, 1 or 2 behind them for their stress.",
            field=field,
        )


def _from_ipa(text: str, of: str, field: str | None) -> str:
    for theirs, ours in _IPA:
        text = text.replace(theirs, ours)
    kept = "".join(c for c in text if c not in _IGNORED and not c.isspace())
    strange = next((c for c in kept if c not in _KNOWN), None)
    if strange is not None:
        raise InvalidInput(
            f"The sound “{strange}”{of} is not known. Known are {' '.join(_VOICE_VOWELS)} and "
            f"{' '.join(CONSONANTS)}, with {PRIMARY} or {SECONDARY} before a stressed vowel; "
            "or ARPAbet codes such as “HH AH0 L OW1”.",
            field=field,
        )
    return kept


def _stressed(sounds: str) -> str:
    """Stress marks moved to their vowels (dictionaries set them before the syllable); one is added where none is."""
    out, pending = [], ""
    for char in sounds:
        if char in (PRIMARY, SECONDARY):
            pending = char
        elif char in VOWELS:
            out.append(pending + char)
            pending = ""
        else:
            out.append(char)
    text = "".join(out)
    if PRIMARY in text or SECONDARY in text:
        return text
    first = next((i for i, c in enumerate(text) if c in VOWELS and c not in "əᵊᵻɐ"), None)
    return text if first is None else text[:first] + PRIMARY + text[first:]


def word_key(token: str) -> str:
    """What two written forms of a word have in common: no capitals, straight apostrophes, no signs around it."""
    plain = shown_text(token).replace("’", "'").replace("‘", "'").casefold()
    bare = _EDGES.sub("", plain)
    return unicodedata.normalize("NFC", bare)


def clean_pronunciations(pairs: Iterable[tuple[str, str]], *, field: str = "pronunciations") -> Pronunciations:
    """The pairs with their sounds in misaki letters, in order; of a word told twice the last one counts.

    Raises InvalidInput (with `field`) for a pair without a word, with several words, or with unknown sounds.
    """
    kept: dict[str, tuple[str, str]] = {}
    for word, sounds in pairs:
        word = " ".join(word.split())
        if not word_key(word):
            raise InvalidInput("A pronunciation needs a word: one of them is empty.", field=field)
        if len(word.split()) > 1:
            raise InvalidInput(f"A pronunciation holds for one word; “{word[:40]}” are several.", field=field)
        if not sounds.strip():
            raise InvalidInput(f"Say how the word “{word[:40]}” sounds: its sounds are empty.", field=field)
        kept[word_key(word)] = (word, read_sounds(sounds, word=word, field=field))
    return tuple(kept.values())
