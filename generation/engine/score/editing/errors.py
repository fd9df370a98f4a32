"""What an edit may be refused for."""

from __future__ import annotations

from codecraft.common.errors import StudioError


class BadEdit(StudioError):
    """An operation that cannot be done to this score; the sentence says which, why, and what would be right."""

    code = "bad_edit"
    http_status = 422
