"""Which feelings a song is made of, from its style and from the lexical fields that its theme calls."""

from __future__ import annotations

from generation.engine.lyrics.theme import ThemeReading

VALENCE = {"J": 1.0, "H": 0.8, "V": 0.6, "W": 0.4, "C": 0.3, "R": 0.3, "L": -0.3, "A": -0.6, "F": -0.7, "G": -0.9}
"""Joy, hope, love, wonder, calm, resolve, longing, anger, fear, grief on one line from dark to bright."""
_STYLE = {
    "epic": "RRRHHWJA", "pop": "JJJVVHHLW", "dark": "FFFAAGGL", "gregorian": "CCCWWHHR", "fantasy": "WWWHHCFR",
    "gladiator": "RRRAAFHJ", "emotional": "LLLGGVVCCH",
}  # fmt: skip
_FIELD = {
    "sea": "LWCF", "ship": "RWF", "war": "FGRG", "arena": "RFAH", "sword": "RF", "fire": "AFH", "forgiveness": "AHCR",
    "love": "VVVJL", "heartbreak": "LLGA", "night": "LFC", "city": "WLJ", "winter": "CLG", "summer": "JLC",
    "garden": "CHL", "autumn": "CL", "machine": "WHF", "child": "WCJ", "home": "CLH", "family": "CGH", "time": "LCG",
    "stars": "WLH", "moon": "WLC", "forest": "WFC", "faith": "CHW", "loss": "GGL", "journey": "LRH", "mountain": "RWF",
    "river": "CLH", "desert": "FWR", "rain": "LCJ", "storm": "FRH", "dream": "WLH", "music": "JLC", "dance": "JJVF",
    "freedom": "RJH", "light": "HHCR", "shadow": "FFA", "ghost": "FLG", "friend": "JCL", "work": "RCA", "money": "ACR",
    "wolf": "WFCJ", "bird": "WLH", "magic": "WWF", "dragon": "WFR", "king": "RAC", "honor": "RRA", "fear": "FFR",
    "sport": "RRJG", "letter": "LLV", "food": "CCJ", "healing": "HGC", "betrayal": "AAGR", "hope": "HHR",
    "peace": "CHH",    "school": "WFJ", "vote": "RAH", "science": "WWC", "party": "JJV",
}  # fmt: skip
_LOVE_FIELDS = frozenset(["love", "heartbreak", "letter"])
_GRAVE_FIELDS = frozenset(["loss", "war", "heartbreak", "ghost", "betrayal", "healing", "family", "time", "letter"])
_OLD_FIELDS = frozenset(["arena", "sword", "dragon", "magic", "king", "honor"])
_OLD_STYLES = frozenset(["gladiator", "gregorian", "fantasy", "epic"])
_MODERN_FIELDS = frozenset(
    [
        "city",
        "machine",
        "work",
        "money",
        "sport",
        "school",
        "vote",
        "science",
        "party",
        "letter",
        "music",
        "food",
        "war",
    ]
)


def emotion_weights(reading: ThemeReading, fields: tuple[str, ...], style: str) -> dict[str, float]:
    """{emotion letter: -1..1.5}: how well a line of that feeling suits the song."""
    weights = {letter: 0.12 * _STYLE.get(style, "").count(letter) for letter in VALENCE}
    called = [name for name, _ in reading.fields][:4] or list(fields[:2])
    for place, name in enumerate(called):
        for letter in set(_FIELD.get(name, "")):
            weights[letter] += (0.5, 0.35, 0.2, 0.1)[place] * (0.6 + 0.4 * _FIELD[name].count(letter))
    for letter, valence in VALENCE.items():
        weights[letter] += 0.3 * reading.mood * valence
    if not _LOVE_FIELDS & set(called):
        weights["V"] -= 0.3 if style in ("pop", "emotional") else 0.9
        weights["L"] -= 0.2
    if not _GRAVE_FIELDS & set(called) and reading.mood >= 0:
        weights["G"] -= 0.5
    return weights


def modern_weight(reading: ThemeReading, style: str) -> float:
    """What a line with telephones and trains in it costs: much in a song of swords, nothing in one of cities."""
    called = {name for name, _ in reading.fields}
    if called & _OLD_FIELDS or (called and called <= {"faith", "light", "wolf", "forest", "mountain", "moon"}):
        return -6.0
    return -1.2 if style in _OLD_STYLES and not called & _MODERN_FIELDS else 0.0
