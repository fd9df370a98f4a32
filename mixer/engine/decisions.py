"""From measures to settings: what to do with each channel, and the sentence that says why. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from mixer.contracts import ChannelRole, MixDecision, MixSpec, ReverbKind, StemInput, VoiceEffects
from mixer.engine.analysis import PRESENCE_BANDS, Analysis
from mixer.engine.effects.biquad import Band, BandKind
from mixer.engine.effects.colour import Saturation
from mixer.engine.effects.de_esser import DeEsser
from mixer.engine.effects.doubler import Doubler
from mixer.engine.effects.dynamics import Compressor
from mixer.engine.effects.stereo import StereoPlacer
from mixer.engine.roles import PROFILES, RoleProfile
from mixer.engine.voice_plan import asked_saturation, bass_boost, de_esser, doubler, hot_sibilants, send_db

TRIMMED_LUFS = -23.0
_AUDIBLE_RUMBLE_DB = -45.0
_MASK_MARGIN_DB = 9.0


@dataclass(frozen=True)
class ChannelPlan:
    """Everything that happens to one channel before its fader, in this order; empty, None or 0 means not at all."""

    trim_db: float = 0.0
    bands: tuple[Band, ...] = ()
    compressors: tuple[Compressor, ...] = ()
    de_esser: DeEsser | None = None
    saturation: Saturation | None = None
    duck_db: float = 0.0
    rest_db: float = 0.0
    placer: StereoPlacer = field(default_factory=StereoPlacer)
    doubler: Doubler | None = None
    reverb: ReverbKind = ReverbKind.CONVOLUTION
    send_db: float = -15.0
    decisions: tuple[MixDecision, ...] = ()


def plan_channels(spec: MixSpec, analyses: tuple[Analysis, ...]) -> tuple[ChannelPlan, ...]:
    """One plan per stem of `spec`, from the analyses of the dry stems."""
    lead = lead_analysis(spec, analyses)
    return tuple(_plan(spec, stem, analysis, lead) for stem, analysis in zip(spec.stems, analyses, strict=True))


def lead_analysis(spec: MixSpec, analyses: tuple[Analysis, ...]) -> Analysis | None:
    """The loudest sounding lead, or None in a mix without one."""
    leads = [a for s, a in zip(spec.stems, analyses, strict=True) if s.role is ChannelRole.LEAD and not a.is_silent]
    return max(leads, key=lambda analysis: analysis.lufs, default=None)


def _plan(spec: MixSpec, stem: StemInput, analysis: Analysis, lead: Analysis | None) -> ChannelPlan:
    if analysis.is_silent:
        return ChannelPlan(decisions=(MixDecision(stem.name, "Left as it is: the channel is silent."),))
    profile, asked = PROFILES[stem.role], stem.effects or VoiceEffects()
    # Every channel enters at one loudness: what follows can count on it, however soft the instrument was rendered.
    trim_db = TRIMMED_LUFS - analysis.lufs
    said = [f"Came in at {analysis.lufs:.1f} LUFS: trimmed by {trim_db:+.1f} dB."]
    bands = high_pass(profile, analysis, said)
    compressors: tuple[Compressor, ...] = ()
    hot_amount, duck_db, rest_db = 0.0, 0.0, 0.0
    if stem.role is ChannelRole.LEAD:
        bands += lead_tone(analysis, said)
        compressors = lead_compressors(analysis, trim_db, said)
        hot_amount = hot_sibilants(analysis, bands, spec.sample_rate_hz, said)
    elif lead is not None:
        bands += _presence_dip(profile, analysis, lead, said)
        duck_db, rest_db = _room_for_the_lead(profile, analysis, lead, said)
    bands += bass_boost(asked, said)
    saturation = asked_saturation(asked, said) or bass_overtones(stem.role, analysis, said)
    if abs(stem.pan) >= 0.05:
        said.append(f"Placed {abs(stem.pan):.0%} to the {'left' if stem.pan < 0 else 'right'}.")
    plan = ChannelPlan(
        trim_db=trim_db,
        bands=bands,
        compressors=compressors,
        de_esser=de_esser(asked, hot_amount, said),
        saturation=saturation,
        duck_db=duck_db,
        rest_db=rest_db,
        placer=StereoPlacer(stem.pan, profile.width, profile.mono_below_hz),
        doubler=doubler(asked, spec.seed, stem.name, said),
        reverb=asked.reverb,
        send_db=send_db(spec.space, profile.send_db, asked, said),
    )
    return replace(plan, decisions=tuple(MixDecision(stem.name, sentence) for sentence in said))


def high_pass(profile: RoleProfile, analysis: Analysis, said: list[str]) -> tuple[Band, ...]:
    rumble_db = analysis.share_db(slice(0, 2))
    if profile.high_pass_hz > 45.0 and rumble_db > _AUDIBLE_RUMBLE_DB:
        said.append(
            f"High-pass at {profile.high_pass_hz:.0f} Hz: sound under 90 Hz lay at {rumble_db:.0f} dB of the whole."
        )
    return (Band(BandKind.HIGH_PASS, profile.high_pass_hz),)


def lead_tone(analysis: Analysis, said: list[str]) -> tuple[Band, ...]:
    """Bring a dull voice forward, soften a sharp one, thin out a boomy one."""
    body_db = analysis.share_db(slice(4, 6))
    presence_db = analysis.share_db(PRESENCE_BANDS) - body_db
    air_db = analysis.share_db(slice(8, 10)) - body_db
    mud_db = analysis.share_db(slice(3, 4)) - body_db
    bands: list[Band] = []
    if presence_db < -9.0:
        gain_db = min(3.5, 0.35 * (-9.0 - presence_db) + 1.0)
        bands.append(Band(BandKind.BELL, 2_800.0, gain_db, 0.8))
        said.append(f"Raised {gain_db:.1f} dB at 2.8 kHz: the words' range lay {-presence_db:.0f} dB under the body.")
    if air_db > -6.0:
        gain_db = max(-7.0, -1.0 - 0.5 * (air_db + 6.0))
        bands.append(Band(BandKind.HIGH_SHELF, 6_000.0, gain_db))
        said.append(f"Softened {-gain_db:.1f} dB from 6 kHz: hiss lay at {air_db:+.0f} dB against the body.")
    elif air_db < -24.0:
        bands.append(Band(BandKind.HIGH_SHELF, 9_000.0, 2.5))
        said.append(f"Raised 2.5 dB of air from 9 kHz: it lay {-air_db:.0f} dB under the body.")
    if mud_db > 0.0:
        gain_db = max(-3.5, -1.0 - 0.4 * mud_db)
        bands.append(Band(BandKind.BELL, 240.0, gain_db, 0.9))
        said.append(f"Lowered {-gain_db:.1f} dB at 240 Hz, which lay {mud_db:.0f} dB over the body.")
    return tuple(bands)


def lead_compressors(analysis: Analysis, trim_db: float, said: list[str]) -> tuple[Compressor, ...]:
    """First a slow one that evens out phrases as a hand on the fader would, then a quick one for single syllables."""
    slow_db, quick_db = (float(level) + trim_db for level in np.percentile(analysis.sounding_db, [25, 60]))
    ratio = 3.0 if analysis.spread_db > 9.0 else 2.0
    said.append(
        f"Phrases evened out above {slow_db:.0f} dB, syllables compressed {ratio:.0f}:1: soft and loud lay "
        f"{analysis.spread_db:.0f} dB apart."
    )
    # Detectors that count a sine with its peak read 3 dB over the mean square of `level_db`.
    slow = Compressor(slow_db + 3.0, 2.0, attack_s=0.150, release_s=0.700, knee_db=10.0, detector_s=0.200)
    taken_db = 0.5 * max(0.0, quick_db - slow_db)
    return slow, Compressor(quick_db + 3.0 - taken_db, ratio, attack_s=0.006, release_s=0.120)


def _presence_dip(profile: RoleProfile, analysis: Analysis, lead: Analysis, said: list[str]) -> tuple[Band, ...]:
    """How near the channel comes to the lead in the presence bands while both sound, at the levels they will have."""
    if profile.dip_db <= 0.0:
        return ()
    together = lead.active & analysis.active
    if together.sum() < 5:
        return ()
    level_db = (lead.lufs - analysis.lufs) + profile.target_lu
    mine = analysis.bands[together][:, PRESENCE_BANDS].sum()
    voice = lead.bands[together][:, PRESENCE_BANDS].sum()
    under_db = 10.0 * float(np.log10((voice + 1e-15) / (mine + 1e-15))) - level_db
    if under_db >= _MASK_MARGIN_DB:
        return ()
    gain_db = -min(profile.dip_db, 1.0 + 0.35 * (_MASK_MARGIN_DB - under_db))
    where = "only " + f"{under_db:.0f} dB under" if under_db >= 0.0 else f"{-under_db:.0f} dB over"
    said.append(f"Lowered {-gain_db:.1f} dB at 2.2 kHz, where it lay {where} the voice.")
    return (Band(BandKind.BELL, 2_200.0, gain_db, 0.7),)


def _room_for_the_lead(
    profile: RoleProfile, analysis: Analysis, lead: Analysis, said: list[str]
) -> tuple[float, float]:
    """How far to step back while the lead sings, and to come forward where it rests."""
    overlap = float((lead.active & analysis.active).sum() / max(1, analysis.active.sum()))
    duck_db = profile.duck_db if overlap >= 0.02 else 0.0
    rest_db = profile.rest_db if 0.02 <= overlap <= 0.98 else 0.0
    if duck_db >= 1.0:
        said.append(f"Steps back {duck_db:.1f} dB while the voice sings ({overlap:.0%} of its time).")
    if rest_db >= 1.0:
        said.append(f"Comes forward {rest_db:.1f} dB where the voice rests for longer.")
    return duck_db, rest_db


def bass_overtones(role: ChannelRole, analysis: Analysis, said: list[str]) -> Saturation | None:
    """Overtones make a deep bass heard on small speakers."""
    if role is not ChannelRole.BASS:
        return None
    above_db = analysis.share_db(slice(3, 10))
    if above_db > -12.0:
        return None
    said.append(f"Light saturation: above 180 Hz lay only {above_db:.0f} dB, too little for small speakers.")
    return Saturation(drive_db=9.0, share=0.5)
