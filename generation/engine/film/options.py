"""What people ask of a film, checked: each error with its field and what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from codecraft.common.errors import InvalidInput
from generation.contracts import (
    FILM_RATES_FPS,
    MAX_FILM_MEDIA,
    MAX_TRAILER_S,
    MIN_TRAILER_S,
    PLAIN_FILM,
    FilmFraming,
    FilmOptions,
    FilmSize,
    FilmWords,
)

Choice = TypeVar("Choice", bound=StrEnum)
_KEY = re.compile(r"[0-9a-f]{64}")


def clean_film_options(value: Any) -> FilmOptions:
    """From a mapping (missing fields take their default), None, or options already checked. Raises InvalidInput."""
    if value is None or value == "":
        return PLAIN_FILM
    if isinstance(value, FilmOptions):
        return value
    known = [field.name for field in fields(FilmOptions)]
    if not isinstance(value, Mapping):
        raise InvalidInput(f"The film options must be an object with any of: {', '.join(known)}.", field="film")
    for name in value:
        if name not in known:
            shown = str(name)[:40]
            raise InvalidInput(f"There is no film option “{shown}”. There are: {', '.join(known)}.", field="film")
    return FilmOptions(
        fps=_rate(value.get("fps", PLAIN_FILM.fps)),
        framing=_choice(FilmFraming, value.get("framing", PLAIN_FILM.framing), "framing"),
        words=_choice(FilmWords, value.get("words", PLAIN_FILM.words), "words"),
        media=_media(value.get("media", ())),
    )


@dataclass(frozen=True)
class CutOptions:
    """How another film of a finished song is made; `trailer_s` 0 is the whole song."""

    size: FilmSize
    film: FilmOptions
    trailer_s: int = 0


def clean_cut_options(
    *, size: Any, fps: Any = None, framing: Any = None, words: Any = None, trailer_s: Any = None, usual: FilmOptions
) -> CutOptions:
    """Checked options of a cut; what is None is as in `usual`, the song's own film. Raises InvalidInput."""
    checked = _choice(FilmSize, size, "size", field="size")
    if checked.pixels is None:
        raise InvalidInput("A cut is a film: choose one of the sizes.", field="size")
    film = FilmOptions(
        fps=usual.fps if fps is None else _rate(fps, field="fps"),
        framing=usual.framing if framing is None else _choice(FilmFraming, framing, "framing", field="framing"),
        words=usual.words if words is None else _choice(FilmWords, words, "words", field="words"),
        media=usual.media,
    )
    return CutOptions(checked, film, _trailer(trailer_s))


def _trailer(value: Any) -> int:
    if value is None or (value == 0 and not isinstance(value, bool)):
        return 0
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not MIN_TRAILER_S <= value <= MAX_TRAILER_S:
        raise InvalidInput(
            f"A trailer lasts {MIN_TRAILER_S} to {MAX_TRAILER_S} seconds; 0 is the whole song.", field="trailer_s"
        )
    return int(value)


def _rate(value: Any, *, field: str = "film") -> int:
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and value in FILM_RATES_FPS
    if not known:
        rates = ", ".join(map(str, FILM_RATES_FPS))
        raise InvalidInput(f"A film has one of these frame rates: {rates}.", field=field)
    return int(value)


def _choice(kind: type[Choice], value: Any, name: str, *, field: str = "film") -> Choice:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(option.value for option in kind)
        raise InvalidInput(f"The film's {name} must be one of: {allowed}.", field=field) from None


def _media(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) and _KEY.fullmatch(v) for v in value):
        raise InvalidInput("The film's media must be a list of the keys of your pictures and clips.", field="film")
    if len(value) > MAX_FILM_MEDIA:
        raise InvalidInput(f"There are {len(value)} pictures and clips; {MAX_FILM_MEDIA} are the most.", field="film")
    if len(set(value)) != len(value):
        raise InvalidInput("A picture or clip is named twice; name each once.", field="film")
    return tuple(value)
