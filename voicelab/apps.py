from __future__ import annotations

from django.apps import AppConfig


class VoicelabConfig(AppConfig):
    """Who sings: voices, how words sound, auditions."""

    name = "voicelab"
    verbose_name = "Voices"
