"""Reads: a person's sessions, uploads and jobs."""

from __future__ import annotations

from mixer.models import MixSession
from rados.contracts import Person
from rados.selectors import OwnedQuerySet


def list_sessions(person: Person) -> OwnedQuerySet:
    """A person's sessions at the console, those used last first."""
    return MixSession.objects.of(person)
