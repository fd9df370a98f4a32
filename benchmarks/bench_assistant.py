"""What the assistant does for the voice: how well it is heard, and whether its words are understood, on finished songs.

`python benchmarks/bench_assistant.py [FOLDER] [--songs 14] [--words] [--seconds 600]`. FOLDER holds one folder per song
with `dry/*.wav`, `stems.json` (space, seed, names, roles, pans) and `metadata.json` (words, sections); without it the
studio makes the songs first, two of each style. Four mixes of the same dry stems, two of them controls:

- raw: the plain sum of the files. The singer's is some 20 dB hotter than a player's, so it is a voice with next to no
  song around it: what is understood there is a bound for any mix, and nothing that anybody would call one;
- flat: every channel trimmed to one loudness, every fader at 0: a desk whose inputs are set, before anybody mixes. A
  song opens on the console as published, with these trims: it is what comes of all its faders at 0 and its effects out;
- level: the assistant's loudness of voice, backing and band, but no equaliser, dynamics, ducking, ride or room;
- assist: the assistant's console, rendered by the console engine.

Audibility is the energy of the lead against everything else between 1 and 4 kHz, the median over its sung vowels.
Words: errors of the recogniser of tests/judges on the whole mix, of both controls and the assistant's.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import soundfile as sf

_RATE_HZ = 48_000
_FRAME = 2_400
_HEARD = ("raw", "flat", "assist")
"""The mixes whose words are counted."""


@dataclass(frozen=True)
class Song:
    folder: Path
    stems: list
    space: object
    seed: int
    words: list
    sections: list

    def words_until(self, end_s: float) -> str:
        """Those that are sung to their end by then."""
        return " ".join(word["text"] for word in self.words if word["end_s"] <= end_s)


def read_song(folder: Path) -> Song:
    """What the pipeline left of a song."""
    from codecraft.common.codec import decode
    from mixer.contracts import ChannelRole, Space, VoiceEffects
    from mixer.engine.assistant import AssistStem, SongSection

    given = json.loads((folder / "stems.json").read_text())
    told = json.loads((folder / "metadata.json").read_text())
    stems = [
        AssistStem(
            s["name"],
            folder / "dry" / f"{s['name']}.wav",
            role=ChannelRole(s["role"]),
            pan=s["pan"],
            effects=decode(VoiceEffects, s["effects"]) if s["effects"] else None,
        )
        for s in given["stems"]
    ]
    sections = [SongSection(s["name"].lower(), s["start_s"], s["end_s"]) for s in told["sections"]]
    return Song(folder, stems, Space(given["space"]), given["seed"], told["words"], sections)


def read_stereo(path: Path, samples: int) -> np.ndarray:
    """(2, samples) float32."""
    audio, rate_hz = sf.read(path, frames=samples, dtype="float32", always_2d=True)
    assert rate_hz == _RATE_HZ
    out = np.zeros((2, samples), np.float32)
    length = min(samples, len(audio))
    out[:, :length] = audio[:length, : 2 if audio.shape[1] > 1 else 1].T
    return out


def band_energy(audio: np.ndarray, low_hz: float, high_hz: float) -> np.ndarray:
    """Energy per 50 ms of (2, samples) between two frequencies, Hann-windowed."""
    frames = audio[:, : audio.shape[1] // _FRAME * _FRAME].reshape(2, -1, _FRAME) * np.hanning(_FRAME)
    power = np.abs(np.fft.rfft(frames, axis=2)) ** 2
    hz = np.fft.rfftfreq(_FRAME, 1.0 / _RATE_HZ)
    return power[:, :, (hz >= low_hz) & (hz < high_hz)].sum(axis=(0, 2))


def vowels(lead: np.ndarray) -> np.ndarray:
    """Where the dry lead sings a vowel: a voiced body that stands over its hiss, within 15 dB of its strong moments."""
    body, hiss = band_energy(lead, 150.0, 1_000.0), band_energy(lead, 4_500.0, 12_000.0)
    return (body > 10.0 * hiss) & (body > np.percentile(body[body > 0.0], 95) * 10.0**-1.5)


def audibility_db(lead: np.ndarray, rest: np.ndarray, sung: np.ndarray) -> float:
    """Median of lead against rest in 1 to 4 kHz."""
    mine, others = (band_energy(audio, 1_000.0, 4_000.0)[sung] for audio in (lead, rest))
    return float(np.median(10.0 * np.log10((mine + 1e-12) / (others + 1e-12))))


def word_error_share(mix: np.ndarray, words: str, folder: Path) -> tuple[int, int]:
    from codecraft.common.audio import write_wav
    from tests.judges.speech import transcribe, word_errors

    peak = float(np.abs(mix).max())
    write_wav(folder / "heard.wav", mix * np.float32(0.5 / max(1e-6, peak)), sample_rate_hz=_RATE_HZ)
    return word_errors(words, transcribe(folder / "heard.wav")[0])


def plain_mixes(song: Song, assisted, samples: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Lead and rest of the raw sum, of flat faders, and of the assistant's levels alone."""
    from mixer.contracts import ChannelRole

    found = {name: [np.zeros((2, samples), np.float32) for _ in range(2)] for name in ("raw", "flat", "level")}
    buses = {bus.id: bus for bus in assisted.state.buses}
    for stem, channel in zip(song.stems, assisted.state.channels, strict=True):
        audio = read_stereo(stem.path, samples)
        home, bus_db = channel.output, 0.0
        while home in buses:
            bus_db, home = bus_db + buses[home].gain_db, buses[home].output
        gains_db = {"raw": 0.0, "flat": channel.gain_db, "level": channel.gain_db + channel.fader_db + bus_db}
        for name, gain_db in gains_db.items():
            found[name][stem.role is not ChannelRole.LEAD] += audio * np.float32(10.0 ** (gain_db / 20.0))
    return {name: (lead, rest) for name, (lead, rest) in found.items()}


