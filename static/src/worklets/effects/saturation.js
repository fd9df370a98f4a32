// A little of the overtones that tape and tubes add, bent at four times the rate, as mixer/engine/effects/colour.py has it.
import { lowPass } from "./fir.js";
import { LineGlide } from "./gliding.js";
import { StereoDelay } from "./stereo_delay.js";

const TIMES = 4;
const LATENCY = 48;
const TAPS = LATENCY * TIMES + 1;
const PER_PHASE = LATENCY + 1;
const TUBE_BIAS = 0.35;
const DC_HZ = 5;

let filters = null;

// The filter on the way up, h[4 t + p], and on the way down, h[4 t - p]; made once.
function phases() {
  if (filters) return filters;
  const taps = lowPass(TAPS, 0.85 / TIMES, 8);
  const row = (at, scale) => [0, 1, 2, 3].map((phase) => Float32Array.from({ length: PER_PHASE }, (_, tap) => scale * (taps[at(tap, phase)] ?? 0)));
  filters = { up: row((tap, phase) => TIMES * tap + phase, TIMES), down: row((tap, phase) => TIMES * tap - phase, 1) };
  return filters;
}

export class Saturation {
  constructor(params, { rate_hz }) {
    this.latency = LATENCY;
    this.glide = new LineGlide(numbers(params));
    this.bias = biasOf(params);
    this.dc = Math.exp((-2 * Math.PI * DC_HZ) / rate_hz);
    this.dry = new StereoDelay(LATENCY);
    this.blockers = [[0, 0], [0, 0]];
    this.ready(64);
  }

  ready(count) {
    this.count = count;
    this.wide = [0, 1].map(() => new Float32Array(LATENCY + count));
    this.fine = [0, 1].map(() => [0, 1, 2, 3].map(() => new Float32Array(LATENCY + count)));
    this.settings = [0, 1, 2].map(() => new Float32Array(count));
    this.added = [0, 1].map(() => new Float32Array(count));
  }

  retune(params) {
    this.glide.to(numbers(params));
    this.bias = biasOf(params);
  }

  process(left, right) {
    if (left.length !== this.count) this.ready(left.length);
    this.set();
    this.bendSide(left, 0);
    this.bendSide(right, 1);
    this.dry.process(left, right);
    this.join(left, this.added[0]);
    this.join(right, this.added[1]);
  }

  // Per sample: 1 / knee, the output's gain, and the mix.
  set() {
    const { settings, glide, count } = this;
    for (let at = 0; at < count; at += 1) {
      if (glide.left > 0) glide.step();
      else if (at > 0) {
        for (const row of settings) row.fill(row[at - 1], at);
        return;
      }
      settings[0][at] = 10 ** (glide.now[0] / 20);
      settings[1][at] = 10 ** (glide.now[1] / 20);
      settings[2][at] = glide.now[2];
    }
  }

  bendSide(samples, side) {
    const { up, down } = phases();
    const { count } = this;
    const added = this.added[side];
    const wide = this.wide[side];
    wide.copyWithin(0, count);
    wide.set(samples, LATENCY);
    added.fill(0);
    for (let phase = 0; phase < TIMES; phase += 1) {
      const fine = this.fine[side][phase];
      fine.copyWithin(0, count);
      fine.fill(0, LATENCY);
      filter(wide, up[phase], fine, LATENCY, count);
      this.bend(fine);
      filter(fine, down[phase], added, 0, count);
    }
    if (this.bias !== 0) this.blockDc(added, this.blockers[side]);
  }

  // What bending adds: f(x) - x.
  bend(fine) {
    const { bias, count } = this;
    const scales = this.settings[0];
    const atRest = Math.tanh(bias);
    const slope = 1 - atRest * atRest;
    for (let at = 0; at < count; at += 1) {
      const x = fine[LATENCY + at];
      const scale = scales[at];
      const u = Math.min(20, Math.max(-20, x * scale + bias));
      fine[LATENCY + at] = (1 - 2 / (Math.exp(2 * u) + 1) - atRest) / (slope * scale) - x;
    }
  }

  blockDc(samples, state) {
    let [last, value] = state;
    for (let at = 0; at < samples.length; at += 1) {
      const x = samples[at];
      value = x - last + this.dc * value;
      last = x;
      samples[at] = value;
    }
    state[0] = last;
    state[1] = Math.abs(value) > 1e-15 ? value : 0;
  }

  join(samples, added) {
    const [, levels, mixes] = this.settings;
    for (let at = 0; at < samples.length; at += 1) samples[at] = levels[at] * (samples[at] + mixes[at] * added[at]);
  }
}

function numbers({ drive_db, output_db, mix }) {
  return [drive_db, output_db, mix];
}

function biasOf({ character }) {
  return character === "tube" ? TUBE_BIAS : 0;
}

// Adds to `out` from `to` on; `source` begins with as many samples as the filter looks back.
function filter(source, taps, out, to, count) {
  for (let at = 0; at < count; at += 1) {
    let total = 0;
    for (let tap = 0; tap < PER_PHASE; tap += 1) total += taps[tap] * source[at + LATENCY - tap];
    out[to + at] += total;
  }
}
