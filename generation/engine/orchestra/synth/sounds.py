"""The sounds that the SoundFont lacks: what a part asks for by `Part.synth`.

Recipes follow common practice of sound design: a boom is a sine that falls in pitch under a burst of noise, a riser is
filtered noise and saws that climb, a braam is low saws that open under drive, a super saw is seven detuned saws
(Szabo, "How to emulate the super saw", KTH 2010, for the spacing of the detuning).
"""

from __future__ import annotations

from generation.engine.orchestra.synth.patch import Cloud, Envelope, Filter, Glide, Layer, Oscillator, Patch

_SUPER_CENTS = (-19.1, -10.9, -3.4, 0.0, 3.5, 10.8, 18.7)
_SUPER_PANS = (-0.9, 0.6, -0.3, 0.0, 0.3, -0.6, 0.9)
_SUPER_SAW = tuple(
    Oscillator("saw", 0.34 if cents else 0.5, cents=cents, pan=pan)
    for cents, pan in zip(_SUPER_CENTS, _SUPER_PANS, strict=True)
)
_NOISE = (Oscillator("noise"),)

SOUNDS: dict[str, Patch] = {
    "sub_bass": Patch(
        (
            Layer(
                Envelope(0.012, 0.4, 0.8, 0.09),
                (Oscillator("sine"), Oscillator("sine", 0.22, octave=1.0), Oscillator("sine", 0.06, octave=1.585)),
                drive=0.8,
            ),
        ),
        velocity_db=18.0,
    ),
    "riser": Patch(
        (
            Layer(
                Envelope(attack_share=1.0, attack_power=2.6, release_s=0.05),
                _NOISE,
                filter=Filter("band", 5_200.0, 1.6, Glide(-4.2)),
            ),
            Layer(
                Envelope(attack_share=1.0, attack_power=2.0, release_s=0.05),
                (Oscillator("saw", 0.5, cents=-8.0, pan=-0.6), Oscillator("saw", 0.5, cents=8.0, pan=0.6)),
                glide=Glide(-12.0),
                filter=Filter("low", 3_600.0, 1.2, Glide(-4.0)),
                level=0.32,
            ),
        ),
        velocity_db=12.0,
    ),
    "downlifter": Patch(
        (
            Layer(
                Envelope(0.01, 1.1, 0.0, 0.3, one_shot_s=3.0),
                _NOISE,
                filter=Filter("band", 240.0, 1.2, Glide(4.6, 0.8)),
            ),
        ),
        velocity_db=12.0,
    ),
    "impact": Patch(
        (
            Layer(
                Envelope(0.002, 0.75, 0.0, 0.2, one_shot_s=3.6),
                (Oscillator("sine"), Oscillator("sine", 0.3, octave=1.0, cents=15.0)),
                glide=Glide(21.0, 0.055),
                drive=2.2,
            ),
            Layer(
                Envelope(0.001, 0.13, 0.0, 0.1, one_shot_s=1.2),
                _NOISE,
                filter=Filter("low", 320.0, 0.8, Glide(4.2, 0.05)),
                level=0.5,
            ),
            Layer(
                Envelope(0.02, 0.9, 0.0, 0.3, one_shot_s=3.4),
                _NOISE,
                filter=Filter("low", 95.0, 1.1, Glide(1.5, 0.3)),
                level=0.9,
            ),
        ),
        velocity_db=20.0,
        fixed_midi=29,
    ),
    "braam": Patch(
        (
            Layer(
                Envelope(0.06, 1.4, 0.55, 0.5),
                tuple(
                    Oscillator("saw", level, octave, cents, pan)
                    for level, octave, cents, pan in (
                        (0.5, 0.0, -7.0, -0.5),
                        (0.5, 0.0, 6.0, 0.5),
                        (0.4, -1.0, 0.0, 0.0),
                        (0.22, 1.0, 9.0, 0.3),
                        (0.22, 1.0, -10.0, -0.3),
                    )
                ),
                glide=Glide(-0.6, 0.09),
                drive=2.0,
                filter=Filter("low", 760.0, 1.1, Glide(2.0, 0.5), velocity_octaves=1.4),
            ),
        ),
        velocity_db=20.0,
    ),
    "super_saw": Patch(
        (
            Layer(
                Envelope(0.006, 0.5, 0.75, 0.16),
                _SUPER_SAW,
                filter=Filter("low", 7_500.0, 0.8, Glide(-0.8, 0.08), velocity_octaves=0.8),
            ),
        ),
        velocity_db=18.0,
        low_hz=140.0,
    ),
    "pluck": Patch(
        (
            Layer(
                Envelope(0.002, 0.22, 0.0, 0.12, one_shot_s=0.9),
                (Oscillator("saw", 0.6, cents=-6.0, pan=-0.4), Oscillator("saw", 0.6, cents=6.0, pan=0.4)),
                filter=Filter("low", 650.0, 1.5, Glide(3.2, 0.07), velocity_octaves=0.8, key_follow=0.6),
            ),
        ),
        velocity_db=20.0,
        low_hz=120.0,
    ),
    "air_pad": Patch(
        (
            Layer(
                Envelope(0.7, 1.0, 0.9, 1.1),
                cloud=Cloud(slope=1.25, width_cents=32.0, shimmer=0.3, formants=((2_600.0, 1.6, 2.0),)),
                filter=Filter("low", 5_000.0, 0.7, Glide(-2.0, 0.9)),
            ),
        ),
        velocity_db=20.0,
        low_hz=110.0,
    ),
    "glass_pad": Patch(
        (
            Layer(
                Envelope(0.35, 1.5, 0.7, 1.4),
                cloud=Cloud(slope=0.9, width_cents=9.0, harmonics=14, even=0.25, shimmer=0.7),
                filter=Filter("low", 9_000.0, 0.7),
            ),
        ),
        velocity_db=20.0,
        low_hz=160.0,
    ),
    "dark_pad": Patch(
        (
            Layer(
                Envelope(1.1, 1.0, 1.0, 1.6),
                cloud=Cloud(slope=1.0, width_cents=60.0, formants=((420.0, 0.7, 3.0), (1_050.0, 0.5, 1.6))),
                filter=Filter("low", 1_300.0, 0.9, Glide(-1.5, 1.6)),
            ),
        ),
        velocity_db=20.0,
        low_hz=60.0,
    ),
    "drone": Patch(
        (
            Layer(
                Envelope(1.6, 1.0, 1.0, 2.2),
                cloud=Cloud(slope=1.1, width_cents=7.0, even=0.8, formants=((480.0, 0.8, 2.5), (900.0, 0.5, 1.8))),
                filter=Filter("low", 2_200.0, 0.7),
            ),
        ),
        velocity_db=20.0,
        low_hz=40.0,
    ),
}
