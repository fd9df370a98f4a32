"""`manage.py studio`: the whole studio with one command, or one half of it on a machine of its own."""

from __future__ import annotations

import errno
import http.client
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from codecraft.common.supervisor import Chore, PartSpec, Supervisor, chores_from

STUCK_LOOK_S = 60.0  # a restarted worker needs its time before it is judged again
BACKLOG = 128
LANE_VARIABLE = "Q_CLUSTER_NAME"
"""In the environment of a worker: which queue it serves (django-q2)."""


class Command(BaseCommand):
    help = "Run the studio: web and worker under one supervisor. Ctrl-C ends all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (PORT)")
        parser.add_argument("--only", choices=["web", "worker"], help="one half, when the studio runs wide")

    def handle(self, *, host: str, port: int, only: str | None, **_: Any) -> None:
        listener = None if only == "worker" else _listen(host, port)
        self._migrate()
        parts = []
        if listener is not None:
            parts.append(_web_part(listener))
        if only != "web":
            parts += _worker_parts()
        chores = [] if only == "web" else _chores()
        supervisor = Supervisor(parts, chores)
        if listener is not None:
            address = _address(host, listener.getsockname()[1])
            threading.Thread(target=self._announce, args=(address,), daemon=True).start()
        else:
            self.stdout.write("A worker of CodeCraft Studio is running. Ctrl-C stops it.")
        supervisor.run()
        if only != "web":
            import_string(settings.STUDIO_AT_STOP)()
        self.stdout.write("The studio has stopped.")

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
        connections.close_all()

    def _announce(self, address: str) -> None:
        """Say where the studio is as soon as it answers, not before."""
        while True:
            asked = http.client.HTTPConnection(address.partition("//")[2], timeout=30)
            try:
                asked.request("GET", "/api/health")
                asked.getresponse()  # whatever it says, perhaps that it wants https: it answers
                break
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
            finally:
                asked.close()
        self.stdout.write(self.style.SUCCESS(f"CodeCraft Studio is ready: {address}") + "   (Ctrl-C stops it)")
        self.stdout.flush()


def _web_part(listener: socket.socket) -> PartSpec:
    number = listener.fileno()
    command = [sys.executable, "-m", "codecraft.common.web_server", f"--fd={number}", "codecraft.asgi:application"]
    return PartSpec("web", command, cwd=str(settings.BASE_DIR), inherits=(number,))


def _worker_parts() -> list[PartSpec]:
    """One for songs and films, and one for each other lane (`queues.SHORT_LANE`)."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster", "--skip-checks"]
    lanes = {f"{name} worker": {LANE_VARIABLE: name} for name in settings.Q_CLUSTER["ALT_CLUSTERS"]}
    return [
        PartSpec(name, command, cwd=str(settings.BASE_DIR), environment=own)
        for name, own in {"worker": {}, **lanes}.items()
    ]


def _chores() -> list[Chore]:
    stuck = [
        Chore(_fresh(import_string(name)), STUCK_LOOK_S, restarts=part)
        for part, name in settings.STUDIO_WORK_IS_STUCK.items()
    ]
    return [*stuck, *chores_from(settings.STUDIO_CHORES, lambda name: _fresh(import_string(name)))]


def _fresh(call: Callable[[], object]) -> Callable[[], object]:
    """The chores' thread lives for days: a connection that broke meanwhile must not stay."""

    def run() -> object:
        close_old_connections()
        return call()

    return run


def _listen(host: str, port: int) -> socket.socket:
    """The socket is ours and the web part inherits it: a restart refuses nobody, a taken port is seen at once."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OverflowError as error:
        raise CommandError(f"{port} is no port: choose one from 1 to 65535.") from error
    except OSError as error:
        raise CommandError(_why_not(error, host, port)) from error
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken, perhaps by a studio that runs already. Choose another: PORT={port + 1} make run"
    if error.errno == errno.EACCES:
        return f"Port {port} needs the rights of an administrator. Choose one above 1023, such as PORT=8000."
    return f"Cannot listen on {host}, port {port}: {error.strerror or error}."


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
