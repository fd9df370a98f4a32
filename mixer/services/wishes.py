"""What a person wishes of the mix in words, as moves of the controls."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings

from codecraft.common.codec import decode
from codecraft.common.structured import ModelAccess
from mixer.engine.assistant import SongSection, StemMeasures
from mixer.engine.assistant.wishes import wish, wish_by_model
from mixer.engine.console.state import Decision
from mixer.models import MixSession
from mixer.selectors import get_session
from mixer.services.consoles import add_revision, current_state, require_revision
from mixer.services.decisions import ACCEPTED, proposed
from rados.contracts import Person

_TIMEOUT_S = 20.0
_MOST_DECISIONS = 300
"""Each state keeps all of them: the oldest cannot be taken back one by one any more when there are so many."""


@dataclass(frozen=True)
class Fulfilled:
    """What became of a wish: a sentence for each thing that was moved, and notes on what was not, or not understood.
    `source` is who took the words apart: the studio's own grammar (words) or a model (openai)."""

    session: MixSession
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    source: str


def fulfil_wish(*, person: Person, session_id: uuid.UUID | str, text: str) -> Fulfilled:
    """Move the console as `text` says, each wish a decision that can be taken back. Raises InvalidInput for no text."""
    session = get_session(person, session_id)
    state, revision = current_state(session), require_revision(session)
    measures = {
        stem.name: decode(StemMeasures, stem.measures["character"])
        for stem in session.stems.all()
        if "character" in stem.measures
    }
    sections = tuple(SongSection(s["name"], s["start_s"], s["end_s"]) for s in session.sections)
    access = model_access()
    if access is None:
        done = wish(text, state, measures, sections=sections)
    else:
        done = wish_by_model(text, state, measures, access=access, sections=sections)
    if done.decisions:
        add_revision(
            session,
            done.state,
            summary=f"Wished: {' '.join(text.split())}",
            decisions=[*revision.decisions, *_named_apart(revision.decisions, done.decisions)][-_MOST_DECISIONS:],
            base_number=revision.number,
            made_by=person.user_id,
        )
    notes = (*done.not_understood, *((done.note,) if done.note else ()))
    sentences = tuple(decision.sentence for decision in done.decisions)
    return Fulfilled(get_session(person, session_id), sentences, notes, done.source)


def model_access() -> ModelAccess | None:
    """The language model of this studio, where one is set up."""
    if not settings.OPENAI_API_KEY:
        return None
    return ModelAccess(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.OPENAI_MODEL, _TIMEOUT_S)


def _named_apart(earlier: list[dict], decisions: tuple[Decision, ...]) -> list[dict]:
    """The same wish twice makes two decisions, each with an id of its own. A person asked for it: it is accepted."""
    known = {one["id"] for one in earlier}
    named = []
    for decision in decisions:
        told, number = {**proposed(decision), "status": ACCEPTED}, 2
        while told["id"] in known:
            told["id"], number = f"{decision.id}.{number}", number + 1
        known.add(told["id"])
        named.append(told)
    return named
