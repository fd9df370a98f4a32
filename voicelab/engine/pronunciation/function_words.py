"""Function words slurred on short notes and full on long ones ("to", "and", "of"; Roach, English Phonetics, ch. 12).

The lexicon's own reading, between the two, stands on notes of middling length.
"""

from __future__ import annotations

from dataclasses import replace

from voicelab.engine.pronunciation.overrides import word_key
from voicelab.engine.pronunciation.sounds import SyllableSounds, syllabify

WEAK = {
    "and": "ənd", "of": "əv", "for": "fəɹ", "to": "tə", "a": "ə", "an": "ən", "can": "kən", "from": "fɹəm", "at": "ət",
    "but": "bət", "as": "əz", "than": "ðən", "your": "jəɹ", "them": "ðəm", "was": "wəz", "were": "wəɹ", "must": "məst",
    "have": "həv", "has": "həz", "had": "həd", "are": "əɹ", "or": "əɹ", "shall": "ʃəl", "some": "səm", "us": "əs",
}  # fmt: skip
STRONG = {
    "to": "tˈu", "the": "ðˈi", "a": "ˈʌ", "and": "ˈænd", "of": "ˈʌv", "for": "fˈɔɹ", "can": "kˈæn", "from": "fɹˈʌm",
    "at": "ˈæt", "but": "bˈʌt", "as": "ˈæz", "than": "ðˈæn", "your": "jˈɔɹ", "you": "jˈu", "them": "ðˈɛm",
    "was": "wˈʌz", "were": "wˈɜɹ", "must": "mˈʌst", "have": "hˈæv", "has": "hˈæz", "had": "hˈæd", "are": "ˈɑɹ",
    "or": "ˈɔɹ", "shall": "ʃˈæl", "some": "sˈʌm", "us": "ˈʌs", "so": "sˈO", "me": "mˈi", "we": "wˈi", "he": "hˈi",
    "she": "ʃˈi", "be": "bˈi", "in": "ˈɪn", "on": "ˈɔn", "my": "mˈI", "by": "bˈI", "go": "ɡˈO", "gone": "ɡˈɔn",
}  # fmt: skip
SHORT_S, LONG_S = 0.2, 0.7
_LONG_ONLY = {"to": "tˈu", "a": "ˈʌ", "an": "ˈæn", "than": "ðˈæn", "your": "jˈɔɹ"}
"""Where a held weak vowel would sound like no word; the others are full in the lexicon already."""


def fit_to_note(word: str, sounds: SyllableSounds, length_s: float, *, is_last: bool = False) -> SyllableSounds:
    """The sounds of a one-syllable word on a note of a given length.

    Words outside the tables, and those that carry a stress (a person's own pronunciation, an emphasis), stay. The last
    word of a phrase is never slurred ("what are you waiting for").
    """
    if sounds.stress == 2:
        return sounds
    key = word_key(word)
    is_full = length_s >= LONG_S or is_last
    told = _LONG_ONLY.get(key) if is_full else WEAK.get(key) if length_s <= SHORT_S else None
    if told is None:
        return sounds
    return replace(syllabify(told)[0], stress=sounds.stress)
