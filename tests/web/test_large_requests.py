"""Requests larger than anything we take are refused while they come, not after they have filled the disk."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 2**20


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A web server that takes in one megabyte a request."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "small_settings.py").write_text(f"from codecraft.settings import *\nLARGEST_REQUEST_BYTES = {LIMIT}\n")
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "small_settings",
        "STUDIO_DATA_DIR": str(folder),
    }
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        command = ["-m", "codecraft.common.web_server", f"--fd={listener.fileno()}", "codecraft.asgi:application"]
        server = subprocess.Popen([sys.executable, *command], env=environment, pass_fds=[listener.fileno()], cwd=ROOT)
        yield listener.getsockname()
        server.kill()
        server.wait()


def send(address: tuple[str, int], head: str, piece: bytes = b"", times: int = 0) -> bytes:
    with closing(socket.create_connection(address, timeout=60)) as client:
        client.sendall(f"POST /api/health HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        try:
            for _ in range(times):
                client.sendall(piece)
        except OSError:
            pass  # it hung up in the middle, as it should; what it said is there to be read
        answer = b""
        try:
            while got := client.recv(65536):
                answer += got
        except ConnectionResetError:
            pass
    return answer


def test_a_length_that_is_too_large_is_refused_before_anything_is_sent(address: tuple[str, int]):
    answer = send(address, f"Content-Length: {LIMIT + 1}")
    assert answer.startswith(b"HTTP/1.1 413 "), answer
    assert b'"code": "too_large"' in answer


def test_a_body_without_a_length_is_cut_off_when_it_gets_too_large(address: tuple[str, int]):
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    answer = send(address, "Transfer-Encoding: chunked", piece, times=20)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 "), answer
    assert b" 200 " not in answer


def test_what_is_within_the_limit_passes(address: tuple[str, int]):
    answer = send(address, f"Connection: close\r\nContent-Length: {LIMIT}", bytes(LIMIT), times=1)
    assert not answer.startswith(b"HTTP/1.1 413 ")
    assert answer.startswith(b"HTTP/1.1 ")
