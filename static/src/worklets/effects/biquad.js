// Second-order sections after Robert Bristow-Johnson's cookbook, run as the server runs them (mixer/engine/effects/biquad.py):
// transposed direct form II in 64 bit, states below -300 dB cleared (denormals are slow).

export const BUTTERWORTH_Q = Math.SQRT1_2;

// b0, b1, b2, a1, a2 with a0 = 1. Kinds: bell, low_shelf, high_shelf, high_pass, low_pass.
export function biquad(kind, frequency_hz, gain_db, q, rate_hz) {
  if (gain_db === 0 && !kind.endsWith("pass")) return NEUTRAL;
  const omega = (2 * Math.PI * Math.min(frequency_hz, 0.49 * rate_hz)) / rate_hz;
  const cos = Math.cos(omega);
  const alpha = Math.sin(omega) / (2 * q);
  const gain = 10 ** (gain_db / 40);
  if (kind === "bell") return scaled([1 + alpha * gain, -2 * cos, 1 - alpha * gain], [1 + alpha / gain, -2 * cos, 1 - alpha / gain]);
  const poles = [1 + alpha, -2 * cos, 1 - alpha];
  if (kind === "high_pass") return scaled([(1 + cos) / 2, -(1 + cos), (1 + cos) / 2], poles);
  if (kind === "low_pass") return scaled([(1 - cos) / 2, 1 - cos, (1 - cos) / 2], poles);
  return shelf(gain, cos, alpha, kind === "low_shelf" ? 1 : -1);
}

// The cookbook's two tables of shelves differ in the sign of the cosine.
function shelf(gain, cos, alpha, sign) {
  const root = 2 * Math.sqrt(gain) * alpha;
  const plus = gain + 1;
  const minus = gain - 1;
  const c = sign * cos;
  return scaled(
    [gain * (plus - minus * c + root), sign * 2 * gain * (minus - plus * c), gain * (plus - minus * c - root)],
    [plus + minus * c + root, sign * -2 * (minus + plus * c), plus + minus * c - root],
  );
}

function scaled(b, a) {
  return [b[0] / a[0], b[1] / a[0], b[2] / a[0], a[1] / a[0], a[2] / a[0]];
}

// |H| in dB of a cascade (a list of sections) at one frequency.
export function responseDb(sections, frequency_hz, rate_hz) {
  const omega = (2 * Math.PI * frequency_hz) / rate_hz;
  const [c1, s1, c2, s2] = [Math.cos(omega), Math.sin(omega), Math.cos(2 * omega), Math.sin(2 * omega)];
  let power = 1;
  for (const [b0, b1, b2, a1, a2] of sections) {
    const up = (b0 + b1 * c1 + b2 * c2) ** 2 + (b1 * s1 + b2 * s2) ** 2;
    const down = (1 + a1 * c1 + a2 * c2) ** 2 + (a1 * s1 + a2 * s2) ** 2;
    power *= up / down;
  }
  return 10 * Math.log10(Math.max(power, 1e-30));
}

export const GLIDE = 64; // samples in which a changed parameter reaches its new value, in a straight line

export const NEUTRAL = [1, 0, 0, 0, 0];

// One section at work on one channel. New coefficients are reached in GLIDE samples, each in a straight line: every filter
// on the way is stable, as the stable ones form a triangle (a convex set).
export class Section {
  constructor(coefficients) {
    this.first = 0;
    this.second = 0;
    this.now = Float64Array.from(coefficients);
    this.goal = Float64Array.from(coefficients);
    this.left = 0;
    this.look();
  }

  look() {
    this.isNeutral = NEUTRAL.every((value, at) => value === this.now[at]);
  }

  steer(coefficients) {
    if (coefficients.every((value, at) => value === this.goal[at])) return;
    this.goal.set(coefficients);
    this.left = GLIDE;
  }

  // Whether it changes nothing: such a section costs nothing and changes no bit.
  get isIdle() {
    return this.isNeutral && this.left === 0 && this.first === 0 && this.second === 0;
  }

  // `work` is a Float64Array that is filtered in place.
  run(work, count) {
    let at = 0;
    for (; at < count && this.left > 0; at += 1) work[at] = this.glide(work[at]);
    if (this.isIdle) return;
    const [b0, b1, b2, a1, a2] = this.now;
    let { first, second } = this;
    for (; at < count; at += 1) {
      const value = work[at];
      const result = b0 * value + first;
      first = b1 * value - a1 * result + second;
      second = b2 * value - a2 * result;
      work[at] = result;
    }
    this.first = first;
    this.second = second;
    this.settle();
  }

  glide(value) {
    const { now, goal, left } = this;
    for (let k = 0; k < 5; k += 1) now[k] += (goal[k] - now[k]) / left;
    this.left -= 1;
    if (this.left === 0) {
      now.set(goal);
      this.look();
    }
    return this.filter(value);
  }

  step(value) {
    return this.left > 0 ? this.glide(value) : this.filter(value);
  }

  filter(value) {
    const { now } = this;
    const result = now[0] * value + this.first;
    this.first = now[1] * value - now[3] * result + this.second;
    this.second = now[2] * value - now[4] * result;
    return result;
  }

  // Denormals are slow.
  settle() {
    if (Math.abs(this.first) + Math.abs(this.second) < 1e-15) {
      this.first = 0;
      this.second = 0;
    }
  }
}

// Sections one after another on both sides; float32 in and out, 64 bit between.
export class Cascade {
  constructor(coefficients) {
    this.work = new Float64Array(GLIDE);
    this.sides = [0, 1].map(() => coefficients.map((one) => new Section(one)));
  }

  // As many sections as at the start.
  steer(coefficients) {
    for (const side of this.sides) coefficients.forEach((one, at) => side[at].steer(one));
  }

  process(left, right) {
    this.side(left, this.sides[0]);
    this.side(right, this.sides[1]);
  }

  side(samples, sections) {
    let isIdle = true;
    for (let k = 0; k < sections.length && isIdle; k += 1) isIdle = sections[k].isIdle;
    if (isIdle) return;
    if (this.work.length !== samples.length) this.work = new Float64Array(samples.length);
    const { work } = this;
    work.set(samples);
    for (let k = 0; k < sections.length; k += 1) sections[k].run(work, work.length);
    samples.set(work);
  }
}
