"""The walls of the house, as tests: floors and rooms (import-linter), foreign keys, sizes of files and functions."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"codecraft": 0, "rados": 1, "learning": 2, "voicelab": 2, "mixer": 2, "generation": 3, "collaboration": 4}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


def python_files() -> list[Path]:
    folders = [ROOT / name for name in (*FLOORS, "tests", "benchmarks")]
    return [f for folder in folders for f in folder.rglob("*.py") if "migrations" not in f.parts]


def test_imports_keep_the_floors():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_foreign_keys_point_down():
    """A key given as a string ("app.Model") escapes import-linter, so the models themselves are asked."""
    wrong = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, (ForeignKey, ManyToManyField)):
                continue
            own, other = model._meta.app_label, field.related_model._meta.app_label
            if own in FLOORS and other in FLOORS and own != other and FLOORS[other] >= FLOORS[own]:
                wrong.append(f"{model.__name__}.{field.name} -> {other}")
    assert not wrong


def test_floors_are_the_only_apps_of_ours():
    ours = {c.label for c in apps.get_app_configs() if Path(c.path).is_relative_to(ROOT) and ".venv" not in c.path}
    assert ours <= {*FLOORS, "common"}


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_FILE_LINES, "split the file by concept"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= MAX_FUNCTION_LINES, f"{node.name} has {lines} lines"


def test_engines_use_no_global_randomness():
    """`np.random.seed`, the module-level generators and `random.*` would break replay of a seed."""
    wrong = []
    for path in python_files():
        if "engine" not in path.parts or "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import) and any(a.name in ("random", "secrets") for a in node.names):
                wrong.append(f"{path.name}:{node.lineno} imports random")
            if isinstance(node, ast.ImportFrom) and node.module in ("random", "secrets", "datetime"):
                wrong.append(f"{path.name}:{node.lineno} imports {node.module}")
            if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("np.random."):
                allowed = ("default_rng", "Generator", "SeedSequence", "Philox", "PCG64", "BitGenerator")
                if node.attr not in allowed:
                    wrong.append(f"{path.name}:{node.lineno} {ast.unparse(node)}")
    assert not wrong
