"""The studio's settings, on data of their own. pytest-django reads settings before any conftest: hence this file."""

from __future__ import annotations

import os
import tempfile

_data_dir = tempfile.mkdtemp(prefix="studio-tests-")
os.environ["STUDIO_DATA_DIR"] = _data_dir
os.environ["STUDIO_ENV_FILE"] = os.path.join(_data_dir, "no.env")  # noqa: PTH118
for _name in ("DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY", "SESSION_SECRET", "DEBUG", "TRUSTED_PROXIES", "HTTPS"):
    os.environ.pop(_name, None)

from codecraft.settings import *  # noqa: E402, F403
