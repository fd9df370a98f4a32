"""The lyrics of a song: a person's own words, a language model's checked by us, or our own writer's."""

from __future__ import annotations

from generation.engine.lyrics.custom import parse_custom_lyrics
from generation.engine.lyrics.provider import LyricsProvider, ProviderFailed
from generation.engine.lyrics.rhyme import rhyme_scheme
from generation.engine.lyrics.types import (
    LyricLine,
    Lyrics,
    LyricSection,
    LyricsSpec,
    SectionKind,
    SectionPlan,
)

LYRICS_VERSION = "7"
"""Part of every key: raise it when the same spec gives other words."""

__all__ = [
    "LYRICS_VERSION",
    "LyricLine",
    "LyricSection",
    "Lyrics",
    "LyricsProvider",
    "LyricsSpec",
    "ProviderFailed",
    "SectionKind",
    "SectionPlan",
    "parse_custom_lyrics",
    "rhyme_scheme",
    "write_lyrics",
]


def write_lyrics(spec: LyricsSpec, *, provider: LyricsProvider | None = None) -> Lyrics:
    """The lyrics for a spec.

    Custom text is sung as it is. Else a provider, when there is one, writes and is checked against the plan; where it
    fails, or when there is none, our own writer does it, and `Lyrics.notices` says so. Without a provider the result
    depends on the spec alone. Raises InvalidInput (field "lyrics") for custom text that cannot be sung.
    """
    from generation.engine.lyrics.custom import custom_lyrics
    from generation.engine.lyrics.local_writer import write_locally
    from generation.engine.lyrics.repair import fit_draft

    if spec.custom_text.strip():
        return custom_lyrics(spec)
    if provider is None:
        return write_locally(spec)
    try:
        return fit_draft(provider.write(spec), spec, source=provider.name)
    except ProviderFailed as failure:
        notice = f"The lyrics were written by the studio itself, because {failure.reason}."
        return write_locally(spec, notices=(notice,))
