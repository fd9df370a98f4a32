"""Stills for a film by an image model behind an OpenAI-compatible address, prepared as a person's uploads are."""

from __future__ import annotations

import base64
import binascii
import tempfile
from pathlib import Path

from codecraft.common.structured import ModelAccess, ProviderFailed, failure
from generation.engine.film.media import BadMedia, prepare_media
from generation.engine.film.types import SectionTreatment, Still, StoryboardSpec, Treatment
from generation.engine.film.vocabulary import hour_said, place_in, weather_said
from generation.engine.lyrics.types import SectionKind

MOST_STILLS = 3
_LEAST_TIMEOUT_S = 90.0
_MOST_BYTES = 40 * 2**20


def paint_stills(
    spec: StoryboardSpec, treatment: Treatment, access: ModelAccess, media_dir: Path
) -> tuple[tuple[Still, ...], tuple[str, ...]]:
    """One still for each of the first places of the story, in `media_dir`, and a notice where fewer came than were
    asked for. `access.model` is the image model. The first failure of the server ends the asking."""
    stills: list[Still] = []
    wanted = _sections(spec, treatment)
    for entry in wanted:
        try:
            stills.append(Still(entry.section, _still(spec, entry, access, media_dir, len(stills) + 1)))
        except ProviderFailed as failed:
            told = f"{len(stills)} of {len(wanted)} stills were painted" if stills else "No stills were painted"
            return tuple(stills), (f"{told}, because {failed.reason}.",)
    return tuple(stills), ()


def _sections(spec: StoryboardSpec, treatment: Treatment) -> list[SectionTreatment]:
    """Verses and bridges, one of each place: the choruses stay in their painted world."""
    kinds = (SectionKind.VERSE, SectionKind.BRIDGE, SectionKind.INSTRUMENTAL)
    chosen: dict[str, SectionTreatment] = {}
    for kind in kinds:
        for entry in treatment.sections:
            if spec.score.sections[entry.section].kind is kind:
                chosen.setdefault(entry.world, entry)
    return sorted(list(chosen.values())[:MOST_STILLS], key=lambda entry: entry.section)


def _still(spec: StoryboardSpec, entry: SectionTreatment, access: ModelAccess, media_dir: Path, number: int):
    data = _painted(access, prompt_for(spec, entry))
    media_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".still-", dir=media_dir) as scratch:
        path = Path(scratch) / "still"
        path.write_bytes(data)
        try:
            return prepare_media(path, name=f"still {number}", media_dir=media_dir)
        except BadMedia as error:
            raise ProviderFailed(f"the image model sent no picture that can be used ({error.message})") from None


def _painted(access: ModelAccess, prompt: str) -> bytes:
    """The bytes of a picture. Only bytes in the answer itself are taken: no address it may name is opened."""
    import openai

    older = access.model.startswith("dall-e")
    asked = {"response_format": "b64_json", "size": "1792x1024"} if older else {"size": "1536x1024"}
    patient = ModelAccess(
        access.api_key, access.base_url, access.model, max(_LEAST_TIMEOUT_S, access.timeout_s), access.max_retries
    )
    try:
        with patient.client() as client:
            answer = client.images.generate(model=access.model, prompt=prompt, n=1, **asked)
        coded = answer.data[0].b64_json or ""
        data = base64.b64decode(coded, validate=True)
    except openai.OpenAIError as error:
        raise ProviderFailed(failure(error, "the image model")) from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, binascii.Error):
        raise ProviderFailed("the image model's answer could not be read") from None
    if not 0 < len(data) <= _MOST_BYTES:
        raise ProviderFailed("the image model sent no picture")
    return data


def prompt_for(spec: StoryboardSpec, entry: SectionTreatment) -> str:
    """What the still shows, in words; the theme is quoted as material."""
    theme = " ".join(spec.theme.split())[:300]
    return (
        f"A cinematic wide film still without any text, letters or logos: {place_in(entry.world)} "
        f"{hour_said(entry.hour)}, {weather_said(entry.weather)}. {entry.why} For a {spec.style} song about “{theme}”. "
        "Painterly light, deep staging with foreground, middle and far distance, muted palette, no borders."
    )
