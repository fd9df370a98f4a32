"""A disk that fills up while sounds are written: one clear error, nothing half-made, all else as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import write_wav
from codecraft.common.errors import Unavailable
from tests.small_disk import on_small_disk

_RENDERED = """
import json, sys
from pathlib import Path
from codecraft.common.errors import StudioError
from mixer.engine.console.render import freeze_strip, render_console
from mixer.engine.console.state import Channel, ConsoleState
from mixer.engine.intake import decode
disk, stem = Path(sys.argv[1]), Path(sys.argv[2])
state = ConsoleState((Channel("lead", stem="lead"),))
WORK = {
    "render": lambda: render_console(state, {"lead": stem}, disk / "out", stems_out=True),
    "freeze": lambda: freeze_strip(state, {"lead": stem}, "lead", disk / "frozen.wav"),
    "decode": lambda: decode(stem, disk / "a.wav", name="a.wav"),
}
said = {}
for name, work in WORK.items():
    try:
        work()
        said[name] = None
    except StudioError as error:
        said[name] = error.code
print(json.dumps({"said": said, "left": sorted(str(p) for p in disk.rglob("*") if p.is_file())}))
"""


def test_a_full_disk_is_told_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    stem = tmp_path / "lead.wav"
    noise = np.random.default_rng(1).uniform(-0.2, 0.2, (1, 48_000 * 6)).astype(np.float32)
    write_wav(stem, noise, sample_rate_hz=48_000, subtype="FLOAT")
    before = stem.read_bytes()
    found = on_small_disk(tmp_path / "disk", "1m", _RENDERED, stem)
    assert found == {"said": dict.fromkeys(("render", "freeze", "decode"), "disk_full"), "left": []}
    assert stem.read_bytes() == before


def test_a_file_that_cannot_even_be_begun_says_so(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "a.wav").symlink_to("/dev/full")
    with pytest.raises(Unavailable) as caught:
        write_wav(tmp_path / "a.wav", np.zeros((2, 480), np.float32), sample_rate_hz=48_000)
    assert caught.value.code == "disk_full"
