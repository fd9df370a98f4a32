"""What tests of several rooms share. Data of their own: see `tests/settings.py`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest


def pytest_unconfigure() -> None:
    from django.conf import settings

    if settings.configured and "studio-tests-" in str(settings.DATA_DIR):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


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
