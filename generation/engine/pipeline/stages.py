"""The stages of a song, each from frozen inputs to an asset folder.

A stage's key hashes its version and the content of what it reads, so a changed word re-sings and re-mixes, and a
changed film size only films anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codecraft.common.codec import content_hash, file_hash
from codecraft.common.progress import Progress
from generation.contracts import Brief
from generation.engine.composer import COMPOSER_VERSION, ComposeSpec, compose, plan_form
from generation.engine.lyrics import LYRICS_VERSION, write_lyrics
from generation.engine.lyrics.openai_writer import OpenAILyricsWriter
from generation.engine.lyrics.types import Lyrics, LyricsSpec
from generation.engine.orchestra import ORCHESTRA_VERSION, OrchestraResult, OrchestraSpec, render_stems
from generation.engine.pipeline.assets import load_result, save_result
from generation.engine.pipeline.kept_files import StoredFiles
from generation.engine.pipeline.names import BACKING_STEM, LEAD_STEM, stem_names
from generation.engine.pipeline.narration import narrator_piece, take_of
from generation.engine.pipeline.phrases import StoredPhrases
from generation.engine.pipeline.runner import Piece, StageRunner
from generation.engine.pipeline.spaces import SPACES, source_sections
from generation.engine.pipeline.types import OpenAIConfig, Workshop
from generation.engine.score.timeline import vocal_line
from generation.engine.score.types import Score, VocalPart
from generation.engine.score.words import lyrics_of
from mixer.contracts import ChannelRole, MasterResult, MasterSpec, MixResult, MixSpec, StemInput
from mixer.engine.auto_mix import MIXER_VERSION, master, mix
from mixer.engine.desk import DESK_FILE, Desk, read_desk
from voicelab.contracts import SingSpec, Speech, Take, VocalGroup, VoiceStyle
from voicelab.engine.singer import SINGER_VERSION, sing


def lyrics_stage(runner: StageRunner, brief: Brief, openai: OpenAIConfig | None) -> Lyrics:
    """The words. What a provider failed to write is not kept: the next run asks it again."""
    form = plan_form(brief.style, brief.length_s, seed=brief.seed)
    spec = LyricsSpec(
        theme=brief.theme,
        title=brief.title,
        style=brief.style,
        seed=brief.seed,
        form=form.sung,
        custom_text=brief.lyrics,
        pronunciations=brief.pronunciations,
    )
    provider, asked = None, None
    if openai is not None and not brief.lyrics:
        provider = OpenAILyricsWriter(openai.api_key, openai.base_url, openai.model, openai.timeout_s)
        asked = (openai.base_url, openai.model)

    def build(folder: Path, progress: Progress) -> None:
        save_result(folder, write_lyrics(spec, provider=provider))

    folder = runner.run("lyrics", runner.key("lyrics", LYRICS_VERSION, spec, asked), build)
    words = load_result(Lyrics, folder)
    if provider is not None and words.source == "local":
        runner.store.drop(folder)
    return words


def score_stage(runner: StageRunner, brief: Brief, words: Lyrics) -> Score:
    spec = ComposeSpec(
        title=words.title, style=brief.style, voice=brief.voice, seed=brief.seed, length_s=brief.length_s
    )

    def build(folder: Path, progress: Progress) -> None:
        save_result(folder, compose(spec, words))

    return load_result(Score, runner.run("score", runner.key("score", COMPOSER_VERSION, spec, words), build))


def given_stages(runner: StageRunner, score: Score) -> tuple[Lyrics, Score]:
    """A score that stands already, and the lyrics as it sings them: nothing is written or composed."""
    runner.pass_by("lyrics")
    runner.pass_by("score")
    return lyrics_of(score), score


@dataclass(frozen=True)
class Performance:
    """What was sung and played. `backing` is None where nobody sings behind the lead. `narration` is there when the
    words are spoken: the lead is its sound."""

    lead: Take
    backing: Take | None
    orchestra: OrchestraResult
    narration: Speech | None = None


BACKING_SHARE = 0.35
"""Of the time that the singing takes, when there is backing: it sings fewer lines, but with more singers."""


def perform_stages(runner: StageRunner, brief: Brief, score: Score, workshop: Workshop) -> Performance:
    """Singers and orchestra side by side: neither hears the other."""
    play_spec = OrchestraSpec(
        parts=score.parts,
        tempo_map=score.tempo_map,
        duration_s=score.duration_s,
        soundfont_path=workshop.soundfont_path,
        seed=brief.seed,
    )

    def build_orchestra(folder: Path, progress: Progress) -> None:
        save_result(folder, render_stems(play_spec, folder, progress=progress, stems=StoredFiles(runner.store)))

    soundfont = workshop.soundfont_path
    play_key = runner.key(
        "orchestra",
        ORCHESTRA_VERSION,
        content_hash((play_spec.parts, play_spec.tempo_map, play_spec.duration_s, play_spec.seed)),
        (soundfont.name, soundfont.stat().st_size if soundfont.exists() else 0),
    )
    if brief.voice is VoiceStyle.SPOKEN:
        piece = narrator_piece(runner, brief, score, workshop.openai)
        orchestra_dir, (folder,) = runner.run_beside(("orchestra", play_key, build_orchestra), ("vocals", [piece]))
        speech = load_result(Speech, folder)
        return Performance(take_of(speech), None, load_result(OrchestraResult, orchestra_dir), speech)
    share = BACKING_SHARE if score.backing else 0.0
    pieces = [_vocals(runner, brief, score, (score.lead, *score.harmonies), VocalGroup.LEAD, 1.0 - share)]
    if score.backing:
        pieces.append(_vocals(runner, brief, score, score.backing, VocalGroup.BACKING, share))
    orchestra_dir, sung = runner.run_beside(("orchestra", play_key, build_orchestra), ("vocals", pieces))
    takes = [load_result(Take, folder) for folder in sung]
    return Performance(takes[0], takes[1] if score.backing else None, load_result(OrchestraResult, orchestra_dir))


def _vocals(
    runner: StageRunner, brief: Brief, score: Score, parts: tuple[VocalPart, ...], group: VocalGroup, share: float
) -> Piece:
    spec = SingSpec(
        lines=tuple(vocal_line(part, score) for part in parts),
        voice=brief.voice,
        duration_s=score.duration_s,
        seed=brief.seed,
        group=group,
    )

    def build(folder: Path, progress: Progress) -> None:
        phrases = StoredPhrases(runner.store)
        save_result(folder, sing(spec, folder / "vocals.wav", progress=progress, phrases=phrases))

    return runner.key("vocals", SINGER_VERSION, spec), build, share


def mix_stage(
    runner: StageRunner, brief: Brief, score: Score, performed: Performance, desk: Desk | None = None
) -> tuple[MixResult, Desk]:
    """The mix, on the `desk` that an earlier revision of the song left where that fits; and the desk as it is now."""
    backing = performed.backing
    names = stem_names((part.name for part in score.parts), backing=backing is not None)
    vocals: tuple[StemInput, ...] = (
        StemInput(LEAD_STEM, performed.lead.path, ChannelRole.LEAD, effects=brief.effects),
    )
    if backing is not None:
        vocals += (StemInput(BACKING_STEM, backing.path, ChannelRole.BACKING),)
    stems = tuple(
        StemInput(name, path, part.role, part.pan)
        for name, path, part in zip(names, performed.orchestra.stem_paths, score.parts, strict=True)
    )
    spec = MixSpec((*vocals, *stems), SPACES[brief.style], brief.seed, sections=source_sections(score))
    heard = [(s.name, s.role, s.pan, file_hash(s.path), s.effects) for s in spec.stems]

    def build(folder: Path, progress: Progress) -> None:
        kept = StoredFiles(runner.store)
        save_result(folder, mix(spec, folder, progress=progress, desk=desk, kept=kept))

    inputs = [heard, spec.space, spec.seed, spec.sample_rate_hz, spec.sections, *([desk] if desk is not None else [])]
    folder = runner.run("mix", runner.key("mix", MIXER_VERSION, *inputs), build)
    return load_result(MixResult, folder), read_desk(folder / DESK_FILE)


def master_stage(runner: StageRunner, mixed: MixResult) -> MasterResult:
    spec = MasterSpec(mix_path=mixed.mix_path)

    def build(folder: Path, progress: Progress) -> None:
        save_result(folder, master(spec, folder / "song.wav", progress=progress))

    key = runner.key("master", MIXER_VERSION, file_hash(mixed.mix_path), spec.target_lufs, spec.ceiling_dbtp)
    return load_result(MasterResult, runner.run("master", key, build))
