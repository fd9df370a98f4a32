"""Handing queued jobs to workers, and finding those that a dead worker or a lost broker left."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.tasks import async_task

from codecraft.common.jobs import find_dead, requeue_dead
from codecraft.common.models import Job, JobState

log = logging.getLogger("studio.jobs")

LOST_AFTER_S = 15.0
STUCK_AFTER_S = 45.0
LONG_LANE: str = settings.Q_CLUSTER["name"]
"""Songs and films, one after another."""
SHORT_LANE = next(iter(settings.Q_CLUSTER["ALT_CLUSTERS"]))
"""Where somebody sits and waits: a worker of its own, so that no film is in the way."""


def enqueue(model: type[Job], job_id: uuid.UUID, *, task: str, name: str, lane: str = LONG_LANE) -> bool:
    """Hand the id to a worker of the lane. A broker that is away only delays: the sweeper enqueues again."""
    try:
        async_task(task, str(job_id), task_name=f"{name} {job_id}", cluster=lane)
    except Exception:
        log.exception("%s %s was not enqueued; the sweeper tries again", name, job_id)
        return False
    model.objects.filter(id=job_id, state=JobState.QUEUED).update(enqueued_at=timezone.now())
    return True


def never_enqueued(model: type[Job]) -> Sequence[uuid.UUID]:
    """Queued rows that no broker has been told of: it was away, or their worker died."""
    return list(_queued(model).filter(enqueued_at=None).values_list("id", flat=True))


def enqueued_long_ago(model: type[Job]) -> Sequence[uuid.UUID]:
    """Queued rows whose task may be lost, when the broker says that it holds none."""
    long_ago = timezone.now() - timedelta(seconds=LOST_AFTER_S)
    return list(_queued(model).filter(enqueued_at__lt=long_ago).values_list("id", flat=True))


def _queued(model: type[Job]) -> models.QuerySet[Any]:
    return model.objects.filter(state=JobState.QUEUED).order_by("created_at")


def broker_is_empty(lane: str = LONG_LANE) -> bool:
    """True when the broker says so of a lane; a broker that is away has not said it."""
    try:
        return get_broker(lane).queue_size() == 0
    except Exception:
        return False


def is_stuck(*kinds: type[Job]) -> bool:
    """True when work waits, nothing of these kinds is being made, and nothing was finished of late: it hangs."""
    long_ago = timezone.now() - timedelta(seconds=STUCK_AFTER_S)
    waiting = any(_queued(kind).filter(updated_at__lt=long_ago).exists() for kind in kinds)
    busy = any(kind.objects.filter(state=JobState.RUNNING).exists() for kind in kinds)
    return waiting and not busy and not any(k.objects.filter(finished_at__gt=long_ago).exists() for k in kinds)


def sweep(
    model: type[Job],
    *,
    name: str,
    enqueue_one: Callable[[uuid.UUID], object],
    publish: Callable[[uuid.UUID], None],
    lane: str = LONG_LANE,
) -> int:
    """Queue again what a dead worker had, and what the broker lost. Returns how many were enqueued."""
    for job in find_dead(model):
        state = requeue_dead(job)
        if state is not None:
            log.warning("%s %s lost its worker and is now %s", name, job.id, state.value)
            publish(job.id)
    lost = [*never_enqueued(model)]
    old = enqueued_long_ago(model)
    if old and broker_is_empty(lane):
        lost += old
    for job_id in lost:
        enqueue_one(job_id)
    return len(lost)


def release(model: type[Job]) -> int:
    """After the worker of this machine was stopped on purpose: its job waits for the next start."""
    released = [requeue_dead(job, count_attempt=False) for job in find_dead(model)]
    return sum(state is not None for state in released)
