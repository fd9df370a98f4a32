"""Reads: who is asking."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from rest_framework.authtoken.models import Token

from rados.contracts import Person

GUEST_KEY = "guest_id"


class OwnedQuerySet(models.QuerySet):
    """Rows with an `owner` (a member) or a `guest_id`."""

    def of(self, person: Person) -> OwnedQuerySet:
        """What belongs to a person. Nobody sees another's work; a newcomer has none."""
        if person.user_id is not None:
            return self.filter(owner_id=person.user_id)
        if person.guest_id is not None:
            return self.filter(owner=None, guest_id=person.guest_id)
        return self.none()


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
