"""Shapes that the requests and answers of several apps share."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class AnyValue(serializers.JSONField):
    """Checked by a service, whose sentence names what would be right."""


class KnownFields(serializers.Serializer):
    """A request in which a field that we do not know is an error: a misspelt wish is not silently dropped."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            for name in data:
                if name not in self.fields:
                    message = f"There is no such field. There are: {', '.join(self.fields)}."
                    raise serializers.ValidationError({str(name)[:40]: [message]})
        return super().to_internal_value(data)


class FailureSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
