"""When each phoneme sounds: a phrase's syllables and notes laid out on frames of 12.5 ms.

Conventions
-----------
* Frame 0 is the first frame of the phrase's sound; the first note starts at `lead_in` frames.
* A nucleus is heard to start on its note (to half a frame); the consonants before it come before the note, the coda
  lies inside its own note (Sundberg, "The Science of the Singing Voice", on where singers put the beat).
* Consonants keep about their spoken length, whatever the tempo; when a note is too short they shrink towards their
  `LEAST_FRAMES`, gaps between words the most, so that the vowel keeps a third of the note.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from voicelab.contracts import SungSyllable, VocalPhrase
from voicelab.engine.phonemes import PRIMARY, SECONDARY

LEGATO_GAP_FRAMES = 10
"""Notes closer than this are sung without a break."""
CONSONANT_STRETCH = 1.15
LEAST_FRAMES = dict.fromkeys("fθsʃʧʤ", 4.0) | dict.fromkeys("zʒ", 5.5) | dict.fromkeys("pbtdkɡ", 3.0)
LEAST_FRAMES |= dict.fromkeys((PRIMARY, SECONDARY), 1.0)
LEAST_OTHER_FRAMES, LEAST_SHARE = 2.0, 0.7
"""What a consonant, or the gap between two words, needs to be heard at all; less only where not even that fits. A z
of less than 60 ms was taken for no sound ("soldier" for "soldiers")."""
MIN_VOWEL_FRAMES = 7
MIN_VOWEL_SHARE = 0.35
SHOWN_VOWEL_FRAMES = 10
DIPHTHONGS = frozenset("AIOQWY")
DIPHTHONG_HOLD, MONOPHTHONG_HOLD = (0.15, 0.3), (0.25, 0.5)
"""The stretch of a vowel, as shares of its shown length, over which it is held: early, before the consonant after
it is heard."""
SHORT_HEAD, LATE_SHARE = 0.7, 0.45
TAIL_FRAMES = 14
HEAD_FRAMES = 8
STRESS_FRAMES = 3
VOWEL_SHIFT_FRAMES = {"t": -2, "b": 2, "d": 1, "ɡ": 3, "ʤ": 4} | dict.fromkeys("fsʃnm", 1)
"""A vowel is heard to start later than its first frame after an aspirated t, and before it where a voiced consonant
opens into it; measured on landmarks (the burst, or where the voice sets in), in frames to add after each consonant."""
SPACE_FRAMES = 6
"""What parts two words: the closure of a stop, the onset of a hiss. The network speaks 25 to 75 ms of it; with two
frames words ran together ("upon the stone" was heard as "pun this turn"). So apart, a final t is no flap either."""
PAUSE, PAUSE_FRAMES, PAUSE_MARKS = ",", 4, frozenset(",;:.!?…—–")
"""Where the text pauses, the network is told so, and the words part a little more: read without their commas, lines
lose twice as many words even in plain speech (79 of 2,033 against 34)."""
LONGEST_CONSONANT_FRAMES = 18
"""What a note's end has to spare for a hum of l, m or n, however long speech would draw it."""
WORD_GAPS = frozenset((" ", PAUSE))
_SONORANT_FLOOR = frozenset("lɹwjmnŋðv")
_STOPS = frozenset("pbtdkɡʔ")
FLAP = "T"
"""The tapped t inside a word ("water"), as in connected American English."""


class Role(Enum):
    SILENCE = "silence"
    CONSONANT = "consonant"
    STRESS = "stress"
    VOWEL = "vowel"


@dataclass(frozen=True)
class Token:
    """One symbol that the network reads. `syllable` counts the phrase's syllables (-1 for silence)."""

    symbol: str
    role: Role
    syllable: int


@dataclass(frozen=True)
class Layout:
    """`bounds[k]:bounds[k + 1]` are the frames in which token k sounds; `nuclei` (start, end) the vowels in frames;
    `frames` the whole length; `lead_in` the frame of the first note's start (0 s)."""

    tokens: tuple[Token, ...]
    bounds: np.ndarray
    nuclei: tuple[tuple[int, int], ...]
    frames: int
    lead_in: int


