"""Runs a program with a ceiling on its memory, time and files, and, where the system allows, without a network.

A file of its own that imports nothing of ours: `python -I -S child_limits.py MEMORY_BYTES CPU_S FILE_BYTES PROGRAM …`
sets the limits on itself and becomes the program. (Setting them between fork and exec is not safe in a process that
has threads.)
"""

from __future__ import annotations

import os
import sys


def limit(memory_bytes: int, cpu_s: int, file_bytes: int) -> None:
    """Limits of this process and all it starts. Systems without them go on without."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in (("AS", memory_bytes), ("CPU", cpu_s), ("FSIZE", file_bytes), ("CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (value, value))
        except (ValueError, OSError, AttributeError):
            continue


def leave_network() -> None:
    """A network of its own with nothing in it (Linux). Where the system forbids it the whitelists stand alone."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    new_user, new_network = 0x10000000, 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    # root needs no user namespace for it, and would lose its right to the studio's files in one
    libc.unshare(new_network if os.geteuid() == 0 else new_user | new_network)
    libc.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: ends with its parent


def main() -> None:
    memory_bytes, cpu_s, file_bytes = map(int, sys.argv[1:4])
    leave_network()
    limit(memory_bytes, cpu_s, file_bytes)
    os.execv(sys.argv[4], sys.argv[4:])


if __name__ == "__main__":
    main()
