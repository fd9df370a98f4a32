"""Files of other programs become songs: the tune found, its words read, chords and key inferred, a band put to it."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
import verovio

from generation.contracts import MusicStyle
from generation.engine.composer.orchestrating import orchestrated
from generation.engine.lyrics.types import SectionKind
from generation.engine.orchestra import OrchestraSpec, render_stems
from generation.engine.score import timeline
from generation.engine.score.check import check_score
from generation.engine.score.importing import read_midi, read_musicxml
from generation.engine.score.midi import write_midi
from generation.engine.score.musicxml import write_musicxml
from generation.engine.score.types import Key
from mixer.contracts import ChannelRole
from tests.generation.composing import song
from tests.songs import make_workshop
from voicelab.contracts import VOICE_RANGES, SingSpec, VoiceStyle
from voicelab.engine.singer import sing

TUNES = Path(__file__).parents[1] / "data" / "tunes"
GRACE = (TUNES / "amazing_grace.musicxml").read_bytes()
SLEEVES = (TUNES / "greensleeves.mid").read_bytes()


def saved(*tracks: list, kind: int = 1, ppq: int = 480) -> bytes:
    file = mido.MidiFile(type=kind, ticks_per_beat=ppq, charset="utf-8")
    file.tracks.extend(mido.MidiTrack(t) for t in tracks)
    held = io.BytesIO()
    file.save(file=held)
    return held.getvalue()


def events(*notes: tuple[float, float, int], channel: int = 0, ppq: int = 480) -> list[tuple[int, mido.Message]]:
    """(start, length, key) in beats as messages at ticks."""
    found = []
    for start, length, key in notes:
        found.append((round(start * ppq), mido.Message("note_on", note=key, velocity=80, channel=channel)))
        found.append((round((start + length) * ppq), mido.Message("note_on", note=key, velocity=0, channel=channel)))
    return found


def track(*timed: tuple[int, object], name: str = "") -> list:
    now, found = 0, [mido.MetaMessage("track_name", name=name)] if name else []
    for tick, message in sorted(timed, key=lambda e: e[0]):
        found.append(message.copy(time=tick - now))
        now = tick
    return found


SCALE = [(i * 1.0, 0.9, p) for i, p in enumerate((60, 62, 64, 65, 67, 69, 67, 64, 62, 64, 65, 62, 60, 62, 59, 60))]
CHORDS = [(b * 4.0, 3.9, p) for b, c in enumerate(((48, 52, 55), (53, 57, 60), (50, 53, 57), (48, 52, 55))) for p in c]
KIT = [(i * 0.5, 0.1, 36 if i % 4 == 0 else 42) for i in range(32)]


def _sung(score) -> list[tuple[float, int]]:
    return [(n.start_beats, n.midi) for line in score.lead.lines for n in line.notes]


def test_amazing_grace_with_its_repeat_verses_upbeat_and_ties():
    read = read_musicxml(GRACE, style="emotional", voice_range=VOICE_RANGES[VoiceStyle.SOPRANO])
    score = read.score
    assert (score.title, score.key, score.beats_per_bar) == ("Amazing Grace", Key("G", "ionian"), 3)
    assert read.wants_orchestra and not read.is_ours
    assert [line.text for line in score.lead.lines] == [
        "Amazing grace! how sweet the sound",
        "That saved a wretch like me!",
        "I once was lost, but now am found,",
        "Was blind, but now I see.",
        "'Twas grace that taught my heart to fear,",
        "And grace my fears relieved;",
        "How precious did that grace appear",
        "The hour I first believed!",
    ]
    assert [s.name for s in score.sections] == ["Verse 1", "Verse 2"]
    first = score.lead.lines[0].notes
    assert [(n.start_beats, n.midi, n.syllable.text if n.syllable else "") for n in first[:5]] == [
        (2.0, 62, "A"), (3.0, 67, "maz"), (5.0, 71, "ing"), (5.5, 67, ""), (6.0, 71, "grace!"),
    ]  # fmt: skip
    me = score.lead.lines[1].notes[-1]
    assert (me.start_beats, me.duration_beats) == (21.0, 5.0), "a note that is tied over the barline is one"
    assert [c.name for c in score.chords][:8] == ["G", "C", "G", "D", "G", "C", "G", "D"]
    pitches = [n.midi for n in first]
    assert [n.midi for n in score.lead.lines[4].notes] == pitches, "the second verse has the same tune"
    assert all(60 <= midi <= 81 for _, midi in _sung(score))


def test_greensleeves_from_midi_with_hyphens_key_and_chords_of_its_own():
    read = read_midi(SLEEVES, style="fantasy", voice_range=VOICE_RANGES[VoiceStyle.HEROIC_MALE])
    score = read.score
    assert (score.title, score.key, score.beats_per_bar) == ("Greensleeves", Key("A", "aeolian"), 3)
    assert [s.kind for s in score.sections] == [SectionKind.VERSE, SectionKind.CHORUS]
    assert score.lead.lines[0].text == "Alas my love you do me wrong to cast me off discourteously"
    assert score.lead.lines[3].text == "Greensleeves was all my joy"
    assert score.lead.lines[0].notes[1].start_beats == 3.0, "behind the upbeat stands the first barline"
    names = [c.name for c in score.chords]
    assert names[0] == names[-1] == "Am" and {"G", "E", "Am"} <= set(names), "as the lute books have it"
    assert any("down by an octave" in n for n in read.notices)
    assert read.wants_orchestra


def test_a_type_0_file_is_parted_by_channel_and_its_tune_found():
    timed = [*events(*SCALE, channel=3), *events(*CHORDS, channel=1), *events(*KIT, channel=9)]
    timed += [
        (0, mido.Message("program_change", channel=1, program=48)),
        (0, mido.MetaMessage("set_tempo", tempo=500_000)),
    ]
    read = read_midi(saved(track(*timed), kind=0), style="pop")
    assert [m for _, m in _sung(read.score)] == [p for _, _, p in SCALE]
    assert any("most melodic" in n for n in read.notices) and any("“la”" in n for n in read.notices)
    strings, kit = read.score.parts
    assert (strings.program, strings.role, len(strings.notes)) == (48, ChannelRole.STRINGS, len(CHORDS))
    assert kit.is_drums and kit.role is ChannelRole.DRUMS and len(kit.notes) == len(KIT)
    assert {n.syllable.word for line in read.score.lead.lines for n in line.notes} == {"la"}
    assert [c.name for c in read.score.chords if c.start_beats % 4 == 0] == ["C", "F", "Dm", "C"]
    assert read.score.key == Key("C", "ionian") and not read.wants_orchestra


def test_running_status_and_any_division_give_the_same_times():
    body = b"\x00\x90\x3c\x50\x60\x3c\x00\x00\x3e\x50\x60\x3e\x00\x00\x40\x50\x60\x40\x00\x00\xff\x2f\x00"
    head = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60MTrk" + len(body).to_bytes(4, "big")
    by_hand = _sung(read_midi(head + body, style="pop").score)
    assert by_hand == [(0.0, 60), (1.0, 62), (2.0, 64)]
    for ppq in (24, 120, 384, 1000):
        notes = events((0, 1, 60), (1, 1, 62), (2, 1, 64), ppq=ppq)
        assert _sung(read_midi(saved(track(*notes), ppq=ppq), style="pop").score) == by_hand


@pytest.mark.parametrize(
    ("custom", "texts"),
    [
        ("spaces before", ["\rHel", "lo", " dark", "ness", "\rmy", " old", " friend"]),
        ("spaces behind", ["Hel", "lo ", "dark", "ness\r", "my ", "old ", "friend"]),
        ("hyphens", ["Hel-", "lo", "dark-", "ness", "/my", "old", "friend"]),
        ("nothing between", ["Hel", "lo", "dark", "ness", "\rmy", "old", "friend"]),
        ("karaoke", ["\\Hel", "lo", " dark", "ness", "/my", " old", " friend"]),
    ],
)
def test_the_customs_of_lyric_events(custom, texts):
    notes = [(float(i), 0.9, 60 + i) for i in range(7)]
    kind = "text" if custom == "karaoke" else "lyrics"
    words = [(round(n[0] * 480), mido.MetaMessage(kind, text=t)) for n, t in zip(notes, texts, strict=True)]
    if custom == "karaoke":  # the words have a track of their own, and the file is named as the tune
        remarks = [
            (0, mido.MetaMessage("text", text="@KMIDI KARAOKE FILE")),
            (0, mido.MetaMessage("text", text="@LEN")),
        ]
        more = [(round((i + 7) * 480), mido.MetaMessage("text", text=" la")) for i in range(3)]
        notes += [(float(i + 7), 0.9, 60) for i in range(3)]
        data = saved(track(*events(*notes), name="Piano"), track(*remarks, *words, *more, name="Words"))
    else:
        data = saved(track(*events(*notes), *words, name="Track 1"), track(*events(*CHORDS, channel=1), name="b"))
    lines = [line.text for line in read_midi(data, style="pop").score.lead.lines]
    assert lines[0] == "Hello darkness" and lines[1].startswith("my old friend")


def test_a_voice_is_known_by_its_name_and_a_polyphonic_one_plays_on():
    many = [(s, d, p + 12) for s, d, p in CHORDS]
    data = saved(track(*events(*SCALE), name="Violin"), track(*events(*many, channel=1), name="Lead Vocals"))
    read = read_midi(data, style="pop")
    assert [p.name for p in read.score.parts] == ["Violin", "Lead Vocals"]
    assert any("“Lead Vocals”: its name says so" in n for n in read.notices)
    assert [m for _, m in _sung(read.score)] == [67, 72, 69, 67], "the highest of its voices is sung"


def test_meters_that_are_no_quarters_and_meters_that_change():
    meter = [(0, mido.MetaMessage("time_signature", numerator=7, denominator=8))]
    score = read_midi(saved(track(*meter, *events(*SCALE))), style="pop").score
    assert score.beats_per_bar == 7
    meter = [
        (0, mido.MetaMessage("time_signature", numerator=4, denominator=4)),
        (8 * 480, mido.MetaMessage("time_signature", numerator=2, denominator=4)),
    ]
    read = read_midi(saved(track(*meter, *events(*SCALE))), style="pop")
    assert read.score.beats_per_bar == 4 and any("changes its meter" in n for n in read.notices)


@pytest.mark.parametrize(
    ("signature", "shift", "key"),
    [
        (("Bb",), -2, Key("Bb", "ionian")),
        (("C",), -2, Key("Bb", "ionian")),  # a signature that nobody set
        (("F#m",), 6, Key("F#", "aeolian")),
        ((), 3, Key("Eb", "ionian")),
        (("E",), 4, Key("E", "ionian")),
        (("C#",), 1, Key("C#", "ionian")),
    ],
)
def test_keys_from_signatures_and_without(signature, shift, key):
    major = (0, 4, 7, 5, 2, 7, 11, 0, 9, 5, 2, 7, 4, 2, 0, 0)
    minor = (0, 3, 7, 5, 2, 7, 11, 0, 8, 5, 2, 7, 3, 2, 0, 0)
    steps = minor if key.mode == "aeolian" else major
    notes = [(float(i), 1.9 if s == 0 else 0.9, 60 + shift + s) for i, s in enumerate(steps)]
    signs = [(0, mido.MetaMessage("key_signature", key=name)) for name in signature]
    assert read_midi(saved(track(*signs, *events(*notes))), style="pop").score.key == key


def test_a_tune_wider_than_the_voice_is_folded_with_a_notice():
    wide = [(i * 1.0, 0.9, p) for i, p in enumerate((36, 96, 40, 91, 43, 88, 47, 84))]
    read = read_midi(saved(track(*events(*wide))), style="pop", voice_range=VOICE_RANGES[VoiceStyle.ALTO])
    assert [m % 12 for _, m in _sung(read.score)] == [p % 12 for _, _, p in wide]
    assert all(53 <= m <= 74 for _, m in _sung(read.score)) and any("wider than" in n for n in read.notices)


LIST = '<part-list><score-part id="P1"><part-name>Clarinet in Bb</part-name></score-part></part-list>'


def test_verovio_reads_our_musicxml_and_we_read_its_midi(tmp_path):
    """A second reader beside music21, and a MIDI file that another program wrote."""
    score = song(MusicStyle.EPIC, VoiceStyle.CHOIR, 30.0, 2)
    write_musicxml(score, tmp_path / "s.musicxml")
    verovio.enableLog(verovio.LOG_OFF)
    reader = verovio.toolkit()
    assert reader.loadFile(str(tmp_path / "s.musicxml"))
    read = read_midi(base64.b64decode(reader.renderToMIDI()), style="epic")
    assert any("“lead-vocal”: its words stand there" in n for n in read.notices)
    assert [m for _, m in _sung(read.score)] == [m for _, m in _sung(score)]
    starts = [s for s, _ in _sung(read.score)]
    assert starts == pytest.approx([s for s, _ in _sung(score)], abs=0.13), "on the grid that is written"
    names = [f"vocal-{h.name}" for h in score.harmonies] + [p.name for p in score.parts]
    assert [p.name for p in read.score.parts] == names
    was = [w.text for w in timeline.timed_words(score)]
    said = [w.text for w in timeline.timed_words(read.score)]
    assert "".join(said) == "".join(was), "every syllable"
    assert len(set(said) & set(was)) >= 0.8 * len(set(was)), "joined to words by the lexicon: the file parts none"
    assert read.score.key == score.key
    for part, own in zip(read.score.parts[len(score.harmonies) :], score.parts, strict=True):
        if not own.is_drums:
            assert {n.midi for n in part.notes} == {n.midi for n in own.notes}, own.name
            assert part.program == own.program


XML = f'<?xml version="1.0"?><score-partwise version="4.0">{LIST}<part id="P1">{{}}</part></score-partwise>'
ATTRIBUTES = (
    "<attributes><divisions>6</divisions><key><fifths>2</fifths></key><time><beats>4</beats><beat-type>4</beat-type></time>"
    "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"
)


def note(step: str, length: int, octave: int = 4, *, extra: str = "", lyric: str = "") -> str:
    words = f"<lyric><syllabic>single</syllabic><text>{lyric}</text></lyric>" if lyric else ""
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{extra}{pitch}<duration>{length}</duration>{words}</note>"


def measure(body: str, number: int, before: str = "", behind: str = "") -> str:
    return f'<measure number="{number}">{before}{body}{behind}</measure>'


def bar_line(inner: str, where: str) -> str:
    return f'<barline location="{where}">{inner}</barline>'


def test_transposition_tuplets_chords_and_grace_notes_of_musicxml():
    triplet = "".join(note(s, 2) for s in "DEF")
    grace = "<note><grace/><pitch><step>C</step><octave>6</octave></pitch></note>"
    chord = note("A", 6) + note("F", 6, extra="<chord/>") + note("D", 6, extra="<chord/>")
    body = measure(ATTRIBUTES + triplet + grace + chord + note("G", 12), 1)
    read = read_musicxml(XML.format(body).encode(), style="pop")
    assert _sung(read.score) == [(0.0, 60), (1 / 3, 62), (2 / 3, 63), (1.0, 67), (2.0, 65)]
    assert any("1 grace notes are left out" in n for n in read.notices)


def test_repeats_endings_and_da_capo_are_played_out():
    def bar(step: str, number: int, before: str = "", behind: str = "") -> str:
        return measure((ATTRIBUTES if number == 1 else "") + note(step, 24), number, before, behind)

    start, back = '<repeat direction="forward"/>', '<repeat direction="backward"/>'
    bars = [
        bar("C", 1, behind=""),
        bar("D", 2, before=bar_line(start, "left")),
        bar(
            "E",
            3,
            bar_line('<ending number="1" type="start"/>', "left"),
            bar_line(f'<ending number="1" type="stop"/>{back}', "right"),
        ),
        bar(
            "F",
            4,
            bar_line('<ending number="2" type="start"/>', "left"),
            bar_line('<ending number="2" type="stop"/>', "right"),
        ),
        bar("G", 5, behind='<sound fine="yes"/>'),
        bar("A", 6, behind='<sound dacapo="yes"/>'),
    ]
    score = read_musicxml(XML.format("".join(bars)).encode(), style="pop").score
    heard = "".join("C D EF G A B"[(n.midi + 2) % 12] for line in score.lead.lines for n in line.notes)
    assert heard == "CDEDFGACDFG"


def test_a_timewise_score_is_turned_round():
    rows = "".join(
        f'<measure number="{i + 1}"><part id="P1">{ATTRIBUTES if i == 0 else ""}{note(s, 24)}</part></measure>'
        for i, s in enumerate("DEG")
    )
    data = f"<score-timewise>{LIST}{rows}</score-timewise>"
    assert _sung(read_musicxml(data.encode(), style="pop").score) == [(0.0, 60), (4.0, 62), (8.0, 65)]


@pytest.mark.parametrize("style", list(MusicStyle))
def test_a_tune_is_accompanied_by_the_band_of_a_style(style):
    for read in (read_musicxml(GRACE, style="pop"), read_midi(SLEEVES, style="pop")):
        full = orchestrated(read.score, style, 7, VoiceStyle.ALTO)
        assert len(full.parts) >= 6 and full.style == style.value
        assert [line.text for line in full.lead.lines] == [line.text for line in read.score.lead.lines]
        later = full.lead.lines[0].notes[0].start_beats - read.score.lead.lines[0].notes[0].start_beats
        assert later > 0 and later % full.beats_per_bar == 0 and full.sections[0].kind is SectionKind.INTRO
        moved = [(start + later, midi) for start, midi in _sung(read.score)]
        assert _sung(full) == moved, "the tune is as it was brought"
        start_s = timeline.vocal_notes(full)[0].start_s
        played = [n for p in full.parts for n in p.notes if full.tempo_map.seconds_at(n.start_beats) < start_s - 0.5]
        assert played, "the band gives out the tune before it is sung"
        assert orchestrated(read.score, style, 7, VoiceStyle.ALTO) == full
    assert orchestrated(read.score, style, 8, VoiceStyle.ALTO).parts != full.parts


@pytest.mark.parametrize("beats", [2, 5, 6, 7])
def test_a_band_keeps_any_meter(beats):
    meter = [(0, mido.MetaMessage("time_signature", numerator=beats, denominator=4))]
    tune = [(float(i), 0.9, p) for i, p in enumerate([60, 64, 67, 65, 62, 64, 60] * 12)]
    read = read_midi(saved(track(*meter, *events(*tune))), style="pop")
    assert read.score.beats_per_bar == beats
    for style in MusicStyle:
        full = orchestrated(read.score, style, 3, VoiceStyle.SOPRANO)
        drummed = [n for p in full.parts if p.is_drums for n in p.notes]
        hit = {int(n.start_beats % beats) for n in drummed}
        assert not drummed or len(hit) == beats or len(hit) >= 3, f"{style.value} plays through the bar"


def test_an_orchestrated_tune_comes_back_from_its_own_files(tmp_path):
    full = orchestrated(read_musicxml(GRACE, style="pop").score, MusicStyle.FANTASY, 7, VoiceStyle.SOPRANO)
    write_midi(full, tmp_path / "f.mid")
    write_musicxml(full, tmp_path / "f.musicxml")
    assert read_midi((tmp_path / "f.mid").read_bytes(), style="pop").score == full
    assert read_musicxml((tmp_path / "f.musicxml").read_bytes(), style="pop").score == full


@pytest.mark.slow
@pytest.mark.parametrize("name", ["grace", "sleeves"])
def test_a_foreign_file_is_sung_and_orchestrated(name, tmp_path):
    compass = VOICE_RANGES[VoiceStyle.ALTO]
    read = (
        read_musicxml(GRACE, style="pop", voice_range=compass)
        if name == "grace"
        else read_midi(SLEEVES, style="pop", voice_range=compass)
    )
    full = orchestrated(read.score, MusicStyle.EMOTIONAL, 7, VoiceStyle.ALTO)
    workshop = make_workshop(tmp_path / "store")
    spec = OrchestraSpec(full.parts, full.tempo_map, full.duration_s, workshop.soundfont_path, seed=7)
    for path in render_stems(spec, tmp_path).stem_paths:
        assert np.abs(soundfile.read(path)[0]).max() > 1e-4, path.name
    lines = replace(full, lead=replace(full.lead, lines=full.lead.lines[:2]))
    take = sing(SingSpec((timeline.vocal_line(lines.lead, full),), VoiceStyle.ALTO, 40.0, 7), tmp_path / "v.wav")
    audio, rate = soundfile.read(take.path)
    for sung in timeline.vocal_notes(lines):
        if sung.end_s - sung.start_s > 0.3:
            inside = audio[int((sung.start_s + 0.1) * rate) : int((sung.end_s - 0.1) * rate)]
            assert np.sqrt(np.mean(inside**2)) > 1e-3, f"{sung.word} at {sung.start_s:.1f} s is heard"
    check_score(full)
