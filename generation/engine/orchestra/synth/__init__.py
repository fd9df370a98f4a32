"""A small synthesizer of ours for what the SoundFont lacks: sub-bass, risers, impacts, braams, wide pads."""

from generation.engine.orchestra.synth.player import SynthPlayer, synth_gains, synth_notes
from generation.engine.orchestra.synth.sounds import SOUNDS

__all__ = ["SOUNDS", "SynthPlayer", "synth_gains", "synth_notes"]
