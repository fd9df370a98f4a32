// The equaliser's response, from the same formulas as the studio's (mixer/engine/effects/biquad.py: R. Bristow-Johnson,
// "Cookbook formulae for audio equalizer biquad filter coefficients"), and the static curves of the dynamics.

const RATE_HZ = 48000;
const BUTTERWORTH_Q = Math.SQRT1_2;

// [b0, b1, b2, a1, a2] with a0 = 1.
export function biquad(kind, hz, db = 0, q = BUTTERWORTH_Q) {
  const omega = (2 * Math.PI * Math.min(hz, 0.49 * RATE_HZ)) / RATE_HZ;
  const cos = Math.cos(omega);
  const alpha = Math.sin(omega) / (2 * q);
  const gain = 10 ** (db / 40);
  let b;
  let a;
  if (kind === "bell") {
    b = [1 + alpha * gain, -2 * cos, 1 - alpha * gain];
    a = [1 + alpha / gain, -2 * cos, 1 - alpha / gain];
  } else if (kind === "high_pass") {
    b = [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2];
    a = [1 + alpha, -2 * cos, 1 - alpha];
  } else if (kind === "low_pass") {
    b = [(1 - cos) / 2, 1 - cos, (1 - cos) / 2];
    a = [1 + alpha, -2 * cos, 1 - alpha];
  } else {
    const sign = kind === "low_shelf" ? 1 : -1;
    const [plus, minus, c, root] = [gain + 1, gain - 1, sign * cos, 2 * Math.sqrt(gain) * alpha];
    b = [gain * (plus - minus * c + root), sign * 2 * gain * (minus - plus * c), gain * (plus - minus * c - root)];
    a = [plus + minus * c + root, sign * -2 * (minus + plus * c), plus + minus * c - root];
  }
  return [b[0] / a[0], b[1] / a[0], b[2] / a[0], a[1] / a[0], a[2] / a[0]];
}

function cut(kind, hz, slope) {
  const order = Number(slope) / 6;
  return Array.from({ length: order / 2 }, (_, k) => biquad(kind, hz, 0, 1 / (2 * Math.cos((Math.PI * (2 * k + 1)) / (2 * order)))));
}

// `value(name)` gives the equaliser's parameters.
export function eqSections(value) {
  const made = [];
  if (value("low_cut")) made.push(...cut("high_pass", value("low_cut_hz"), value("low_cut_slope")));
  if (value("low_shelf_db")) made.push(biquad("low_shelf", value("low_shelf_hz"), value("low_shelf_db")));
  for (const n of [1, 2, 3, 4]) {
    if (value(`bell_${n}_db`)) made.push(biquad("bell", value(`bell_${n}_hz`), value(`bell_${n}_db`), value(`bell_${n}_q`)));
  }
  if (value("high_shelf_db")) made.push(biquad("high_shelf", value("high_shelf_hz"), value("high_shelf_db")));
  if (value("high_cut")) made.push(...cut("low_pass", value("high_cut_hz"), value("high_cut_slope")));
  return made;
}

export function responseDb(sections, hz) {
  const w = (2 * Math.PI * hz) / RATE_HZ;
  const [c1, s1, c2, s2] = [Math.cos(w), Math.sin(w), Math.cos(2 * w), Math.sin(2 * w)];
  let power = 1;
  for (const [b0, b1, b2, a1, a2] of sections) {
    const up = (b0 + b1 * c1 + b2 * c2) ** 2 + (b1 * s1 + b2 * s2) ** 2;
    const down = (1 + a1 * c1 + a2 * c2) ** 2 + (a1 * s1 + a2 * s2) ** 2;
    power *= up / down;
  }
  return 10 * Math.log10(Math.max(power, 1e-12));
}

// What comes out for a steady level (dB) that comes in.
export function compressorOut(level_db, { threshold_db, ratio, knee_db, makeup_db }) {
  const over = level_db - threshold_db;
  const slope = 1 / ratio - 1;
  if (over <= -knee_db / 2) return level_db + makeup_db;
  if (over < knee_db / 2) return level_db + (slope * (over + knee_db / 2) ** 2) / (2 * knee_db) + makeup_db;
  return level_db + slope * over + makeup_db;
}

export const gateOut = (level_db, { threshold_db, range_db }) => (level_db >= threshold_db ? level_db : level_db - range_db);