def bench_song(folder: Path, heard: bool, longest_s: float) -> dict[str, float]:
    from mixer.contracts import ChannelRole
    from mixer.engine.assistant import assist
    from mixer.engine.console.render import render_console
    from mixer.engine.meters import judge

    song = read_song(folder)
    length_s = min(longest_s, max(sf.info(stem.path).duration for stem in song.stems))
    samples = round(_RATE_HZ * length_s)
    started = time.process_time()
    assisted = assist(song.stems, space=song.space, seed=song.seed, sections=song.sections)
    row: dict[str, float] = {"assist_cpu_s": time.process_time() - started}
    dry = sum(read_stereo(s.path, samples) for s in song.stems if s.role is ChannelRole.LEAD)
    sung = vowels(dry)
    with tempfile.TemporaryDirectory(prefix="bench-assistant-") as scratch:
        out = Path(scratch)
        started = time.process_time()
        done = render_console(
            assisted.state, {s.name: s.path for s in song.stems}, out, stems_out=True, samples=samples
        )
        row["render_cpu_s"] = time.process_time() - started
        leads = [c.id for c in assisted.state.channels if c.role is ChannelRole.LEAD]
        mix = read_stereo(done.mix_path, samples)
        lead = sum(read_stereo(out / "stems" / f"{name}.wav", samples) for name in leads)
        row["peak_dbfs"], row["true_peak_dbtp"] = done.peak_dbfs, judge(done.mix_path).true_peak_dbtp
        mixes = plain_mixes(song, assisted, samples) | {"assist": (lead, mix - lead)}
        for name, (voice, rest) in mixes.items():
            row[f"{name}_db"] = audibility_db(voice, rest, sung)
            if heard and name in _HEARD:
                row[f"{name}_errors"], row["words"] = word_error_share(voice + rest, song.words_until(length_s), out)
    return row


def line(name: str, row: dict[str, float]) -> str:
    levels = " ".join(f"{row[f'{kind}_db']:6.1f}" for kind in ("raw", "flat", "level", "assist"))
    errors = "/".join(f"{row.get(f'{kind}_errors', 0):.0f}" for kind in _HEARD)
    return (
        f"{name:16} {levels} dB   {errors:>13} of {row.get('words', 0):3.0f}   {row['peak_dbfs']:6.1f} dBFS "
        f"{row['true_peak_dbtp']:6.1f} dBTP   {row['assist_cpu_s']:.1f} + {row['render_cpu_s']:.1f} s"
    )


def summary(rows: list[dict[str, float]]) -> str:
    gain = [row["assist_db"] - row["flat_db"] for row in rows]
    alone = [row["assist_db"] - row["level_db"] for row in rows]
    told = (
        f"{len(rows)} songs: audibility raised by {np.mean(gain):+.1f} dB against flat faders ({min(gain):+.1f} to "
        f"{max(gain):+.1f}), by {np.mean(alone):+.1f} dB ({min(alone):+.1f} to {max(alone):+.1f}) at the same levels\n"
        f"highest peak {max(row['peak_dbfs'] for row in rows):.1f} dBFS, "
        f"{max(row['true_peak_dbtp'] for row in rows):.1f} dBTP"
    )
    for control in ("flat", "raw"):
        above = sum(row["assist_db"] > row[f"{control}_db"] for row in rows)
        told += f"\nmore audible than {control}: {above} of {len(rows)}"
        if all("words" in row for row in rows):
            fewer = sum(row["assist_errors"] < row[f"{control}_errors"] for row in rows)
            same = sum(row["assist_errors"] == row[f"{control}_errors"] for row in rows)
            told += f"; fewer word errors: {fewer}, as many: {same}"
    words = sum(row.get("words", 0.0) for row in rows)
    if words:
        shares = [f"{kind} {sum(row[f'{kind}_errors'] for row in rows) / words:.1%}" for kind in _HEARD]
        told += f"\nword errors of the full mix: {', '.join(shares)}"
    return told


def chosen(folder: Path, songs: int) -> list[Path]:
    """As many of each style as there are places for."""
    styles: dict[str, list[Path]] = {}
    for found in sorted(p.parent for p in folder.glob("*/stems.json")):
        styles.setdefault(found.name.rpartition("-")[0], []).append(found)
    each = max(1, -(-songs // max(1, len(styles))))
    return [found for one in styles.values() for found in one[:each]][:songs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--songs", type=int, default=14)
    parser.add_argument("--words", action="store_true", help="count the recogniser's errors too (slow)")
    parser.add_argument("--seconds", type=float, default=600.0, help="judge so much of each song's beginning")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-assistant-songs-") as made:
        if asked.folder is None:
            from benchmarks.mixer.songs import make_songs

            make_songs(Path(made), asked.songs)
        bench(asked.folder or Path(made), asked.songs, asked.words, asked.seconds)


def bench(folder: Path, songs: int, words: bool, longest_s: float) -> None:
    print("song                raw   flat  level assist      errors raw/flat/assist  peaks of the mix     CPU")
    rows = []
    for found in chosen(folder, songs):
        rows.append(bench_song(found, words, longest_s))
        print(line(found.name, rows[-1]), flush=True)
    print(summary(rows))


if __name__ == "__main__":
    main()
