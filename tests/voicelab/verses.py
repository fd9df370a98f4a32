"""120 sung verses (`tests/data/verses/`): text, scale degrees and beats, made into what the singer reads.

`NAMES` are for tuning and tests; `SET_ASIDE_NAMES` only for the final figures (see the README beside them). A line
holds its words' syllables as counted when it was written: when the lexicon later reads a word with more or fewer,
the word's own notes are split or slurred, and the rest of the verse stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from voicelab.contracts import SingSpec, SungNote, SungSyllable, SungWord, VocalLine, VocalPhrase, VoiceStyle
from voicelab.engine.phonemes import PronouncedWord, pronounce_line

FOLDER = Path(__file__).parents[1] / "data" / "verses"
SET_ASIDE = FOLDER / "set_aside"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
SET_ASIDE_NAMES = tuple(sorted(path.stem for path in SET_ASIDE.glob("*.json")))
TONIC = {
    VoiceStyle.HEROIC_MALE: 50,
    VoiceStyle.SOPRANO: 62,
    VoiceStyle.ALTO: 57,
    VoiceStyle.CHOIR: 62,
    VoiceStyle.WHISPER: 57,
    VoiceStyle.SPOKEN: 57,
}
LEAD_IN_S = 1.0
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
Cells = list[tuple[list[int], list[float]]]


def lines_of(name: str) -> list[str]:
    return [line["text"] for line in _load(name)["lines"]]


def text_of(name: str) -> str:
    return " ".join(lines_of(name))


def spec_of(name: str, voice: VoiceStyle, *, seed: int = 7, harmony: bool = False) -> SingSpec:
    """A verse as the voice sings it in its own key, starting after a second of silence."""
    line, end_s = line_of(name, TONIC[voice])
    lines = (line, line_of(name, TONIC[voice], degree_shift=-2)[0]) if harmony else (line,)
    return SingSpec(lines=lines, voice=voice, duration_s=end_s + 1.0, seed=seed)


def line_of(name: str, tonic: int, *, degree_shift: int = 0) -> tuple[VocalLine, float]:
    """The verse as one line of song, and when it ends in seconds."""
    verse = _load(name)
    scale, beat_s, at_s = _SCALES[verse["mode"]], 60.0 / verse["bpm"], LEAD_IN_S
    phrases = []
    for line in verse["lines"]:
        cells, words = iter(list(zip(line["degrees"], line["beats"], strict=True))), []
        for word, laid in zip(pronounce_line(line["text"]), line["syllables"], strict=True):
            syllables = []
            for sounds, (degrees, beats) in _sounds_on_cells(word, cells, laid):
                notes = []
                for degree, length in zip(degrees, beats, strict=True):
                    octave, step = divmod(degree + degree_shift, 7)
                    end_s = at_s + length * beat_s
                    notes.append(SungNote(at_s, end_s, tonic + 12 * octave + scale[step]))
                    at_s = end_s
                syllables.append(
                    SungSyllable(word.text, sounds.onset, sounds.nucleus, sounds.coda, sounds.stress, tuple(notes))
                )
            words.append(SungWord(word.text, tuple(syllables)))
        phrases.append(VocalPhrase(tuple(words), 0.6))
        at_s += verse["rest_beats"] * beat_s
    return VocalLine(tuple(phrases)), at_s


def _sounds_on_cells(word: PronouncedWord, cells: Iterator, laid: int):
    """Each syllable of a word with its (degrees, beats), whatever number of syllables the word was laid out for."""
    own: Cells = list(islice(cells, laid))
    while len(own) > len(word.syllables):
        (degrees, beats), (more_degrees, more_beats) = own[-2:]
        own[-2:] = [(degrees + more_degrees, beats + more_beats)]
    while len(own) < len(word.syllables):
        degrees, beats = own[-1]
        own[-1:] = [(degrees[:1], [beats[0] / 2]), (degrees, [beats[0] / 2, *beats[1:]])]
    return zip(word.syllables, own, strict=True)


def notes_of(spec: SingSpec) -> list[SungNote]:
    return [n for p in spec.lines[0].phrases for w in p.words for s in w.syllables for n in s.notes]


def _load(name: str) -> dict:
    folder = FOLDER if name in NAMES else SET_ASIDE
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
