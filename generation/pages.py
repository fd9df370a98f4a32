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

from codecraft.common.codec import encode
from codecraft.common.errors import NotFound, StudioError
from codecraft.common.models import JobState
from generation import page_texts, selectors, services
from generation.contracts import (
    MAX_LENGTH_S,
    MAX_LYRICS_WORDS,
    MAX_PRONUNCIATIONS,
    MAX_THEME_CHARS,
    MAX_TRAILER_S,
    MIN_LENGTH_S,
    MIN_TRAILER_S,
    NO_EFFECTS,
    PLAIN_FILM,
    FilmSize,
)
from generation.models import Generation
from mixer.engine.voice_effects import check_voice_effects
from rados.selectors import person_of
from rados.services import ensure_person
from voicelab.contracts import SpeechSource

FIELDS = ("theme", "title", "voice", "style", "seed", "length_s", "lyrics", "film_size", "speech")
WORD, SOUNDS, EFFECT, FILM = "pronunciation_word", "pronunciation_sounds", "effects.", "film."
MAY_BE_EMPTY = ("title", "seed", "lyrics", "speech", "pronunciations", "effects", "film")
LIMITS = {
    "theme_chars": MAX_THEME_CHARS,
    "lyrics_words": MAX_LYRICS_WORDS,
    "shortest_s": MIN_LENGTH_S,
    "longest_s": MAX_LENGTH_S,
    "pronunciations": MAX_PRONUNCIATIONS,
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
    "speech": SpeechSource.LOCAL.value,
    "pronunciations": [],
    "effects": encode(NO_EFFECTS),
    "film": encode(PLAIN_FILM),
}


@method_decorator([never_cache, ensure_csrf_cookie], name="dispatch")
class HomePage(View):
    """The brief. Its script speaks to the API; a browser without scripts sends the same form here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        earlier = _asked_before(request)
        return self._show(request, earlier or DEFAULTS, prefilled=earlier is not None)

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = _asked(request)
        given = {name: value for name, value in asked.items() if value or name not in MAY_BE_EMPTY}
        try:
            brief = services.make_brief(**given)
            person = ensure_person(user=request.user, session=request.session)
            generation, _ = services.start_generation(person=person, brief=brief, seed_was_given="seed" in given)
        except StudioError as error:
            is_shown = error.field in (*FIELDS, "pronunciations", "film") or (error.field or "").startswith(EFFECT)
            field = error.field if is_shown else "form"
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
        told = errors or {}
        context = {
            "here": "studio",
            "given": given,
            "sliders": [
                {"choice": s, "value": given["effects"].get(s.name, s.usual), "error": told.get(EFFECT + s.name, "")}
                for s in page_texts.EFFECTS
            ],
            "open_effects": _asks_effects(given["effects"]),
            "pronunciation_rows": [*given["pronunciations"], ["", ""]],
            "reverb_error": told.get(EFFECT + "reverb", ""),
            "reverbs": page_texts.REVERBS,
            "speech_sources": page_texts.SPEECH_SOURCES,
            "prefilled": prefilled,
            "errors": told,
            "limits": LIMITS,
            "examples": examples,
            "styles": page_texts.STYLES,
            "voices": page_texts.VOICES,
            "film_sizes": page_texts.FILM_SIZES,
            "film_selects": _film_selects(given["film"]),
            "open_film": any(str(given["film"].get(n, v)) != str(v) for n, v in _USUAL_FILM.items()),
        }
        return render(request, "studio/home.html", context, status=status)


_USUAL_FILM = {name: value for name, value in encode(PLAIN_FILM).items() if name != "media"}


def _film_selects(film: dict[str, Any]) -> list[dict[str, Any]]:
    """The folds' selects, each with its choices, what is chosen, and what is usual."""
    return [
        {
            "name": name,
            "label": label,
            "choices": choices,
            "value": str(film.get(name, _USUAL_FILM[name])),
            "usual": str(_USUAL_FILM[name]),
        }
        for name, label, choices in page_texts.FILM_OPTIONS
    ]


def _asks_effects(effects: dict[str, Any]) -> bool:
    try:
        return check_voice_effects(effects) != NO_EFFECTS
    except StudioError:
        return True


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The form as it was sent: rows of pronunciations without a word or sounds are no rows."""
    sent = request.POST
    asked: dict[str, Any] = {name: sent.get(name, "") for name in FIELDS}
    rows = zip(sent.getlist(WORD), sent.getlist(SOUNDS), strict=False)
    asked["pronunciations"] = [[word, sounds] for word, sounds in rows if word.strip() or sounds.strip()]
    asked["effects"] = {name.removeprefix(EFFECT): sent[name] for name in sent if name.startswith(EFFECT)}
    asked["film"] = {name.removeprefix(FILM): _number(sent[name]) for name in sent if name.startswith(FILM)}
    return asked


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 5 else text


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
    asked |= {name: encode(getattr(brief, name)) for name in ("pronunciations", "effects", "film")}
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
        "styles": page_texts.STYLES,
        "voices": page_texts.VOICES,
        "tonics": page_texts.TONICS,
        "modes": page_texts.MODES,
        "cut_presets": [(preset, json.dumps(preset.asked)) for preset in page_texts.CUT_PRESETS],
        "cut_sizes": [size for size in page_texts.FILM_SIZES if size.value != FilmSize.NONE],
        "film_selects": _film_selects(encode(generation.brief.film)),
        "trailer_lengths": range(MIN_TRAILER_S, MAX_TRAILER_S + 1, 15),
    }
    return render(request, "studio/song.html", context)


@require_safe
@never_cache
@ensure_csrf_cookie
def score_page(request: HttpRequest, generation_id: uuid.UUID) -> HttpResponse:
    """Piano roll and sheet music of one song; its script reads and edits the score over the API."""
    generation = _own_generation(request, generation_id)
    context = {
        "here": "score",
        "generation_id": generation.id,
        "song_title": str(generation),
        "state": generation.state,
    }
    return render(request, "studio/score.html", context)


@require_safe
@never_cache
@ensure_csrf_cookie
def library_page(request: HttpRequest) -> HttpResponse:
    return render(request, "studio/library.html", {"here": "library"})
