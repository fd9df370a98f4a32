"""A score as plain data and back, without loss, and as one byte string for one score."""

from __future__ import annotations

from typing import Any

from codecraft.common.codec import canonical_bytes, decode, encode
from codecraft.common.errors import InvalidInput
from generation.engine.score.types import Score


def score_to_dict(score: Score) -> dict[str, Any]:
    """The score as JSON-able data."""
    return encode(score)


def score_from_dict(data: dict[str, Any]) -> Score:
    """The inverse of `score_to_dict`. Raises InvalidInput when the data does not tell a score."""
    try:
        return decode(Score, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(f"This is not a score: {error}.", field="score") from error


def score_bytes(score: Score) -> bytes:
    """The same bytes for the same score on every machine."""
    return canonical_bytes(score)
