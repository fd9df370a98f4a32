"""Files that are put in a second place. Free of Django."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

from codecraft.common.audio import disk_full


def link_or_copy(source: Path, target: Path) -> None:
    """`target`, which does not exist yet, as a hard link where that is the same disk, as a copy elsewhere."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def keep_upload(upload: Any, path: Path) -> str:
    """Write what a person sent (a Django upload) to a new file; its SHA-256. Raises Unavailable for a full disk."""
    digest = hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            for chunk in upload.chunks():
                digest.update(chunk)
                stream.write(chunk)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        raise
    return digest.hexdigest()
