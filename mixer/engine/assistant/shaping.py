"""How one channel should sound by itself: its level, its equaliser, its dynamics, its place, and what a person asked.

The rules and their figures are the house's (`decisions`, `voice_plan`, `roles`); here they become moves of controls.
"""

from __future__ import annotations

import numpy as np

from mixer.contracts import ChannelRole, VoiceEffects
from mixer.engine.assistant.hearing import Hearing
from mixer.engine.assistant.notes import Notes
from mixer.engine.assistant.pitch import Voicing
from mixer.engine.assistant.predict import expected
from mixer.engine.console.state import Channel, EffectSlot
from mixer.engine.decisions import (
    TRIMMED_LUFS,
    bass_overtones,
    high_pass,
    lead_compressors,
    lead_tone,
)
from mixer.engine.effects.biquad import Band, BandKind
from mixer.engine.effects.colour import Saturation
from mixer.engine.roles import PROFILES
from mixer.engine.voice_plan import BODY_CORNER_HZ, hot_sibilants

_FURTHEST_TRIM_DB = 48.0
_WIDE_BOTTOM_DB = -15.0
_BY_BAND = {240.0: "bell_1", 2_800.0: "bell_3"}
_EVEN = {
    ChannelRole.BASS: (7.0, 3.0, 0.030, 0.250),
    ChannelRole.BACKING: (8.0, 2.5, 0.015, 0.180),
    ChannelRole.CHOIR: (12.0, 2.0, 0.030, 0.300),
    ChannelRole.KEYS: (13.0, 2.0, 0.020, 0.250),
    ChannelRole.PLUCKED: (13.0, 2.0, 0.020, 0.250),
}
"""From which spread in dB a role is evened out, and the ratio, attack and release for it."""
_SPIKY_CREST_DB = 20.0
_DEEP_HZ = 45.0
_NOTHING_DB = -50.0
"""Of the whole: where so little lies, there is nothing to cut."""


def shape(
    notes: Notes, channel_id: str, hearing: Hearing, asked: VoiceEffects, pan: float, voiced: Voicing | None = None
) -> None:
    """Decide on everything in a channel that does not depend on the others. `voiced`: where a pitch shift is asked."""
    heard = hearing.analysis
    channel = notes.channel(channel_id)
    if heard.is_silent:
        notes.say("silent", channel_id, "Left as it is: the channel is silent.")
        return
    if voiced is not None:
        _pitch(notes, channel_id, asked.pitch_semitones, voiced)
    trim_db = float(np.clip(TRIMMED_LUFS - heard.lufs, -_FURTHEST_TRIM_DB, _FURTHEST_TRIM_DB))
    notes.decide(
        "trim",
        channel_id,
        f"Came in at {heard.lufs:.1f} LUFS: trimmed by {trim_db:+.1f} dB.",
        {"gain_db": round(trim_db, 2)},
        {"lufs": heard.lufs},
    )
    tone = _equaliser(notes, channel_id, hearing)
    if channel.role is ChannelRole.LEAD:
        _lead_dynamics(notes, channel_id, hearing, trim_db, tone, asked)
    else:
        _dynamics(notes, channel_id, hearing)
        _de_esser(notes, channel_id, asked.de_esser, "")
    _colour(notes, channel_id, hearing, asked)
    _place(notes, channel_id, hearing, pan)
    if asked.doubler > 0.0:
        slot = EffectSlot("doubler", "doubler", {"amount": asked.doubler})
        notes.switch_on("doubler", channel_id, slot, f"Doubled to both sides at {asked.doubler:.0%}, as asked.")


def _pitch(notes: Notes, channel_id: str, semitones: float, voiced: Voicing) -> None:
    asked = f"{abs(semitones):g} semitone{'' if abs(semitones) == 1.0 else 's'} {'up' if semitones > 0.0 else 'down'}"
    if not voiced.can_move:
        notes.say("pitch", channel_id, f"Not moved {asked}: {voiced.told}.")
        return
    material = "voice" if voiced.is_one_voice else "instrument"
    slot = EffectSlot("pitch", "pitch_shift", {"semitones": semitones, "material": material})
    sentence = f"Moved {asked} with its vowels kept, as asked ({voiced.told})."
    notes.switch_on("pitch", channel_id, slot, sentence, {"pitched_share": voiced.share})


