"""From what people type to a `Brief`: every field checked, each error with its field and what would be right."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from codecraft.common.errors import InvalidInput
from generation.contracts import (
    MAX_LENGTH_S,
    MAX_LYRICS_WORDS,
    MAX_PRONUNCIATIONS,
    MAX_SEED,
    MAX_THEME_CHARS,
    MAX_TITLE_CHARS,
    MIN_LENGTH_S,
    Brief,
    FilmSize,
    MusicStyle,
)
from generation.engine.film.options import clean_film_options
from mixer.engine.voice_effects import check_voice_effects
from voicelab.contracts import SpeechSource, VoiceStyle
from voicelab.engine.phonemes import check_marked, clean_pronunciations, has_sound, tokens_of

Choice = TypeVar("Choice", bound=StrEnum)


def clean_brief(
    *,
    theme: Any,
    seed: Any,
    voice: Any = VoiceStyle.HEROIC_MALE,
    style: Any = MusicStyle.EPIC,
    length_s: Any = 120,
    title: Any = "",
    lyrics: Any = "",
    film_size: Any = FilmSize.FULL_HD,
    pronunciations: Any = (),
    speech: Any = SpeechSource.LOCAL,
    effects: Any = None,
    film: Any = None,
) -> Brief:
    """A checked brief. Raises InvalidInput naming the first field that cannot be used."""
    return Brief(
        theme=_theme(theme),
        voice=_choice(VoiceStyle, voice, "voice", "voice style"),
        style=_choice(MusicStyle, style, "style", "music style"),
        seed=_seed(seed),
        length_s=_length(length_s),
        title=_title(title),
        lyrics=_lyrics(lyrics),
        film_size=_choice(FilmSize, film_size, "film_size", "film size"),
        pronunciations=_pronunciations(pronunciations),
        speech=_choice(SpeechSource, speech, "speech", "speech source"),
        effects=check_voice_effects(effects),
        film=clean_film_options(film),
    )


def _text(value: Any, field: str, *, keep_lines: bool = False) -> str:
    """NFC text without control characters; right-to-left marks and emoji joiners stay, they are part of writing."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(f"The {field} must be text.", field=field)
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in value if _is_printable(c) or (keep_lines and c == "\n") or c in "\t\n")
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
    return " ".join(kept.split())


def _is_printable(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")


def _theme(value: Any) -> str:
    theme = _text(value, "theme")
    if not theme:
        raise InvalidInput("Tell us what the song is about: the theme is empty.", field="theme")
    if len(theme) > MAX_THEME_CHARS:
        raise InvalidInput(
            f"The theme has {len(theme):,} characters; {MAX_THEME_CHARS} are the most. "
            "A sentence or two work best; whole verses belong into the lyrics.",
            field="theme",
        )
    return theme


def _title(value: Any) -> str:
    title = _text(value, "title")
    if len(title) > MAX_TITLE_CHARS:
        raise InvalidInput(f"The title has {len(title):,} characters; {MAX_TITLE_CHARS} are the most.", field="title")
    return title


def _lyrics(value: Any) -> str:
    lyrics = _text(value, "lyrics", keep_lines=True)
    words = tokens_of(lyrics)
    if len(words) > MAX_LYRICS_WORDS:
        raise InvalidInput(
            f"The lyrics have {len(words):,} words; the longest song ({MAX_LENGTH_S} s) "
            f"holds {MAX_LYRICS_WORDS:,} at most.",
            field="lyrics",
        )
    if words and not any(has_sound(word) for word in words):
        raise InvalidInput("The lyrics hold no word that can be sung, only signs.", field="lyrics")
    check_marked(lyrics, field="lyrics")
    return lyrics


def _pronunciations(value: Any) -> tuple[tuple[str, str], ...]:
    """From a list of (word, sounds) pairs, or a mapping of words to their sounds."""
    field = "pronunciations"
    if value is None or value == "":
        return ()
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, (list, tuple)):
        raise InvalidInput("The pronunciations must be a list of [word, sounds] pairs.", field=field)
    if len(pairs) > MAX_PRONUNCIATIONS:
        raise InvalidInput(f"There are {len(pairs):,} pronunciations; {MAX_PRONUNCIATIONS} are the most.", field=field)
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(t, str) for t in pair):
            raise InvalidInput(
                "Each pronunciation must be a pair of texts: the word and its sounds, as in "
                '["Siobhan", "SH AH0 V AO1 N"].',
                field=field,
            )
    return clean_pronunciations([(_text(word, field), _text(sounds, field)) for word, sounds in pairs], field=field)


def _length(value: Any) -> float:
    message = f"The length must be a number of seconds from {MIN_LENGTH_S} to {MAX_LENGTH_S}."
    if isinstance(value, bool):
        raise InvalidInput(message, field="length_s")
    try:
        length_s = float(value)
    except (TypeError, ValueError):
        raise InvalidInput(message, field="length_s") from None
    if not math.isfinite(length_s) or not MIN_LENGTH_S <= length_s <= MAX_LENGTH_S:
        raise InvalidInput(message, field="length_s")
    return length_s


def _seed(value: Any) -> int:
    message = f"The seed must be a whole number from 0 to {MAX_SEED}."
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise InvalidInput(message, field="seed")
    try:
        seed = int(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(message, field="seed") from None
    if not 0 <= seed <= MAX_SEED:
        raise InvalidInput(message, field="seed")
    return seed


def _choice(kind: type[Choice], value: Any, field: str, name: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        shown = str(value)[:40]
        allowed = ", ".join(option.value for option in kind)
        raise InvalidInput(f"There is no {name} “{shown}”. Choose one of: {allowed}.", field=field) from None
