"""Runs one generation in this process and kills the process, as `kill -9` does, in the middle of the named stage.

Usage: python -m tests.web.run_and_die GENERATION_ID STAGE   (settings and database come from the environment)
"""

from __future__ import annotations

import os
import signal
import sys

import django

HASTY = ("lyrics", "score")  # over in a blink: they report their start and their end


def main(generation_id: str, stage: str) -> None:
    django.setup()
    from generation.engine.pipeline import StageReport
    from generation.services.jobs import GenerationRunner

    class DoomedRunner(GenerationRunner):
        def _on_report(self, report: StageReport) -> None:
            super()._on_report(report)
            is_inside = report.stage in HASTY or report.fraction_of_stage >= 0.25
            if report.stage == stage and not report.cached and is_inside:
                os.kill(os.getpid(), signal.SIGKILL)

    DoomedRunner(generation_id).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
