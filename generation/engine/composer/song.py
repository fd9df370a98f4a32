"""From words to a score."""

from __future__ import annotations

from codecraft.common.seeds import generator
from generation.engine.composer.backing import BackingSpec, backing_ranges, told, write_backing
from generation.engine.composer.band import arrange
from generation.engine.composer.band.stage import Stage
from generation.engine.composer.choir import write_choir
from generation.engine.composer.fitting import fit_form
from generation.engine.composer.form import plan_form
from generation.engine.composer.harmony import ChordTrack, compose_harmony
from generation.engine.composer.keyplan import lift_told, plan_keys
from generation.engine.composer.melody import MelodyWriter
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import ComposeSpec, Form
from generation.engine.composer.styles import STYLES
from generation.engine.composer.tempo import breathing
from generation.engine.composer.theory import best_key
from generation.engine.lyrics.types import Lyrics
from generation.engine.score.check import check_score
from generation.engine.score.grid import quantised
from generation.engine.score.types import Key, Score, Section
from voicelab.contracts import VOICE_RANGES, VoiceStyle

COMPOSER_VERSION = "7"


def compose(spec: ComposeSpec, lyrics: Lyrics) -> Score:
    """A score of `spec.length_s` seconds in which every word of the lyrics is sung, in order.

    Raises InvalidInput(field="lyrics") when the words cannot be sung in that time, InvalidInput(field="length_s")
    outside 30..300 s. The same spec and lyrics give the same score.
    """
    profile = STYLES[spec.style]
    form = fit_form(plan_form(spec.style, spec.length_s, seed=spec.seed), profile, lyrics)
    form, tempi = breathing(profile, form, spec.length_s)
    key = choose_key(profile, spec.voice, spec.seed)
    keys = plan_keys(profile, form, key, VOICE_RANGES[spec.voice], spec.seed)
    chords = ChordTrack(compose_harmony(profile, form, keys, spec.seed))
    lead = MelodyWriter(profile, form, keys, chords, VOICE_RANGES[spec.voice], spec.seed).write_part()
    harmonies = write_choir(lead.lines, chords) if spec.voice is VoiceStyle.CHOIR else ()
    backing = write_backing(BackingSpec(spec.style, spec.voice, spec.title, form, keys, chords, spec.seed), lead.lines)
    stage = Stage(profile, form, key, chords, lead.lines, spec.seed, keys.changes)
    score = Score(
        title=spec.title,
        style=spec.style.value,
        key=key,
        beats_per_bar=form.beats_per_bar,
        tempo_map=tempi,
        sections=tuple(Section(s.kind, s.name, s.start_bar, s.bars, s.energy) for s in form.sections),
        chords=chords.chords,
        parts=arrange(stage),
        lead=lead,
        harmonies=harmonies,
        backing=backing,
        tail_s=form.tail_s,
        choices=(*_choices(spec, profile, form, key), *lift_told(keys, form), *told(backing, form)),
        key_changes=keys.changes,
    )
    score = quantised(score)
    check_score(score, VOICE_RANGES[spec.voice], backing_ranges(spec.voice))
    return score


def choose_key(profile: StyleProfile, voice: VoiceStyle, seed: int) -> Key:
    """A mode of the style, and a tonic low in the singer's comfortable compass so that the tune has room above it."""
    rng = generator(seed, "key", profile.style.value)
    mode = profile.modes[int(rng.integers(len(profile.modes)))]
    low = VOICE_RANGES[voice].comfortable[0]
    tonic = (low + int(rng.integers(-2, 5))) % 12
    return best_key(tonic, mode)


def _choices(spec: ComposeSpec, profile: StyleProfile, form: Form, key: Key) -> tuple[str, ...]:
    names = ", ".join(s.name for s in form.sections)
    sentences = [
        f"{key.tonic} {key.mode} at {form.bpm:.0f} beats a minute, {form.beats_per_bar} beats in a bar: "
        f"the {spec.style.value} style moves between {profile.bpm[0]:.0f} and {profile.bpm[1]:.0f}.",
        f"The form is {names}: {form.bars} bars and {form.tail_s:.1f} s to ring out make {spec.length_s:g} s.",
    ]
    peak = max(form.sections, key=lambda s: s.energy)
    spoken = spec.voice is VoiceStyle.SPOKEN
    if spoken:
        sentences.append("The words are spoken: a line begins where it would be sung, and its rhythm is the speaker's.")
    else:
        sentences.append(f"The highest note is kept for {peak.name}, where the energy curve has its peak.")
    if form.dense:
        said = "spoken" if spoken else "sung"
        sentences.append(f"There are many words for this length, so they are {said} quickly and the band leaves room.")
    return tuple(sentences)
