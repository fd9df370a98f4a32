"""A cancelled job's worker goes on to the next song: stopping it must not leave half-imported modules behind."""

from __future__ import annotations

import importlib
import signal
from pathlib import Path

import pytest

from codecraft.common import jobs


def test_an_import_is_never_cut_in_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    lines = ["import signal", "signal.raise_signal(signal.SIGUSR1)", "whole = True"]
    (tmp_path / "interrupted_while_imported.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    with jobs._interruptible():
        module = importlib.import_module("interrupted_while_imported")
        assert module.whole
        with pytest.raises(jobs.LeaseLost):
            signal.raise_signal(signal.SIGUSR1)
