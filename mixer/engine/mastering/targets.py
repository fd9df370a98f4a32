"""How loud a master is to be, by where it will be heard. Loudness in LUFS (BS.1770), ceilings in dBTP.

Sources: AES TD1008 (streaming and podcasts), EBU R 128 and its s2 (broadcast); clubs go by custom, not by a standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codecraft.common.errors import InvalidInput
from mixer.engine.ranges import number

LUFS_RANGE = (-40.0, -6.0)
CEILING_RANGE_DBTP = (-12.0, 0.0)


@dataclass(frozen=True)
class Target:
    name: str
    label: str
    lufs: float
    ceiling_dbtp: float


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("streaming", "Streaming", -14.0, -1.0),
        Target("podcast", "Podcast", -16.0, -1.0),
        Target("broadcast", "Broadcast (EBU R 128)", -23.0, -1.0),
        Target("club", "Club", -9.0, -0.5),
    )
}
CUSTOM = "custom"


def read_target(data: Any) -> Target:
    """A target from what an API was given: a name, {"lufs", "ceiling_dbtp"}, or None for streaming.

    Raises InvalidInput that names the field and what would be right.
    """
    if data is None:
        return TARGETS["streaming"]
    if isinstance(data, str):
        if data in TARGETS:
            return TARGETS[data]
    elif isinstance(data, Mapping):
        unknown = [str(name) for name in data if name not in ("lufs", "ceiling_dbtp")]
        if unknown:
            raise InvalidInput(
                f"A target has lufs and ceiling_dbtp; “{unknown[0][:40]}” is neither.",
                field=f"target/{unknown[0][:40]}",
            )
        streaming = TARGETS["streaming"]
        lufs = number(data.get("lufs", streaming.lufs), "target/lufs", *LUFS_RANGE)
        ceiling = number(data.get("ceiling_dbtp", streaming.ceiling_dbtp), "target/ceiling_dbtp", *CEILING_RANGE_DBTP)
        return Target(CUSTOM, f"{lufs:g} LUFS, {ceiling:g} dBTP", lufs, ceiling)
    known = ", ".join(TARGETS)
    raise InvalidInput(f'The target is one of {known}, or {{"lufs": .., "ceiling_dbtp": ..}}.', field="target")
