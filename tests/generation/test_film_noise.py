"""The noise of rows against the noise of single places, and the film curve of plates against its formula."""

from __future__ import annotations

import numpy as np
import pytest

from generation.engine.film.brushes import noise, noise_rows
from generation.engine.film.brushes.colour import aces, develop


@pytest.fixture(scope="module")
def places() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.uniform(-40.0, 40.0, 400).astype(np.float32), rng.uniform(-40.0, 40.0, 400).astype(np.float32)


def test_rows_have_the_noise_of_their_places(places) -> None:
    x, y = places
    for seed in (0, 77, 998_877):
        alone = [noise.noise2(float(a), float(b), seed) for a, b in zip(x, y, strict=True)]
        assert np.abs(noise_rows.noise_row(x, y, seed) - alone).max() < 1e-4
        for octaves in (1, 3, 6):
            alone = [noise.fbm2(float(a), float(b), octaves, seed) for a, b in zip(x, y, strict=True)]
            assert np.abs(noise_rows.fbm_row(x, y, octaves, seed) - alone).max() < 1e-4
            assert np.std(alone) > 0.05


def test_warped_rows_bend_their_places_by_noise(places) -> None:
    x, y = places
    aside = noise_rows.fbm_row(x + np.float32(5.2), y + np.float32(1.3), 3, 9 + 101)
    down = noise_rows.fbm_row(x + np.float32(9.7), y + np.float32(8.3), 3, 9 + 202)
    bent = noise_rows.fbm_row(x + np.float32(0.5) * aside, y + np.float32(0.5) * down, 5, 9)
    assert np.abs(noise_rows.warped_row(x, y, 5, 0.5, 9) - bent).max() < 1e-3
    assert np.abs(bent - noise_rows.fbm_row(x, y, 5, 9)).max() > 0.1
    plane = noise.fbm_plane(40, 20, 3.0, 4.0, 4, 0.8, 3)
    row = noise_rows.warped_row((np.arange(40) / 20 * 3.0).astype(np.float32), np.full(40, 7 / 20 * 4.0, np.float32),
                                4, 0.8, 3)  # fmt: skip
    assert np.array_equal(plane[7], row)


def test_plates_are_developed_by_the_film_curve() -> None:
    """Dithered: the mean of many equal pixels is the curve's own level."""
    for light in (0.0, 1e-6, 3e-4, 0.004, 0.05, 0.18, 0.7, 2.5, 30.0):
        flat = np.full((40, 100, 3), light, np.float32)
        shown = develop(flat, None, np.random.default_rng(1))
        assert abs(float(shown[..., :3].mean()) - min(254.99, float(aces(np.float64(light))) * 255.0)) < 0.6
    odd = np.array([[[np.nan, -3.0, np.inf]]], np.float32)
    assert develop(odd, None, np.random.default_rng(1))[0, 0, :3].tolist()[0] == 255
    half = develop(
        np.full((40, 100, 3), 0.4, np.float32), np.full((40, 100), 0.5, np.float32), np.random.default_rng(1)
    )
    assert (half[..., :3] <= half[..., 3:]).all() and half[0, 0, 3] == 128
