"""The writes of the mixer: what pages, API and tasks call."""

from __future__ import annotations

from mixer.services.ownership import claim_at_login, claim_guest_mixes

__all__ = ["claim_at_login", "claim_guest_mixes"]
