// How long an answer rings in each octave, and the correction of a room until it measures what it was asked to ring, as
// mixer/engine/effects/decay_time.py has it (T30 of ISO 3382-1, octave filters run backwards in time).
import { OCTAVES_HZ } from "./acoustics.js";
import { Section } from "./biquad.js";

const STEP = 32;
const [FROM_DB, TO_DB] = [-5, -35];
const TRIES = 5;
const FURTHEST = 3;
const [LEAST_SHARE, MOST_SHARE] = [0.7, 2];
const MOVED = 0.01;

const within = (value, least, most) => Math.min(most, Math.max(least, value));

// The figures to tell `build` so that its answer [left, right] measures `wanted_s`: the best of some tries.
export function corrected(wanted_s, build, rate_hz) {
  const heard = OCTAVES_HZ.filter((octave_hz) => octave_hz < (0.45 * rate_hz) / Math.SQRT2);
  const wanted = wanted_s.map(Math.log);
  let [told, shares, before] = [wanted, heard.map(() => 1), null];
  let best = { missed: Infinity, figures_s: wanted_s };
  for (let turn = 0; turn < TRIES; turn += 1) {
    const figures_s = told.map(Math.exp);
    const backwards = build(figures_s).map((side) => Float64Array.from(side).reverse());
    const measured = heard.map((octave_hz) => Math.log(octaveRt60(backwards, octave_hz, rate_hz)));
    const missed = Math.max(...measured.map((one, at) => Math.abs(wanted[at] - one)));
    if (missed < best.missed) best = { missed, figures_s };
    if (before) shares = shares.map((share, at) => secant(share, told[at] - before.told[at], measured[at] - before.measured[at]));
    before = { told, measured };
    told = told.map((one, at) => {
      const moved = at < heard.length ? one + shares[at] * (wanted[at] - measured[at]) : one;
      return within(moved, wanted[at] - Math.log(FURTHEST), wanted[at] + Math.log(FURTHEST));
    });
  }
  return best.figures_s;
}

// An octave follows what it is told by more or less than was asked: the next step knows.
function secant(share, told, came) {
  return Math.abs(came) > MOVED ? within(told / came, LEAST_SHARE, MOST_SHARE) : share;
}

function octaveRt60(backwards, octave_hz, rate_hz) {
  const sections = octaveFilter(octave_hz, rate_hz);
  const sides_s = backwards.map((side) => {
    const work = Float64Array.from(side);
    for (const one of sections) new Section(one).run(work, work.length);
    return slope(leftOf(work), rate_hz / STEP);
  });
  return sides_s.reduce((total, one_s) => total + one_s, 0) / sides_s.length;
}

// Butterworth's band pass of the third order by the bilinear transform: each pole of the low pass becomes a pair.
function octaveFilter(octave_hz, rate_hz) {
  const [low, high] = [octave_hz / Math.SQRT2, octave_hz * Math.SQRT2].map((edge_hz) => Math.tan((Math.PI * edge_hz) / rate_hz));
  const width = high - low;
  const square = low * high;
  const section = (a, b) => {
    const scale = 1 + a + b;
    return [width / scale, 0, -width / scale, (2 * (b - 1)) / scale, (1 - a + b) / scale];
  };
  // The pole at 120 degrees: p = width (-1 + i sqrt 3) / 2; the pair are the roots of s^2 - p s + square.
  const [x, y] = [-0.5 * width, 0.5 * Math.sqrt(3) * width];
  const [real, imaginary] = [x * x - y * y - 4 * square, 2 * x * y];
  const size = Math.hypot(real, imaginary);
  const root = [Math.sqrt((size + real) / 2), -Math.sqrt((size - real) / 2)]; // of a number below the real axis
  const pair = [1, -1].map((sign) => {
    const [u, v] = [(x + sign * root[0]) / 2, (y + sign * root[1]) / 2];
    return section(-2 * u, u * u + v * v);
  });
  return [section(width, square), ...pair];
}

// What is left of the energy, step by step from the end.
function leftOf(work) {
  const left = new Float64Array(Math.floor(work.length / STEP));
  let total = 0;
  for (let step = 0; step < left.length; step += 1) {
    for (let at = step * STEP; at < (step + 1) * STEP; at += 1) total += work[at] * work[at];
    left[step] = total;
  }
  return left;
}

// Seconds for 60 dB by the line of least squares through what is left.
function slope(left, rate_hz) {
  const level_db = Array.from(left, (power) => 10 * Math.log10(power / left[left.length - 1] + 1e-30));
  const falling = level_db.filter((one_db) => one_db <= FROM_DB && one_db >= TO_DB);
  const middle = 0.5 * (falling.length - 1);
  let [square, product] = [0, 0];
  falling.forEach((one_db, at) => {
    square += (at - middle) ** 2;
    product += (at - middle) * one_db;
  });
  return ((60 * square) / product) / rate_hz;
}
