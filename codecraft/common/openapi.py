"""What the schema cannot see by itself: the session with its CSRF token, and the one shape of errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field", "details"],
            "properties": {
                "code": {"type": "string", "description": "stable, for programs"},
                "message": {"type": "string", "description": "one sentence, for people"},
                "field": {"type": "string", "nullable": True, "description": "the field that caused it"},
                "details": {"type": "object", "additionalProperties": {}},
            },
        }
    },
}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "codecraft.common.api.StudioSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A browser's session, a guest's too. What changes things needs the X-CSRFToken header.",
        }


def describe_errors(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may answer with an error, and they all look alike."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    answer = {
        "description": "An error",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("default", answer)
    return result
