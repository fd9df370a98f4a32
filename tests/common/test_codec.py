"""Frozen values to JSON and back, and hashes that depend on content alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from codecraft.common.codec import canonical_bytes, content_hash, decode, encode, file_hash


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    name: str
    at_s: float | None = None


@dataclass(frozen=True)
class Outer:
    inner: tuple[Inner, ...]
    colour: Colour
    path: Path
    pair: tuple[int, float]
    table: dict[str, int]


VALUE = Outer((Inner("é", 0.1), Inner("b")), Colour.RED, Path("/a/b"), (1, 2.5), {"k": 3})


def test_round_trip_is_lossless():
    assert decode(Outer, encode(VALUE)) == VALUE


def test_hash_follows_content_not_order():
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})
    assert canonical_bytes({"é": 0.1}) == '{"é":0.1}'.encode()


def test_wrong_data_is_refused():
    with pytest.raises(TypeError):
        decode(Inner, {"name": 5})
    with pytest.raises(TypeError):
        encode(object())


def test_file_hash_is_sha256(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert file_hash(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
