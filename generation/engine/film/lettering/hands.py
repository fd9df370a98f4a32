"""The hand in which each music style is written: its typefaces, its inks, and how its words come and go."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.film.lettering.fonts import FaceName


@dataclass(frozen=True)
class Ink:
    """What letters are made of. `fill`: colours 0xRRGGBB from their tops down to the baseline. `edge` is the dark line
    around them, `edge_em` its width; `bevel` 0..1 how much they stand out as if carved; `sheen` the lit edge's colour;
    `tube`: only their outline shines, as neon does."""

    fill: tuple[int, ...]
    edge: int = 0x05060A
    edge_em: float = 0.055
    bevel: float = 0.0
    sheen: int = 0xFFFFFF
    tube: bool = False


@dataclass(frozen=True)
class Hand:
    """`display` writes titles, `text` lyrics. `rest` is the ink of words not yet sung, `sung` of those that are,
    `title` of titles; `glow` shines around what is sung. Sizes are shares of the usual letter size, tracking is in em.
    `block`: what is sung stands on a band of these colours, from left to right. `initial`: lines begin with an
    illuminated letter. `arrival`: how a word of a lyric video comes (slam, bounce, blur, write, rise, drift).
    `ornament` stands under titles; `points` sets a dot between their words, as inscriptions do."""

    display: FaceName
    text: FaceName
    rest: Ink
    sung: Ink
    title: Ink
    glow: int
    capitals: bool = False
    size: float = 1.0
    display_size: float = 1.0
    tracking: float = 0.035
    display_tracking: float = 0.06
    block: tuple[int, ...] = ()
    initial: bool = False
    arrival: str = "rise"
    ornament: str = "lozenge"
    points: bool = False


_GOLD = Ink((0xFFF6D0, 0xF9D274, 0xC98A2B, 0xF4CC6A), edge=0x1A0D02, bevel=0.9, sheen=0xFFFBE8)
_SILVER = Ink((0xFFFFFF, 0xF3F4F7, 0xC3C9D4), edge=0x07090D, bevel=0.45)

HANDS: dict[str, Hand] = {
    "epic": Hand(
        FaceName("cinzel", 900), FaceName("cinzel", 700), _SILVER, _GOLD, _GOLD, 0xFF9A2E,
        capitals=True, arrival="slam",
    ),
    "gladiator": Hand(
        FaceName("cinzel", 700), FaceName("cinzel", 800),
        Ink((0xFBF3E0, 0xEBDCBB, 0xC3AC80), edge=0x120B05, bevel=0.8),
        Ink((0xFFDCB0, 0xEE9A4C, 0x9A4A16, 0xF0A963), edge=0x1C0803, bevel=0.9, sheen=0xFFF0DC),
        Ink((0xF7ECD2, 0xD9C293, 0xA98A58, 0xE6D2A4), edge=0x140B04, bevel=1.0, sheen=0xFFFAEC), 0xFF6A22,
        capitals=True, tracking=0.075, display_tracking=0.13, size=0.94, arrival="slam", ornament="laurel", points=True,
    ),
    "dark": Hand(
        FaceName("grenze-gotisch", 800), FaceName("grenze-gotisch", 600),
        Ink((0xF4F0F6, 0xC9C3D0, 0x8F8799), edge=0x050307, edge_em=0.06),
        Ink((0xFFC9B4, 0xFF5038, 0xB0121C), edge=0x160003, edge_em=0.06),
        Ink((0xEDE6EE, 0xB9AEBD, 0x7C1620), edge=0x080206, bevel=0.5), 0xE3181F,
        size=1.22, display_size=1.20, tracking=0.015, display_tracking=0.01, arrival="blur", ornament="thorn",
    ),
    "gregorian": Hand(
        FaceName("uncial-antiqua"), FaceName("uncial-antiqua"),
        Ink((0xFDF6E3, 0xF0E1BD, 0xD9C08D), edge=0x140C03, edge_em=0.05),
        Ink((0xFFF7CC, 0xF3CE62, 0xC08A24), edge=0x1F1000, bevel=0.5, sheen=0xFFFDF0),
        Ink((0xFFF7CC, 0xEFC658, 0xB67C1C), edge=0x1F1000, bevel=0.7, sheen=0xFFFDF0), 0xF2B233,
        size=0.98, tracking=0.01, display_tracking=0.02, initial=True, arrival="rise", ornament="cross",
    ),
    "fantasy": Hand(
        FaceName("cinzel-decorative", 900), FaceName("metamorphous"),
        Ink((0xF6FBFF, 0xD3E6F6, 0x9DBBD8), edge=0x03080F),
        Ink((0xF2FFF8, 0x86F2CF, 0x23A588), edge=0x00130F, sheen=0xFFFFFF, bevel=0.4),
        Ink((0xFBFFFF, 0xA9EDE4, 0x4FA9C4, 0xD8FFF2), edge=0x020C12, bevel=0.8), 0x2FE6B8,
        size=0.92, display_size=0.94, tracking=0.01, display_tracking=0.02, arrival="drift", ornament="scroll",
    ),
    "emotional": Hand(
        FaceName("great-vibes"), FaceName("cormorant-garamond", 700, "italic"),
        Ink((0xFFFBF5, 0xF6EADF, 0xDCC8BA), edge=0x120806, edge_em=0.045),
        Ink((0xFFE0D0, 0xFF9E80, 0xE2604E), edge=0x1F0806, edge_em=0.045),
        Ink((0xFFFDF8, 0xFFE9DA, 0xF3BFA6), edge=0x1C0A06, edge_em=0.02), 0xFF8F78,
        size=1.22, display_size=1.32, tracking=0.01, display_tracking=0.0, arrival="write", ornament="swash",
    ),
    "pop": Hand(
        FaceName("montserrat", 900), FaceName("montserrat", 800),
        Ink((0xFFFFFF, 0xFFFFFF), edge=0x0B0714, edge_em=0.05),
        Ink((0xFFFFFF, 0xFFFFFF), edge=0x3A0A3E, edge_em=0.03),
        Ink((0xFFF4FB, 0xFF5FB4, 0x8C48FF), edge=0x12041E, tube=True), 0xFF2E9A,
        capitals=True, size=0.86, display_size=1.0, tracking=0.02, display_tracking=0.02,
        block=(0xFF2E88, 0xA13BFF, 0x2C7BFF), arrival="bounce", ornament="bar",
    ),
}  # fmt: skip


def hand_of(style: str) -> Hand:
    """The hand of a music style; a style without one is written as epic is."""
    return HANDS.get(style, HANDS["epic"])
