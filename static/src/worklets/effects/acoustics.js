// The rooms' figures, those of mixer/engine/effects/reverb.py: seconds to fall by 60 dB per octave from 125 Hz to 8 kHz.

export const OCTAVES_HZ = [125, 250, 500, 1_000, 2_000, 4_000, 8_000];
export const CROSS = 0.3; // share of each side that excites the other

export const ACOUSTICS = {
  studio: { rt60_s: [0.45, 0.42, 0.38, 0.36, 0.34, 0.3, 0.24], predelay_s: 0.004, low_cut_hz: 180, delays_s: [0.009, 0.031], scale: 0.5 },
  chamber: { rt60_s: [1.15, 1.1, 1.05, 1.0, 0.92, 0.78, 0.55], predelay_s: 0.012, low_cut_hz: 160, delays_s: [0.017, 0.053], scale: 0.8 },
  hall: { rt60_s: [2.4, 2.3, 2.2, 2.1, 1.85, 1.45, 0.95], predelay_s: 0.024, low_cut_hz: 140, delays_s: [0.029, 0.089], scale: 1.0 },
  cathedral: { rt60_s: [5.2, 5.0, 4.7, 4.3, 3.5, 2.4, 1.3], predelay_s: 0.038, low_cut_hz: 130, delays_s: [0.037, 0.107], scale: 1.2 },
};
