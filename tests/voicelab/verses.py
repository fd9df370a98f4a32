"""A dozen sung verses (`tests/data/verses/`): text, scale degrees and beats, made into what the singer reads."""

from __future__ import annotations

import json
from pathlib import Path

from voicelab.contracts import SingSpec, SungNote, SungSyllable, SungWord, VocalLine, VocalPhrase, VoiceStyle
from voicelab.engine.phonemes import pronounce_line

FOLDER = Path(__file__).parents[1] / "data" / "verses"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
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


def text_of(name: str) -> str:
    return " ".join(line["text"] for line in _load(name)["lines"])


def spec_of(name: str, voice: VoiceStyle, *, seed: int = 7, harmony: bool = False) -> SingSpec:
    """A verse as the voice sings it in its own key, starting after a second of silence."""
    line, end_s = line_of(name, TONIC[voice])
    lines = (line, line_of(name, TONIC[voice], degree_shift=-2)[0]) if harmony else (line,)
    return SingSpec(lines=lines, voice=voice, duration_s=end_s + 1.0, seed=seed)


def line_of(name: str, tonic: int, *, degree_shift: int = 0) -> tuple[VocalLine, float]:
    verse = _load(name)
    scale, beat_s, at_s = _SCALES[verse["mode"]], 60.0 / verse["bpm"], LEAD_IN_S
    phrases = []
    for line in verse["lines"]:
        degrees, beats = iter(line["degrees"]), iter(line["beats"])
        words = []
        for word in pronounce_line(line["text"]):
            syllables = []
            for sounds in word.syllables:
                notes = []
                for degree, length in zip(next(degrees), next(beats), strict=True):
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


def notes_of(spec: SingSpec) -> list[SungNote]:
    return [n for p in spec.lines[0].phrases for w in p.words for s in w.syllables for n in s.notes]


def _load(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
