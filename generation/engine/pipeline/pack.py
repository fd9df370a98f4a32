"""The package folder: what people take away, put together from the assets of one song."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from codecraft.common.audio import iter_wav, open_wav_writer
from codecraft.common.codec import file_hash
from codecraft.common.progress import Progress
from generation.engine.film.waveform import WaveSection, draw_waveform
from generation.engine.lyrics.types import Lyrics
from generation.engine.package.audio_files import encode_flac, encode_mp3
from generation.engine.package.lyrics_files import lrc, lyrics_txt, srt, vtt
from generation.engine.package.metadata import StemFile
from generation.engine.pipeline.names import (
    BACKING_DRY,
    BACKING_STEM,
    LEAD_STEM,
    LYRICS_LRC,
    LYRICS_SRT,
    LYRICS_TXT,
    LYRICS_VTT,
    METADATA,
    MIDI,
    MIX_WAV,
    MUSICXML,
    SONG_FLAC,
    SONG_MP3,
    SONG_WAV,
    STEMS_DIR,
    VOCALS_DRY,
    WAVEFORM,
    stem_names,
)
from generation.engine.pipeline.runner import StageRunner
from generation.engine.score.midi import write_midi
from generation.engine.score.musicxml import write_musicxml
from generation.engine.score.timeline import section_spans, timed_lines
from generation.engine.score.types import Score
from mixer.contracts import ChannelRole, MasterResult, MixResult
from voicelab.contracts import Take

PACKAGE_VERSION = "5"


@dataclass(frozen=True)
class Made:
    """What the stages before left. `backing` is None where nobody sings behind the lead. `film_files` maps package
    names to files."""

    lyrics: Lyrics
    score: Score
    take: Take
    backing: Take | None
    mixed: MixResult
    mastered: MasterResult
    film_files: dict[str, Path]


def write_deliverables(runner: StageRunner, made: Made, font_dir: Path) -> Path:
    """The files that are only other forms of what stands already: FLAC, MP3, MIDI, MusicXML, lyrics, waveform."""

    def build(folder: Path, progress: Progress) -> None:
        title = made.score.title
        encode_flac(made.mastered.path, folder / SONG_FLAC, title=title)
        progress(0.3)
        encode_mp3(made.mastered.path, folder / SONG_MP3, title=title)
        progress(0.6)
        _to_24_bit(made.take.path, folder / VOCALS_DRY)
        if made.backing is not None:
            _to_24_bit(made.backing.path, folder / BACKING_DRY)
        write_midi(made.score, folder / MIDI)
        write_musicxml(made.score, folder / MUSICXML)
        lines = timed_lines(made.score)
        (folder / LYRICS_TXT).write_text(lyrics_txt(made.lyrics), encoding="utf-8")
        (folder / LYRICS_LRC).write_text(lrc(lines, title=title, length_s=made.score.duration_s), encoding="utf-8")
        (folder / LYRICS_SRT).write_text(srt(lines), encoding="utf-8")
        (folder / LYRICS_VTT).write_text(vtt(lines), encoding="utf-8")
        draw_waveform(made.mastered.path, _wave_sections(made.score), folder / WAVEFORM, font_dir=font_dir)

    audio = [made.mastered.path, made.take.path, *([made.backing.path] if made.backing else [])]
    key = runner.key("package", PACKAGE_VERSION, made.lyrics, made.score, [file_hash(path) for path in audio])
    return runner.run("package", key, build)


def _wave_sections(score: Score) -> tuple[WaveSection, ...]:
    spans = zip(score.sections, section_spans(score), strict=True)
    return tuple(WaveSection(section.kind.value, span.name, span.start_s, span.end_s) for section, span in spans)


def _to_24_bit(source: Path, target: Path) -> None:
    import soundfile as sf

    info = sf.info(source)
    with open_wav_writer(target, channels=info.channels, sample_rate_hz=info.samplerate) as out:
        for block in iter_wav(source):
            out.write(block.T)


def stem_files(score: Score) -> tuple[StemFile, ...]:
    """The stems as the metadata lists them, in the order of their numbers."""
    sung = bool(score.backing)
    names = (LEAD_STEM, *((BACKING_STEM,) * sung), *stem_names((part.name for part in score.parts), backing=sung))
    roles = (ChannelRole.LEAD, *((ChannelRole.BACKING,) * sung), *(part.role for part in score.parts))
    return tuple(StemFile(name, f"{STEMS_DIR}/{name}.wav", role.value) for name, role in zip(names, roles, strict=True))


def lay_out(out_dir: Path, made: Made, deliverables: Path) -> dict[str, str]:
    """Put every file into `out_dir` and return their SHA-256 by name. Metadata of an earlier song there is removed.

    Files are hard links into the store where that is the same disk, copies elsewhere.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / METADATA).unlink(missing_ok=True)
    shutil.rmtree(out_dir / STEMS_DIR, ignore_errors=True)
    files = {SONG_WAV: made.mastered.path, MIX_WAV: made.mixed.mix_path, **made.film_files}
    for stem, path in zip(stem_files(made.score), made.mixed.stem_paths, strict=True):
        files[stem.file] = path
    words = (LYRICS_TXT, LYRICS_LRC, LYRICS_SRT, LYRICS_VTT)
    for name in (SONG_FLAC, SONG_MP3, VOCALS_DRY, MIDI, MUSICXML, *words, WAVEFORM):
        files[name] = deliverables / name
    if made.backing is not None:
        files[BACKING_DRY] = deliverables / BACKING_DRY
    for name, source in files.items():
        place_file(source, out_dir / name)
    return {name: file_hash(path) for name, path in files.items()}


def place_file(source: Path, target: Path) -> None:
    """`source` under the name `target`, at once or not at all: a hard link where that is the same disk, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        os.link(source, draft)
    except OSError:
        shutil.copyfile(source, draft)
    draft.replace(target)
