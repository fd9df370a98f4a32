"""Every test runs on data of its own: set before Django reads its settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TEST_DATA_DIR = Path(tempfile.mkdtemp(prefix="studio-tests-"))
os.environ["STUDIO_DATA_DIR"] = str(TEST_DATA_DIR)
os.environ["STUDIO_ENV_FILE"] = str(TEST_DATA_DIR / "no.env")
for _name in ("DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY", "SESSION_SECRET", "DEBUG", "TRUSTED_PROXIES", "HTTPS"):
    os.environ.pop(_name, None)


def pytest_unconfigure() -> None:
    shutil.rmtree(TEST_DATA_DIR, ignore_errors=True)


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
