"""The narrator of a spoken song, as a piece of the vocals stage: the lead's words said over the music."""

from __future__ import annotations

from itertools import groupby, pairwise
from pathlib import Path

from codecraft.common.progress import Progress
from generation.contracts import Brief
from generation.engine.pipeline.assets import load_result, save_result
from generation.engine.pipeline.kept_speech import KeptSpeech
from generation.engine.pipeline.runner import Piece, StageRunner
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import OpenAIConfig
from generation.engine.score.types import Score, SungLine
from voicelab.contracts import Speech, SpeechSource, Take
from voicelab.engine.phonemes import PronouncedWord, SyllableSounds
from voicelab.engine.singer import SINGER_VERSION
from voicelab.engine.speech import SPEECH_VERSION, SpeechEngine, engine_for
from voicelab.engine.speech.narration import NarrateSpec, SpokenLine, narrate
from voicelab.engine.speech.text import read_words

GAP_S = 0.12
"""Left free before the next line, and before the end of a section."""


def narrator_piece(runner: StageRunner, brief: Brief, score: Score, openai: OpenAIConfig | None) -> Piece:
    """The narration of a song as a whole stage; its asset is a `Speech`.

    What the local voice said because the network failed is not kept for the network's: the next run asks it again.
    """
    spec = narrate_spec(score, brief)
    engine, asked = _engine(brief.speech, openai)
    if engine.source is not SpeechSource.LOCAL:
        engine = KeptSpeech(engine, runner.store, name=asked)
    key = runner.key("vocals", f"narration {SPEECH_VERSION}, voices {SINGER_VERSION}", spec, asked)
    _forget_fall_back(runner.store, key, brief.speech)

    def build(folder: Path, progress: Progress) -> None:
        save_result(folder, narrate(spec, folder / "vocals.wav", engine=engine, progress=progress))

    return key, build, 1.0


def take_of(speech: Speech) -> Take:
    """A narration as the mixer's lead."""
    return Take(speech.path, speech.sample_rate_hz, speech.samples, channels=1, notices=speech.notices)


def narrate_spec(score: Score, brief: Brief) -> NarrateSpec:
    """Each line of the lead from its first note on; it may last until the next line, or its section's end."""
    lines = score.lead.lines
    at = score.tempo_map.seconds_at
    starts_s = [at(line.notes[0].start_beats) for line in lines]
    spoken = []
    for (line, start_s), (_, next_s) in pairwise([*zip(lines, starts_s, strict=True), (None, score.duration_s)]):
        last = line.notes[-1]
        end_s = at(last.start_beats + last.duration_beats)
        section_end_s = score.section_span_s(score.sections[line.section])[1]
        latest_s = max(end_s, min(next_s, section_end_s) - GAP_S)
        spoken.append(SpokenLine(_reading(line), start_s, end_s, latest_s))
    return NarrateSpec(tuple(spoken), brief.voice, score.duration_s, brief.seed)


def _reading(line: SungLine):
    """The line's words with the sounds that the score gives them, so that the pronunciations asked for hold."""
    told = [note.syllable for note in line.notes if note.syllable is not None]
    words = []
    for _, members in groupby(told, key=lambda syllable: syllable.word_index):
        syllables = list(members)
        sounds = tuple(SyllableSounds(s.onset, s.nucleus, s.coda, s.stress) for s in syllables)
        words.append(PronouncedWord(text=syllables[0].word, syllables=sounds))
    return read_words(line.text, words)


def _engine(source: SpeechSource, openai: OpenAIConfig | None) -> tuple[SpeechEngine, tuple[str, ...]]:
    """Who speaks, and what of it makes another sound."""
    if source is not SpeechSource.OPENAI:
        return engine_for(source), (source.value,)
    if openai is None:
        return engine_for(source), (source.value, "", "")
    engine = engine_for(
        source, openai_key=openai.api_key, openai_base_url=openai.base_url, openai_model=openai.speech_model
    )
    return engine, (source.value, openai.base_url, openai.speech_model)


def _forget_fall_back(store: AssetStore, key: str, asked: SpeechSource) -> None:
    folder = store.find(key)
    if folder is not None and load_result(Speech, folder).source is not asked:
        store.drop(folder)
