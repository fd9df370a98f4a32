"""What a stem is called in a store: the content of all that is heard in it, and nothing else.

So a part that was not touched keeps its key whatever happens to the others, and one whose note moved gets a new one.
Name, role and pan are not heard in a dry stem, and are left out.
"""

from __future__ import annotations

from codecraft.common.codec import content_hash
from generation.engine.orchestra.events import Passage
from generation.engine.orchestra.synth import synth_gains, synth_notes
from generation.engine.orchestra.types import OrchestraSpec
from generation.engine.score.types import Part


def stem_key(version: int, part: Part, passages: tuple[Passage, ...], spec: OrchestraSpec, *, backend: str) -> str:
    """The content key of a part's stem. The passages hold its notes, controls and the tempo map as far as they count;
    a SoundFont is known by its name and size, as in the pipeline's stages."""
    song = [spec.seed, spec.total_samples, spec.sample_rate_hz]
    if part.synth:
        notes = [[n.start, n.held, n.midi, n.velocity] for n in synth_notes(part, spec)]
        return content_hash(["synth stem", version, part.synth, song, notes, synth_gains(part, spec)])
    instrument = [backend, 0 if part.is_drums else part.program, part.is_drums]
    soundfont = [spec.soundfont_path.name, spec.soundfont_path.stat().st_size]
    events = [[e.tick, int(e.kind), e.a, e.b, e.layer] for passage in passages for e in passage.events]
    counts = [len(passage.events) for passage in passages]
    return content_hash(["stem", version, instrument, soundfont, song, counts, events])
