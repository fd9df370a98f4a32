from __future__ import annotations

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "codecraft.common"
    label = "common"

    def ready(self) -> None:
        from codecraft.common import openapi, processes  # noqa: F401  (openapi registers itself)

        processes.die_with_supervisor()