def _equaliser(notes: Notes, channel_id: str, hearing: Hearing) -> tuple[Band, ...]:
    """The cut of rumble for all, the tone of a lead. Returns the bands that were set."""
    heard, role = hearing.analysis, notes.channel(channel_id).role
    said: list[str] = []
    (cut,) = high_pass(PROFILES[role], heard, said)
    below_db = heard.share_db(slice(0, 1 if cut.frequency_hz <= _DEEP_HZ else 2))
    eq = "effects/eq/params/"
    if below_db <= _NOTHING_DB:
        cuts: tuple[Band, ...] = ()
    else:
        cuts, where = (cut,), "45" if cut.frequency_hz <= _DEEP_HZ else "90"
        sentence = (
            f"High-pass at {cut.frequency_hz:.0f} Hz: sound under {where} Hz lay at {below_db:.0f} dB of the whole."
        )
        settings = {eq + "low_cut": True, eq + "low_cut_hz": cut.frequency_hz}
        notes.decide("low-cut", channel_id, said[0] if said else sentence, settings, {f"under_{where}_hz_db": below_db})
    if role is not ChannelRole.LEAD:
        return cuts
    said = []
    tone = lead_tone(heard, said)
    for band, sentence in zip(tone, said, strict=True):
        if band.kind is BandKind.HIGH_SHELF:
            name, settings = "air", {"high_shelf_hz": band.frequency_hz, "high_shelf_db": round(band.gain_db, 1)}
        else:
            bell = _BY_BAND[band.frequency_hz]
            name = "presence" if bell == "bell_3" else "mud"
            settings = {f"{bell}_hz": band.frequency_hz, f"{bell}_db": round(band.gain_db, 1), f"{bell}_q": band.q}
        notes.decide(name, channel_id, sentence, {eq + key: value for key, value in settings.items()})
    return (*cuts, *tone)


def _lead_dynamics(
    notes: Notes, channel_id: str, hearing: Hearing, trim_db: float, tone: tuple[Band, ...], asked: VoiceEffects
) -> None:
    """First a slow hand that evens out phrases, then a quick one for syllables, then softer sibilants."""
    heard, said = hearing.analysis, list[str]()
    slow, quick = lead_compressors(heard, trim_db, said)
    names = ("leveller", "syllables")
    for name, effect in zip(names, (slow, quick), strict=True):
        params = {
            "threshold_db": round(float(np.clip(effect.threshold_db, -60.0, 0.0)), 1),
            "ratio": effect.ratio,
            "attack_s": effect.attack_s,
            "release_s": effect.release_s,
            "knee_db": effect.knee_db,
            "detector_s": min(0.1, effect.detector_s),
        }
        notes.install(channel_id, EffectSlot(name, "compressor", params))
    settings = {f"effects/{name}/bypass": False for name in names}
    notes.decide("compression", channel_id, said[0], settings, {"spread_db": heard.spread_db})
    said = []
    hot = hot_sibilants(heard, tone, 48_000, said)
    if asked.de_esser > hot:
        said = []
    _de_esser(notes, channel_id, max(hot, asked.de_esser), said[0] if said else "")


def _de_esser(notes: Notes, channel_id: str, amount: float, sentence: str) -> None:
    if amount > 0.0:
        slot = EffectSlot("de-esser", "de_esser", {"amount": round(amount, 2)})
        notes.switch_on("de-esser", channel_id, slot, sentence or f"De-esser at {amount:.0%}, as asked.")


