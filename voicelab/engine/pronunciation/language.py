"""Whether lyrics are in a language other than English.

py3langid (BSD-3-Clause; Lui & Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012) judges the
whole text, and only where the lexicon does not know most of its words: songs repeat, stretch and sing syllables, and
a short line misleads any identifier.
"""

from __future__ import annotations

import unicodedata

from voicelab.engine.pronunciation.overrides import shown_text, tokens_of, word_key
from voicelab.engine.pronunciation.reading import is_dictionary_word, is_english_word
from voicelab.engine.pronunciation.sung import LATIN, NAMES, SUNG, sung_reading, unstretched

MAX_WORDS = 400
MIN_WORDS = 4
ENGLISH_SHARE = 0.8
SURE, LIKELY = 0.9, 0.55
"""How sure the identifier must be; likely is enough where the lexicon knows less than half of the words."""
OTHER = "another language"
_ENGLISH = frozenset(["en", "sco", "pcm", "jam", "tpi"])
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German",
    "el": "Greek", "es": "Spanish", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "la": "Latin", "ms": "Malay", "nb": "Norwegian", "nl": "Dutch",
    "nn": "Norwegian", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def foreign_language(text: str) -> str | None:
    """The language of lyrics that are not English ("German"), "another language" where it has no name here, or None."""
    words = [word_key(t) for t in tokens_of(shown_text(text))][: 4 * MAX_WORDS]
    words = list(dict.fromkeys(w for w in words if w and any(c.isalpha() for c in w) and not _is_syllable(w)))
    words = words[:MAX_WORDS]
    if not words:
        return None
    other_script = sum(not _is_latin(w) for w in words) / len(words)
    if other_script <= 0.5 and (len(words) < MIN_WORDS or _english_share(words) >= ENGLISH_SHARE):
        return None
    label, sureness = _identify(" ".join(words))
    if other_script > 0.5:
        return _NAMES.get(label, OTHER) if sureness >= LIKELY else OTHER
    if label in _ENGLISH:
        return None
    has_evidence = sureness >= SURE or (sureness >= LIKELY and label in _NAMES and _english_share(words) < 0.5)
    return _NAMES.get(label, OTHER) if has_evidence else None


def is_english_line(text: str) -> bool:
    """Whether the lexicon holds every word of a line of three or more: an English line among foreign ones."""
    words = [word_key(t) for t in tokens_of(shown_text(text))]
    return sum(map(bool, words)) >= 3 and _english_share([w for w in words if w]) == 1.0


def _is_syllable(word: str) -> bool:
    """Sung syllables and stretched words belong to no language."""
    if word in SUNG and word not in LATIN and word not in NAMES:
        return True
    return sung_reading(word, is_english_word) is not None and word not in SUNG


def _english_share(words: list[str]) -> float:
    """The share of words whose small form the lexicon holds (many foreign words are there as names)."""
    known = 0
    for word in words:
        plain = unstretched(word, is_english_word) or word
        known += is_dictionary_word(plain) or is_dictionary_word(plain.removesuffix("'s"))
    return known / len(words)


def _is_latin(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return all("LATIN" in unicodedata.name(c, "") for c in letters)


def _identify(text: str) -> tuple[str, float]:
    """(label, sureness 0..1). The model is loaded for the one question and let go: it would keep 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    label, sureness = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).classify(text)
    return str(label), float(sureness)
