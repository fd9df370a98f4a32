"""What nobody opens any more goes: sessions, uploads, bounces without a session, and files that no row names."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from codecraft.common.models import ACTIVE_STATES
from mixer.models import AudioJob, AudioUpload, MixSession
from mixer.services.sessions import remove_session
from mixer.services.uploads import remove_upload

_ORPHAN_AFTER_S = 6 * 3600.0


def purge_mixes() -> int:
    """Remove what was not used for `MIXES_KEEP_DAYS` days, and files that were left behind. Returns how many rows."""
    long_ago = timezone.now() - timedelta(days=settings.MIXES_KEEP_DAYS)
    gone = 0
    busy = AudioJob.objects.filter(state__in=ACTIVE_STATES).exclude(session=None).values("session")
    for session in MixSession.objects.filter(used_at__lt=long_ago).exclude(id__in=busy):
        remove_session(session)
        gone += 1
    for upload in AudioUpload.objects.filter(used_at__lt=long_ago):
        remove_upload(upload)
        gone += 1
    for job in AudioJob.objects.filter(session=None, finished_at__lt=long_ago):
        shutil.rmtree(job.folder, ignore_errors=True)
        job.delete()
        gone += 1
    _remove_orphans()
    return gone


def _remove_orphans() -> None:
    folder = settings.MIXES_DIR
    sessions = {str(one) for one in MixSession.objects.values_list("id", flat=True)}
    jobs = {str(one) for one in AudioJob.objects.values_list("id", flat=True)}
    active = {str(one) for one in AudioJob.objects.filter(state__in=ACTIVE_STATES).values_list("id", flat=True)}
    uploads = {str(one) for one in AudioUpload.objects.values_list("id", flat=True)}
    _keep_only(folder / "sessions", lambda path: path.name in sessions)
    _keep_only(folder / "jobs", lambda path: path.name in jobs or path.name[1:].partition(".")[0] in active)
    _keep_only(folder / "uploads", lambda path: path.name.partition(".")[0] in uploads)
    _keep_only(folder / "incoming", lambda path: False)


def _keep_only(folder: Path, is_known: Callable[[Path], bool]) -> None:
    """Remove what no row names and nobody has written to for hours."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # somebody else was faster
            if not is_known(path) and path.stat().st_mtime < time.time() - _ORPHAN_AFTER_S:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
