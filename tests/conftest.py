"""Every test runs on data of its own: set before Django reads its settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TEST_DATA_DIR = Path(tempfile.mkdtemp(prefix="studio-tests-"))
os.environ["STUDIO_DATA_DIR"] = str(TEST_DATA_DIR)
os.environ["STUDIO_ENV_FILE"] = str(TEST_DATA_DIR / "no.env")
for _name in ("DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY", "SESSION_SECRET", "DEBUG", "TRUSTED_PROXIES", "HTTPS"):
    os.environ.pop(_name, None)


def pytest_unconfigure() -> None:
    import shutil

    shutil.rmtree(TEST_DATA_DIR, ignore_errors=True)