def _dynamics(notes: Notes, channel_id: str, hearing: Hearing) -> None:
    """Even out what wanders between too soft and too loud; catch the spikes of drums."""
    channel, measures = notes.channel(channel_id), hearing.measures
    usual = expected(hearing, channel).analysis.sounding_db
    if channel.role is ChannelRole.DRUMS and measures.crest_db > _SPIKY_CREST_DB:
        peak_db = measures.peak_dbfs + channel.gain_db
        over_db = measures.crest_db - _SPIKY_CREST_DB
        params = {"threshold_db": round(float(np.clip(peak_db - over_db - 6.0, -60.0, 0.0)), 1), "ratio": 3.0}
        slot = EffectSlot("compressor", "compressor", params | {"attack_s": 0.004, "release_s": 0.080})
        sentence = f"Hits caught 3:1: the peaks stood {measures.crest_db:.0f} dB over the mean."
        notes.switch_on("compression", channel_id, slot, sentence, {"crest_db": measures.crest_db})
        return
    if channel.role not in _EVEN or len(usual) == 0:
        return
    from_db, ratio, attack_s, release_s = _EVEN[channel.role]
    if measures.spread_db <= from_db:
        return
    threshold_db = float(np.clip(np.percentile(usual, 50) + 3.0, -60.0, 0.0))
    params = {"threshold_db": round(threshold_db, 1), "ratio": ratio, "attack_s": attack_s, "release_s": release_s}
    sentence = (
        f"Evened out {ratio:g}:1 above {threshold_db:.0f} dB: soft and loud lay {measures.spread_db:.0f} dB apart."
    )
    slot = EffectSlot("compressor", "compressor", params)
    notes.switch_on("compression", channel_id, slot, sentence, {"spread_db": measures.spread_db})


def _colour(notes: Notes, channel_id: str, hearing: Hearing, asked: VoiceEffects) -> None:
    channel, said = notes.channel(channel_id), list[str]()
    if asked.bass_boost_db > 0.0:
        slot = EffectSlot("bass", "bass_boost", {"gain_db": asked.bass_boost_db, "corner_hz": BODY_CORNER_HZ})
        sentence = f"Bass raised {asked.bass_boost_db:.1f} dB below {BODY_CORNER_HZ:.0f} Hz, as asked."
        notes.switch_on("bass", channel_id, slot, sentence)
    if asked.saturation > 0.0:
        wanted, sentence = Saturation.of_amount(asked.saturation), f"Saturation at {asked.saturation:.0%}, as asked."
    elif (wanted := bass_overtones(channel.role, hearing.analysis, said)) is not None:
        sentence = said[0]
    else:
        return
    slot = EffectSlot("saturation", "saturation", _bent(wanted, hearing, notes.channel(channel_id)))
    notes.switch_on("saturation", channel_id, slot, sentence)


def _bent(wanted: Saturation, hearing: Hearing, channel: Channel) -> dict[str, float]:
    """The console's saturation for a sound of this level; what the bending takes is given back, as of noise."""
    power = float(np.mean(expected(hearing, channel).analysis.bands.sum(axis=1))) / 2.0
    rms = max(1e-6, power**0.5)
    found = wanted.saturator(rms)
    drive_db = float(np.clip(found.drive_db, 0.0, 36.0))
    knee, x = 10.0 ** (-drive_db / 20.0), rms * np.linspace(-4.0, 4.0, 801)
    weight = np.exp(-0.5 * np.square(x / rms))
    bent = x + found.mix * (knee * np.tanh(x / knee) - x)
    lost_db = 10.0 * float(np.log10((weight @ np.square(bent)) / (weight @ np.square(x))))
    return {"drive_db": round(drive_db, 1), "mix": round(found.mix, 2), "output_db": round(-lost_db, 1)}


def _place(notes: Notes, channel_id: str, hearing: Hearing, pan: float) -> None:
    profile, measures = PROFILES[notes.channel(channel_id).role], hearing.measures
    if abs(pan) >= 0.05:
        side = "left" if pan < 0 else "right"
        notes.decide("pan", channel_id, f"Placed {abs(pan):.0%} to the {side}.", {"pan": round(pan, 2)})
    if profile.width != 1.0 and measures.side_db > -40.0:
        verb = "Narrowed" if profile.width < 1.0 else "Widened"
        sentence = f"{verb} to {profile.width:.0%}: its sides lay {-measures.side_db:.0f} dB under the middle."
        notes.decide("width", channel_id, sentence, {"width": profile.width}, {"side_db": measures.side_db})
    if profile.mono_below_hz > 0.0 and measures.low_side_db > _WIDE_BOTTOM_DB:
        slot = EffectSlot("bottom", "stereo_width", {"mono_below_hz": profile.mono_below_hz})
        sentence = (
            f"Mono below {profile.mono_below_hz:.0f} Hz: down there the sides lay only {-measures.low_side_db:.0f} dB "
            "under the middle."
        )
        notes.switch_on("bottom", channel_id, slot, sentence, {"low_side_db": measures.low_side_db})
