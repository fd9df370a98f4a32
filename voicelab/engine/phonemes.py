"""English text to syllables of phonemes, in the alphabet of hibari-tts (misaki: one character a phoneme).

Conventions
-----------
* Vowels and diphthongs are the nuclei: "A" as in day, "I" eye, "O" no, "W" now, "Y" boy; "ᵊ" a very short schwa.
* ˈ and ˌ stand before the vowel they stress; they are no phonemes and are kept apart as 2 (primary) and 1.
* Syllables are cut by maximal onset (Kahn 1976; the legal English onsets are listed below).
* "bottle" and "button" carry syllabic consonants; they get a "ᵊ" as nucleus, so every syllable has a vowel to hold.

Licence of the lexicon and the out-of-vocabulary network: Apache-2.0 (hibari-tts). A whole line is read at once because
the reading of a word depends on its neighbours ("the apple", "I read it yesterday").
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

VOWELS = frozenset("AIOQWYaeiouyæɐɑɒɔəɚɛɜɨɪʊʌᵊᵻ")
PRIMARY, SECONDARY = "ˈ", "ˌ"
SYLLABIC = frozenset("lnmɹ")
LEGAL_ONSETS = frozenset(
    "p b t d k ɡ f v θ ð s z ʃ ʒ h m n l ɹ w j ʧ ʤ T pl bl kl ɡl fl sl pɹ bɹ tɹ dɹ kɹ ɡɹ fɹ θɹ ʃɹ tw dw kw ɡw sw hw "
    "sp st sk sm sn sf pj bj kj ɡj fj vj mj hj nj spl spɹ spj stɹ skɹ skw skj θw θj ʃl ʃm".split()
)
_WORD = re.compile(r"\S+")
_SPEAKABLE = re.compile(r"[^\W_]")
_OVERRIDE = re.compile(r"^\{([^|{}]+)\|([^|{}]+)\}(\W*)$")


@dataclass(frozen=True)
class SyllableSounds:
    """`stress` 0 none, 1 secondary, 2 primary. `nucleus` is one vowel."""

    onset: str
    nucleus: str
    coda: str
    stress: int

    @property
    def phonemes(self) -> str:
        return self.onset + self.nucleus + self.coda


@dataclass(frozen=True)
class PronouncedWord:
    """A word as written (`text`, with its punctuation) and as it sounds. At least one syllable."""

    text: str
    syllables: tuple[SyllableSounds, ...]

    @property
    def phonemes(self) -> str:
        return "".join(s.phonemes for s in self.syllables)


_lock = threading.Lock()


@lru_cache(maxsize=1)
def _g2p():
    from hibari.g2p import G2P

    return G2P()


def has_sound(token: str) -> bool:
    """Whether a written token can be sung at all (punctuation alone cannot)."""
    return bool(_SPEAKABLE.search(token))


def pronounce_line(text: str) -> tuple[PronouncedWord, ...]:
    """The words of a line with their syllables. Tokens without letters or digits stay with the word before them.

    A token of the form `{word|phonemes}` sounds as written behind the bar. Words that no lexicon holds are read by
    the network; what even that cannot read (other scripts) is spelled by its transliterated letters.
    """
    tokens = [t for t in _WORD.findall(text) if has_sound(t)]
    with _lock:
        readings = _read_in_context(tokens)
    return tuple(
        PronouncedWord(text=_shown(token), syllables=syllabify(reading))
        for token, reading in zip(tokens, readings, strict=True)
    )


def pronounce_word(word: str) -> PronouncedWord:
    """One word out of context."""
    words = pronounce_line(word)
    if len(words) != 1:
        raise ValueError(f"{word!r} is not one word")
    return words[0]


def tag_words(words: list[str]) -> list[str]:
    """Penn Treebank part-of-speech tags of a sentence's words, by the tagger that the lexicon uses."""
    with _lock:
        return list(_g2p().tagger(words))


def is_dictionary_word(word: str) -> bool:
    """Whether the English lexicon (names and borrowed words included) holds this written form."""
    lexicon = _g2p().lexicon
    return word in lexicon.golds or word in lexicon.silvers


def _shown(token: str) -> str:
    override = _OVERRIDE.match(token)
    return override.group(1) + override.group(3) if override else token


def _read_in_context(tokens: list[str]) -> list[str]:
    """Phonemes for each written token; the line is read whole so that neighbours count."""
    plain = [_spoken_form(token) for token in tokens]
    read = _g2p().phonemize_tokens(_g2p().tokenize(" ".join(plain)))
    readings, current, spans = [], "", [len(p.split()) for p in plain]
    for token in read:
        current += token.phonemes or ""
        if token.whitespace:
            readings.append(current)
            current = ""
    readings.append(current)
    if len(readings) != sum(spans):  # the tokenizer split or joined where we did not: read each word alone
        return [_override_of(t) or _read_alone(p) for t, p in zip(tokens, plain, strict=True)]
    result, at = [], 0
    for token, text, span in zip(tokens, plain, spans, strict=True):
        reading = _override_of(token) or "".join(readings[at : at + span])
        result.append(reading if VOWELS & set(reading) else _read_alone(text))
        at += span
    return result


