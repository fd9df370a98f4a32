"""The voice lab's page. Thin: it shows what there is to choose; its script speaks to the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from voicelab import selectors
from voicelab.engine.audition import MAX_SYLLABLES, MAX_TEXT_CHARS
from voicelab.services.reading import TEMPO_BPM


@require_safe
@never_cache
@ensure_csrf_cookie
def voices_page(request: HttpRequest) -> HttpResponse:
    context = {
        "here": "voices",
        "voices": selectors.list_voices(),
        "examples": selectors.EXAMPLES,
        "tunes": selectors.list_tunes(),
        "limits": {"chars": MAX_TEXT_CHARS, "syllables": MAX_SYLLABLES},
        "tempo": {"slowest": int(TEMPO_BPM[0]), "fastest": int(TEMPO_BPM[1])},
    }
    return render(request, "voicelab/voices.html", context)
