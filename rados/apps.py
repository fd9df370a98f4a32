from __future__ import annotations

from django.apps import AppConfig


class RadosConfig(AppConfig):
    """Who may, who did, whose it is."""

    name = "rados"
    verbose_name = "RADOS"
