"""Files that cannot be used: damaged, empty, huge, hostile. Each gets one typed sentence, and none eats the memory."""

from __future__ import annotations

import io
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import mido
import numpy as np
import pytest

from codecraft.common.errors import InvalidInput
from generation.contracts import MusicStyle
from generation.engine.score.check import check_score
from generation.engine.score.importing import BadScoreFile, ImportedScore, read_midi, read_musicxml
from generation.engine.score.midi import write_midi
from generation.engine.score.musicxml import write_musicxml
from tests.generation.composing import song
from voicelab.contracts import Expression, VoiceStyle

TUNES = Path(__file__).parents[1] / "data" / "tunes"
GRACE = (TUNES / "amazing_grace.musicxml").read_bytes()
SLEEVES = (TUNES / "greensleeves.mid").read_bytes()
HEAD = b'<?xml version="1.0"?>'


def midi_of(*tracks: list, kind: int = 1, ppq: int = 96) -> bytes:
    file = mido.MidiFile(type=kind, ticks_per_beat=ppq)
    file.tracks.extend(mido.MidiTrack(t) for t in tracks)
    held = io.BytesIO()
    file.save(file=held)
    return held.getvalue()


def tune(channel: int = 0, low: int = 60, length: int = 96) -> list:
    steps = (0, 2, 4, 5, 7, 5, 4, 2) * 3
    pairs = [[("note_on", p, 80, 0), ("note_off", p, 0, length)] for p in (low + s for s in steps)]
    return [mido.Message(k, note=p, velocity=v, time=t, channel=channel) for pair in pairs for k, p, v, t in pair]


def chunk(body: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(body)) + body


def smf(*bodies: bytes, count: int | None = None, kind: int = 1, division: int = 96) -> bytes:
    head = struct.pack(">4sIHHH", b"MThd", 6, kind, len(bodies) if count is None else count, division)
    return head + b"".join(chunk(b) for b in bodies)


