"""The sounds of English in the alphabet of hibari-tts (misaki: one character a phoneme), and words cut into syllables.

Conventions
-----------
* Vowels and diphthongs are the nuclei: "A" as in day, "I" eye, "O" no, "W" now, "Y" boy; "ᵊ" a very short schwa.
* ˈ and ˌ stand before the vowel they stress; they are no phonemes and are kept apart as 2 (primary) and 1.
* Syllables are cut by maximal onset (Kahn 1976; the legal English onsets are listed below).
* "bottle" and "button" carry syllabic consonants; they get a "ᵊ" as nucleus, so every syllable has a vowel to hold.
"""

from __future__ import annotations

from dataclasses import dataclass

VOWELS = frozenset("AIOQWYaeiouyæɐɑɒɔəɚɛɜɨɪʊʌᵊᵻ")
PRIMARY, SECONDARY = "ˈ", "ˌ"
SYLLABIC = frozenset("lnmɹ")
LEGAL_ONSETS = frozenset(
    "p b t d k ɡ f v θ ð s z ʃ ʒ h m n l ɹ w j ʧ ʤ T pl bl kl ɡl fl sl pɹ bɹ tɹ dɹ kɹ ɡɹ fɹ θɹ ʃɹ tw dw kw ɡw sw hw "
    "sp st sk sm sn sf pj bj kj ɡj fj vj mj hj nj spl spɹ spj stɹ skɹ skw skj θw θj ʃl ʃm".split()
)


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
