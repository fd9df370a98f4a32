"""The console that a song keeps: read whole or not at all, and that of the state whose stems are asked for."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from codecraft.common.audio import write_wav
from codecraft.common.codec import encode
from codecraft.common.models import JobState
from generation.models import Generation, ScoreRevision
from generation.services.mixing import SongSource
from generation.services.rendering import read_desk, write_desk
from mixer.contracts import ChannelRole, SourceStem, Space
from mixer.engine.console.schema import read_state
from mixer.engine.console.state import Change, Channel, ConsoleState, Decision, EffectSlot, Lane, Point
from mixer.engine.desk import Desk, Setup
from mixer.models import MixSession
from mixer.services.consoles import put_console
from mixer.services.sessions import fill_session, open_source
from rados.contracts import Person
from tests.generation.open_songs import song_of

FLUTE = Channel("flute", effects=(EffectSlot("eq", "eq", {"bell_1_db": -2.0}),), stem="flute")
DESK = Desk(
    (Setup("flute", ChannelRole.WOODWIND, 0.0, None, False),),
    ConsoleState((FLUTE,), lanes=(Lane("flute/fader_db", (Point(0.0, -3.0), Point(2.0, 0.0))),), seed=5),
    Space.HALL,
    96_000,
    48_000,
)

TOLD = (
    Decision("mix.peak", "mix", "Moved.", {"peak_dbfs": -9.0}, (Change("mix/gain_db", 0.0, 1.0),)),
    Decision(
        "flute.ride", "flute", "Ridden.", {}, (Change("lanes/flute/fader_db", None, [{"at_s": 0.0, "value": -3.0}]),)
    ),
)


def told(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The desk's JSON with something else in it."""
    data = encode(DESK)
    change(data)
    return gzip.compress(json.dumps(data).encode())


def test_a_kept_console_comes_back_as_it_was() -> None:
    again = read_desk(write_desk(DESK))
    assert again == DESK and again.digest == DESK.digest
    assert read_desk(b"") is None


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(json.dumps({"strips": [], "space": "hall", "seed": 5, "samples": 96_000}).encode()),
        told(lambda data: data["state"].update(version=99)),
        told(lambda data: data["state"]["channels"][0]["effects"][0].update(kind="exciter")),
        told(lambda data: data["state"]["channels"][0].update(output="nowhere")),
        told(lambda data: data["state"]["channels"][0]["effects"][0].update(params=[])),
        told(lambda data: data.update(state=None)),
        gzip.compress(b"[]"),
        bytes([*write_desk(DESK)[:40], *bytes(60)]),
        b"no console",
    ],
    ids=["before", "later", "effect", "route", "params", "no-state", "list", "broken", "other"],
)
def test_a_console_that_this_mixer_cannot_play_is_none(data: bytes) -> None:
    """A song is then mixed anew; else it could be neither rendered nor heard nor opened ever again."""
    assert read_desk(data) is None


@pytest.mark.django_db(transaction=True)
def test_a_session_opens_on_the_console_of_its_own_state(client: Client, settings: Any, tmp_path: Path) -> None:
    """Stems may take minutes: meanwhile the song may be in the works again, or play another state."""
    settings.MIXES_DIR = tmp_path / "mixes"
    song = song_of(client)
    first, source = song.rendered_revision, SongSource()
    ScoreRevision.objects.filter(id=first.id).update(desk=write_desk(DESK))
    louder = replace(DESK, state=replace(DESK.state, mix=replace(DESK.state.mix, gain_db=3.0)))
    second = ScoreRevision.objects.create(generation=song, number=1, packed=first.packed, desk=write_desk(louder))
    Generation.objects.filter(id=song.id).update(rendered_revision=second, state=JobState.QUEUED)
    write_wav(tmp_path / "flute.wav", np.full((1, 4_800), 0.1, np.float32), sample_rate_hz=48_000)
    of_song = {"source_kind": SongSource.kind, "source_id": str(song.id), "source_revision": str(first.id)}
    session = MixSession(guest_id=song.guest_id, owner_id=song.owner_id, title="A", **of_song)
    fill_session(session, (SourceStem("flute", "Flute", tmp_path / "flute.wav", ChannelRole.WOODWIND),))
    assert session.is_ready and session.revision.summary == "Opened as published."
    opened = read_state(session.revision.state)
    assert opened == replace(DESK.state, channels=(replace(FLUTE, label="Flute"),))
    assert source.console(str(song.id), "") is None
    assert source.console(str(song_of(Client()).id), str(first.id)) is None, "it is not that song's"


@pytest.mark.django_db(transaction=True)
def test_an_untouched_session_follows_a_song_that_was_mixed_anew(client: Client, settings: Any, tmp_path: Path) -> None:
    """The same score may be mixed on another console; a person's own moves stay what they are."""
    settings.MIXES_DIR = tmp_path / "mixes"
    song = song_of(client)
    person = Person(song.owner_id, song.guest_id)
    write_wav(tmp_path / "flute.wav", np.full((1, 4_800), 0.1, np.float32), sample_rate_hz=48_000)
    of_song = {"source_kind": SongSource.kind, "source_id": str(song.id), "source_revision": str(song.revision_id)}
    session = MixSession(guest_id=song.guest_id, owner_id=song.owner_id, title="A", **of_song)
    fill_session(session, (SourceStem("flute", "Flute", tmp_path / "flute.wav", ChannelRole.WOODWIND),))
    assert session.revision.summary == "Opened: all faders at 0.", "a song of before"

    def opened(gain_db: float) -> tuple[int, float]:
        desk = replace(DESK, state=replace(DESK.state, mix=replace(DESK.state.mix, gain_db=gain_db)), decisions=TOLD)
        ScoreRevision.objects.filter(id=song.revision_id).update(desk=write_desk(desk))
        for _ in range(2):
            again = open_source(person=person, kind=SongSource.kind, source_id=str(song.id))
        assert again.id == session.id
        return again.revision.number, read_state(again.revision.state).mix.gain_db

    assert opened(1.0) == (1, 1.0) and opened(2.0) == (2, 2.0)
    state = encode(read_state(MixSession.objects.get().revision.state))
    state["channels"][0]["fader_db"] = -7.0
    put_console(person=person, session_id=session.id, state=state, base_revision=2)
    assert opened(3.0) == (3, 2.0), "somebody works on it"
