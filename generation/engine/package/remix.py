"""A finished package that plays another mix: its sound in every form, under its film, and told in its metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codecraft.common.audio import run_ffmpeg
from codecraft.common.codec import encode, file_hash
from generation.engine.film.encode import TIMESCALE
from generation.engine.film.mp4 import disable_tracks
from generation.engine.film.waveform import WaveSection, draw_waveform
from generation.engine.package.audio_files import encode_flac, encode_mp3
from mixer.contracts import Loudness

SONG_WAV, SONG_FLAC, SONG_MP3, MIX_WAV = "song.wav", "song.flac", "song.mp3", "mix.wav"
FILM, WAVEFORM, METADATA = "film.mp4", "waveform.png", "metadata.json"
_OF_THE_MIX = ("mix", "master")


@dataclass(frozen=True)
class OtherMix:
    """`stems` are levelled stems by their package names ("stems/01-lead-vocal.wav"); empty: those there are stay."""

    song_path: Path
    mix_path: Path
    loudness: Loudness
    choices: tuple[tuple[str, str], ...]
    stems: dict[str, Path]
    sections: tuple[WaveSection, ...] = ()


def build_remixed(package: Path, other: OtherMix, folder: Path, *, font_dir: Path) -> dict[str, Path]:
    """Make in `folder` what of a package changes when it plays another mix of the same length. Returns the new files by
    their names in the package; `package` itself is only read. Raises StudioError, Unavailable for a full disk."""
    data = json.loads((package / METADATA).read_text(encoding="utf-8"))
    files = {SONG_WAV: other.song_path, MIX_WAV: other.mix_path, **other.stems}
    title = data.get("title", "")
    for name, make in ((SONG_FLAC, encode_flac), (SONG_MP3, encode_mp3)):
        make(other.song_path, folder / name, title=title)
        files[name] = folder / name
    draw_waveform(other.song_path, other.sections, folder / WAVEFORM, font_dir=font_dir)
    files[WAVEFORM] = folder / WAVEFORM
    if (package / FILM).is_file():
        offset_s = (data.get("film") or {}).get("song_offset_s", 0.0)
        replace_sound(package / FILM, other.song_path, folder / FILM, offset_s=offset_s)
        files[FILM] = folder / FILM
    told = retold(data, other, {name: file_hash(path) for name, path in files.items()})
    (folder / METADATA).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    files[METADATA] = folder / METADATA
    return files


def replace_sound(film: Path, song: Path, out_path: Path, *, offset_s: float = 0.0) -> None:
    """The same pictures and words with another sound of the same length; nothing of the picture is encoded again."""
    # The film's own metadata stays: its words have a language. Never "-shortest": the words are a stream, too, and end
    # long before a song that rings out.
    late = ["-itsoffset", f"{offset_s:.6f}"] if offset_s > 0.0 else []
    run_ffmpeg([
        "-i", film, *late, "-i", song, "-map", "0:v:0", "-map", "1:a:0", "-map", "0:s?", "-c:v", "copy", "-c:s", "copy",
        "-c:a", "aac", "-b:a", "192k", "-ac", "2", "-video_track_timescale", str(TIMESCALE), "-movflags", "+faststart",
        "-fflags", "+bitexact", "-flags:a", "+bitexact", out_path,
    ])  # fmt: skip
    disable_tracks(out_path, handler="sbtl")


def retold(data: dict[str, Any], other: OtherMix, hashes: dict[str, str]) -> dict[str, Any]:
    """The metadata with the other mix's loudness, decisions and hashes; its console is kept where it was made."""
    kept = [choice for choice in data.get("choices", []) if choice.get("stage") not in _OF_THE_MIX]
    told = [{"stage": stage, "sentence": sentence} for stage, sentence in other.choices]
    return {
        **data,
        "loudness": encode(other.loudness),
        "console_sha256": None,
        "choices": [*kept, *told],
        "files": dict(sorted({**data.get("files", {}), **hashes}.items())),
    }
