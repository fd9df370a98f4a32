"""Keys and chords of a file that names none: by the tonal hierarchy, and by chord templates.

Key: correlation of the sounding pitch classes with the probe-tone profiles of Krumhansl and Kessler (1982), as in
Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, ch. 4. Chords: each half bar's weighted pitch classes against
triad templates, smoothed by the best path (after Pardo and Birmingham, "Algorithms for Chordal Analysis", Computer
Music Journal 26/2, 2002; the change cost plays the part of the self-transition in Sheh and Ellis, ISMIR 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from generation.engine.score.grid import TICKS_PER_BEAT, beats
from generation.engine.score.importing.raw import RawChord, RawNote
from generation.engine.score.keys import best_key, key_fifths, note_names, pitch_class, scale_pcs
from generation.engine.score.types import Chord, Key

_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_MODE_BY_FIFTHS = {"ionian": 0, "aeolian": -3, "dorian": -2, "phrygian": -4, "lydian": 1, "mixolydian": -1}
_TRIADS = (("", (0, 4, 7)), ("m", (0, 3, 7)), ("dim", (0, 3, 6)))
_CHANGE_COST = 0.22
_DIATONIC, _DIM_COST = 0.25, 0.2
_TYPICAL = {0: 0.12, 5: 0.08, 7: 0.1}
"""Tonic, subdominant and dominant are the commonest chords of tunes (Temperley, 2001, ch. 6)."""


def weights_of(notes: Sequence[RawNote]) -> np.ndarray:
    """(12,) ticks that each pitch class sounds."""
    found = np.zeros(12)
    for note in notes:
        found[note.midi % 12] += note.end - note.start
    return found


def key_by_profile(notes: Sequence[RawNote]) -> Key:
    """The key whose profile correlates best; C ionian where nothing sounds."""
    weights = weights_of(notes)
    if not weights.any():
        return Key("C", "ionian")
    fits = {(t, mode): _fit(weights, t, mode) for t in range(12) for mode in ("ionian", "aeolian")}
    return best_key(*max(fits, key=lambda k: fits[k]))


def _fit(weights: np.ndarray, tonic: int, mode: str) -> float:
    profile = np.roll(_MINOR if mode == "aeolian" else _MAJOR, tonic)
    spread = weights.std() * profile.std()
    return float(((weights - weights.mean()) * (profile - profile.mean())).mean() / spread) if spread else 0.0


def key_of_signature(fifths: int, mode: str, notes: Sequence[RawNote]) -> Key:
    """The key that a signature and its mode tell. Many programs write "major", or no sharps and flats at all, whatever
    the key: then the notes decide between major and minor, and against a signature that they do not keep."""
    if mode in _MODE_BY_FIFTHS and mode not in ("ionian", ""):
        return _named(fifths, mode)
    weights = weights_of(notes)
    heard = key_by_profile(notes)
    scale = scale_pcs(_named(fifths, "ionian"))
    kept = weights[list(scale)].sum() / weights.sum() if weights.any() else 1.0
    if kept < 0.85 and weights[list(scale_pcs(heard))].sum() / weights.sum() > kept + 0.05:
        return heard
    major, minor = _named(fifths, "ionian"), _named(fifths, "aeolian")
    as_major = _fit(weights, pitch_class(major.tonic), "ionian")
    as_minor = _fit(weights, pitch_class(minor.tonic), "aeolian")
    if fifths == 0 and _fit(weights, pitch_class(heard.tonic), heard.mode) > max(as_major, as_minor) + 0.1:
        return heard
    said = 0.1 if mode == "ionian" and fifths != 0 else 0.0
    return minor if as_minor > as_major + said else major


def _named(fifths: int, mode: str) -> Key:
    """The key of a mode with this signature, spelled as the signature is."""
    tonic = ((fifths - _MODE_BY_FIFTHS[mode]) * 7) % 12
    usual = best_key(tonic, mode)
    exact = [Key(name, mode) for name in _spellings(tonic) if key_fifths(Key(name, mode)) == fifths]
    return usual if key_fifths(usual) == fifths or not exact else exact[0]


def _spellings(pc: int) -> list[str]:
    names = ("C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B", "Cb")
    return [name for name in names if pitch_class(name) == pc]


def chords_of(found: Sequence[RawChord], end: int) -> tuple[Chord, ...]:
    """Chord symbols as chords from beat 0 to `end` (ticks) without a gap; the first also holds before its place."""
    ordered: dict[int, RawChord] = {}
    for chord in sorted(found, key=lambda c: c.tick):
        if chord.tick < end:
            ordered[chord.tick] = chord
    if not ordered:
        return ()
    first, *later = ordered.values()
    placed = [(0, first), *((c.tick, c) for c in later)]
    chords = []
    for (start, chord), (stop, _) in pairwise([*placed, (end, first)]):
        chords.append(Chord(chord.name, chord.root, chord.pitch_classes, chord.bass, beats(start), beats(stop - start)))
    return tuple(chords)


def inferred_chords(notes: Sequence[RawNote], key: Key, bar: int, step: int, end: int) -> tuple[Chord, ...]:
    """Triads under the notes, one for each `step` of a `bar` (ticks). First and last lean towards the tonic."""
    spans = list(range(0, end, step))
    heard = _heard(notes, step, len(spans))
    options = [(root, suffix, tones) for root in range(12) for suffix, tones in _TRIADS]
    templates = np.array([_template(root, tones) for root, _, tones in options])
    taste = np.array([_taste(root, suffix, tones, key) for root, suffix, tones in options])
    outside = 1.0 - (templates > 0)
    own = heard @ templates.T - 0.6 * heard @ outside.T + taste
    home = np.array([root == pitch_class(key.tonic) and suffix == _tonic_suffix(key) for root, suffix, _ in options])
    own[0] += 0.3 * home
    own[-1] += 0.4 * home
    names, merged = note_names(key), []
    opens = [s % bar == 0 for s in spans]
    for start, choice in zip(spans, _path(own, opens), strict=True):
        root, suffix, tones = options[choice]
        if merged and merged[-1].name == names[root] + suffix and start % (2 * bar):
            continue
        pcs = tuple((root + t) % 12 for t in tones)
        merged.append(RawChord(start, names[root] + suffix, root, pcs, root))
    return chords_of(merged, end)


def _heard(notes: Sequence[RawNote], step: int, windows: int) -> np.ndarray:
    """(windows, 12) shares of each window that each pitch class sounds; what begins on its first quarter beat counts
    half as much again. By sums over sorted starts and ends, so that a file full of notes costs no more than sorting."""
    edges = np.arange(windows + 1) * step
    found = np.zeros((windows, 12))
    starts, ends, pcs = (np.array([f(n) for n in notes]) for f in (_start, _end, _pc))
    for pc in range(12):
        own = pcs == pc
        found[:, pc] = np.diff(_elapsed(starts[own], edges) - _elapsed(ends[own], edges))
    index = np.minimum(starts // step, windows - 1)
    onset = starts - index * step < TICKS_PER_BEAT // 4
    held = np.minimum(ends, (index + 1) * step) - starts
    np.add.at(found, (index[onset], pcs[onset]), 0.5 * np.maximum(0, held[onset]))
    return found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9)


def _elapsed(moments: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """For each edge the sum of the times since those moments that lie before it."""
    ordered = np.sort(moments)
    count = np.searchsorted(ordered, edges)
    return count * edges - np.concatenate([[0], np.cumsum(ordered)])[count]


def _start(note: RawNote) -> int:
    return note.start


def _end(note: RawNote) -> int:
    return note.end


def _pc(note: RawNote) -> int:
    return note.midi % 12


def _template(root: int, tones: tuple[int, ...]) -> np.ndarray:
    row = np.zeros(12)
    row[[(root + t) % 12 for t in tones]] = (1.0, 0.85, 0.85)
    return row


def _taste(root: int, suffix: str, tones: tuple[int, ...], key: Key) -> float:
    scale = set(scale_pcs(key))
    own = all((root + t) % 12 in scale for t in tones)
    dominant = suffix == "" and (root - pitch_class(key.tonic)) % 12 == 7
    typical = _TYPICAL.get((root - pitch_class(key.tonic)) % 12, 0.0) if own or dominant else 0.0
    return typical - (0.0 if own or dominant else _DIATONIC) - (_DIM_COST if suffix == "dim" else 0.0)


def _tonic_suffix(key: Key) -> str:
    return "m" if key.mode in ("aeolian", "dorian", "phrygian") else ""


def _path(own: np.ndarray, opens_bar: list[bool]) -> list[int]:
    """The best row of choices: a change costs, inside of a bar twice as much."""
    total, came = own[0], []
    for row, opens in zip(own[1:], opens_bar[1:], strict=True):
        cost = _CHANGE_COST * (1.0 if opens else 2.0)
        best = int(np.argmax(total))
        stay = total >= total[best] - cost
        came.append(np.where(stay, np.arange(len(total)), best))
        total = np.where(stay, total, total[best] - cost) + row
    at = int(np.argmax(total))
    path = [at]
    for origin in reversed(came):
        at = int(origin[at])
        path.append(at)
    return path[::-1]
