"""Reads: who is asking."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.authtoken.models import Token

from rados.contracts import Person

GUEST_KEY = "guest_id"


def person_of(user: Any, session: Any) -> Person:
    """Who a request, or the scope of a socket, comes from."""
    if user is not None and user.is_authenticated:
        return Person(user_id=user.pk)
    return Person(guest_id=guest_id_in(session))


def guest_id_in(session: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(session[GUEST_KEY])
    except (KeyError, TypeError, ValueError):
        return None


def token_of(user: Any) -> str:
    """A member's API token, or an empty string."""
    return Token.objects.filter(user=user).values_list("key", flat=True).first() or ""
