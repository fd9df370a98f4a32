"""A small real score with drums and words, its sound, and an independent reading of an mp4."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np

from codecraft.common.audio import ffmpeg_path, write_wav
from generation.engine.film import FilmSpec, Storyboard, StoryboardSpec, plan_storyboard
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import (
    Key,
    Note,
    Part,
    Score,
    Section,
    SungLine,
    Syllable,
    TempoChange,
    TempoMap,
    VocalNote,
    VocalPart,
)
from mixer.contracts import ChannelRole

SIZE = (320, 180)
ROOT = Path(__file__).parents[2]
FONTS = ROOT / "node_modules" / "@fontsource"
RATE_HZ = 48_000


def small_score(*, title: str = "Test Song", style: str = "epic", bpm: float = 125.0, kicks: bool = True) -> Score:
    """Five bars: intro, two of verse, two of chorus; a kick on beats 1 and 3; one line in verse and chorus each."""
    kinds = ((SectionKind.INTRO, 1, 0.3), (SectionKind.VERSE, 2, 0.5), (SectionKind.CHORUS, 2, 0.9))
    sections, bar = [], 0
    for kind, bars, energy in kinds:
        sections.append(Section(kind, kind.value.title(), bar, bars, energy))
        bar += bars
    notes = [Note(4.0 * b + beat, 0.4, 36, 115) for b in range(bar) for beat in (0.0, 2.0)] if kicks else []
    lines, count = [], 0
    for section, first, text in ((1, 1, "Stars above the silent sea"), (2, 3, "Rise and burn for all to see")):
        sung = []
        for index, word in enumerate(text.split()):
            syllable = Syllable(word, word, count, 0, "", "ɑ", "", 1)
            sung.append(VocalNote(4.0 * first + 0.5 + index, 0.9, 60, syllable))
            count += 1
        lines.append(SungLine(section, text, tuple(sung), 0.7))
    drums = Part("drums", 0, next(iter(ChannelRole)), tuple(notes), is_drums=True)
    tempo = TempoMap((TempoChange(0.0, bpm),))
    lead = VocalPart("lead", tuple(lines))
    return Score(title, style, Key("D", "aeolian"), 4, tempo, tuple(sections), (), (drums,), lead, tail_s=0.5)


def small_song(score: Score, path: Path) -> None:
    """Noise and thumps that last as long as the score says."""
    samples = round(score.duration_s * RATE_HZ)
    audio = np.random.default_rng(1).normal(0.0, 0.05, samples)
    for part in score.parts:
        for note in part.notes:
            start = round(score.tempo_map.seconds_at(note.start_beats) * RATE_HZ)
            ring = np.arange(min(6000, samples - start)) / RATE_HZ
            audio[start : start + ring.size] += 0.6 * np.exp(-ring * 30.0) * np.sin(2 * np.pi * 90.0 * ring)
    write_wav(path, np.stack([audio, audio]).astype(np.float32), sample_rate_hz=RATE_HZ)


def board_for(score: Score, *, size: tuple[int, int] = SIZE, seed: int = 3, theme: str = "a battle") -> Storyboard:
    return plan_storyboard(StoryboardSpec(score, theme, score.title, score.style, size, seed))


def film_spec(board: Storyboard, folder: Path, *, workers: int = 2) -> FilmSpec:
    song = folder / "song.wav"
    return FilmSpec(board, song, folder / "work", folder.parent / "plates", FONTS, workers=workers, preset="superfast")


def luma_frames(path: Path, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Decoded luma (frames, height, width) uint8 stretched to 0..255, read by ffmpeg alone."""
    command = [ffmpeg_path(), "-v", "error", "-xerror", "-i", str(path), "-map", "0:v", "-fps_mode", "passthrough",
               "-f", "rawvideo", "-pix_fmt", "gray", "-"]  # fmt: skip
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0])


def frame_times_s(path: Path) -> np.ndarray:
    """Presentation times of the video as the container gives them."""
    command = [ffmpeg_path(), "-hide_banner", "-copyts", "-i", str(path), "-map", "0:v", "-vf", "showinfo",
               "-fps_mode", "passthrough",
               "-f", "null", "-"]  # fmt: skip
    printed = subprocess.run(command, capture_output=True, check=True).stderr.decode()
    return np.array([float(value) for value in re.findall(r"pts_time:([\d.]+)", printed)])


def describe(path: Path) -> str:
    """What ffmpeg says of a file."""
    done = subprocess.run([ffmpeg_path(), "-hide_banner", "-i", str(path)], capture_output=True, check=False)
    return done.stderr.decode()


def atoms(path: Path) -> list[str]:
    """The names of the mp4's outermost boxes in order."""
    names, data, at = [], path.read_bytes(), 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        names.append(data[at + 4 : at + 8].decode("latin-1"))
        at += size if size > 1 else int.from_bytes(data[at + 8 : at + 16], "big")
    return names
