from __future__ import annotations

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    """The song: brief, lyrics, score, orchestra, film, package."""

    name = "generation"
    verbose_name = "Songs"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from generation import checks  # noqa: F401  (registers the system checks)
        from generation.services import claim_at_login
        from generation.services.mixing import SongSource
        from mixer.services import register_source

        user_logged_in.connect(claim_at_login, dispatch_uid="claim_guest_work")
        register_source(SongSource())
