"""What crosses the border of RADOS: who is asking. Free of Django."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A member (`user_id`) or a guest (`guest_id`, kept in the session); a newcomer has neither and owns nothing."""

    user_id: int | None = None
    guest_id: uuid.UUID | None = None
