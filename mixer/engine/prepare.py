"""What happens to a stem before it is a channel: a pitch shift that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.progress import Progress
from mixer.contracts import MixDecision, MixSpec, StemInput
from mixer.engine.effects.pitch_shift import VoicePitchShift
from mixer.engine.effects.pitch_track import track_pitch
from mixer.engine.effects.section_shift import SectionPitchShift
from mixer.engine.voice_effects import check_voice_effects

_ONE_VOICE_SIDE_DB = -40.0
_PITCHED_SHARE = 0.1


def prepare_stems(spec: MixSpec, working: Path, progress: Progress) -> tuple[MixSpec, tuple[MixDecision, ...]]:
    """The spec with the stems that analysis and channels read; shifted stems lie in `working`.

    Raises InvalidInput for effects out of range.
    """
    for stem in spec.stems:
        check_voice_effects(stem.effects)
    stems, said = list(spec.stems), []
    for index, stem in enumerate(spec.stems):
        if stem.effects is not None and stem.effects.pitch_semitones != 0.0:
            stems[index], sentence = _shifted(stem, working / f"shifted-{index}.wav")
            said.append(MixDecision(stem.name, sentence))
        progress((index + 1) / len(spec.stems))
    return replace(spec, stems=tuple(stems)), tuple(said)


def _shifted(stem: StemInput, out_path: Path) -> tuple[StemInput, str]:
    audio, rate_hz = read_wav(stem.path)
    audio = np.nan_to_num(audio[:2], nan=0.0, posinf=0.0, neginf=0.0)
    semitones = stem.effects.pitch_semitones
    asked = f"{abs(semitones):g} semitone{'' if abs(semitones) == 1.0 else 's'} {'up' if semitones > 0.0 else 'down'}"
    shift: Callable[..., np.ndarray]
    if _is_one_voice(audio):
        share = pitched_share(audio, rate_hz)
        if share < _PITCHED_SHARE:
            return stem, f"Not moved {asked}: only {share:.0%} of the voice has a pitch, as in a whisper."
        shift, how = VoicePitchShift(semitones).process, f"{share:.0%} of the voice has a pitch"
    else:
        shift, how = SectionPitchShift(semitones).process, "several voices together"
    write_wav(out_path, shift(audio, sample_rate_hz=rate_hz), sample_rate_hz=rate_hz, subtype="FLOAT")
    return replace(stem, path=out_path), f"Moved {asked} with its vowels kept, as asked ({how})."


def _is_one_voice(audio: np.ndarray) -> bool:
    """A soloist is recorded in mono; a section is spread."""
    if len(audio) == 1:
        return True
    side = float(np.mean(np.square(audio[0] - audio[1], dtype=np.float64)))
    return side <= 10.0 ** (_ONE_VOICE_SIDE_DB / 10.0) * float(np.mean(np.square(audio, dtype=np.float64)))


def pitched_share(audio: np.ndarray, sample_rate_hz: int) -> float:
    """The part of the energy of (channels, samples) that lies where a pitch is heard, 0..1."""
    mono = audio.mean(axis=0, dtype=np.float32)
    voiced = track_pitch(mono, sample_rate_hz=sample_rate_hz).f0_hz > 0.0
    hop = len(mono) / max(1, len(voiced))
    frames = np.add.reduceat(np.square(mono, dtype=np.float64), (np.arange(len(voiced)) * hop).astype(int))
    return float(frames[voiced].sum() / max(1e-12, frames.sum()))
