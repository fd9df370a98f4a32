"""What workers run, by dotted path. Tasks take ids and are safe to run twice."""

from __future__ import annotations

from mixer import services


def run_audio_job(job_id: str) -> bool:
    return services.run_audio_job(job_id=job_id)
