"""A few bars of a score to listen to while it is edited: only what sounds in them is played and sung, and mixed on the
desk that the song's last rendering left. Phrases come from the singer's store, and sound as they do in the song.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress, span
from generation.contracts import Brief
from generation.engine.orchestra import OrchestraSpec, render_stems
from generation.engine.pipeline.assets import load_result, save_result
from generation.engine.pipeline.kept_files import StoredFiles
from generation.engine.pipeline.names import BACKING_STEM, LEAD_STEM, stem_names
from generation.engine.pipeline.phrases import StoredPhrases
from generation.engine.pipeline.spaces import SPACES
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import Workshop
from generation.engine.score.editing.band import LEAN_BEATS
from generation.engine.score.timeline import vocal_line
from generation.engine.score.types import ControlPoint, Note, Part, Score, TempoChange, TempoMap, VocalPart
from mixer.contracts import ChannelRole, MixSpec, StemInput
from mixer.engine.auto_mix import set_desk
from mixer.engine.desk import Desk
from mixer.engine.excerpt import mix_excerpt
from voicelab.contracts import SingSpec, VocalGroup, VocalLine, VocalPhrase, VoiceStyle
from voicelab.engine.singer import sing

EXCERPT_VERSION = 1
"""Raise it whenever the same excerpt would give other bytes."""
MAX_EXCERPT_S = 60.0
SAMPLE_RATE_HZ = 48_000
_RING_S = 1.5
_BREATH_S = 0.5


@dataclass(frozen=True)
class ExcerptSpec:
    """`desk` is None for a song that was never rendered: then the few bars are mixed by themselves."""

    brief: Brief
    score: Score
    start_beats: float
    end_beats: float
    desk: Desk | None = None


@dataclass(frozen=True)
class Excerpt:
    """`path` begins at `start_s` of the song and rings a little over `end_s`."""

    path: Path
    start_s: float
    end_s: float
    duration_s: float
    start_beats: float
    end_beats: float
    notices: tuple[str, ...] = ()


def check_excerpt(spec: ExcerptSpec) -> None:
    """Raises InvalidInput for beats that are no stretch of the song, or too long a one."""
    end = spec.score.end_beats
    if not 0.0 <= spec.start_beats < spec.end_beats <= end + 1e-6:
        raise InvalidInput(
            f"The beats {spec.start_beats:g} to {spec.end_beats:g} are no stretch of the song ({end:g})."
        )
    at = spec.score.tempo_map.seconds_at
    if at(spec.end_beats) - at(spec.start_beats) > MAX_EXCERPT_S:
        raise InvalidInput(f"A preview lasts {MAX_EXCERPT_S:.0f} s at most: choose fewer bars.")


def render_excerpt(
    spec: ExcerptSpec, folder: Path, *, workshop: Workshop, progress: Progress = ignore_progress
) -> Excerpt:
    """Render the bars to `folder/excerpt.wav` and keep its facts beside it. Raises as `check_excerpt`, Unavailable
    without a SoundFont; Cancelled from `progress` passes through."""
    check_excerpt(spec)
    stretch = _Stretch.of(spec)
    path = folder / "excerpt.wav"
    with tempfile.TemporaryDirectory(dir=folder) as name:
        working = Path(name)
        stems = _play(spec, stretch, working, workshop, span(progress, 0.0, 0.4))
        stems += _sing(spec, stretch, working, workshop, span(progress, 0.4, 0.7))
        samples = _mix(spec, stretch, stems, path, span(progress, 0.7, 1.0))
    spoken = spec.brief.voice is VoiceStyle.SPOKEN
    notices = ("The narrator is not heard in a preview: render the song to hear the words.",) if spoken else ()
    made = Excerpt(
        path, stretch.start_s, stretch.end_s, samples / SAMPLE_RATE_HZ, spec.start_beats, spec.end_beats, notices
    )
    save_result(folder, made)
    return made


def load_excerpt(folder: Path) -> Excerpt:
    return load_result(Excerpt, folder)


@dataclass(frozen=True)
class _Stretch:
    """What is rendered: from `origin`, where the first phrase and bar begin, until what rings over the end."""

    origin_beats: float
    origin_s: float
    start_s: float
    end_s: float
    length_s: float

    @classmethod
    def of(cls, spec: ExcerptSpec) -> _Stretch:
        score, at = spec.score, spec.score.tempo_map.seconds_at
        start_s, end_s = at(spec.start_beats), at(spec.end_beats)
        first_s = min([start_s, *(p.words[0].syllables[0].notes[0].start_s for p in _heard(score, start_s, end_s))])
        bar = score.beats_per_bar
        origin = score.tempo_map.beat_at(max(0.0, first_s - _BREATH_S)) // bar * bar
        last_s = min(end_s + _RING_S, score.duration_s)
        return cls(float(origin), at(origin), start_s, end_s, last_s - at(origin))


def _heard(score: Score, start_s: float, end_s: float) -> list[VocalPhrase]:
    parts = (score.lead, *score.harmonies, *score.backing)
    return [p for part in parts for p in vocal_line(part, score).phrases if _sounds(p, start_s, end_s)]


def _sounds(phrase: VocalPhrase, start_s: float, end_s: float) -> bool:
    first, last = phrase.words[0].syllables[0].notes[0], phrase.words[-1].syllables[-1].notes[-1]
    return last.end_s > start_s and first.start_s < end_s


def _play(
    spec: ExcerptSpec, stretch: _Stretch, working: Path, workshop: Workshop, progress: Progress
) -> list[StemInput]:
    """The parts that sound there, each under the name that its stem has in the song."""
    score = spec.score
    names = stem_names((part.name for part in score.parts), backing=bool(score.backing))
    cut = [_cut(part, stretch.origin_beats, spec.end_beats) for part in score.parts]
    sounding = [(name, part) for name, part in zip(names, cut, strict=True) if part.notes]
    if not sounding:
        return []
    orchestra = OrchestraSpec(
        parts=tuple(part for _, part in sounding),
        tempo_map=_tempo_from(score.tempo_map, stretch.origin_beats),
        duration_s=stretch.length_s,
        soundfont_path=workshop.soundfont_path,
        seed=spec.brief.seed,
    )
    kept = StoredFiles(AssetStore(workshop.store_dir))  # after an edit of these bars only the edited part plays again
    played = render_stems(orchestra, working, progress=progress, stems=kept)
    return [
        StemInput(name, path, part.role, part.pan)
        for (name, part), path in zip(sounding, played.stem_paths, strict=True)
    ]


def _cut(part: Part, start: float, end: float) -> Part:
    """The part from beat `start` on: what is held there already is struck there, controllers stand as they do."""
    notes: list[Note] = []
    for note in part.notes:
        last = note.start_beats + note.duration_beats
        if start - LEAN_BEATS <= note.start_beats < end - LEAN_BEATS:
            notes.append(replace(note, start_beats=max(0.0, note.start_beats - start)))
        elif note.start_beats < start < last - 0.5 and not part.is_drums:
            notes.append(replace(note, start_beats=0.0, duration_beats=last - start))
    standing = {c.controller: c.value for c in part.controls if c.beat <= start}
    controls = [ControlPoint(0.0, controller, value) for controller, value in sorted(standing.items())]
    controls += [replace(c, beat=c.beat - start) for c in part.controls if c.beat > start]
    return replace(part, notes=tuple(sorted(notes, key=lambda n: (n.start_beats, n.midi))), controls=tuple(controls))


def _tempo_from(tempo: TempoMap, start: float) -> TempoMap:
    holds = next(c.bpm for c in reversed(tempo.changes) if c.beat <= start + 1e-6)
    later = (TempoChange(c.beat - start, c.bpm) for c in tempo.changes if c.beat > start + 1e-6)
    return TempoMap((TempoChange(0.0, holds), *later))


def _sing(
    spec: ExcerptSpec, stretch: _Stretch, working: Path, workshop: Workshop, progress: Progress
) -> list[StemInput]:
    score, voice = spec.score, spec.brief.voice
    if voice is VoiceStyle.SPOKEN:
        return []
    phrases = StoredPhrases(AssetStore(workshop.store_dir))
    groups = [(LEAD_STEM, VocalGroup.LEAD, (score.lead, *score.harmonies))]
    groups += [(BACKING_STEM, VocalGroup.BACKING, score.backing)] if score.backing else []
    stems = []
    for number, (name, group, parts) in enumerate(groups):
        lines = tuple(_line(part, score, stretch) for part in parts)
        if not any(line.phrases for line in lines):
            continue
        asked = SingSpec(lines, voice, stretch.length_s, spec.brief.seed, group=group)
        path = working / f"{name}.wav"
        part_progress = span(progress, number / len(groups), (number + 1) / len(groups))
        sing(asked, path, progress=part_progress, phrases=phrases)
        role = ChannelRole.LEAD if group is VocalGroup.LEAD else ChannelRole.BACKING
        effects = spec.brief.effects if group is VocalGroup.LEAD else None
        stems.append(StemInput(name, path, role, effects=effects))
    return stems


def _line(part: VocalPart, score: Score, stretch: _Stretch) -> VocalLine:
    """The phrases that sound in the stretch, as takes of the whole song, their times from its origin."""
    phrases = vocal_line(part, score).phrases
    return VocalLine(tuple(_earlier(p, stretch) for p in phrases if _sounds(p, stretch.start_s, stretch.end_s)))


def _earlier(phrase: VocalPhrase, stretch: _Stretch) -> VocalPhrase:
    words = []
    for word in phrase.words:
        syllables = (
            replace(
                syllable,
                notes=tuple(
                    replace(
                        note,
                        start_s=note.start_s - stretch.origin_s,
                        end_s=min(note.end_s - stretch.origin_s, stretch.length_s),
                    )
                    for note in syllable.notes
                ),
            )
            for syllable in word.syllables
        )
        words.append(replace(word, syllables=tuple(syllables)))
    return replace(phrase, words=tuple(words))


def _mix(spec: ExcerptSpec, stretch: _Stretch, stems: Iterable[StemInput], path: Path, progress: Progress) -> int:
    inputs = tuple(stems)
    if not inputs:
        raise InvalidInput("Nothing sounds in these bars.")
    asked = MixSpec(inputs, SPACES[spec.brief.style], spec.brief.seed, SAMPLE_RATE_HZ)
    desk = spec.desk
    if desk is None:
        desk = set_desk(asked, path.parent, progress=span(progress, 0.0, 0.3))
    return mix_excerpt(
        asked,
        desk,
        path,
        offset_s=stretch.origin_s if spec.desk else 0.0,
        cut_s=stretch.start_s - stretch.origin_s,
        progress=span(progress, 0.3, 1.0),
    )
