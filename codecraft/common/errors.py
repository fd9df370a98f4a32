"""Typed errors of the whole studio. Free of Django, so that engines may raise them.

An engine raises; the API turns the error into one JSON shape, a page into one sentence.
"""

from __future__ import annotations


class StudioError(Exception):
    """Something went wrong in a way that we can explain to a person.

    `message` is one sentence: what was wrong and what would be right. `field` names the input field that
    caused it, where there is one. `code` is stable for programs. `details` are plain facts for programs.
    """

    code = "studio_error"
    http_status = 500

    def __init__(
        self, message: str, *, field: str | None = None, code: str | None = None, details: dict | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = details or {}
        if code is not None:
            self.code = code


class InvalidInput(StudioError):
    """A person's input cannot be used as it is; nothing was lost."""

    code = "invalid_input"
    http_status = 400


class NotFound(StudioError):
    code = "not_found"
    http_status = 404


class Conflict(StudioError):
    """The thing is in a state in which this cannot be done."""

    code = "conflict"
    http_status = 409


class Unavailable(StudioError):
    """A tool, file or service that is needed is missing or full (ffmpeg, SoundFont, disk, OpenAI)."""

    code = "unavailable"
    http_status = 503


class Cancelled(StudioError):
    """A person asked for the work to stop."""

    code = "cancelled"
    http_status = 409
