"""Small chores of the whole studio."""

from __future__ import annotations

from django.core.management import call_command


def clear_sessions() -> None:
    """Forget sessions that have expired; the songs of their guests stay in the database."""
    call_command("clearsessions")
