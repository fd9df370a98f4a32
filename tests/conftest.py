"""What tests of several rooms share. Data of their own: see `tests/settings.py`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

_MADE_ONCE = ("workshop", "running_studio")


def pytest_unconfigure() -> None:
    from django.conf import settings

    if settings.configured and "studio-tests-" in str(settings.DATA_DIR):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the tests (pytest-xdist). A file stays whole, and all files that use the running studio, or
    the finished songs, go to one process each: so neither is made twice."""
    shared: dict[str, str] = {}
    for item in items:
        for name in _MADE_ONCE:
            if name in getattr(item, "fixturenames", ()):
                shared[str(item.path)] = name
    for item in items:
        item.add_marker(pytest.mark.xdist_group(shared.get(str(item.path), str(item.path))))


@pytest.fixture(autouse=True)
def _forget_throttles() -> Iterator[None]:
    """One test's requests do not count against the next."""
    yield
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def running_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A whole studio in processes of its own, shared by all tests that only use it (see `tests/web/studio_process`)."""
    from tests.web.studio_process import Studio

    studio = Studio(tmp_path_factory.mktemp("studio"))
    try:
        yield studio.start().wait_ready()
    finally:
        studio.close()