def _override_of(token: str) -> str | None:
    override = _OVERRIDE.match(token)
    return override.group(2) if override and VOWELS & set(override.group(2)) else None


def _spoken_form(token: str) -> str:
    """A token as words that the lexicon reads: digits and symbols spelled out, odd letters transliterated."""
    import unicodedata

    from hibari.g2p.normalize import normalize

    override = _OVERRIDE.match(token)
    text = override.group(1) if override else token
    text = text.replace("’", "'").replace("‘", "'").strip('"“”«»()[]{}*_~<>|')
    if any(c.isdigit() for c in text):
        text = normalize(text)
    text = re.sub(r"[-–—/&+]", " ", text)
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = " ".join(w for w in folded.split() if has_sound(w))
    return words if has_sound(words) else _letter_names(text)


def _letter_names(text: str) -> str:
    """A reading for scripts that have no Latin letters: each letter's Unicode name ("SHIN" for ש)."""
    import unicodedata

    names = []
    for char in unicodedata.normalize("NFKC", text):
        name = unicodedata.name(char, "")
        if char.isalnum() and name:
            names.append(name.split(" LETTER ")[-1].split()[-1].split("-")[0].lower())
    letters = " ".join("".join(c for c in n if c.isascii() and c.isalpha()) or "ah" for n in names[:6])
    return letters or "ah"


def _read_alone(text: str) -> str:
    reading = _g2p()(text, normalize_text=True).replace(" ", "")
    if VOWELS & set(reading):
        return reading
    reading = "".join(_g2p().oov(w) or "" for w in re.findall(r"[a-z]+", text.lower()))
    return reading if VOWELS & set(reading) else (reading + "ə" if reading else "ɑ")


def syllabify(phonemes: str) -> tuple[SyllableSounds, ...]:
    """Cut a word's phonemes into syllables by maximal onset.

    Raises ValueError when there is no vowel and no syllabic consonant.
    """
    sounds, stresses = _split_stress(phonemes)
    sounds, stresses = _give_syllabics_a_vowel(sounds, stresses)
    nuclei = [i for i, s in enumerate(sounds) if s in VOWELS]
    if not nuclei:
        raise ValueError(f"no vowel in {phonemes!r}")
    starts = [0]
    for left, right in zip(nuclei, nuclei[1:], strict=False):
        starts.append(_onset_start(sounds, left + 1, right))
    ends = [*starts[1:], len(sounds)]
    return tuple(
        SyllableSounds("".join(sounds[a:n]), sounds[n], "".join(sounds[n + 1 : b]), stresses[n])
        for a, n, b in zip(starts, nuclei, ends, strict=True)
    )


def _split_stress(phonemes: str) -> tuple[list[str], list[int]]:
    sounds, stresses, pending = [], [], 0
    for char in phonemes:
        if char in (PRIMARY, SECONDARY):
            pending = 2 if char == PRIMARY else 1
        elif char.isalpha() and char not in "ːʰʲ":
            sounds.append(char)
            stresses.append(pending if char in VOWELS else 0)
            pending = 0 if char in VOWELS else pending
    return sounds, stresses


def _give_syllabics_a_vowel(sounds: list[str], stresses: list[int]) -> tuple[list[str], list[int]]:
    """ "bʌtn" -> "bʌtᵊn": a sonorant after a consonant at the end of a word, or between consonants, is a syllable."""
    out, out_stress = [], []
    for i, sound in enumerate(sounds):
        after_obstruent = i > 0 and sounds[i - 1] not in VOWELS and sounds[i - 1] not in "lɹwjŋmn"
        before_end = i + 1 == len(sounds) or sounds[i + 1] not in VOWELS
        if sound in SYLLABIC and after_obstruent and before_end and any(s in VOWELS for s in sounds[:i]):
            out.append("ᵊ")
            out_stress.append(0)
        out.append(sound)
        out_stress.append(stresses[i])
    if not any(s in VOWELS for s in out) and out:
        out.insert(len(out) - 1 if out[-1] in SYLLABIC else len(out), "ə")
        out_stress = [0] * len(out)
    return out, out_stress


def _onset_start(sounds: list[str], first: int, nucleus: int) -> int:
    for start in range(first, nucleus):
        if "".join(sounds[start:nucleus]) in LEGAL_ONSETS:
            return start
    return nucleus
