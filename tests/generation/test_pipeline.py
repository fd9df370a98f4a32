"""The pipeline as a whole: replay, resume, cancel, missing tools, custom words."""

from __future__ import annotations

import dataclasses
import shutil

import pytest

from codecraft.common.errors import Cancelled, InvalidInput, Unavailable
from generation.engine.pipeline import run_pipeline
from generation.engine.pipeline.brief import clean_brief
from tests.songs import make_song, make_workshop

REPLAYED = (
    "song.wav",
    "mix.wav",
    "score.mid",
    "score.musicxml",
    "song.flac",
    "song.mp3",
    "lyrics.lrc",
    "vocals-dry.wav",
)


def test_progress_rises_through_every_stage(song):
    fractions = [r.fraction for r in song.reports]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
    seen = list(dict.fromkeys(r.stage for r in song.reports))
    assert seen[:2] == ["lyrics", "score"] and seen[-1] == "package"
    assert set(seen) == {"lyrics", "score", "vocals", "orchestra", "mix", "master", "package"}


def test_one_seed_replays_bit_for_bit_in_a_fresh_store(song, tmp_path):
    again = make_song(tmp_path / "out", make_workshop(tmp_path / "store", workers=1))
    ours, theirs = song.metadata["files"], again.metadata["files"]
    for name in (*REPLAYED, *[f for f in ours if f.startswith("stems/")]):
        assert ours[name] == theirs[name], name


def test_a_second_run_finds_everything_in_the_store(song, workshop, tmp_path):
    again = make_song(tmp_path / "out", workshop)
    assert all(r.cached for r in again.reports if r.fraction_of_stage == 1.0)
    assert again.metadata["files"] == song.metadata["files"]


def test_another_seed_is_another_song(song, workshop, tmp_path):
    brief = clean_brief(theme=song.brief.theme, seed=12, length_s=30, film_size="none")
    with pytest.raises(Cancelled):
        run_pipeline(brief, workshop=workshop, out_dir=tmp_path, report=_cancel_in("vocals"))
    other = make_song(tmp_path / "out", workshop, seed=12)
    assert other.metadata["vocal_notes"] != song.metadata["vocal_notes"]
    assert other.metadata["files"]["song.wav"] != song.metadata["files"]["song.wav"]


def _cancel_in(stage):
    def report(event):
        if event.stage == stage:
            raise Cancelled("stopped")

    return report


@pytest.mark.parametrize("stage", ["lyrics", "vocals", "mix", "package"])
def test_cancel_leaves_no_package_and_nothing_half_done(stage, tmp_path, workshop):
    brief = clean_brief(theme="a gladiator who forgives his enemy", seed=11, length_s=30, film_size="none")
    fresh = make_workshop(tmp_path / "store") if stage == "vocals" else workshop
    with pytest.raises(Cancelled):
        run_pipeline(brief, workshop=fresh, out_dir=tmp_path / "out", report=_cancel_in(stage))
    assert not (tmp_path / "out" / "metadata.json").exists()
    assert not list(fresh.store_dir.glob("work/draft-*"))


def test_custom_lyrics_are_sung_verbatim(workshop, tmp_path):
    lines = ["Don't wake the 42 ravens, Siobhán", "O'er half-remembered hills we go", "Zxqwy said: hold on"]
    song = make_song(tmp_path, workshop, lyrics="[Verse]\n" + "\n".join(lines), style="emotional")
    assert [w["text"] for w in song.metadata["words"]] == " ".join(lines).split()


def test_one_word_is_a_song(workshop, tmp_path):
    song = make_song(tmp_path, workshop, lyrics="Hallelujah", style="gregorian", voice="choir")
    assert [w["text"] for w in song.metadata["words"]] == ["Hallelujah"]


def test_too_many_words_say_what_length_would_do(workshop, tmp_path):
    with pytest.raises(InvalidInput) as caught:
        make_song(tmp_path, workshop, lyrics="walking in the morning light " * 150)
    assert caught.value.field == "lyrics"
    assert not (tmp_path / "metadata.json").exists()


def test_missing_soundfont_says_so_before_any_work(workshop, tmp_path):
    lost = dataclasses.replace(workshop, soundfont_path=tmp_path / "gone.sf3")
    with pytest.raises(Unavailable, match="SoundFont") as caught:
        make_song(tmp_path / "out", lost)
    assert caught.value.code == "soundfont_missing"


def test_missing_ffmpeg_says_so(workshop, tmp_path, monkeypatch):
    from codecraft.common import audio

    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "no-ffmpeg"))
    audio.ffmpeg_path.cache_clear()
    try:
        with pytest.raises(Unavailable, match="ffmpeg"):
            make_song(tmp_path / "out", workshop)
    finally:
        audio.ffmpeg_path.cache_clear()


def test_a_full_disk_says_so(tmp_path, monkeypatch, workshop):
    """The free space is the machine's to say, so that answer is the one thing replaced here."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    with pytest.raises(Unavailable, match="disk") as caught:
        make_song(tmp_path / "out", workshop)
    assert caught.value.code == "disk_full"
