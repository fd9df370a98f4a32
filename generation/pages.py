"""The pages of the song: the studio, one song, the library. Thin: they show, and call one service."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from codecraft.common.errors import NotFound, StudioError
from codecraft.common.models import JobState
from generation import page_texts, selectors, services
from generation.contracts import MAX_LENGTH_S, MAX_LYRICS_WORDS, MAX_THEME_CHARS, MIN_LENGTH_S, FilmSize
from generation.models import Generation
from rados.selectors import person_of
from rados.services import ensure_person

FIELDS = ("theme", "title", "voice", "style", "seed", "length_s", "lyrics", "film_size")
MAY_BE_EMPTY = ("title", "seed", "lyrics")
LIMITS = {
    "theme_chars": MAX_THEME_CHARS,
    "lyrics_words": MAX_LYRICS_WORDS,
    "shortest_s": MIN_LENGTH_S,
    "longest_s": MAX_LENGTH_S,
}
DEFAULTS: dict[str, Any] = {
    "theme": "",
    "title": "",
    "lyrics": "",
    "seed": None,
    "style": page_texts.DEFAULT_STYLE.value,
    "voice": page_texts.DEFAULT_VOICE.value,
    "length_s": page_texts.DEFAULT_LENGTH_S,
    "film_size": FilmSize.FULL_HD.value,
}


@method_decorator([never_cache, ensure_csrf_cookie], name="dispatch")
class HomePage(View):
    """The brief. Its script speaks to the API; a browser without scripts sends the same form here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        earlier = _asked_before(request)
        return self._show(request, earlier or DEFAULTS, prefilled=earlier is not None)

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.POST.get(name, "") for name in FIELDS}
        given = {name: value for name, value in asked.items() if value or name not in MAY_BE_EMPTY}
        try:
            brief = services.make_brief(**given)
            person = ensure_person(user=request.user, session=request.session)
            generation, _ = services.start_generation(person=person, brief=brief, seed_was_given="seed" in given)
        except StudioError as error:
            field = error.field if error.field in FIELDS else "form"
            return self._show(request, asked, errors={field: error.message}, status=error.http_status)
        return redirect("studio:song", generation_id=generation.id)

    def _show(
        self,
        request: HttpRequest,
        given: dict[str, Any],
        *,
        prefilled: bool = False,
        errors: dict[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        examples = [{"theme": e.theme, "tags": e.tags, "brief_json": json.dumps(e.brief)} for e in page_texts.EXAMPLES]
        context = {
            "here": "studio",
            "given": given,
            "prefilled": prefilled,
            "errors": errors or {},
            "limits": LIMITS,
            "examples": examples,
            "styles": page_texts.STYLES,
            "voices": page_texts.VOICES,
            "film_sizes": page_texts.FILM_SIZES,
        }
        return render(request, "studio/home.html", context, status=status)


def _asked_before(request: HttpRequest) -> dict[str, Any] | None:
    """The brief of an earlier song, to be changed (`?from=<id>`); None where there is none of this person's."""
    earlier_id = request.GET.get("from", "")
    if not earlier_id:
        return None
    try:
        brief = _own_generation(request, earlier_id).brief
    except Http404:
        return None
    asked = {name: getattr(brief, name) for name in FIELDS}
    return {**asked, "length_s": int(brief.length_s) if brief.length_s.is_integer() else brief.length_s}


def _own_generation(request: HttpRequest, generation_id: uuid.UUID | str) -> Generation:
    try:
        uuid.UUID(str(generation_id))
        return selectors.get_generation(person_of(request.user, request.session), generation_id)
    except (NotFound, ValueError):
        raise Http404 from None


@require_safe
@never_cache
@ensure_csrf_cookie
def song_page(request: HttpRequest, generation_id: uuid.UUID) -> HttpResponse:
    """One song in every state; its script shows it."""
    generation = _own_generation(request, generation_id)
    context = {
        "here": "song",
        "generation_id": generation.id,
        "song_title": str(generation),
        "files": generation.files.all() if generation.state == JobState.DONE else (),
    }
    return render(request, "studio/song.html", context)


@require_safe
@never_cache
@ensure_csrf_cookie
def library_page(request: HttpRequest) -> HttpResponse:
    return render(request, "studio/library.html", {"here": "library"})
