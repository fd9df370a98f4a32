"""What a guest made goes along into an account."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from mixer.models import AudioJob, AudioUpload, MixSession
from mixer.services.uploads import remove_upload
from rados.selectors import guest_id_in


def claim_guest_mixes(*, user_id: int, guest_id: uuid.UUID) -> int:
    """Give a guest's sessions, uploads and jobs to an account. Returns how many sessions there were."""
    mine = {"owner": None, "guest_id": guest_id}
    given = {"owner_id": user_id, "guest_id": None, "updated_at": timezone.now()}
    with transaction.atomic():
        known = AudioUpload.objects.filter(owner_id=user_id).values_list("source_sha256", flat=True)
        # the account has the same file already; sessions have the sound by a link of their own
        for twice in AudioUpload.objects.filter(**mine, source_sha256__in=list(known)):
            remove_upload(twice)
        AudioUpload.objects.filter(**mine).update(**given)
        AudioJob.objects.filter(**mine).update(**given)
        return MixSession.objects.filter(**mine).update(**given)


def claim_at_login(*, request: Any, user: Any, **_: Any) -> None:
    """Receiver of Django's `user_logged_in`."""
    session = getattr(request, "session", None)
    guest_id = guest_id_in(session) if session is not None else None
    if guest_id is not None:
        claim_guest_mixes(user_id=user.pk, guest_id=guest_id)