END = b"\x00\xff\x2f\x00"
BAD_MIDI = {
    "nothing": (b"", "not a MIDI file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a MIDI file"),
    "200 tracks": (midi_of(*[tune(i % 9) for i in range(200)]), "200 tracks"),
    "no notes": (midi_of([mido.MetaMessage("text", text="silence")]), "no notes"),
    "no tracks": (smf(), "no notes"),
    "drums only": (midi_of(tune(9, 36)), "only drums"),
    "cut off": (SLEEVES[: len(SLEEVES) // 2], "cut off"),
    "a track too few": (smf(END, count=3), "cut off"),
    "cut off in an event": (smf(b"\x00\x90\x3c"), "middle of an event"),
    "a time of five bytes": (smf(b"\xff\xff\xff\xff\x7f\x90\x3c\x40" + END), "no MIDI number"),
    "a note after a year": (smf(b"\x00\x90\x3c\x40" + b"\xff\xff\xff\x7f\x80\x3c\x00" + END), "lasts longer"),
    "twenty minutes": (midi_of(tune(length=96 * 100)), "minutes"),
    "data without an event": (smf(b"\x00\x3c\x40" + END), "no MIDI event"),
    "format 2": (smf(END, kind=2), "format 2"),
    "no ticks": (smf(END, division=0), "no ticks"),
    "megabytes": (SLEEVES + bytes(9_000_000), "are the most"),
    "a hundred thousand notes": (smf(*[b"\x00\x90\x3c\x50\x01\x3c\x00" * 41_000 + END] * 2), "notes; 80,000 are"),
    "only a click": (midi_of(tune(length=1)), "long enough"),
}


@pytest.mark.parametrize("name", BAD_MIDI)
def test_a_midi_file_that_cannot_be_used_is_refused_with_the_reason(name):
    data, reason = BAD_MIDI[name]
    with pytest.raises(BadScoreFile, match=reason) as refused:
        read_midi(data, style="pop")
    assert refused.value.field == "file" and refused.value.message.endswith(".")
    assert isinstance(refused.value, InvalidInput)


def mxl(files: dict[str, bytes], full_path: str | None = "score.xml") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        if full_path is not None:
            rootfile = f'<rootfile full-path="{full_path}"/>'
            archive.writestr("META-INF/container.xml", f"<container><rootfiles>{rootfile}</rootfiles></container>")
        for name, body in files.items():
            archive.writestr(name, body)
    return held.getvalue()


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(10))
BAD_XML = {
    "nothing": (b"", "not a MusicXML file"),
    "words": (b"la la la", "not a MusicXML file"),
    "cut off": (GRACE[: len(GRACE) // 2], "damaged"),
    "another document": (HEAD + b"<html><body/></html>", "root is <html>"),
    "no part": (HEAD + b'<score-partwise version="4.0"/>', "no part"),
    "no measure": (HEAD + b'<score-partwise><part id="P1"/></score-partwise>', "no measure"),
    "no notes": (HEAD + b'<score-partwise><part id="P1"><measure/></part></score-partwise>', "no notes"),
    "a billion laughs": (
        f"{HEAD.decode()}<!DOCTYPE score-partwise [{LAUGHS}]><score-partwise>&l9;</score-partwise>".encode(),
        "entities",
    ),
    "a quadratic blowup": (
        f'{HEAD.decode()}<!DOCTYPE s [<!ENTITY a "{"a" * 50_000}">]><s>{"&a;" * 5_000}</s>'.encode(),
        "entities",
    ),
    "a file of the machine": (
        HEAD + b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><score-partwise>&x;</score-partwise>',
        "entities",
    ),
    "a parameter entity": (
        HEAD + b'<!DOCTYPE s [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><score-partwise/>',
        "entities",
    ),
    "an entity of the DTD": (
        HEAD + b'<!DOCTYPE s SYSTEM "http://127.0.0.1:9/x.dtd"><score-partwise>&what;</score-partwise>',
        "entities",
    ),
    "50 megabytes": (HEAD + b"<score-partwise>" + b" " * 50_000_000, "are the most"),
    "too many elements": (HEAD + b"<s>" + b"<a/>" * 401_000 + b"</s>", "more than"),
    "a deep nest": (HEAD + b"<a>" * 50_000, "nested deeper"),
    "a zip bomb": (mxl({"score.xml": b" " * 60_000_000}), "unpacks to more"),
    "a path outside": (mxl({"score.xml": GRACE}, "../../etc/passwd"), "outside of itself"),
    "an absolute path": (mxl({"score.xml": GRACE}, "/etc/passwd"), "outside of itself"),
    "a score that is not there": (mxl({"score.xml": GRACE}, "other.xml"), "does not hold"),
    "an archive without a score": (mxl({"readme.txt": b"hello"}, None), "holds no score"),
    "a broken archive": (mxl({"score.xml": GRACE})[:-40], "archive is damaged"),
    "a bomb in an archive": (
        mxl({"score.xml": f"<!DOCTYPE s [{LAUGHS}]><score-partwise>&l9;</score-partwise>".encode()}),
        "entities",
    ),
}


@pytest.mark.parametrize("name", BAD_XML)
def test_a_musicxml_file_that_cannot_be_used_is_refused_with_the_reason(name):
    data, reason = BAD_XML[name]
    tracemalloc.start()
    try:
        with pytest.raises(BadScoreFile, match=reason) as refused:
            read_musicxml(data, style="pop")
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
    assert refused.value.field == "file" and refused.value.message.endswith(".")


def test_an_archive_with_a_container_is_read():
    assert read_musicxml(mxl({"score.xml": GRACE}), style="pop") == read_musicxml(GRACE, style="pop")
    assert read_musicxml(mxl({"a/b.musicxml": GRACE}, None), style="pop") == read_musicxml(GRACE, style="pop")


def test_more_tracks_than_a_band_are_gathered():
    tracks = [
        [mido.Message("program_change", program=i % 40, channel=i % 9), *tune(i % 9, 40 + i % 30)] for i in range(100)
    ]
    read = read_midi(midi_of(*tracks), style="epic")
    assert len(read.score.parts) <= 40 and any("gathered" in n for n in read.notices)
    check_score(read.score)


ODD = (b"0", b"-1", b"7", b"128", b"999999999999", b"1e400", b"nan", b"x", b"", b"\xc3\xa9", b"0.001", b"[]", b"null")


def test_signs_that_no_other_file_can_hold_are_left_out(tmp_path):
    lyrics = [mido.MetaMessage("lyrics", text="lo\x01ve\x00", time=0), mido.MetaMessage("track_name", name="Lead\x02")]
    told = 'codecraft:song {"style":"pop","title":"a\\ud800b","tail_s":NaN,"backing":[1,null,"\\u0000"]}'
    data = midi_of([mido.MetaMessage("text", text=told), *lyrics, *tune()])
    read = read_midi(data, style="dark")
    assert read.score.lead.lines[0].notes[0].syllable.word == "love"
    write_musicxml(read.score, tmp_path / "s.musicxml")
    write_midi(read.score, tmp_path / "s.mid")
    assert read_musicxml((tmp_path / "s.musicxml").read_bytes(), style="pop").score == read.score
    assert read_midi((tmp_path / "s.mid").read_bytes(), style="pop").score == read.score


@pytest.mark.parametrize(
    "manner",
    [
        '{"tension":9}',
        '{"vibrato":{"depth_cents":NaN,"rate_hz":5,"onset_s":0}}',
        '{"phonemes":"qq§"}',
        '{"energy":"x"}',
        "{}",
    ],
)
@pytest.mark.parametrize("sounds", ['["l","§","v"]', '["l","","v"]', '["",7,""]', '"l"', '["l","ʌ","v"]'])
def test_sounds_and_manners_that_nobody_can_sing_are_left_out(manner, sounds):
    told = f'codecraft:sung {{"text":"love","word":"love","i":0,"k":0,"sounds":{sounds},"stress":2}}'
    texts = [told, f"codecraft:manner {manner}"]
    head = [mido.MetaMessage("text", text=t.encode().decode("latin-1")) for t in texts]
    score = read_midi(midi_of([mido.MetaMessage("lyrics", text="love"), *head, *tune()]), style="dark").score
    first = score.lead.lines[0].notes[0]
    assert (first.syllable.onset, first.syllable.nucleus, first.syllable.coda) == ("l", "ʌ", "v")
    assert first.expression in (None, Expression())


def _bytes_changed(data: bytes, rng: np.random.Generator) -> bytes:
    """Mostly single bytes, which a MIDI file may survive; now and then a piece is cut out or doubled."""
    found = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        at, what = int(rng.integers(14, len(found))), rng.random()
        if what < 0.9:
            found[at] = int(rng.integers(128 if rng.random() < 0.7 else 256))
        elif what < 0.95:
            del found[at : at + int(rng.integers(1, 9))]
        else:
            found[at:at] = found[at : at + int(rng.integers(1, 60))]
    return bytes(found)


def _lines_changed(data: bytes, rng: np.random.Generator) -> bytes:
    """Numbers and words of the text replaced by odd ones; whole lines left out, doubled or put elsewhere."""
    lines = data.split(b"\n")
    for _ in range(int(rng.integers(1, 5))):
        at, what = int(rng.integers(4, len(lines))), rng.random()
        if what < 0.7:
            found = [m.span() for m in re.finditer(rb"(?<=[>\":\[,])[^<>\":\[,/ ]+(?=[<\":\],])", lines[at])]
            if found:
                start, end = found[int(rng.integers(len(found)))]
                lines[at] = lines[at][:start] + ODD[int(rng.integers(len(ODD)))] + lines[at][end:]
        elif what < 0.8:
            del lines[at]
        elif what < 0.9:
            lines.insert(at, lines[at])
        else:
            lines.insert(int(rng.integers(4, len(lines))), lines.pop(at))
    return b"\n".join(lines)


def _ours(kind: str, folder: Path) -> bytes:
    score = song(MusicStyle.GREGORIAN, VoiceStyle.CHOIR, 30.0, 2)
    path = folder / kind
    (write_midi if kind == "midi" else write_musicxml)(score, path)
    return path.read_bytes()


@pytest.mark.parametrize(("whose", "count"), [("foreign", 200), ("ours", 60)])
@pytest.mark.parametrize("kind", ["midi", "musicxml"])
def test_mutations_are_scores_or_refused(kind, whose, count, tmp_path):
    read, mutated = (read_midi, _bytes_changed) if kind == "midi" else (read_musicxml, _lines_changed)
    good = _ours(kind, tmp_path) if whose == "ours" else SLEEVES if kind == "midi" else GRACE
    rng, scores, same = np.random.default_rng(5), 0, 0
    whole = read(good, style="fantasy")
    for _ in range(count):
        try:
            result = read(mutated(good, rng), style="fantasy")
        except BadScoreFile:
            continue
        assert isinstance(result, ImportedScore)
        check_score(result.score)
        scores += 1
        same += result.score == whole.score
    assert count // 10 <= scores < count, "some survive, some do not: the mutations bite"
    assert same < scores
