"""A disk that fills up: a real, small one, in a mount namespace of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_MOUNTED = ["unshare", "--mount", "--map-root-user", "sh", "-c"]


def on_small_disk(disk: Path, size: str, code: str, *arguments: object) -> dict:
    """Runs Python with a file system of `size` mounted at `disk`, visible to it alone; what it prints, as JSON."""
    disk.mkdir()
    mount = f'mount -t tmpfs -o size={size} none {disk} && exec "$@"'
    if shutil.which("unshare") is None or subprocess.run([*_MOUNTED, f"mount -t tmpfs none {disk}"]).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    done = subprocess.run(
        [*_MOUNTED, mount, "sh", sys.executable, "-c", code, str(disk), *map(str, arguments)],
        cwd=_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])
