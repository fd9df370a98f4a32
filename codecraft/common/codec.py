"""Frozen dataclasses to plain JSON values and back, and their content hash. Free of Django."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from enum import Enum
from pathlib import Path
from typing import Any


def encode(value: Any) -> Any:
    """A value of dataclasses, tuples, enums, paths and primitives as JSON-able data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        return {str(k): encode(v) for k, v in value.items()}
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"cannot encode {type(value).__name__}")


def decode(kind: Any, data: Any) -> Any:
    """The inverse of `encode` for an annotated type. Raises TypeError, KeyError or ValueError on other data."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(kind, data)
    if origin is tuple:
        inner = typing.get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(decode(inner[0], item) for item in data)
        return tuple(decode(one, item) for one, item in zip(inner, data, strict=True))
    if origin is dict:
        key_kind, value_kind = typing.get_args(kind)
        return {decode(key_kind, k): decode(value_kind, v) for k, v in data.items()}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        known = [f.name for f in dataclasses.fields(kind) if f.name in data]
        return kind(**{name: decode(hints[name], data[name]) for name in known})
    if kind is Any:
        return data
    if kind is float:
        return float(data)
    if isinstance(kind, type) and issubclass(kind, (Enum, Path)):
        return kind(data)
    if not isinstance(data, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(data).__name__}")
    return data


def _decode_union(kind: Any, data: Any) -> Any:
    options = typing.get_args(kind)
    if data is None and type(None) in options:
        return None
    return decode(next(o for o in options if o is not type(None)), data)


def canonical_bytes(value: Any) -> bytes:
    """One byte string for one value, whatever the machine: sorted keys, no spaces, shortest floats."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(value: Any) -> str:
    """SHA-256 of `canonical_bytes`, as hex."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
