"""A song plays another of its mixes: its source makes the files, and puts them in place when the job is done."""

from __future__ import annotations

from mixer.services.jobs import Bench, Outcome
from mixer.services.sources import source_of


def choose(bench: Bench) -> Outcome:
    asked = bench.job.request
    source = source_of(asked["source_kind"])
    ready = source.ready_mix(asked["source_id"], asked["mix_id"], bench.stage("song"))
    return Outcome(
        result={"mix_id": asked["mix_id"]}, on_done=ready.publish, on_late=ready.make_late, on_end=ready.clear
    )
