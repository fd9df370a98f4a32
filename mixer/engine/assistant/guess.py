"""What an uploaded stem is, from its name and, where the name says nothing, from its sound."""

from __future__ import annotations

import re

from mixer.contracts import ChannelRole, Space
from mixer.engine.assistant.hearing import StemMeasures

_R = ChannelRole
_WORDS: tuple[tuple[ChannelRole, str], ...] = (
    (
        _R.BACKING,
        r"back(ing|ground|up)?[ _-]*(vo|vox|voc|sing)|bgv|bvs?\b|b[ _-]?vox|harmon(y|ies)|adlibs?|doubles?\b|gang",
    ),
    (_R.CHOIR, r"choir|chor(us)?\b|choral|soprano|alto|tenor|baritone"),
    (_R.LEAD, r"lead[ _-]*(vo|vox|sing)|vo(x|c|cals?|ice)s?\b|sing(er|ing)?|voice|narrat|speech|rap\b|a ?cap+el+a"),
    (
        _R.DRUMS,
        r"drums?|kick|bd\b|snare|sd\b|hi-?hats?|hh\b|toms?\b|cymbals?|crash|ride\b|overheads?|oh\b|perc|timpani|taiko|loop|beat|clap|shaker|tamb|conga|cajon|808",
    ),
    (_R.BASS, r"bass|sub\b|contrabass"),
    (_R.STRINGS, r"strings?|violin|viola|cello|celli|fiddle|quartet"),
    (_R.BRASS, r"brass|trumpet|trombone|horns?|tuba|cornet"),
    (_R.WOODWIND, r"wood|flute|oboe|clarinet|bassoon|sax|whistle|recorder|pipes?\b|piccolo|winds?\b"),
    (_R.PLUCKED, r"guitars?|gtr|gt\b|harp|lute|banjo|mandolin|ukulele|sitar|pluck|acoustic|strum"),
    (_R.KEYS, r"piano|keys?\b|keyboard|rhodes|organ|wurli|epiano|celesta|harpsichord|clav|bells?|glock|marimba|vibra"),
    (_R.PAD, r"pad|synth|atmos|drone|ambi|texture|warm"),
    (_R.EFFECTS, r"fx|sfx|effects?|riser|impact|noise|sweep|foley|whoosh"),
    (_R.LEAD, r"\blead\b|main"),
)
_PATTERNS = tuple((role, re.compile(pattern)) for role, pattern in _WORDS)
_BUSY_PER_S, _SPARSE_PER_S = 3.0, 1.2


def guess_role(name: str, measures: StemMeasures) -> tuple[ChannelRole, str]:
    """The role and, as the end of a sentence, what it was told by."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    text = re.sub(r"[_\d]+", " ", text.lower())
    found = [(match.start(), order, role) for order, (role, p) in enumerate(_PATTERNS) if (match := p.search(text))]
    if found:
        # “bass drum” is a drum, “lead guitar” a guitar: the order of the list decides before the order of the words,
        # but a bare “lead” only counts where nothing else does.
        _, _, role = min(found, key=lambda hit: (hit[1],))
        if role is ChannelRole.CHOIR and re.search(r"sax|horn", text):
            role = ChannelRole.WOODWIND
        return role, f"by its name, “{name[:40]}”"
    return _by_sound(measures)


def _by_sound(m: StemMeasures) -> tuple[ChannelRole, str]:
    low, attacks = m.rumble_db, m.attacks_per_s
    if m.is_silent:
        return ChannelRole.EFFECTS, "as it is silent"
    if attacks > 2.0 and m.crest_db > 15.0 and m.air_db > -14.0:
        return (
            ChannelRole.DRUMS,
            f"by its sound: {attacks:.1f} attacks a second, peaks {m.crest_db:.0f} dB over the mean",
        )
    if low > -5.0 and m.presence_db < -15.0:
        return ChannelRole.BASS, f"by its sound: what lies under 90 Hz makes {low:.0f} dB of the whole"
    if m.side_db < -25.0 and low < -14.0 and m.presence_db > -22.0 and 0.15 < m.sounding_share < 0.97 and attacks > 0.6:
        return ChannelRole.LEAD, "by its sound: in the middle, with rests between phrases"
    if attacks > 1.5:
        return ChannelRole.PLUCKED, f"by its sound: {attacks:.1f} attacks a second with tones behind them"
    if attacks < 0.5 and m.spread_db < 8.0:
        return ChannelRole.PAD, "by its sound: it stands without attacks"
    return ChannelRole.KEYS, "by its sound, which is no voice, no drum and no bass"


def guess_space(measures: list[StemMeasures]) -> tuple[Space, str]:
    """A room by how much happens in a second: where much does, a long room would blur it."""
    busy = max((m.attacks_per_s for m in measures if not m.is_silent), default=0.0)
    if busy > _BUSY_PER_S:
        return Space.STUDIO, f"{busy:.1f} attacks a second leave room for a short one only"
    if busy > _SPARSE_PER_S:
        return Space.CHAMBER, f"{busy:.1f} attacks a second suit a room of middle size"
    return Space.HALL, f"with {busy:.1f} attacks a second at most there is time for a long one"
