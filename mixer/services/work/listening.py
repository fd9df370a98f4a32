"""Listening: figures of a sound or of all stems of a session, and the assistant that sets the console by them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from codecraft.common.codec import decode, encode
from codecraft.common.progress import span
from mixer.contracts import ChannelRole, Space, VoiceEffects
from mixer.engine.assistant import AssistStem, Hearing, SongSection, listen
from mixer.engine.assistant import assist as set_console
from mixer.engine.console.state import ConsoleState
from mixer.engine.intake import measure_file
from mixer.models import MixSession, SessionStem, StemKind
from mixer.services.consoles import add_revision, current_state, lock_session, with_known_stems
from mixer.services.decisions import proposed
from mixer.services.jobs import Bench, Outcome
from mixer.services.sessions import channel_of
from mixer.services.sources import UPLOADS
from mixer.services.work.mastering import sound_of
from mixer.services.work.preparing import stems_at_hand


def analyse(bench: Bench) -> Outcome:
    source = bench.job.request["source"]
    if source["kind"] != "session":
        bench.leave_out("stems")
        path = sound_of(bench, source)
        progress = bench.stage("measure")
        return Outcome(result={"sound": _figures(path, progress), "stems": {}})
    files, _ = stems_at_hand(bench)
    progress = bench.stage("measure")
    told = {}
    for number, (name, path) in enumerate(files.items()):
        told[name] = _figures(path, span(progress, number / len(files), (number + 1) / len(files)))
    return Outcome(result={"sound": None, "stems": told})


def _figures(path: Path, progress: Any) -> dict[str, Any]:
    measures = measure_file(path, progress=span(progress, 0.0, 0.6))
    heard = listen(path)
    progress(1.0)
    return {**encode(measures), "character": asdict(heard.measures), "spectrum_db": _spectrum(heard)}


def _spectrum(heard: Hearing) -> list[float]:
    """Mean level of each third-octave band in dB, from the lowest."""
    power = heard.thirds.mean(axis=0) if len(heard.thirds) else np.zeros(29)
    return [round(float(10.0 * np.log10(max(1e-12, value))), 1) for value in power]


def assist(bench: Bench) -> Outcome:
    """The console set by the assistant, as a new state with its decisions; undo goes back to a person's own."""
    files, rows = stems_at_hand(bench)
    session = bench.job.session
    made = set_console(
        **assist_spec(session, rows, files, console=current_state(session)), progress=bench.stage("assist")
    )
    outcome = Outcome(
        result={
            "decisions": [proposed(decision) for decision in made.decisions],
            "measures": {name: asdict(measures) for name, measures in made.measures.items()},
            "revision": None,
        }
    )

    def settle() -> None:
        lock_session(session)
        state = _with_what_came_and_went(session, made.state, heard=files)
        revision = add_revision(session, state, summary="Set by the assistant.", decisions=outcome.result["decisions"])
        for stem in session.stems.filter(name__in=made.measures):
            stem.measures = {**stem.measures, "character": asdict(made.measures[stem.name])}
            stem.save(update_fields=["measures", "updated_at"])
        outcome.fields["revision"] = revision
        outcome.result["revision"] = revision.number

    outcome.on_done = settle
    return outcome


def _with_what_came_and_went(session: MixSession, state: ConsoleState, *, heard: Collection[str]) -> ConsoleState:
    """While the assistant listened a take may have been recorded, or a stem deleted: the first keeps its channel."""
    state = with_known_stems(session, state)
    taken = {strip.id for strip in (*state.channels, *state.buses)}
    new = session.stems.exclude(name__in=[*heard, *taken]).filter(kind=StemKind.TAKE)
    return replace(state, channels=(*state.channels, *map(channel_of, new)))


def assist_spec(
    session: MixSession, rows: Sequence[SessionStem], files: dict[str, Path], *, console: ConsoleState | None = None
) -> dict[str, Any]:
    """What the assistant is told of a session's stems. A role that a person gave a channel counts; of uploads, whose
    role nobody has said, it finds its own."""
    told = {channel.stem: channel for channel in console.channels} if console else {}
    stems = []
    for row in rows:
        channel = told.get(row.name)
        role: ChannelRole | None = channel.role if channel else ChannelRole(row.role)
        is_known = row.kind == StemKind.SONG or role is not ChannelRole.EFFECTS
        stems.append(
            AssistStem(
                row.name,
                files[row.name],
                label=row.label,
                role=role if is_known else None,
                pan=row.pan if row.kind == StemKind.SONG else None,
                effects=decode(VoiceEffects, row.effects) if row.effects else None,
                offset_s=channel.offset_s if channel else row.offset_s,
            )
        )
    sections = tuple(SongSection(s["name"], s["start_s"], s["end_s"]) for s in session.sections)
    space = None if session.source_kind == UPLOADS else Space(session.space)
    return {"stems": stems, "space": space, "seed": session.seed, "sections": sections}
