"""The mixing console's pages. Thin: their scripts speak to the API."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

ACCEPT = ".wav,.wave,.flac,.mp3,.ogg,.oga,.opus,.m4a,.aac,.aif,.aiff,.aifc,audio/*"
LIMITS = {"stems": 32, "minutes": 30, "accept": ACCEPT}
WISHES = ("warmer", "voice a little closer", "bigger chorus", "punchier drums", "less harsh", "wider", "drier")
TARGETS = (
    {"name": "streaming", "label": "Streaming", "about": "−14 LUFS, −1 dBTP"},
    {"name": "podcast", "label": "Podcast", "about": "−16 LUFS, −1 dBTP"},
    {"name": "broadcast", "label": "Broadcast", "about": "EBU R 128: −23 LUFS, −1 dBTP"},
    {"name": "club", "label": "Club", "about": "−9 LUFS, dense"},
)
CODECS = (
    {"name": "mp3", "label": "MP3"},
    {"name": "aac", "label": "AAC"},
    {"name": "opus", "label": "Opus"},
)


@require_safe
@never_cache
@ensure_csrf_cookie
def start_page(request: HttpRequest) -> HttpResponse:
    """Songs, uploads and sessions to open; `?song=` opens that one at once."""
    context = {"here": "mixer", "limits": LIMITS, "song_id": _song_id(request)}
    return render(request, "mixer/start.html", context)


@require_safe
@never_cache
@ensure_csrf_cookie
def console_page(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    context = {
        "here": "mixer",
        "session_id": session_id,
        "wishes": WISHES,
        "targets": TARGETS,
        "codecs": CODECS,
        "accept": ACCEPT,
    }
    return render(request, "mixer/console.html", context)


def _song_id(request: HttpRequest) -> str:
    try:
        return str(uuid.UUID(request.GET.get("song", "")))
    except ValueError:
        return ""
