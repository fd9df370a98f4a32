"""Score files come back: the same score, the same stems; what was edited elsewhere wins, what still fits is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from io import BytesIO

import mido
import pytest

from codecraft.common.codec import file_hash
from generation.contracts import MusicStyle
from generation.engine.orchestra import OrchestraSpec, render_stems
from generation.engine.score import timeline
from generation.engine.score.check import check_score
from generation.engine.score.grid import quantised
from generation.engine.score.importing import read_midi, read_musicxml
from generation.engine.score.midi import write_midi
from generation.engine.score.musicxml import write_musicxml
from generation.engine.score.retime import retime_lead
from generation.engine.score.types import ControlPoint, Key, KeyChange, Note, Part, Score
from mixer.contracts import ChannelRole
from tests.generation.composing import custom_lyrics, song
from tests.songs import make_workshop
from voicelab.contracts import Expression, PitchPoint, SpokenWord, Vibrato, VoiceStyle

SONGS = [
    (style, voice, length_s, seed)
    for seed, style in enumerate(MusicStyle, start=3)
    for voice, length_s in ((VoiceStyle.SOPRANO, 60.0), (VoiceStyle.CHOIR, 30.0))
]


@lru_cache(maxsize=64)
def files_of(score: Score, folder) -> tuple[bytes, bytes]:
    write_midi(score, folder / "s.mid")
    write_musicxml(score, folder / "s.musicxml")
    return (folder / "s.mid").read_bytes(), (folder / "s.musicxml").read_bytes()


@pytest.mark.parametrize("asked", SONGS, ids=lambda a: f"{a[0].value}-{a[1].value}")
def test_both_files_come_back_as_the_same_score(asked, tmp_path):
    score = song(*asked)
    assert quantised(score) == score, "a composed score stands on the grid"
    midi, xml = files_of(score, tmp_path)
    for read in (read_midi(midi, style="pop"), read_musicxml(xml, style="pop")):
        assert read.score == score
        assert read.is_ours and not read.wants_orchestra and not read.notices


def _stems(score: Score, folder, until_s: float) -> list[str]:
    workshop = make_workshop(folder / "store")
    spec = OrchestraSpec(score.parts, score.tempo_map, min(until_s, score.duration_s), workshop.soundfont_path, seed=1)
    return [file_hash(path) for path in render_stems(spec, folder).stem_paths]


def _same_stems(asked, folder, until_s: float = 300.0) -> None:
    score = song(*asked)
    midi, xml = files_of(score, folder)
    own = _stems(score, folder / "own", until_s)
    assert len(own) == len(score.parts) and len(set(own)) > 1
    assert _stems(read_midi(midi, style="pop").score, folder / "midi", until_s) == own
    assert _stems(read_musicxml(xml, style="pop").score, folder / "xml", until_s) == own


@pytest.mark.parametrize("asked", [SONGS[7]], ids=["gregorian"])
def test_the_stems_of_the_files_have_the_same_bytes(asked, tmp_path):
    _same_stems(asked, tmp_path, until_s=8.0)


@pytest.mark.slow
@pytest.mark.parametrize("asked", SONGS, ids=lambda a: f"{a[0].value}-{a[1].value}")
def test_the_stems_of_14_songs_have_the_same_bytes(asked, tmp_path):
    _same_stems(asked, tmp_path)


def _crowded() -> Score:
    """A song with everything that is rare: 24 parts, two drum kits, a synthesizer, key changes, manners of singing,
    a key struck twice within a thirty-second, a note in the tail."""
    score = song(MusicStyle.POP, VoiceStyle.SOPRANO, 60.0, 3)
    first = score.lead.lines[0]
    manner = Expression(
        (PitchPoint(0.0, -80.0), PitchPoint(0.3, 0.0)), Vibrato(30.0, 5.5, 0.2), 0.25, None, 0.7, "hɑɹt"
    )
    notes = (replace(first.notes[0], expression=manner), *first.notes[1:])
    lead = replace(score.lead, lines=(replace(first, notes=notes), *score.lead.lines[1:]))
    extra = [
        Part(
            f"extra {n}",
            n,
            ChannelRole.PAD,
            (
                Note(n * 0.3, 1.7, 60 + n, 40 + n),
                Note(n * 0.3 + 2.0, 0.06, 60 + n, 50),
                Note(n * 0.3 + 2.09, 1, 60 + n, 99),
            ),
            pan=-0.333 + n / 37,
            controls=(ControlPoint(0.0, 1, n), ControlPoint(1.25, 11, 90), ControlPoint(score.end_beats + 1, 11, 3)),
            synth="riser" if n == 3 else "",
        )
        for n in range(14)
    ]
    kit = Part("second kit", 40, ChannelRole.DRUMS, (Note(score.end_beats + 0.5, 0.25, 49, 127),), is_drums=True)
    changes = (KeyChange(32.0, Key("D", "dorian")), KeyChange(64.0, Key("Eb", "lydian")))
    full = quantised(replace(score, lead=lead, parts=(*score.parts, *extra, kit), key_changes=changes))
    check_score(full)
    return full


def test_what_is_rare_comes_back_too(tmp_path):
    score = _crowded()
    midi, xml = files_of(score, tmp_path)
    assert read_midi(midi, style="dark").score == score
    assert read_musicxml(xml, style="dark").score == score
    slots, port = set(), 0
    for track in mido.MidiFile(file=BytesIO(midi), charset="utf-8").tracks[
        2 + sum(bool(b.lines) for b in score.backing) :
    ]:
        port = next((m.port for m in track if m.type == "midi_port"), 0)
        slots |= {(port, m.channel) for m in track if m.type == "note_on"}
    assert len(slots) == len(score.parts), "each part has a channel of its own, on more ports than one"


def test_words_that_are_hard_to_write_come_back(tmp_path):
    from generation.engine.composer import ComposeSpec, compose

    words = "7 11 1984 love\nwell-known — O’Brien’s <café> & “co-op”, naïve!"
    score = compose(ComposeSpec('A <"title"> & more', MusicStyle.EPIC, VoiceStyle.SOPRANO, 1, 30), custom_lyrics(words))
    midi, xml = files_of(score, tmp_path)
    assert read_midi(midi, style="pop").score == score
    assert read_musicxml(xml, style="pop").score == score


def test_notes_that_were_moved_elsewhere_win_and_the_rest_is_kept(tmp_path):
    """As in a sequencer: a part up by a tone, a note of the tune a fifth lower and late, a word changed."""
    score = song(MusicStyle.EMOTIONAL, VoiceStyle.SOPRANO, 60.0, 2)
    midi, _ = files_of(score, tmp_path)
    file = mido.MidiFile(file=BytesIO(midi), charset="utf-8")
    band = next(t for t in file.tracks if t.name == score.parts[0].name)
    for message in band:
        if message.type in ("note_on", "note_off"):
            message.note += 2
    tune = next(t for t in file.tracks if t.name == "lead-vocal")
    strikes = [i for i, m in enumerate(tune) if m.type in ("note_on", "note_off")]
    tune[strikes[2]].note -= 7
    tune[strikes[3]].note -= 7
    late = min(48, tune[strikes[3]].time // 2)
    tune[strikes[2]].time += late  # its words stay behind
    tune[strikes[3]].time -= late
    lyrics = [m for m in tune if m.type == "lyrics"]
    changed = next(n for line in score.lead.lines[1:] for n in line.notes if n.syllable)
    first = sum(n.syllable is not None for n in score.lead.lines[0].notes)
    lyrics[first].text = "\rstorm"
    held = BytesIO()
    file.save(file=held)
    read = read_midi(held.getvalue(), style="pop")
    assert [n.midi - 2 for n in read.score.parts[0].notes] == [n.midi for n in score.parts[0].notes]
    assert replace(read.score.parts[0], notes=()) == replace(score.parts[0], notes=())
    assert read.score.parts[1:] == score.parts[1:] and read.score.chords == score.chords
    assert read.score.sections == score.sections
    was, now = (s.lead.lines[0].notes for s in (score, read.score))
    assert now[1].midi == was[1].midi - 7 and now[1].syllable == was[1].syllable
    assert now[1].start_beats == pytest.approx(was[1].start_beats + late / 960)
    assert read.score.lead.lines[0].text == score.lead.lines[0].text
    told = read.score.lead.lines[1].notes[0].syllable
    if changed.syllable.word != changed.syllable.text:  # one syllable of a longer word: the whole word is read anew
        assert told.word.startswith("storm")
    else:
        assert (told.word, told.onset, told.nucleus) == ("storm", "st", "ɔ")
    assert len(read.score.lead.lines) == len(score.lead.lines)


@pytest.mark.parametrize("ppq", [480, 120])
def test_a_file_that_was_saved_elsewhere_on_a_coarser_grid_is_still_the_song(ppq, tmp_path):
    """Another program keeps our text events, but puts everything on its own grid, or all tracks into one."""
    score = song(MusicStyle.FANTASY, VoiceStyle.CHOIR, 30.0, 3)
    midi, _ = files_of(score, tmp_path)
    file = mido.MidiFile(file=BytesIO(midi), charset="utf-8")
    coarse = mido.MidiFile(type=1, ticks_per_beat=ppq, charset="utf-8")
    for track in file.tracks:
        now = then = 0
        coarse.tracks.append(mido.MidiTrack())
        for message in track:
            now += message.time
            at = round(now * ppq / 960)
            coarse.tracks[-1].append(message.copy(time=at - then))
            then = at
    one = mido.MidiFile(type=0, ticks_per_beat=960, charset="utf-8")
    one.tracks.append(mido.merge_tracks(file.tracks))
    for saved in (coarse, one):
        held = BytesIO()
        saved.save(file=held)
        read = read_midi(held.getvalue(), style="pop")
        assert read.is_ours and read.score.sections == score.sections and read.score.style == score.style
        assert [c.name for c in read.score.chords] == [c.name for c in score.chords]
        assert [line.text for line in read.score.lead.lines] == [line.text for line in score.lead.lines]
        sung = [(n.midi, n.syllable) for line in read.score.lead.lines for n in line.notes]
        assert sung == [(n.midi, n.syllable) for line in score.lead.lines for n in line.notes]
        if saved is coarse:
            assert [replace(p, notes=(), controls=()) for p in read.score.parts] == [
                replace(p, notes=(), controls=()) for p in score.parts
            ]


def test_a_narrator_comes_back_in_the_rhythm_of_the_words(tmp_path):
    score = song(MusicStyle.EMOTIONAL, VoiceStyle.SPOKEN, 30.0, 2)
    words = [
        SpokenWord(w.text, w.start_s + 0.013 * (i % 3), w.end_s - 0.021 * (i % 2))
        for i, w in enumerate(timeline.timed_words(score))
    ]
    told = quantised(retime_lead(score, words))
    check_score(told)
    midi, xml = files_of(told, tmp_path)
    assert read_midi(midi, style="pop").score == told
    assert read_musicxml(xml, style="pop").score == told
