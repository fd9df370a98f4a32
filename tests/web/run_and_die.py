"""Runs one generation again and again, each time in a process that is killed, as `kill -9` does, inside of a stage.

Usage: python -m tests.web.run_and_die GENERATION_ID   (settings and database come from the environment). Each line of
the input names a stage; each line of the output is the status of the process that died in it. Each run is a process of
its own, forked as django-q2 forks its workers, so that the studio is imported once.
"""

from __future__ import annotations

import os
import signal
import sys

import django

HASTY = ("lyrics", "score")  # over in a blink: they report their start and their end


def run_and_die(generation_id: str, stage: str) -> None:
    from generation.engine.pipeline import StageReport
    from generation.services.jobs import GenerationRunner

    class DoomedRunner(GenerationRunner):
        def _on_report(self, report: StageReport) -> None:
            super()._on_report(report)
            is_inside = report.stage in HASTY or report.fraction_of_stage >= 0.25
            if report.stage == stage and not report.cached and is_inside:
                os.kill(os.getpid(), signal.SIGKILL)

    DoomedRunner(generation_id).run()


def main(generation_id: str) -> None:
    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run_and_die(generation_id, line.strip())
            finally:
                os._exit(1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
