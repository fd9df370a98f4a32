"""The hour and the weather as light: one way to turn any world's palette from its usual light into another.

A palette is painted for its world's usual hour. Every colour has a role (zenith, sun, ground ...), and every hour has a
colour for each role. What a palette has that its usual light has not is its own tint; the tint is laid over the new
light, in linear light, so that a crimson noon stays crimson and an emerald night emerald.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generation.engine.film.brushes.colour import mix, rgb

ROLES = ("zenith", "middle", "horizon", "sun", "lit", "dark", "ground", "shade", "snow", "air", "rim", "fill")
# one colour a role, in the order of ROLES; `fill` is the light of the whole sky on things, `sun` that of sun or moon
_LIGHTS = {
    "dawn": "#223262 #66769e #e0a484 #ffcf9c #f4ac94 #343860 #806c7c #302c4e #f4dcd4 #94788c #ffcc9c #7c78a8",
    "day": "#1a4684 #4a82c0 #9cbcd6 #fff0d4 #e4e2dc #566a88 #86826f #3c465a #eef2f6 #7f9cb8 #fff0d0 #90b0d8",
    "dusk": "#1a0f26 #5c2236 #d8803c #ffb868 #ff9a58 #2c1428 #a0644a #45233a #ffd0b0 #b0654f #ffb060 #6c4868",
    "night": "#040a1e #10244e #37588c #d4e4ff #5070a8 #0c1430 #38486c #131c36 #a8bce0 #2a4068 #a4c4ff #1c2c54",
}
_LUMA = np.float32([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True)
class Sky:
    """How an hour under a weather stands in the sky. `rise`: height of sun or moon over the horizon in picture heights,
    `cover` of cloud 0..1, `stars` 0..1, `glow` around the light, `lamps` how many lights people have lit, 0..1,
    `beam`: how strong the light's rays are, 0..1, `haze`: air between the eye and things, 0..1, `bloom`: how much the
    bright spills over, 0..1 (little by day, when everything is bright)."""

    rise: float
    size: float
    cover: float
    stars: float
    glow: float
    lamps: float
    beam: float
    haze: float
    bloom: float


_RISE = {"dawn": 0.085, "day": 0.30, "dusk": 0.055, "night": 0.25}
_SIZE = {"dawn": 0.034, "day": 0.026, "dusk": 0.036, "night": 0.030}
_STARS = {"dawn": 0.25, "day": 0.0, "dusk": 0.12, "night": 1.0}
_GLOW = {"dawn": 0.70, "day": 0.36, "dusk": 0.80, "night": 0.34}
_BLOOM = {"dawn": 0.70, "day": 0.40, "dusk": 1.0, "night": 1.0}
_LAMPS = {"dawn": 0.50, "day": 0.15, "dusk": 0.80, "night": 1.0}
_COVER = {"clear": 0.36, "cloud": 0.60, "fog": 0.50, "rain": 0.84, "snow": 0.78, "storm": 0.95}
_BEAM = {"clear": 1.0, "cloud": 0.85, "fog": 0.60, "rain": 0.42, "snow": 0.50, "storm": 0.35}
_HAZE = {"clear": 0.0, "cloud": 0.08, "fog": 1.0, "rain": 0.40, "snow": 0.50, "storm": 0.35}
# how grey, how bright, and how much of the air's colour the sky takes under each weather
_VEIL = {"clear": (0.0, 1.0, 0.0), "cloud": (0.22, 0.90, 0.0), "fog": (0.42, 0.82, 0.60), "rain": (0.50, 0.62, 0.15),
         "snow": (0.50, 0.80, 0.35), "storm": (0.42, 0.42, 0.05)}  # fmt: skip
_SKY_ROLES = frozenset(("zenith", "middle", "horizon", "lit", "dark", "air"))


def sky_of(hour: str, weather: str) -> Sky:
    """Raises KeyError for a name that is not among HOURS and WEATHERS."""
    beam, cover = _BEAM[weather], _COVER[weather]
    return Sky(
        rise=_RISE[hour], size=_SIZE[hour], cover=cover, stars=_STARS[hour] * (1.0 - min(1.0, cover * 0.8)),
        glow=_GLOW[hour] * (0.35 + 0.65 * beam), lamps=max(_LAMPS[hour], 0.5 * (1.0 - beam)), beam=beam,
        haze=_HAZE[weather], bloom=_BLOOM[hour] * (1.0 - 0.3 * _HAZE[weather]),
    )  # fmt: skip


def light_of(hour: str, weather: str) -> dict[str, np.ndarray]:
    """The linear RGB (3,) of every role at an hour under a weather."""
    light = dict(zip(ROLES, map(rgb, _LIGHTS[hour].split()), strict=True))
    grey, bright, veil = _VEIL[weather]
    pale = mix(light["horizon"], light["air"], 0.6)
    turned = {}
    for role, colour in light.items():
        if role in ("sun", "rim"):
            turned[role] = mix(colour, np.full(3, colour @ _LUMA), grey * 0.7) * (0.30 + 0.70 * _BEAM[weather])
            continue
        value = mix(colour, np.full(3, colour @ _LUMA, np.float32), grey) * bright
        if role in _SKY_ROLES:
            value = mix(value, mix(pale, np.full(3, pale @ _LUMA), grey) * bright, veil)
        if weather == "snow" and role in ("ground", "shade"):
            value = mix(value, light["snow"] * (0.55 if role == "ground" else 0.25), 0.6)
        turned[role] = value.astype(np.float32)
    return turned


def turn(colours: Mapping[str, np.ndarray], roles: Mapping[str, str], *, hour: str, weather: str, usual_hour: str,
         usual_weather: str) -> dict[str, np.ndarray]:  # fmt: skip
    """A palette (linear RGB) as it looks at an hour under a weather, if it was chosen for the usual ones.

    `roles` names the role of each key; keys without a role (lamps, neon, ink) shine by themselves and stay.
    """
    if (hour, weather) == (usual_hour, usual_weather):
        return dict(colours)
    usual, wanted = light_of(usual_hour, usual_weather), light_of(hour, weather)
    # another weather at the usual hour keeps more of the palette than another hour
    keep = 0.85 if hour == usual_hour else 0.48
    out = {}
    for key, colour in colours.items():
        role = roles.get(key)
        if role is None:
            out[key] = colour
            continue
        own = (colour @ _LUMA + 1e-4) / (usual[role] @ _LUMA + 1e-4)
        tint = (colour / (colour @ _LUMA + 1e-4) + 0.03) / (usual[role] / (usual[role] @ _LUMA + 1e-4) + 0.03)
        shown = wanted[role] * np.clip(tint, 0.42, 2.1) ** keep
        shown = shown * (wanted[role] @ _LUMA) / (shown @ _LUMA + 1e-6) * np.clip(own, 0.2, 5.0) ** (keep * 0.7)
        out[key] = np.clip(shown, 0.0, 4.0).astype(np.float32)
    return out