def tokens_of(phrase: VocalPhrase) -> tuple[Token, ...]:
    """The phrase as the network reads it: a pad, the words with spaces (and commas) between, a full stop, a pad."""
    tokens, syllable = [Token("", Role.SILENCE, -1)], 0
    for index, word in enumerate(phrase.words):
        if index:
            gap = (PAUSE, " ") if _pauses_after(phrase.words[index - 1].text) else (" ",)
            tokens += [Token(symbol, Role.SILENCE, syllable) for symbol in gap]
        for part in word.syllables:
            tokens += [Token(c, Role.CONSONANT, syllable) for c in part.onset]
            if part.stress:
                tokens.append(Token(PRIMARY if part.stress == 2 else SECONDARY, Role.STRESS, syllable))
            tokens.append(Token(part.nucleus, Role.VOWEL, syllable))
            tokens += [Token(c, Role.CONSONANT, syllable) for c in part.coda]
            syllable += 1
    return (*tokens, Token(".", Role.SILENCE, -1), Token("", Role.SILENCE, -1))


def _pauses_after(word: str) -> bool:
    return word.rstrip("\"'”’)]*_")[-1:] in PAUSE_MARKS


def wanted_frames(tokens: tuple[Token, ...], natural_frames: np.ndarray) -> np.ndarray:
    """How long each token but the vowels would like to be."""
    wanted = np.zeros(len(tokens))
    for k, token in enumerate(tokens):
        if token.role is Role.CONSONANT:
            floor = 4.0 if token.symbol in _SONORANT_FLOOR else 5.0 if token.symbol in _STOPS else 6.0
            floor = 2.5 if token.symbol == FLAP else floor
            wanted[k] = min(max(CONSONANT_STRETCH * natural_frames[k], floor), LONGEST_CONSONANT_FRAMES)
        elif token.role is Role.STRESS:
            wanted[k] = STRESS_FRAMES
        elif token.symbol in WORD_GAPS:
            wanted[k] = PAUSE_FRAMES if token.symbol == PAUSE else SPACE_FRAMES
    return wanted


def least_frames(tokens: tuple[Token, ...]) -> np.ndarray:
    """How long each token but the vowels must be to be heard."""
    return np.array([LEAST_FRAMES.get(token.symbol, LEAST_OTHER_FRAMES) for token in tokens])


def lay_out(
    phrase: VocalPhrase,
    tokens: tuple[Token, ...],
    natural_frames: np.ndarray,
    *,
    frames_per_s: float,
    before_s: float = np.inf,
) -> Layout:
    """Place every token; the first note starts at 0 s. Only `before_s` are free before it: its consonants are squeezed
    to `SHORT_HEAD`, and the vowel comes as late as they still need, at most by `LATE_SHARE` of its note."""
    syllables = [s for word in phrase.words for s in word.syllables]
    wanted = wanted_frames(tokens, natural_frames)
    vowels = [k for k, token in enumerate(tokens) if token.role is Role.VOWEL]
    lead_in = HEAD_FRAMES + int(np.ceil(wanted[1 : vowels[0]].sum()))
    starts, ends = _note_frames(syllables, frames_per_s, lead_in)
    starts += [VOWEL_SHIFT_FRAMES.get(s.onset[-1:], 0) for s in syllables]
    head = float(wanted[1 : vowels[0]].sum())
    if head > (room := before_s * frames_per_s):
        wanted[1 : vowels[0]] *= max(SHORT_HEAD, room / head)
        late = min(max(0.0, SHORT_HEAD * head - room), LATE_SHARE * (ends[0] - starts[0]))
        starts[0] += np.round(late)
    # What follows a slurred syllable takes its time from the last of its notes, which must keep its vowel too.
    slurs_s = [s.notes[-1].start_s - s.notes[0].start_s for s in syllables]
    lasts = starts + np.round(np.array(slurs_s) * frames_per_s)
    sizes = np.stack([wanted, np.minimum(wanted, least_frames(tokens))])
    bounds = np.zeros(len(tokens) + 1)
    _place_head(bounds, wanted, vowels[0], starts[0])
    for i, k in enumerate(vowels):
        bounds[k] = starts[i]
        if i + 1 < len(vowels):
            _place_gap(bounds, sizes, tokens, k, vowels[i + 1], lasts[i], ends[i], starts[i + 1])
    _place_tail(bounds, sizes, vowels[-1], len(tokens), lasts[-1], ends[-1])
    bounds = np.maximum.accumulate(np.round(bounds)).astype(np.int64)
    nuclei = tuple((int(bounds[k]), int(bounds[k + 1])) for k in vowels)
    return Layout(tokens, bounds, nuclei, int(bounds[-1]), lead_in)


