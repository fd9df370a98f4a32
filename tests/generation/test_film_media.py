"""Own pictures and clips, from what people really send: bad files, disguises, bombs, turned, animated, HDR."""

from __future__ import annotations

import io
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from codecraft.common import guarded
from codecraft.common.audio import ffmpeg_path, run_ffmpeg
from codecraft.common.errors import Cancelled
from generation.engine.film.media import (
    BadMedia,
    clips,
    find_media,
    media_file,
    prepare,
    prepare_media,
    remove_media,
)
from generation.engine.film.media.probe import opening, probe_clip
from generation.engine.pipeline.brief import clean_brief
from generation.engine.pipeline.filming import plan_film
from generation.engine.pipeline.types import Workshop
from tests.generation.film_helpers import small_score

TEST_CARD = ["-f", "lavfi", "-i", "testsrc2=s=192x108:r=24:d=2"]


def shot(size: tuple[int, int] = (300, 200)) -> Image.Image:
    """Red above, blue below: what is up and what is down can be told."""
    picture = Image.new("RGB", size, (30, 60, 200))
    picture.paste((200, 40, 30), (0, 0, size[0], size[1] // 2))
    return picture


def make(path: Path, *arguments: str, source: list[str] | None = None) -> Path:
    run_ffmpeg(["-v", "error", *(source or TEST_CARD), *arguments, str(path)])
    return path


def prepared(path: Path, folder: Path) -> tuple[object, np.ndarray]:
    """What became of a file, and its first picture as RGB."""
    media = prepare_media(path, name=path.name, media_dir=folder)
    found, missing = find_media(folder, [media.key])
    assert (found, missing) == ((media,), 0)
    file = media_file(folder, media)
    if media.kind == "picture":
        return media, np.asarray(Image.open(file))
    command = [ffmpeg_path(), "-v", "error", "-xerror", "-i", str(file), "-frames:v", "1", "-f", "rawvideo",
               "-pix_fmt", "rgb24", "-"]  # fmt: skip
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return media, np.frombuffer(raw, np.uint8).reshape(media.height, media.width, 3)


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large, all of one colour (a decompression bomb)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + (width + 7) // 8) * 64) for _ in range(height // 64)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb(folder: Path) -> Path:
    path = folder / "bomb.png"
    path.write_bytes(png_of(40_000, 40_000))
    return path


def written(name: str, data: bytes | str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


def cut_jpeg(folder: Path) -> Path:
    stream = io.BytesIO()
    shot().save(stream, "JPEG")
    return written("cut.jpg", stream.getvalue()[: len(stream.getvalue()) * 2 // 3])(folder)


def cut_clip(folder: Path, *, index_first: bool) -> Path:
    source = make(folder / "whole.mp4", *(["-movflags", "+faststart"] if index_first else []), "-g", "6")
    return written("cut.mp4", source.read_bytes()[: source.stat().st_size // 2])(folder)


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
BAD = {
    "zero bytes": (written("a.jpg", b""), "empty_media"),
    "a playlist named .mp4": (written("film.mp4", HLS), "unknown_media"),
    "a concat script": (written("film.mp4", "ffconcat version 1.0\nfile /etc/passwd\n"), "unknown_media"),
    "a DASH manifest": (written("film.mp4", "<?xml version='1.0'?>\n<MPD></MPD>"), "unknown_media"),
    "a session description": (written("film.mp4", "v=0\no=- 0 0 IN IP4 127.0.0.1\n"), "unknown_media"),
    "SVG named .png": (written("a.png", "<svg xmlns='http://www.w3.org/2000/svg'/>"), "unknown_media"),
    "a web page": (written("a.png", "\ufeff <!DOCTYPE html><script>1</script>"), "unknown_media"),
    "a zip": (written("a.jpg", b"PK\x03\x04" + bytes(99)), "unknown_media"),
    "a program": (written("a.mov", b"\x7fELF" + bytes(99)), "unknown_media"),
    "an AVI": (lambda f: make(f / "a.avi", "-c:v", "mpeg4"), "unknown_media"),
    "noise": (written("a.webm", bytes(range(256)) * 9), "unknown_media"),
    "an mp4 of noise": (written("a.mp4", b"\0\0\0\x18ftypisom" + bytes(range(256)) * 9), "broken_media"),
    "a JPEG of noise": (written("a.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9), "broken"),
    "a cut JPEG": (cut_jpeg, "broken"),
    "a cut mp4 with its index at its end": (lambda f: cut_clip(f, index_first=False), "broken_media"),
    "a cut mp4 with its index first": (lambda f: cut_clip(f, index_first=True), "truncated"),
    "a decompression bomb": (bomb, "too_many_pixels"),
    "a picture of 20 pixels": (lambda f: shot((20, 20)).save(f / "a.png") or f / "a.png", "too_small"),
    "sound in an mp4": (
        lambda f: make(f / "a.mp4", source=["-f", "lavfi", "-i", "sine=d=1"]), "no_picture"),
    "a clip of a tenth of a second": (lambda f: make(f / "a.mp4", "-t", "0.1"), "too_short"),
    "a clip of six minutes": (
        lambda f: make(f / "a.mp4", "-preset", "ultrafast",
                       source=["-f", "lavfi", "-i", "color=s=64x64:r=1:d=360"]), "too_long"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_used_is_one_sentence_and_leaves_nothing(what: str, tmp_path: Path):
    build, code = BAD[what]
    path, folder = build(tmp_path), tmp_path / "media"
    with pytest.raises(BadMedia) as refused:
        prepare_media(path, name=path.name, media_dir=folder)
    assert refused.value.code == code, refused.value.message
    assert path.name in refused.value.message
    assert refused.value.message.count("\n") == 0
    assert not folder.exists() or not list(folder.iterdir())


def test_a_child_that_reads_uploads_reaches_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5.0)
        call = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 3)"
        ceiling = guarded.Ceiling(2**30, 10, 2**20, 20.0)
        assert guarded.run_guarded([sys.executable, "-c", "print(1)"], ceiling).out == "1\n"
        tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
        if tried.returncode != 0:
            pytest.skip("this system lets nobody leave the network; the whitelists stand alone")
        ended = guarded.run_guarded([sys.executable, "-c", call], ceiling)
        assert ended.code != 0
        assert "unreachable" in ended.err


@pytest.mark.parametrize("demuxer", ["mov", "matroska", "gif", "apng"])
def test_no_demuxer_of_ours_follows_a_playlist_or_leaves_its_file(demuxer: str, tmp_path: Path):
    """What reaches ffmpeg is opened as one format, whatever it says, and only by the protocol of files."""
    (tmp_path / "film.mp4").write_text(HLS)
    told, printed = probe_clip(tmp_path / "film.mp4", demuxer)
    assert told is None
    assert "passwd" not in printed
    asked = opening(tmp_path / "film.mp4", demuxer)
    asked[asked.index("-i") + 1] = "http://127.0.0.1:9/film.mp4"
    done = subprocess.run([ffmpeg_path(), "-hide_banner", *asked], capture_output=True, check=False, text=True)
    assert "not on whitelist" in done.stderr


def test_the_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Less memory, time and file than a job needs end it with a sentence."""
    path = make(tmp_path / "a.mp4")
    for ceiling, code in (
        (guarded.Ceiling(5 * 2**30, 3600, 20_000, 60.0), "too_large"),
        # A thousandth of a second: an idle machine has drawn the whole clip within twentieths.
        (guarded.Ceiling(5 * 2**30, 3600, 2**30, 0.001), "too_slow"),
    ):
        monkeypatch.setattr(clips, "WORKING", ceiling)
        with pytest.raises(BadMedia) as refused:
            prepare_media(path, name="a.mp4", media_dir=tmp_path / "media")
        assert refused.value.code == code
    shot((4000, 4000)).save(tmp_path / "large.png")
    monkeypatch.setattr(prepare, "_PAINTING", guarded.Ceiling(90 * 2**20, 60, 2**28, 60.0))
    with pytest.raises(BadMedia):
        prepare_media(tmp_path / "large.png", name="large.png", media_dir=tmp_path / "media")
    assert not list((tmp_path / "media").iterdir())


def test_a_cancelled_clip_leaves_nothing_and_its_child_ends(tmp_path: Path):
    def stop(fraction: float) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        prepare_media(make(tmp_path / "a.mp4"), name="a.mp4", media_dir=tmp_path / "media", progress=stop)
    assert not list((tmp_path / "media").iterdir())


def test_a_picture_is_upright_clean_and_the_same_again(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    shot().save(tmp_path / "a.jpg", exif=exif, comment=b"secret place")
    media, picture = prepared(tmp_path / "a.jpg", tmp_path / "media")
    assert (media.width, media.height) == (200, 300)
    assert picture[150, 180, 0] > 150 > picture[150, 20, 0]
    data = media_file(tmp_path / "media", media).read_bytes()
    assert not Image.open(io.BytesIO(data)).getexif()
    assert b"secret" not in data
    assert prepared(tmp_path / "a.jpg", tmp_path / "again")[0] == media


@pytest.mark.parametrize(
    ("name", "save"),
    [
        ("cmyk.jpg", lambda path: shot().convert("CMYK").save(path, quality=95)),
        ("palette.gif", lambda path: shot().quantize(8).save(path)),
        ("clear.png", lambda path: shot().convert("RGBA").save(path)),
        ("a.webp", lambda path: shot().save(path, quality=95)),
        ("a.avif", lambda path: shot().save(path, quality=95)),
        ("named.txt", lambda path: shot().save(path, "PNG")),
    ],
)
def test_colours_come_through_every_kind(name: str, save: Callable[[Path], None], tmp_path: Path):
    save(tmp_path / name)
    _, picture = prepared(tmp_path / name, tmp_path / "media")
    assert np.abs(picture[20, 150].astype(int) - (200, 40, 30)).max() < 14
    assert np.abs(picture[180, 150].astype(int) - (30, 60, 200)).max() < 14


def box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + kind + data


def heic(picture: Image.Image, path: Path) -> None:
    """A picture as phones write it (ISO/IEC 23008-12): one HEVC frame as the only item of a file."""
    frame = path.with_suffix(".mp4")
    picture.save(path.with_suffix(".png"))
    run_ffmpeg(["-v", "error", "-i", path.with_suffix(".png"), "-frames:v", "1", "-c:v", "libx265", "-x265-params",
                "log-level=none", "-crf", "8", "-pix_fmt", "yuv420p", "-tag:v", "hvc1", frame])  # fmt: skip
    data = frame.read_bytes()
    at, mdat = data.index(b"hvcC") - 4, data.index(b"mdat") - 4
    settings = data[at : at + int.from_bytes(data[at : at + 4], "big")]
    coded = data[mdat + 8 : mdat + int.from_bytes(data[mdat : mdat + 4], "big")]
    full = b"\0\0\0\0"
    item = box(b"infe", b"\2\0\0\0", struct.pack(">HH", 1, 0), b"hvc1\0")
    size = box(b"ispe", full, struct.pack(">II", *picture.size))

    def file(start: int) -> bytes:
        place = box(b"iloc", full, b"\x44\0", struct.pack(">HHHHII", 1, 1, 0, 1, start, len(coded)))
        meta = box(
            b"meta", full, box(b"hdlr", full, b"\0\0\0\0pict", bytes(13)), box(b"pitm", full, b"\0\1"), place,
            box(b"iinf", full, b"\0\1", item),
            box(b"iprp", box(b"ipco", settings, size), box(b"ipma", full, struct.pack(">IHB", 1, 1, 2), b"\x81\2")),
        )  # fmt: skip
        return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", coded)

    path.write_bytes(file(len(file(0)) - len(coded)))


def test_pictures_of_phones_are_read(tmp_path: Path):
    heic(shot((256, 192)), tmp_path / "IMG_0001.HEIC")
    media, picture = prepared(tmp_path / "IMG_0001.HEIC", tmp_path / "media")
    assert (media.kind, media.width, media.height) == ("picture", 256, 192)
    assert np.abs(picture[20, 128].astype(int) - (200, 40, 30)).max() < 20
    assert np.abs(picture[170, 128].astype(int) - (30, 60, 200)).max() < 20


def test_a_film_goes_on_without_what_has_gone_and_says_so(tmp_path: Path):
    shot().save(tmp_path / "a.png")
    media = prepare_media(tmp_path / "a.png", name="a.png", media_dir=tmp_path / "media")
    gone = "f" * 64
    brief = clean_brief(theme="a sea", seed=1, film_size="1280x720", film={"media": [gone, media.key]})
    workshop = Workshop(tmp_path, tmp_path, tmp_path, media_dir=tmp_path / "media")
    song = written("song.wav", b"sound")(tmp_path)
    _, notices = plan_film(brief, small_score(), workshop, song=song)
    assert notices[0] == "One of your pictures and clips is no longer in the studio: the film was made without."
    remove_media(tmp_path / "media", media.key)
    assert "2 of your pictures and clips" in plan_film(brief, small_score(), workshop, song=song)[1][0]
    assert not list((tmp_path / "media").iterdir())


def test_sixteen_bits_and_transparency(tmp_path: Path):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    Image.fromarray(np.tile(ramp, (100, 1))).save(tmp_path / "16.png")
    _, picture = prepared(tmp_path / "16.png", tmp_path / "media")
    assert np.abs(picture[50, :, 0].astype(int) - np.arange(256)).max() <= 1
    ink = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ink.paste((10, 10, 10, 255), (40, 40, 60, 60))
    ink.save(tmp_path / "ink.png")
    _, picture = prepared(tmp_path / "ink.png", tmp_path / "media")
    assert picture[5, 5].min() > 200 > 40 > picture[50, 50].max()


def test_a_picture_of_8k_shrinks_to_what_4k_needs_and_a_portrait_stays_one(tmp_path: Path):
    shot((7680, 4320)).save(tmp_path / "8k.jpg", quality=60)
    media, _ = prepared(tmp_path / "8k.jpg", tmp_path / "media")
    assert (media.width, media.height) == (3840, 2160)
    shot((3000, 4000)).save(tmp_path / "tall.jpg", quality=60)
    media, _ = prepared(tmp_path / "tall.jpg", tmp_path / "media")
    assert (media.width, media.height) == (2880, 3840)


def test_what_moves_is_a_clip(tmp_path: Path):
    frames = [shot((96, 80)).rotate(30 * k) for k in range(8)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=150)
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], duration=150)
    frames[0].save(tmp_path / "still.gif", save_all=True, append_images=frames[1:2], duration=100)
    for name, kind in (("a.gif", "clip"), ("a.png", "clip"), ("still.gif", "picture")):
        media, _ = prepared(tmp_path / name, tmp_path / "media")
        assert media.kind == kind
        assert media.duration_s == pytest.approx(1.2 if kind == "clip" else 0.0, abs=0.06)


def facts(path: Path) -> str:
    return subprocess.run([ffmpeg_path(), "-hide_banner", "-i", str(path)], capture_output=True, check=False,
                          text=True).stderr  # fmt: skip


def test_clips_become_upright_silent_constant_rate_bt709(tmp_path: Path):
    whole = make(
        tmp_path / "whole.mp4", "-f", "lavfi", "-i", "sine=d=2", "-metadata", "location=+48.85+002.29/",
        "-vf", "select='not(mod(n,3))+lt(n,12)',setsar=4/3", "-fps_mode", "vfr", "-shortest",
    )  # fmt: skip
    turned = tmp_path / "turned.mp4"
    run_ffmpeg(["-v", "error", "-display_rotation", "90", "-i", whole, "-c", "copy", turned])
    media, _ = prepared(turned, tmp_path / "media")
    assert (media.kind, media.width, media.height) == ("clip", 82, 192)  # as wide as its pixels are narrow
    path = media_file(tmp_path / "media", media)
    told = facts(path)
    assert "bt709" in told and "yuv420p(tv" in told and "Audio" not in told and "location" not in told
    command = [ffmpeg_path(), "-hide_banner", "-i", str(path), "-vf", "showinfo", "-f", "null", "-"]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    times = np.array(
        [float(line.split("pts_time:")[1].split()[0]) for line in printed.splitlines() if "pts_time:" in line]
    )
    assert np.ptp(np.diff(times)) < 1e-4
    for name, arguments in (
        ("a.webm", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]),
        ("a.mkv", []),
    ):
        assert prepared(make(tmp_path / name, *arguments), tmp_path / "media")[0].duration_s == pytest.approx(
            2, abs=0.1
        )


def test_the_same_clip_gives_the_same_bytes_and_colours_stay(tmp_path: Path):
    source = ["-f", "lavfi", "-i", "color=c=0xC83020:s=128x96:r=24:d=1"]
    path = make(tmp_path / "a.mp4", source=source)
    media, picture = prepared(path, tmp_path / "media")
    assert prepared(path, tmp_path / "again")[0] == media
    assert np.abs(picture[40, 60].astype(int) - (200, 48, 32)).max() < 8


def test_hdr_white_becomes_bright_and_not_burnt(tmp_path: Path):
    """PQ 0.58 is 203 cd/m2, the white of a printed page (BT.2408); 0.38 about a seventh of that."""
    path = tmp_path / "hdr.mov"
    levels = {"white": 0.58, "grey": 0.38}
    planes = [np.full((2, 64, 128), 64 + 876 * level, np.uint16) for level in levels.values()]
    frame = np.concatenate([planes[0][0], planes[1][0]])
    chroma = np.full(frame.size // 2, 512, np.uint16)
    raw = (frame.tobytes() + chroma.tobytes()) * 24
    command = [ffmpeg_path(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", "128x128", "-r", "24",
               "-i", "-", "-c:v", "libx265", "-x265-params",
               "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
               "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
               str(path)]  # fmt: skip
    subprocess.run(command, input=raw, check=True)
    media, picture = prepared(path, tmp_path / "media")
    assert "bt709" in facts(media_file(tmp_path / "media", media))
    white, grey = picture[30, 60].astype(int), picture[100, 60].astype(int)
    assert 185 < white.mean() < 250
    assert 60 < grey.mean() < 130
    assert np.ptp(white) < 6
