"""Sections replaced, varied, made longer, moved, deleted: the other bars stay as they were."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from generation.models import Generation
from tests.generation.open_songs import send, song_of, url_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["soprano", "choir"])
def song(client: Client, request: pytest.FixtureRequest) -> Generation:
    return song_of(client, voice=request.param)


def edit(client: Client, song: Generation, index: int, action: str, **more: Any) -> dict[str, Any]:
    response = send(client, song, f"/sections/{index}/{action}", base_revision=more.pop("base_revision", 0), **more)
    assert response.status_code == 200, response.content
    return response.json()


def heard_in(score: dict[str, Any], index: int) -> tuple[Any, ...]:
    """What is played and sung in a section, its beats counted from its start; ringing over its end is not compared."""
    section = score["sections"][index]
    start, end = section["start_beats"], section["end_beats"]
    last = index + 1 == len(score["sections"])

    def told(note: dict[str, Any]) -> tuple[Any, ...]:
        length = min(note["duration_beats"], (1e9 if last else end) - note["start_beats"])
        words = (note.get("syllable") or {}).get("text")
        ticks = round(960 * (note["start_beats"] - start)), round(960 * length)
        return *ticks, note["midi"], note.get("velocity"), words

    parts = tuple(
        (part["name"], tuple(sorted(told(n) for n in part["notes"] if start - 0.12 <= n["start_beats"] < end - 0.12)))
        for part in score["parts"]
    )
    voices = [score["lead"], *score["harmonies"], *score["backing"]]
    sung = tuple(
        (voice["name"], tuple(told(n) for line in voice["lines"] if line["section"] == index for n in line["notes"]))
        for voice in voices
    )
    chords = [(c["name"], c["start_beats"] - start) for c in score["chords"] if start <= c["start_beats"] < end]
    return parts, sung, tuple(chords)


def sung_sections(score: dict[str, Any]) -> list[int]:
    return sorted({line["section"] for line in score["lead"]["lines"]})


def test_replace_writes_one_section_anew_to_its_words(client: Client, song: Generation) -> None:
    before = client.get(url_of(song)).json()
    index = sung_sections(before)[-1]
    after = edit(client, song, index, "replace", seed=5)
    lines = [[x["text"] for x in s["lead"]["lines"]] for s in (before, after)]
    assert lines[0] == lines[1]
    old, new = heard_in(before, index), heard_in(after, index)
    assert old[1][0] != new[1][0] and old[0] != new[0]
    for other in range(len(before["sections"])):
        if other != index:
            assert heard_in(after, other) == heard_in(before, other), other
    assert after["sections"] == before["sections"]


def test_a_variation_keeps_words_rhythm_chords_and_strong_beats(client: Client, song: Generation) -> None:
    before = client.get(url_of(song)).json()
    index = sung_sections(before)[0]
    after = edit(client, song, index, "variation", seed=8)
    old, new = heard_in(before, index), heard_in(after, index)
    assert old[2] == new[2]
    tunes = [dict(x[1])["lead"] for x in (old, new)]
    assert [(n[0], n[4]) for n in tunes[0]] == [(n[0], n[4]) for n in tunes[1]]
    assert [n[2] for n in tunes[0]] != [n[2] for n in tunes[1]]
    assert all(a[2] == b[2] for a, b in zip(*tunes, strict=True) if a[0] % (960 * before["beats_per_bar"]) == 0)


def test_extend_adds_played_bars_and_shifts_the_rest_whole(client: Client, song: Generation) -> None:
    before = client.get(url_of(song)).json()
    index = sung_sections(before)[0]
    after = edit(client, song, index, "extend", bars=2)
    assert after["bars"] == before["bars"] + 2
    assert after["sections"][index]["bars"] == before["sections"][index]["bars"] + 2
    new_bars = before["sections"][index]["end_beats"], after["sections"][index]["end_beats"]
    assert any(new_bars[0] <= n["start_beats"] < new_bars[1] - 1 for p in after["parts"] for n in p["notes"])
    for other in range(len(before["sections"])):
        if other != index:
            assert heard_in(after, other) == heard_in(before, other), other


def test_move_and_delete_leave_every_other_bar(client: Client, song: Generation) -> None:
    before = client.get(url_of(song)).json()
    first, last = sung_sections(before)[0], sung_sections(before)[-1]
    moved = edit(client, song, last, "move", to=first)
    order = list(range(len(before["sections"])))
    order.insert(first, order.pop(last))
    for place, source in enumerate(order):
        assert heard_in(moved, place)[1:] == heard_in(before, source)[1:], (place, source)
    ids = sorted(n["id"] for p in before["parts"] for n in p["notes"])
    assert len(set(ids) & {n["id"] for p in moved["parts"] for n in p["notes"]}) > 0.98 * len(ids)
    shorter = edit(client, song, first, "delete", base_revision=1)
    assert shorter["bars"] == before["bars"] - before["sections"][last]["bars"]
    texts = [x["text"] for x in before["lead"]["lines"] if x["section"] != last]
    assert [x["text"] for x in shorter["lead"]["lines"]] == texts
    undone = send(client, song, "/undo", base_revision=2).json()
    assert undone["lead"] == moved["lead"]


def test_what_cannot_be_done_to_a_section_is_said(client: Client, song: Generation) -> None:
    for rest, body, status in (
        ("/sections/99/delete", {}, 422),
        ("/sections/0/extend", {"bars": 900}, 422),
        ("/sections/0/extend", {}, 400),
        ("/sections/0/move", {"to": 44}, 422),
        ("/sections/0/juggle", {}, 404),
        ("/sections/0/delete", {"base_revision": 7}, 409),
    ):
        response = send(client, song, rest, **{"base_revision": 0, **body})
        assert response.status_code == status, (rest, response.content)
        assert response.json()["error"]["message"]
    assert song.revisions.count() == 1
