"""Results kept beside their files: JSON in which a path into the asset's own folder stays right after a rename."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from codecraft.common.codec import decode, encode

Kind = TypeVar("Kind")
RESULT = "result.json"
_HERE = "asset:"


def save_result(folder: Path, value: Any) -> None:
    """Keep a frozen result in its asset folder."""
    data = _map_strings(encode(value), lambda text: _to_relative(text, folder))
    (folder / RESULT).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def load_result(kind: type[Kind], folder: Path) -> Kind:
    """The result that `save_result` kept, its paths pointing into `folder`."""
    data = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    return decode(kind, _map_strings(data, lambda text: _to_absolute(text, folder)))


def _map_strings(data: Any, change: Any) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list):
        return [_map_strings(item, change) for item in data]
    if isinstance(data, dict):
        return {key: _map_strings(value, change) for key, value in data.items()}
    return data


def _to_relative(text: str, folder: Path) -> str:
    prefix = f"{folder}/"
    return _HERE + text.removeprefix(prefix) if text.startswith(prefix) else text


def _to_absolute(text: str, folder: Path) -> str:
    return str(folder / text.removeprefix(_HERE)) if text.startswith(_HERE) else text
