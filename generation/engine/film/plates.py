"""The cache of painted plates on disk: one .npy a plate, mapped into memory by every worker that draws from it."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np

from codecraft.common.audio import disk_full
from generation.engine.film.brushes.layers import Plate
from generation.engine.film.types import FILM_VERSION, Look
from generation.engine.film.worlds import make_world
from generation.engine.film.worlds.base import Canvas, World

_PLATE_AREA = 2560 * 1440
"""No canvas of more pixels is painted: above it the plates are enlarged when they are laid. At 3840x2160 a painter
would take 2 GB; light, grain and figures are drawn at full size."""


def painted_on(look: Look, canvas: Canvas) -> Canvas:
    """The canvas that a look's plates are painted for: of exactly the same shape, and bounded in size. A person's own
    pictures keep every pixel."""
    if look.media or canvas.width * canvas.height <= _PLATE_AREA:
        return canvas
    parts = math.gcd(canvas.width, canvas.height)
    kept = int(parts * math.sqrt(_PLATE_AREA / (canvas.width * canvas.height)))
    if kept == 0:
        return canvas
    return Canvas(canvas.width // parts * kept, canvas.height // parts * kept)


def plates_key(look: Look, canvas: Canvas) -> str:
    canvas = painted_on(look, canvas)
    text = json.dumps([FILM_VERSION, asdict(look), canvas.width, canvas.height], sort_keys=True)
    return f"{look.world}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def are_painted(look: Look, canvas: Canvas, cache_dir: Path) -> bool:
    return (cache_dir / plates_key(look, canvas) / "plates.json").exists()


def ensure_plates(look: Look, canvas: Canvas, cache_dir: Path, media_dir: Path | None = None) -> Path:
    """The folder of a look's plates, painted now if it was not before. Two painters at once do no harm. Raises
    Unavailable for a full disk."""
    folder = cache_dir / plates_key(look, canvas)
    if (folder / "plates.json").exists():
        return folder
    plates = make_world(look, painted_on(look, canvas), media_dir).paint()
    scratch = cache_dir / f".{folder.name}.{os.getpid()}"
    try:
        _save(plates, scratch)
        scratch.rename(folder)
    except OSError as error:
        if (folder / "plates.json").exists():
            return folder  # another painter was quicker
        # numpy does not tell why it could not write
        if shutil.disk_usage(cache_dir).free < max(plate.image.nbytes for plate in plates.values()):
            raise disk_full() from error
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _save(plates: dict[str, Plate], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    facts = {}
    for name, plate in plates.items():
        np.save(folder / f"{name}.npy", plate.image)
        facts[name] = [plate.scale, plate.ox, plate.oy, plate.depth]
    (folder / "plates.json").write_text(json.dumps(facts))


def open_world(look: Look, canvas: Canvas, cache_dir: Path, media_dir: Path | None = None) -> World:
    """A world ready to draw, its plates mapped read-only from the cache; plates that were damaged are painted anew."""
    folder = ensure_plates(look, canvas, cache_dir, media_dir)
    try:
        plates = _mapped(folder)
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        plates = _mapped(ensure_plates(look, canvas, cache_dir, media_dir))
    world = make_world(look, canvas, media_dir)
    world.plates = plates
    world.prepare()
    return world


def _mapped(folder: Path) -> dict[str, Plate]:
    facts = json.loads((folder / "plates.json").read_text())
    return {name: Plate(np.load(folder / f"{name}.npy", mmap_mode="r"), *values) for name, values in facts.items()}
