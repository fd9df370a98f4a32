"""The film's treatment from a provider, kept with its stills; what a provider failed at is asked again next time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from codecraft.common.structured import ModelAccess
from generation.engine.film.media import find_media
from generation.engine.film.openai_stills import paint_stills
from generation.engine.film.openai_treatment import OpenAITreatment, request_for
from generation.engine.film.proposal import propose_treatment
from generation.engine.film.types import Still, StoryboardSpec, Treatment
from generation.engine.pipeline.assets import load_result, save_result
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import Workshop

TREATMENT_VERSION = "1"
"""Part of the key: raise it when the same song would be asked for in other words, or repaired otherwise."""


@dataclass(frozen=True)
class _Proposed:
    """`whole`: nothing that was asked for failed."""

    treatment: Treatment
    stills: tuple[Still, ...]
    whole: bool


def with_treatment(spec: StoryboardSpec, workshop: Workshop) -> StoryboardSpec:
    """The spec with a provider's treatment and stills, where one is set; else as it is: the planner has its own.

    Kept by what the provider is told, so that every cut of a song and every later render of it is filmed alike."""
    openai = workshop.openai
    if openai is None:
        return spec
    access = ModelAccess(openai.api_key, openai.base_url, openai.model, openai.timeout_s)
    store = AssetStore(workshop.store_dir)
    key = StageRunner.key(
        "treatment", TREATMENT_VERSION, request_for(spec), spec.seed, openai.base_url, openai.model, openai.image_model
    )

    def build(folder: Path) -> None:
        made = _Proposed(treatment := propose_treatment(spec, OpenAITreatment(access)), (), treatment.source != "local")
        if openai.image_model and made.whole:
            made = _illustrated(spec, treatment, replace(access, model=openai.image_model), workshop)
        save_result(folder, made)

    folder = store.make(key, build)
    made = load_result(_Proposed, folder)
    there, missing = find_media(workshop.media_dir, [still.media.key for still in made.stills])
    if missing or not made.whole:
        store.drop(folder)
    keys = {media.key for media in there}
    return replace(
        spec,
        treatment=made.treatment,
        stills=tuple(still for still in made.stills if still.media.key in keys),
    )


def _illustrated(spec: StoryboardSpec, treatment: Treatment, access: ModelAccess, workshop: Workshop) -> _Proposed:
    stills: tuple[Still, ...] = ()
    notices: tuple[str, ...] = ("No stills were painted: the studio has no folder for pictures here.",)
    if workshop.media_dir is not None:
        stills, notices = paint_stills(spec, treatment, access, workshop.media_dir)
    return _Proposed(replace(treatment, notices=(*treatment.notices, *notices)), stills, not notices)
