"""The room where auditions are sung: few at once, the same wish once, nobody sings for nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from codecraft.common.errors import Cancelled, InvalidInput, Unavailable
from codecraft.common.progress import Progress
from voicelab.services.rendering import SingingRoom

WITHIN_S = 30.0


class Song:
    """Work that begins, and goes on until it is let go or told to stop."""

    def __init__(self) -> None:
        self.began, self.may_end, self.stopped = threading.Event(), threading.Event(), threading.Event()
        self.times = 0

    def __call__(self, progress: Progress) -> str:
        self.times += 1
        self.began.set()
        try:
            while not self.may_end.wait(0.01):
                progress(0.5)
        except Cancelled:
            self.stopped.set()
            raise
        return "sung"


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def stays() -> bool:
    return False


def test_a_wish_that_two_people_have_is_sung_once(callers: ThreadPoolExecutor) -> None:
    room, song = SingingRoom(at_once=1, waiting=0), Song()
    first = callers.submit(room.run, "key", song, is_gone=stays)
    assert song.began.wait(WITHIN_S)
    second = callers.submit(room.run, "key", song, is_gone=stays)
    wait_for(lambda: room._jobs["key"].waiting == 2)
    song.may_end.set()
    assert [first.result(WITHIN_S), second.result(WITHIN_S)] == ["sung", "sung"]
    assert song.times == 1


def test_a_full_room_says_so_at_once_and_is_free_again(callers: ThreadPoolExecutor) -> None:
    room, song, waiting = SingingRoom(at_once=1, waiting=1), Song(), Song()
    first = callers.submit(room.run, "a", song, is_gone=stays)
    assert song.began.wait(WITHIN_S)
    second = callers.submit(room.run, "b", waiting, is_gone=stays)
    wait_for(lambda: len(room._jobs) == 2)
    with pytest.raises(Unavailable, match="busy") as caught:
        room.run("c", Song(), is_gone=stays)
    assert (caught.value.code, caught.value.http_status) == ("voices_busy", 503)
    assert not waiting.began.is_set()  # one at a time
    song.may_end.set()
    waiting.may_end.set()
    assert [first.result(WITHIN_S), second.result(WITHIN_S)] == ["sung", "sung"]
    assert room.run("c", lambda progress: "sung again", is_gone=stays) == "sung again"


def test_who_leaves_stops_the_song_unless_another_listens(callers: ThreadPoolExecutor) -> None:
    room, song, gone = SingingRoom(at_once=1, waiting=0), Song(), threading.Event()
    leaver = callers.submit(room.run, "key", song, is_gone=gone.is_set)
    assert song.began.wait(WITHIN_S)
    other_gone = threading.Event()
    other = callers.submit(room.run, "key", song, is_gone=other_gone.is_set)
    wait_for(lambda: room._jobs["key"].waiting == 2)
    gone.set()
    with pytest.raises(Cancelled):
        leaver.result(WITHIN_S)
    assert not song.stopped.is_set()
    other_gone.set()
    with pytest.raises(Cancelled):
        other.result(WITHIN_S)
    assert song.stopped.wait(WITHIN_S)
    wait_for(lambda: not room._jobs)


def test_who_leaves_the_bench_is_never_sung_for(callers: ThreadPoolExecutor) -> None:
    room, song, never, gone = SingingRoom(at_once=1, waiting=1), Song(), Song(), threading.Event()
    first = callers.submit(room.run, "a", song, is_gone=stays)
    assert song.began.wait(WITHIN_S)
    second = callers.submit(room.run, "b", never, is_gone=gone.is_set)
    wait_for(lambda: len(room._jobs) == 2)
    gone.set()
    with pytest.raises(Cancelled):
        second.result(WITHIN_S)
    assert list(room._jobs) == ["a"]
    song.may_end.set()
    assert first.result(WITHIN_S) == "sung"
    assert room.run("c", lambda progress: "next", is_gone=stays) == "next"
    assert not never.began.is_set()


def test_what_goes_wrong_reaches_who_asked() -> None:
    room = SingingRoom(at_once=1, waiting=0)

    def broken(progress: Progress) -> Any:
        raise InvalidInput("This cannot be sung.", field="text")

    with pytest.raises(InvalidInput, match="cannot be sung"):
        room.run("key", broken, is_gone=stays)
    assert room.run("key", lambda progress: "sung", is_gone=stays) == "sung"


def wait_for(is_so: Any) -> None:
    from tests.web.studio_process import wait_until

    wait_until(is_so, within_s=WITHIN_S, what="the room")
