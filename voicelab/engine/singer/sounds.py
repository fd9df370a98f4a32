"""A syllable's sounds as a person may write them over the lexicon's ("hɑɹt"): checked, and put in their places."""

from __future__ import annotations

from dataclasses import replace

from voicelab.contracts import SungSyllable
from voicelab.engine.phonemes import PRIMARY, SECONDARY, VOWELS

CONSONANTS = frozenset("pbtdkɡfvθðszʃʒhmnŋlɹwjʧʤTʔɾçɲxɣ")
_TYPED = {"g": "ɡ", "r": "ɹ", "'": PRIMARY}
"""What a keyboard offers for what the alphabet means."""


def split_sounds(phonemes: str) -> tuple[str, str, str, int | None]:
    """Onset, nucleus, coda and stress (None when no mark says it) of one written syllable.

    Raises ValueError, as one sentence, when there is not exactly one vowel or a sign is no sound.
    """
    signs = [_TYPED.get(sign, sign) for sign in phonemes if not sign.isspace()]
    stress = 2 if PRIMARY in signs else 1 if SECONDARY in signs else None
    signs = [sign for sign in signs if sign not in (PRIMARY, SECONDARY)]
    strange = [sign for sign in signs if sign not in VOWELS and sign not in CONSONANTS]
    if strange:
        raise ValueError(f"{strange[0]!r} in {phonemes!r} is no sound of the singer's alphabet.")
    at = [k for k, sign in enumerate(signs) if sign in VOWELS]
    if len(at) != 1:
        raise ValueError(f"The sounds {phonemes!r} of one syllable need exactly one vowel, not {len(at)}.")
    return "".join(signs[: at[0]]), signs[at[0]], "".join(signs[at[0] + 1 :]), stress


def respelled(syllable: SungSyllable) -> SungSyllable:
    """The syllable with the sounds that its first note's expression asks for, which then names them in full."""
    note = syllable.notes[0]
    if note.expression is None:
        return syllable
    own = syllable.onset + syllable.nucleus + syllable.coda
    if note.expression.phonemes in ("", own):
        named = replace(note.expression, phonemes=own)
        return replace(syllable, notes=(replace(note, expression=named), *syllable.notes[1:]))
    onset, nucleus, coda, stress = split_sounds(note.expression.phonemes)
    stress = syllable.stress if stress is None else stress
    return replace(syllable, onset=onset, nucleus=nucleus, coda=coda, stress=stress)
