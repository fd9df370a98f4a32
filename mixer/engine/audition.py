"""What the assistant foresaw is heard before it is believed: a few sung passages are rendered, the voice alone and the
whole, and what the accompaniment is louder or softer than foreseen is made good.

Foreseen are powers that add; instruments in unison add up to more, and that is only heard in their sum.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav
from codecraft.common.progress import Progress, span
from mixer.contracts import ChannelRole
from mixer.engine.analysis import VOCAL_BANDS, analyse
from mixer.engine.assistant import Assisted, Foreseen
from mixer.engine.assistant.layout import BAND, RHYTHM, SUNG, main_bus
from mixer.engine.assistant.levels import fader_sentence
from mixer.engine.balance import FOUNDATION_SHARE, HIGHEST_BED_DB, LOWEST_BED_DB, bed_sentence, sung_hops
from mixer.engine.console.editing import begun_later
from mixer.engine.console.paths import with_value
from mixer.engine.console.render import render_console, render_stems
from mixer.engine.console.state import Change, ConsoleState, Decision
from mixer.engine.meters import HOP_S

_PASSAGES, _PASSAGE_HOPS = 5, 40
_RUN_IN_HOPS = 15
"""So much is rendered before a passage: duckers must know that the voice sings, rooms must ring."""
_FEWEST_SUNG = 10
_LEAST_DB, _MOST_DB = 0.2, 4.0


def corrected(
    made: Assisted, stems: Mapping[str, Path], working: Path, *, rate_hz: int, progress: Progress
) -> Assisted:
    """The same console with the accompaniment moved by what a few sung passages show. `working` is for their files."""
    bed = next((decision for decision in made.decisions if decision.id == f"{BAND}.bed"), None)
    if made.foreseen is None or bed is None:
        return made
    passages = _passages(made.foreseen)
    found = []
    for number, first in enumerate(passages):
        told = span(progress, number / len(passages), (number + 1) / len(passages))
        found.append(_heard(made.state, stems, first, working, rate_hz, told))
    missed_db = _missed_db(made.foreseen, passages, found)
    if abs(missed_db) < _LEAST_DB:
        return made
    return _moved(made, bed, missed_db, len(passages))


def _passages(foreseen: Foreseen) -> list[int]:
    """The hops at which the most sung passage of each part of the song begins."""
    sung = sung_hops(foreseen.voice)
    within = np.convolve(sung, np.ones(_PASSAGE_HOPS), mode="valid") if len(sung) >= _PASSAGE_HOPS else sung[:1]
    parts = np.array_split(np.arange(len(within)), min(_PASSAGES, max(1, len(sung) // _PASSAGE_HOPS)))
    best = [int(part[np.argmax(within[part])]) for part in parts if len(part)]
    return [first for first in best if sung[first : first + _PASSAGE_HOPS].sum() >= _FEWEST_SUNG]


def _heard(
    state: ConsoleState, stems: Mapping[str, Path], first: int, working: Path, rate_hz: int, progress: Progress
) -> Foreseen:
    """The passage from hop `first` on as it is: power of the voice, and of all that is not the voice."""
    run_in = min(_RUN_IN_HOPS, first)
    start_s, samples = (first - run_in) * HOP_S, round((run_in + _PASSAGE_HOPS) * HOP_S * rate_hz)
    later = begun_later(state, start_s)
    later = replace(later, channels=tuple(replace(c, offset_s=c.offset_s - start_s) for c in later.channels))
    leads = {channel.id for channel in state.channels if channel.role is ChannelRole.LEAD}
    with tempfile.TemporaryDirectory(dir=working) as name:
        settings = {"samples": samples, "sample_rate_hz": rate_hz}
        whole = render_console(later, stems, Path(name), **settings, progress=progress)
        voices = render_stems(later, stems, Path(name), only=leads, **settings)
        mix = read_wav(whole.mix_path)[0]
        voice = sum(read_wav(path)[0] for path in voices.paths.values())
    return Foreseen(*(_power(audio, rate_hz)[run_in:] for audio in (voice, mix - voice)))


def _power(audio: np.ndarray, rate_hz: int) -> np.ndarray:
    power = analyse(audio, sample_rate_hz=rate_hz).bands[:, VOCAL_BANDS].sum(axis=1)
    return np.convolve(power, np.full(5, 0.2), mode="same")


def _missed_db(foreseen: Foreseen, passages: Sequence[int], found: Sequence[Foreseen]) -> float:
    """How much more the voice stands over the others than foreseen, in the median of the sung half seconds."""
    missed, sung = [], sung_hops(foreseen.voice)
    for first, heard in zip(passages, found, strict=True):
        length = min(len(heard.voice), len(sung) - first)
        hops = np.flatnonzero(sung[first : first + length] & (heard.voice[:length] > 0.0))
        over = heard.voice[hops] / (heard.rest[hops] + 1e-12)
        expected = foreseen.voice[first + hops] / (foreseen.rest[first + hops] + 1e-12)
        missed += [*(10.0 * np.log10(over / expected))]
    return float(np.median(missed)) if len(missed) >= _FEWEST_SUNG else 0.0


def _moved(made: Assisted, bed: Decision, missed_db: float, passages: int) -> Assisted:
    """The accompaniment moved by what was missed, its foundation part of the way, within the bounds of balance."""
    was = next(change.after for change in bed.changes if change.path == f"{BAND}/gain_db")
    to_db = float(np.clip(was + np.clip(missed_db, -_MOST_DB, _MOST_DB), LOWEST_BED_DB, HIGHEST_BED_DB))
    changes = tuple(Change(c.path, c.before, round(to_db * _share(c.path.partition("/")[0]), 2)) for c in bed.changes)
    state = made.state
    for change in changes:
        state = with_value(state, change.path, change.after)
    before_db, after_db = bed.measures["voice_over_band_db"] + missed_db, bed.measures["after_db"] + missed_db
    after_db -= to_db - was
    heard = f"; in {passages} passages that were listened to it stood {missed_db:+.1f} dB from what was foreseen."
    sentence = bed_sentence(to_db, before_db, after_db).removesuffix(".") + heard
    measures = {"voice_over_band_db": round(before_db, 2), "after_db": round(after_db, 2)}
    told = replace(bed, sentence=sentence, measures=measures | {"missed_db": round(missed_db, 2)}, changes=changes)
    again = {bed.id: told, **_faders_told(made, to_db - was)}
    return replace(made, state=state, decisions=tuple(again.get(d.id, d) for d in made.decisions))


def _share(bus: str) -> float:
    return FOUNDATION_SHARE if bus == RHYTHM else 1.0


def _faders_told(made: Assisted, moved_db: float) -> dict[str, Decision]:
    """What is said of the faders of the accompaniment, which is `moved_db` louder now; by the decisions' ids."""
    roles = {channel.id: channel.role for channel in made.state.channels}
    faders = [decision for decision in made.decisions if decision.id == f"{decision.channel}.fader"]
    voice_lufs = max(d.measures["lufs"] for d in faders if roles[d.channel] is ChannelRole.LEAD)
    told = {}
    for decision in faders:
        role = roles[decision.channel]
        if role not in SUNG:
            lufs = decision.measures["lufs"] + _share(main_bus(role)) * moved_db
            sentence = fader_sentence(decision.changes[0].after, lufs, voice_lufs)
            told[decision.id] = replace(decision, sentence=sentence, measures={"lufs": round(lufs, 2)})
    return told
