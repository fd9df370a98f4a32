"""The names of the files in a package. People and programs rely on them."""

from __future__ import annotations

from collections.abc import Iterable

LEAD_STEM, BACKING_STEM = "01-lead-vocal", "02-backing-vocals"
SONG_WAV, SONG_FLAC, SONG_MP3 = "song.wav", "song.flac", "song.mp3"
MIX_WAV, STEMS_DIR = "mix.wav", "stems"
VOCALS_DRY, BACKING_DRY = "vocals-dry.wav", "backing-dry.wav"
FILM, POSTER = "film.mp4", "poster.png"
THUMBNAILS = tuple(f"thumbnail-{number}.jpg" for number in (1, 2, 3))
WAVEFORM = "waveform.png"
MIDI, MUSICXML = "score.mid", "score.musicxml"
LYRICS_TXT, LYRICS_LRC, LYRICS_SRT, LYRICS_VTT = "lyrics.txt", "lyrics.lrc", "lyrics.srt", "lyrics.vtt"
METADATA = "metadata.json"


def stem_names(part_names: Iterable[str], *, backing: bool = False) -> tuple[str, ...]:
    """`NN-name` for each part of the orchestra, counted behind the lead vocal and, where there is one, the backing."""
    return tuple(f"{number:02d}-{name}" for number, name in enumerate(part_names, start=3 if backing else 2))
