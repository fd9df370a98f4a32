"""The mixing console's pages. Thin: their scripts speak to the API."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from codecraft.common.codec import encode
from mixer.engine.mastering import CHAIN_PARAMS, CODECS, TARGETS, Target

ACCEPT = ".wav,.wave,.flac,.mp3,.ogg,.oga,.opus,.m4a,.aac,.aif,.aiff,.aifc,audio/*"
LIMITS = {"stems": 32, "minutes": 30, "accept": ACCEPT}
WISHES = ("warmer", "voice a little closer", "bigger chorus", "punchier drums", "less harsh", "wider", "drier")


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
        "targets": [_told(target) for target in TARGETS.values()],
        "codecs": CODECS.values(),
        "chain_params": encode(CHAIN_PARAMS),
        "accept": ACCEPT,
    }
    return render(request, "mixer/console.html", context)


def _told(target: Target) -> dict[str, str]:
    about = f"{target.lufs:g} LUFS, {target.ceiling_dbtp:g} dBTP".replace("-", "−")
    return {"name": target.name, "label": target.label, "about": about}


def _song_id(request: HttpRequest) -> str:
    try:
        return str(uuid.UUID(request.GET.get("song", "")))
    except ValueError:
        return ""
