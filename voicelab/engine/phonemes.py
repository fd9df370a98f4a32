"""English text to syllables of phonemes: the door to `voicelab.engine.pronunciation`."""

from __future__ import annotations

from voicelab.engine.pronunciation.function_words import fit_to_note
from voicelab.engine.pronunciation.language import foreign_language, is_english_line
from voicelab.engine.pronunciation.overrides import (
    MarkedWord,
    Pronunciations,
    check_marked,
    clean_pronunciations,
    marked_word,
    read_sounds,
    shown_text,
    tokens_of,
    word_key,
)
from voicelab.engine.pronunciation.reading import (
    has_sound,
    is_dictionary_word,
    is_english_word,
    pronounce_line,
    pronounce_word,
    tag_words,
)
from voicelab.engine.pronunciation.sounds import (
    LEGAL_ONSETS,
    PRIMARY,
    SECONDARY,
    SYLLABIC,
    VOWELS,
    PronouncedWord,
    SyllableSounds,
    syllabify,
)

__all__ = [
    "LEGAL_ONSETS",
    "PRIMARY",
    "SECONDARY",
    "SYLLABIC",
    "VOWELS",
    "MarkedWord",
    "PronouncedWord",
    "Pronunciations",
    "SyllableSounds",
    "check_marked",
    "clean_pronunciations",
    "fit_to_note",
    "foreign_language",
    "has_sound",
    "is_dictionary_word",
    "is_english_line",
    "is_english_word",
    "marked_word",
    "pronounce_line",
    "pronounce_word",
    "read_sounds",
    "shown_text",
    "syllabify",
    "tag_words",
    "tokens_of",
    "word_key",
]