def short_layout(layout: Layout) -> tuple[Layout, np.ndarray]:
    """The layout that the network is shown, and where each sung frame is found in it (fractions of frames).

    The network was trained on spoken lengths and its features already carry the sound that follows, so a vowel token
    shown for seconds turns into the consonant after it. Vowels are therefore shown for at most `SHOWN_VOWEL_FRAMES`
    and held afterwards, in the spectra: their beginning and end pass at their own speed, and time nearly stands still
    in between, before the half of the vowel (a singer holds the first part of a diphthong).
    """
    lengths = np.diff(layout.bounds)
    vowel = np.array([t.role is Role.VOWEL for t in layout.tokens])
    shown = np.where(vowel, np.minimum(lengths, SHOWN_VOWEL_FRAMES), lengths)
    bounds = np.concatenate([[0], np.cumsum(shown)]).astype(np.int64)
    sung_knots, shown_knots = [0.0], [0.0]
    for k in range(len(lengths)):
        if lengths[k] > shown[k]:
            held = DIPHTHONG_HOLD if layout.tokens[k].symbol in DIPHTHONGS else MONOPHTHONG_HOLD
            before, after = held[0] * shown[k], (1.0 - held[1]) * shown[k]
            sung_knots += [layout.bounds[k] + before, layout.bounds[k + 1] - after]
            shown_knots += [bounds[k] + before, bounds[k + 1] - after]
        sung_knots.append(layout.bounds[k + 1])
        shown_knots.append(bounds[k + 1])
    found = np.interp(np.arange(layout.frames), sung_knots, shown_knots)
    nuclei = tuple((int(bounds[k]), int(bounds[k + 1])) for k in np.flatnonzero(vowel))
    return Layout(layout.tokens, bounds, nuclei, int(bounds[-1]), nuclei[0][0]), found


def _note_frames(syllables: list[SungSyllable], frames_per_s: float, lead_in: int) -> tuple[np.ndarray, np.ndarray]:
    origin = syllables[0].notes[0].start_s
    starts = np.array([s.notes[0].start_s - origin for s in syllables])
    ends = np.array([s.notes[-1].end_s - origin for s in syllables])
    # Microseconds: the same phrase later in the song must round to the same frames.
    return (
        np.round(np.round(starts, 6) * frames_per_s) + lead_in,
        np.round(np.round(ends, 6) * frames_per_s) + lead_in,
    )


def _place_head(bounds: np.ndarray, wanted: np.ndarray, vowel: int, start: float) -> None:
    bounds[1:vowel] = start - np.cumsum(wanted[1:vowel][::-1])[::-1]


def _place_gap(
    bounds: np.ndarray,
    sizes: np.ndarray,
    tokens: tuple[Token, ...],
    left: int,
    right: int,
    start: float,
    end: float,
    following: float,
) -> None:
    """Everything between two nuclei: the coda after `left`, perhaps a rest, the onset before `right`."""
    new_word = any(token.symbol == " " for token in tokens[left + 1 : right])
    if following - end < LEGATO_GAP_FRAMES or not new_word:
        between = _squeeze(sizes[:, left + 1 : right], following - start)
        bounds[left + 1 : right] = following - np.cumsum(between[::-1])[::-1]
        return
    onset = next((k for k in range(left + 1, right) if tokens[k].syllable != tokens[left].syllable), right)
    coda = _squeeze(sizes[:, left + 1 : onset], end - start)
    head = _squeeze(sizes[:, onset + 1 : right], following - end, vowel_share=0.0) if onset < right else np.zeros(0)
    bounds[left + 1 : onset] = end - np.cumsum(coda[::-1])[::-1]
    if onset < right:
        bounds[onset] = end
        bounds[onset + 1 : right] = following - np.cumsum(head[::-1])[::-1]


def _place_tail(bounds: np.ndarray, sizes: np.ndarray, vowel: int, count: int, start: float, end: float) -> None:
    coda = _squeeze(sizes[:, vowel + 1 : count - 2], end - start)
    bounds[vowel + 1 : count - 2] = end - np.cumsum(coda[::-1])[::-1]
    bounds[count - 2] = end
    bounds[count - 1 :] = end + TAIL_FRAMES


def _squeeze(sizes: np.ndarray, room: float, *, vowel_share: float = MIN_VOWEL_SHARE) -> np.ndarray:
    """What is not vowel, shrunk so that a vowel keeps its share of `room`; `sizes` (2, tokens) are what each would like
    and the least it needs. Where even that is too long it gives `LEAST_SHARE`, and then the vowel gives too."""
    wanted, least = sizes
    total, needed = float(wanted.sum()), float(least.sum())
    left = room - (max(MIN_VOWEL_FRAMES, vowel_share * room) if vowel_share else 0.0)
    if total <= left or not total:
        return wanted
    if needed >= left:
        squeezed = least * max(LEAST_SHARE, left / needed)
    else:
        squeezed = wanted + (total - left) / (total - needed) * (least - wanted)
    return squeezed * min(1.0, room * (1.0 - 0.5 * vowel_share) / squeezed.sum())
