"""The asset store: made once, found again, never half, never stale."""

from __future__ import annotations

import os

import pytest

from generation.engine.pipeline.store import AssetStore

KEY = "ab" + "0" * 62


def _writer(calls, text="x"):
    def build(folder):
        calls.append(1)
        (folder / "sub").mkdir()
        (folder / "sub" / "a.txt").write_text(text)

    return build


def test_an_asset_is_made_once(tmp_path):
    calls = []
    store = AssetStore(tmp_path)
    first = store.make(KEY, _writer(calls))
    again = AssetStore(tmp_path).make(KEY, _writer(calls))
    assert first == again and len(calls) == 1
    assert (first / "sub" / "a.txt").read_text() == "x"


def test_a_failed_build_leaves_nothing(tmp_path):
    store = AssetStore(tmp_path)

    def build(folder):
        (folder / "half").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.make(KEY, build)
    assert store.find(KEY) is None
    assert not list(tmp_path.rglob("half"))


def test_a_changed_file_is_noticed(tmp_path):
    calls = []
    store = AssetStore(tmp_path)
    folder = store.make(KEY, _writer(calls))
    (folder / "sub" / "a.txt").write_text("longer than before")
    assert store.find(KEY) is None
    store.make(KEY, _writer(calls))
    assert len(calls) == 2


def test_work_folder_outlives_a_crash_and_goes_with_success(tmp_path):
    store = AssetStore(tmp_path)
    work = store.work_dir(KEY)
    (work / "shot-1").write_text("done")
    assert (AssetStore(tmp_path).work_dir(KEY) / "shot-1").exists()
    store.make(KEY, _writer([]))
    assert not work.exists()


def test_prune_drops_the_longest_unused_and_keeps_this_run(tmp_path):
    store = AssetStore(tmp_path)
    keys = [c * 64 for c in "abc"]
    for age, key in enumerate(keys):
        folder = store.make(key, _writer([], "y" * 1000))
        os.utime(folder, (1000 + age, 1000 + age))
    later = AssetStore(tmp_path)
    later.find(keys[0])
    later.prune(2_500)
    assert later.find(keys[0]) and not later.find(keys[1]) and later.find(keys[2])
    later.prune(0)
    assert later.find(keys[0])


def test_prune_clears_what_was_abandoned_a_day_ago(tmp_path):
    store = AssetStore(tmp_path)
    old, fresh = store.work_dir("old"), store.work_dir("fresh")
    os.utime(old, (1000, 1000))
    store.prune(10**9)
    assert not old.exists() and fresh.exists()
