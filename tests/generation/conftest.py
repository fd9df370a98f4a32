"""Finished songs, made once a session and judged by many tests."""

from __future__ import annotations

import pytest

from tests.songs import Song, make_song, make_workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    return make_workshop(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def song(tmp_path_factory, workshop) -> Song:
    """A 30 s song without a film."""
    return make_song(tmp_path_factory.mktemp("song"), workshop)


@pytest.fixture(scope="session")
def filmed_song(tmp_path_factory, workshop) -> Song:
    """The same song with its film."""
    return make_song(tmp_path_factory.mktemp("filmed"), workshop, film_size="1280x720")
