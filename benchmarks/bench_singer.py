"""The singer's table, for the code as it stands: `make bench-singer`, or `python benchmarks/bench_singer.py --help`.

Each voice sings in a process of its own, so that peak memory is its own; then the judges hear all takes on both cores.
The verses of the half set aside are scored once, at the end of a piece of work: never look at them while tuning.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.singer.takes import ROWS, make_takes
from tests.voicelab.verses import NAMES, SET_ASIDE_NAMES

QUICK = ("hymn", "patter", "years", "grief")


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verses", default="tuning", help="tuning, set_aside, or names: hymn,patter")
    parser.add_argument("--voices", default=",".join(ROWS), help=f"some of {','.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help=f"only the verses {', '.join(QUICK)}")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--keep", type=Path, help="a folder to leave the takes in")
    options = parser.parse_args()
    groups = {"tuning": NAMES, "set_aside": SET_ASIDE_NAMES}
    options.names = QUICK if options.quick else groups.get(options.verses) or tuple(options.verses.split(","))
    options.rows = tuple(options.voices.split(","))
    if unknown := [n for n in options.names if n not in NAMES + SET_ASIDE_NAMES]:
        parser.error(f"no such verse: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if unknown := [r for r in options.rows if r not in ROWS]:
        parser.error(f"no such voice: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return options


def run(options: argparse.Namespace, folder: Path) -> None:
    from benchmarks.singer.figures import hear, sum_up
    from benchmarks.singer.table import told

    began, context = time.perf_counter(), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=context, max_tasks_per_child=1) as singers:
        costs = dict(
            zip(
                options.rows, singers.map(make_takes, options.rows, *_same(options.names, folder, options)), strict=True
            )
        )
    pairs = [(row, name) for row in options.rows for name in options.names]
    heard = defaultdict(list)
    with ProcessPoolExecutor(options.jobs, mp_context=context) as judges:
        for take in judges.map(hear, *zip(*pairs, strict=True), [folder] * len(pairs)):
            heard[take.row].append(take)
            wrong, count = take.words
            print(f"{take.row:12}{take.name:12}{wrong:3} of {count:3} words   {'; '.join(take.misheard)}", flush=True)
    print(told({row: sum_up(takes) for row, takes in heard.items()}, costs))
    print(f"{len(options.names)} verses, {time.perf_counter() - began:.0f} s")


def _same(names: tuple[str, ...], folder: Path, options: argparse.Namespace) -> tuple[list, list]:
    return [names] * len(options.rows), [folder] * len(options.rows)


def main() -> None:
    options = asked()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # the processes that we start: one core each
        os.environ.setdefault(name, "1")
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        run(options, options.keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        run(options, Path(folder))


if __name__ == "__main__":
    main()
