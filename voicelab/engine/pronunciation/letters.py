"""Words outside the lexicon: does the network's reading fit the spelling, and a reading by rules where it does not.

The check aligns letters and sounds (the alignment of Damper et al., "Aligning text and phonemes for speech technology
applications using an EM-like algorithm", 2005, with fixed costs in place of learnt ones): sounds that no letter asks
for and letters that nothing answers cost. The rules are the common ones of English spelling (Venezky, "The American
Way of Spelling", 1999), enough to be understood.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voicelab.engine.pronunciation.sounds import PRIMARY, SECONDARY, VOWELS

TOO_FAR = 1.05
_UNSAYABLE = re.compile(f"[^{''.join(sorted(VOWELS))}{PRIMARY}{SECONDARY}]{{5,}}|^[^{''.join(sorted(VOWELS))}]{{5,}}")
"""Five consonants in a row (the stress mark counted at the start): then letter names are better."""
_ALIKE = str.maketrans({"T": "t", "ᵊ": "ə", "ᵻ": "ɪ", "ɐ": "ə", "ɚ": "ə"})
_VOWEL_LETTERS = frozenset("aeiouy")
_SAYS = {
    "b": "b", "bb": "b", "c": "k s ʃ ʧ", "cc": "k ks ʧ", "ch": "ʧ k ʃ h", "ck": "k", "cq": "k", "cz": "ʧ",
    "d": "d ʤ t", "dd": "d", "dg": "ʤ", "dj": "ʤ", "f": "f v", "ff": "f", "g": "ɡ ʤ ʒ h", "gg": "ɡ ʤ", "gh": "ɡ f",
    "gn": "n nj ɡn", "gu": "ɡ ɡw", "h": "h", "j": "ʤ j h ʒ", "k": "k", "kk": "k", "kh": "k", "kn": "n kn",
    "l": "l əl", "ll": "l j", "m": "m əm", "mm": "m", "mn": "m mn", "n": "n ŋ ən", "nn": "n", "ng": "ŋ ŋɡ nʤ",
    "nk": "ŋk", "nx": "ŋks", "p": "p", "pp": "p", "ph": "f", "ps": "s ps", "q": "k", "qu": "kw k", "r": "ɹ əɹ",
    "rr": "ɹ", "rh": "ɹ", "s": "s z ʃ ʒ", "ss": "s ʃ z", "sc": "s sk ʃ", "sch": "ʃ sk", "sh": "ʃ", "si": "ʒ ʃ si sI",
    "ssi": "ʃ", "ci": "ʃ si sI", "ti": "ʃ ti tI", "tch": "ʧ", "t": "t ʃ ʧ", "tt": "t", "th": "θ ð t", "ts": "ts s",
    "tz": "ts", "v": "v f", "vv": "v", "w": "w v", "wh": "w h hw", "wr": "ɹ", "x": "ks z ɡz k ʃ h", "xc": "ks",
    "y": "j", "z": "z s ts", "zz": "z ts", "zh": "ʒ", "u": "w ju jə", "ew": "ju", "eu": "ju", "ue": "ju",
    "ui": "w wi", "o": "wʌ wɑ", "oi": "wɑ", "i": "j", "e": "j", "'": "",
}  # fmt: skip
_SOUNDS_OF = {letters: tuple(said.split()) for letters, said in _SAYS.items()}
_LONGEST = max(map(len, _SAYS))


def checked_reading(word: str, reading: str) -> str:
    """The network's reading of a word where it fits the spelling, else one by rules. Stress marks as usual."""
    letters = re.sub(r"[^a-z']", "", word.lower())
    if not (_VOWEL_LETTERS & set(letters)) or word.isupper() or misfit(letters, reading) <= TOO_FAR:
        return reading
    by_rules = read_by_rules(letters)
    return reading if _UNSAYABLE.search(by_rules) else by_rules


@lru_cache(maxsize=4096)
def misfit(letters: str, reading: str) -> float:
    """How badly a reading fits a spelling: 0 where each letter is answered and each sound asked for."""
    sounds = "".join(c for c in reading.translate(_ALIKE) if c not in (PRIMARY, SECONDARY))
    best = {(0, 0): 0.0}
    for i in range(len(letters) + 1):
        for j in range(len(sounds) + 1):
            here = best.get((i, j))
            if here is None:
                continue
            for step_i, step_j, cost in _steps(letters, sounds, i, j):
                to = (i + step_i, j + step_j)
                if here + cost < best.get(to, 1e9):
                    best[to] = here + cost
    return best[len(letters), len(sounds)]


def _steps(letters: str, sounds: str, i: int, j: int) -> list[tuple[int, int, float]]:
    steps = []
    if i < len(letters):
        steps.append((1, 0, _silent_cost(letters, i)))
    if j < len(sounds):
        steps.append((0, 1, 1.0))
    for size in range(1, min(_LONGEST, len(letters) - i) + 1):
        for said in _SOUNDS_OF.get(letters[i : i + size], ()):
            if sounds.startswith(said, j):
                steps.append((size, len(said), 0.0))
    if i < len(letters) and letters[i] in _VOWEL_LETTERS and j < len(sounds) and sounds[j] in VOWELS:
        size = 1
        while i + size < len(letters) and letters[i + size] in "aeiouyw" and size < 4:
            steps.append((size + 1, 1, 0.0))
            size += 1
        steps.append((1, 1, 0.0))
    elif i < len(letters) and j < len(sounds):
        steps.append((1, 1, 1.0))
    return steps


def _silent_cost(letters: str, i: int) -> float:
    """A letter that says nothing: "e" and "h" often, a doubled letter, a vowel beside a vowel; others seldom."""
    letter = letters[i]
    is_vowel = letter in _VOWEL_LETTERS
    if letter == "'" or (i > 0 and letters[i - 1] == letter and not is_vowel):
        return 0.0
    if letter == "h" or (letter == "e" and letters[i + 1 :] in ("", "s", "d")):
        return 0.1
    beside = letters[max(0, i - 1) : i + 2].replace(letter, "", 1)
    if is_vowel:
        return 0.5 if _VOWEL_LETTERS & set(beside) else 0.4 if letter == "e" else 0.9
    return 0.4 if letter in "gktpwb" else 0.8


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
