from __future__ import annotations

from django.apps import AppConfig


class MixerConfig(AppConfig):
    """The console and the mastering room: how stems sound together."""

    name = "mixer"
    verbose_name = "Mixer"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from mixer.services import claim_at_login

        # before the song's own receiver, which forgets the guest: apps are made ready in the order of the floors
        user_logged_in.connect(claim_at_login, dispatch_uid="claim_guest_mixes")
