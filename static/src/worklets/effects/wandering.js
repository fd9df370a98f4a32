// Chorus and doubler: the sound beside copies of itself that wander in time, as mixer/engine/effects/chorus.py and doubler.py
// have them.
import { biquad, BUTTERWORTH_Q, Section } from "./biquad.js";
import { uniforms } from "./chance.js";
import { LineGlide } from "./gliding.js";

// The sound `late` samples (2 or more) before the newest: third-order Lagrange interpolation.
function readLate(ring, newest, late) {
  const whole = Math.trunc(late);
  const d = 1 - (late - whole);
  const mask = ring.length - 1;
  const a = ring[(newest - whole - 2) & mask];
  const b = ring[(newest - whole - 1) & mask];
  const c = ring[(newest - whole) & mask];
  const e = ring[(newest - whole + 1) & mask];
  return (-d * (d - 1) * (d - 2) / 6) * a + ((d + 1) * (d - 1) * (d - 2) / 2) * b
    - ((d + 1) * d * (d - 2) / 2) * c + ((d + 1) * d * (d - 1) / 6) * e;
}

// A power of two that holds `longest` samples and the neighbours that interpolation reads.
function ringOf(longest) {
  return new Float32Array(2 ** Math.ceil(Math.log2(Math.trunc(longest + 4) + 1)));
}

const LONGEST_S = 0.051;

export class Chorus {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    this.rate_hz = rate_hz;
    this.rings = [0, 1].map(() => ringOf(LONGEST_S * rate_hz));
    this.place = 0;
    this.turned = 0;
    this.glide = new LineGlide(this.numbers(params));
  }

  numbers({ rate_hz, delay_s, depth_s, spread, mix }) {
    const late = Math.max(3, delay_s * this.rate_hz);
    return [(2 * Math.PI * rate_hz) / this.rate_hz, late, Math.min(depth_s * this.rate_hz, late - 2), Math.PI * spread, mix];
  }

  retune(params) {
    this.glide.to(this.numbers(params));
  }

  process(left, right) {
    const { glide, rings } = this;
    const { now } = glide;
    const mask = rings[0].length - 1;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      const mix = now[4];
      rings[0][this.place] = left[at];
      rings[1][this.place] = right[at];
      const a = readLate(rings[0], this.place, now[1] + now[2] * Math.sin(this.turned));
      const b = readLate(rings[1], this.place, now[1] + now[2] * Math.sin(this.turned + now[3]));
      left[at] = (1 - mix) * left[at] + mix * a;
      right[at] = (1 - mix) * right[at] + mix * b;
      this.place = (this.place + 1) & mask;
      this.turned += now[0];
      if (this.turned > 2 * Math.PI) this.turned -= 2 * Math.PI;
    }
  }
}

const DELAYS_S = [0.0173, 0.0261];
const LOUDEST_DB = -8;
const RATES_HZ = [0.31, 0.53, 0.83];
const SPEED = 2 ** (5 / 1_200) - 1;

export class Doubler {
  constructor(params, { rate_hz, seed }) {
    this.latency = 0;
    this.cut = new Section(biquad("high_pass", 160, 0, BUTTERWORTH_Q, rate_hz));
    this.swings = RATES_HZ.map((one_hz) => ((SPEED * Math.sqrt(2 / 3)) / (2 * Math.PI * one_hz)) * rate_hz);
    this.paths = [0, 1].map((side) => pathOf(seed, side, rate_hz));
    const longest = Math.max(...this.paths.map((path) => path.delay)) + this.swings.reduce((sum, one) => sum + one, 0);
    this.ring = ringOf(longest);
    this.place = 0;
    this.glide = new LineGlide([levelOf(params)]);
  }

  retune(params) {
    this.glide.to([levelOf(params)]);
  }

  process(left, right) {
    const { glide, ring, cut } = this;
    const mask = ring.length - 1;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      ring[this.place] = cut.step(Math.fround(0.5 * (left[at] + right[at])));
      const level = glide.now[0];
      const scale = 1 / Math.sqrt(1 + level * level);
      left[at] = scale * (left[at] + level * this.heard(this.paths[0]));
      right[at] = scale * (right[at] + level * this.heard(this.paths[1]));
      this.place = (this.place + 1) & mask;
    }
    cut.settle();
  }

  heard(path) {
    let late = path.delay;
    for (let k = 0; k < 3; k += 1) {
      late += this.swings[k] * Math.sin(path.phases[k]);
      path.phases[k] += path.turns[k];
    }
    return readLate(this.ring, this.place, Math.max(2, late));
  }
}

function levelOf({ amount }) {
  return amount * 10 ** (LOUDEST_DB / 20);
}

// Mean delay in samples, radians per sample and starting phases of the three swings.
function pathOf(seed, side, rate_hz) {
  const next = uniforms(seed, "doubler", side);
  const turns = RATES_HZ.map((one_hz) => (2 * Math.PI * one_hz * (0.9 + 0.2 * next())) / rate_hz);
  const phases = RATES_HZ.map(() => 2 * Math.PI * next());
  return { turns, phases, delay: (DELAYS_S[side] + 0.003 * next()) * rate_hz };
}
