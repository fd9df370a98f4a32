"""Words outside the lexicon: does the network's reading fit the spelling, and a reading by rules where it does not.

The rules are the common ones of English spelling (Venezky, "The American
Way of Spelling", 1999), enough to be understood.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voicelab.engine.pronunciation.alignment import misfit
from voicelab.engine.pronunciation.sounds import PRIMARY, SECONDARY, VOWELS

_VOWEL_LETTERS = frozenset("aeiouy")
TOO_FAR = 1.08
_UNSAYABLE = re.compile(f"[^{''.join(sorted(VOWELS))}{PRIMARY}{SECONDARY}]{{5,}}|^[^{''.join(sorted(VOWELS))}]{{5,}}")
"""Five consonants in a row (the stress mark counted at the start): then letter names are better."""


def checked_reading(word: str, reading: str) -> str:
    """The network's reading of a word where it fits the spelling, else one by rules. Stress marks as usual."""
    letters = re.sub(r"[^a-z']", "", word.lower())
    if not (_VOWEL_LETTERS & set(letters)) or word.isupper() or misfit(letters, reading) <= TOO_FAR:
        return reading
    by_rules = read_by_rules(letters)
    return reading if _UNSAYABLE.search(by_rules) else by_rules


_CONSONANTS = (
    ("tch", "ʧ"), ("sch", "ʃ"), ("dge", "ʤ"), ("ssi", "ʃ"), ("ch", "ʧ"), ("ck", "k"), ("dg", "ʤ"), ("gh", "ɡ"),
    ("kh", "k"), ("ng", "ŋ"), ("nk", "ŋk"), ("ph", "f"), ("qu", "kw"), ("rh", "ɹ"), ("sh", "ʃ"), ("th", "θ"),
    ("wh", "w"), ("wr", "ɹ"), ("zh", "ʒ"), ("sz", "ʃ"), ("hj", "j"), ("cz", "ʧ"), ("tz", "ts"), ("kn", "n"),
    ("x", "ks"), ("b", "b"), ("d", "d"), ("f", "f"), ("h", "h"), ("j", "ʤ"), ("k", "k"), ("l", "l"), ("m", "m"),
    ("n", "n"), ("p", "p"), ("q", "k"), ("r", "ɹ"), ("s", "s"), ("t", "t"), ("v", "v"), ("w", "w"), ("z", "z"),
)  # fmt: skip
_VOWELS = (
    ("eigh", "A"), ("igh", "I"), ("augh", "ɔ"), ("ough", "O"), ("eau", "O"), ("air", "ɛɹ"), ("ear", "ɪɹ"),
    ("eer", "ɪɹ"), ("our", "ɔɹ"), ("oor", "ɔɹ"), ("ai", "A"), ("ay", "A"), ("au", "ɔ"), ("aw", "ɔ"), ("ae", "i"),
    ("ea", "i"), ("ee", "i"), ("ei", "A"), ("ey", "i"), ("eu", "u"), ("ew", "u"), ("ie", "i"), ("oa", "O"),
    ("oe", "O"), ("oi", "Y"), ("oy", "Y"), ("oo", "u"), ("ou", "W"), ("ow", "O"), ("ue", "u"), ("ui", "u"),
    ("ar", "ɑɹ"), ("er", "əɹ"), ("ir", "ɜɹ"), ("or", "ɔɹ"), ("ur", "ɜɹ"), ("yr", "ɪɹ"),
)  # fmt: skip
_LONG = {"a": "A", "e": "i", "i": "I", "o": "O", "u": "u", "y": "I"}
_SHORT = {"a": "æ", "e": "ɛ", "i": "ɪ", "o": "ɑ", "u": "ʌ", "y": "ɪ"}
_LAST = {"a": "ə", "e": "i", "i": "i", "o": "O", "u": "u", "y": "i"}
_MAGIC_E = re.compile(r"^[aiou][bcdfgklmnpstvz]e(?:s|d)?$")


@lru_cache(maxsize=4096)
def read_by_rules(letters: str) -> str:
    """Small letters (and apostrophes) as sounds with one stress, by the common rules of English spelling."""
    letters = re.sub(r"([b-df-hj-np-tv-z])\1", r"\1", letters.replace("'", ""))
    sounds: list[str] = []
    at = 0
    while at < len(letters):
        sound, size = _next_sound(letters, at)
        sounds.append(sound)
        at += size
    return _with_stress(sounds)


def _next_sound(letters: str, at: int) -> tuple[str, int]:
    rest = letters[at:]
    letter, following = rest[0], rest[1:2]
    if letter in _VOWEL_LETTERS and not (letter == "y" and at == 0):
        return _vowel(letters, at)
    if letter == "y":
        return "j", 1
    if letter in "cg" and not rest.startswith(("ch", "ck", "cz", "gh")):
        soft = following and following in ("eiy" if letter == "c" else "ey")
        return ("s" if soft else "k", 1) if letter == "c" else ("ʤ" if soft else "ɡ", 1)
    if letter == "h" and at > 0 and (not following or following not in _VOWEL_LETTERS):
        return "", 1
    return next(((s, len(g)) for g, s in _CONSONANTS if rest.startswith(g)), ("", 1))


def _vowel(letters: str, at: int) -> tuple[str, int]:
    rest = letters[at:]
    for group, sound in _VOWELS:
        if rest.startswith(group):
            after = rest[len(group) : len(group) + 1]
            if group.endswith("r") and after and after in _VOWEL_LETTERS and len(group) == 2:
                break  # "ara": the r goes on to the next syllable
            return sound, len(group)
    letter = rest[0]
    if len(rest) == 1:
        has_vowel = any(c in _VOWEL_LETTERS for c in letters[:at])
        return ("", 1) if letter == "e" and has_vowel else (_LAST[letter] if has_vowel else _LONG[letter], 1)
    if _MAGIC_E.match(rest):
        return _LONG[letter], 1
    if letter == "e" and rest in ("es", "ed") and at > 1:
        return "", 1
    is_open = rest[1] in _VOWEL_LETTERS or (len(rest) > 2 and rest[1] not in _VOWEL_LETTERS and rest[2] in "aeiouy")
    if is_open and letter in "aou":
        return {"a": "ɑ", "o": "O", "u": "u"}[letter], 1
    return _SHORT[letter], 1


def _with_stress(sounds: list[str]) -> str:
    """Stress on the first of two syllables, else on the last but one before an open end, the third last otherwise."""
    text = "".join(sounds)
    nuclei = [i for i, c in enumerate(text) if c in VOWELS]
    if not nuclei:
        return text
    ends_open = text[-1] in VOWELS
    from_end = 1 if len(nuclei) == 1 else 2 if len(nuclei) == 2 or ends_open else 3
    place = nuclei[-from_end]
    marked = text[:place] + PRIMARY + text[place:]
    return marked.replace(PRIMARY + "ə", PRIMARY + "ʌ").replace("ʌɹ", "ɜɹ") if text[place] == "ə" else marked
