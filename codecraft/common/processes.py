"""Processes of this machine: who am I, is that one still alive, and nobody outlives the studio. Free of Django."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SUPERVISED = "STUDIO_SUPERVISED"


@lru_cache(maxsize=1)
def machine_name() -> str:
    """Names this machine, boot and process namespace: only there does a process id mean anything."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text()[:8])
    with suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]"))
    return "/".join(parts)[:100]


def process_name(pid: int | None = None) -> str:
    """`machine pid start-time`: never names two processes, as a process id alone would."""
    pid = os.getpid() if pid is None else pid
    return f"{machine_name()} {pid} {_start_ticks(pid) or 0}"


def is_surely_dead(name: str) -> bool:
    """True when `name` (of `process_name`) was on this machine and is gone; False when alive or out of sight."""
    try:
        machine, pid, started = name.rsplit(" ", 2)
        pid_number = int(pid)
    except ValueError:
        return False
    if machine != machine_name():
        return False
    try:
        os.kill(pid_number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    ticks = _start_ticks(pid_number)
    return ticks is not None and str(ticks) != started


def _start_ticks(pid: int) -> int | None:
    """Field 22 of /proc/<pid>/stat; None where there is no /proc. A zombie counts as gone: 0."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return 0 if fields[0] in "ZX" else int(fields[19])


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def become_subreaper() -> None:
    """Orphans below this process become its children, so that it can end them."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    _prctl(PR_SET_PDEATHSIG, signal_number)


def die_with_supervisor() -> None:
    """In a part of `manage.py studio`: this process and all that it forks end when their parent does."""
    if os.environ.get(SUPERVISED):
        die_with_parent()
        os.register_at_fork(after_in_child=die_with_parent)


def children() -> list[int]:
    """The process ids of our children, adopted orphans among them; empty where there is no /proc."""
    found: list[int] = []
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found += [int(pid) for pid in task.read_text().split()]
    return found
