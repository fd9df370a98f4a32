"""Sound files as people bring them, and sessions made of them."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from codecraft.common.audio import run_ffmpeg
from mixer import services
from mixer.models import AudioJob
from mixer.services.quick_room import QUICK


def tone(
    frequency_hz: float = 440.0, duration_s: float = 1.0, *, rate_hz: int = 48_000, channels: int = 1
) -> np.ndarray:
    """(samples, channels) at -12 dBFS."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = 0.25 * np.sin(2.0 * np.pi * frequency_hz * time_s)
    return np.repeat(wave[:, np.newaxis], channels, axis=1).astype(np.float32)


def wav(audio: np.ndarray, *, rate_hz: int = 48_000, subtype: str = "PCM_16", kind: str = "WAV") -> bytes:
    stream = io.BytesIO()
    sf.write(stream, audio, rate_hz, subtype=subtype, format=kind)
    return stream.getvalue()


def encoded(folder: Path, ending: str, *options: str, audio: np.ndarray | None = None) -> bytes:
    """The sound in a form that only ffmpeg writes."""
    source, target = folder / "source.wav", folder / f"encoded.{ending}"
    source.write_bytes(wav(tone(duration_s=1.0, channels=2) if audio is None else audio))
    run_ffmpeg(["-v", "error", "-i", source, *options, target])
    return target.read_bytes()


def bring(client: Client, data: bytes, name: str = "a.wav") -> Any:
    return client.post("/api/audio/uploads", {"file": SimpleUploadedFile(name, data)})


def post(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json")


def put(client: Client, url: str, **body: Any) -> Any:
    return client.put(url, json.dumps(body), content_type="application/json")


def open_session(client: Client, **sounds: bytes) -> dict[str, Any]:
    """A session with one channel for each sound, named by its keyword."""
    ids = [bring(client, data, f"{name}.wav").json()["id"] for name, data in sounds.items()]
    answer = post(client, "/api/audio/sessions", uploads=ids, title="Test session")
    assert answer.status_code == 201, answer.content
    return answer.json()


def done(answer: Any) -> dict[str, Any]:
    """The finished job that a 202 told of: run here by what a worker runs, or done by the console's own thread."""
    assert answer.status_code == 202, answer.content
    job = AudioJob.objects.get(id=answer.json()["id"])
    if job.kind not in QUICK:
        assert services.run_audio_job(job_id=job.id)
    deadline_s = time.monotonic() + 300.0
    while AudioJob.objects.get(id=job.id).is_active and time.monotonic() < deadline_s:
        time.sleep(0.05)
    job.refresh_from_db()
    assert job.state == "done", (job.error, job.log)
    return answer.json()


def read(response: Any) -> bytes:
    return b"".join(response.streaming_content)
