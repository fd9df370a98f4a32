// One sound steps back for another, as a whole or round one frequency, as mixer/engine/effects/ducker.py has it.
import { LineGlide, pole } from "./gliding.js";

const CONTROL = 64; // samples
const DETECTOR_S = 0.02;

export class Ducker {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    this.rate_hz = rate_hz;
    this.bell = new LineGlide(bandPass(params, rate_hz));
    this.state = new Float64Array(4);
    this.squares = 0;
    this.summed = 0;
    this.level = 0;
    this.presence = 0;
    this.held = 0;
    this.before = 1;
    this.after = 1;
    this.gain = new Float64Array(CONTROL);
    this.detector = pole(DETECTOR_S, rate_hz / CONTROL);
    this.retune(params);
  }

  retune(params) {
    const steps_hz = this.rate_hz / CONTROL;
    this.params = params;
    this.attack = pole(params.attack_s, steps_hz);
    this.release = pole(params.release_s, steps_hz);
    this.hold = params.hold_s * steps_hz;
    this.bell.to(bandPass(params, this.rate_hz));
  }

  get reduction_db() {
    return this.presence === 0 ? 0 : -this.params.depth_db * this.presence;
  }

  process(left, right, keyLeft, keyRight) {
    if (this.gain.length !== left.length) this.gain = new Float64Array(left.length);
    const { gain } = this;
    this.follow(keyLeft, keyRight, gain);
    if (this.params.band === "bell") {
      this.lower(left, right, gain);
      return;
    }
    for (let at = 0; at < left.length; at += 1) {
      const level = Math.fround(gain[at]);
      left[at] *= level;
      right[at] *= level;
    }
  }

  // The gain per sample, a line between the points of the grid. Without a key there is nothing to make room for.
  follow(keyLeft, keyRight, gain) {
    for (let at = 0; at < gain.length; at += 1) {
      gain[at] = this.before + ((this.after - this.before) * this.summed) / CONTROL;
      if (keyLeft) this.squares += keyLeft[at] * keyLeft[at] + keyRight[at] * keyRight[at];
      this.summed += 1;
      if (this.summed === CONTROL) this.step();
    }
  }

  step() {
    const { params } = this;
    this.level = this.detector * this.level + (1 - this.detector) * (this.squares / (2 * CONTROL));
    const over_db = 10 * Math.log10(this.level + 1e-12) - params.threshold_db;
    const wanted = Math.min(1, Math.max(0, 1 + over_db / params.range_db));
    if (wanted >= this.presence) {
      this.presence = this.attack * this.presence + (1 - this.attack) * wanted;
      this.held = this.hold;
    } else if (this.held > 0) this.held -= 1;
    else {
      this.presence = this.release * this.presence + (1 - this.release) * wanted;
      if (this.presence < 1e-9) this.presence = 0;
    }
    this.squares = 0;
    this.summed = 0;
    this.before = this.after;
    this.after = this.presence === 0 ? 1 : 10 ** ((-params.depth_db * this.presence) / 20);
  }

  // x + (gain - 1) b, with b the sound through a band-pass of unity gain.
  lower(left, right, gain) {
    const { bell, state } = this;
    const { now } = bell;
    for (let at = 0; at < left.length; at += 1) {
      if (bell.left > 0) bell.step();
      for (let side = 0; side < 2; side += 1) {
        const sound = side ? right : left;
        const x = sound[at];
        const band = now[0] * x + state[2 * side];
        state[2 * side] = state[2 * side + 1] - now[1] * band;
        state[2 * side + 1] = -now[0] * x - now[2] * band;
        sound[at] = x + (gain[at] - 1) * band;
      }
    }
    for (let side = 0; side < 4; side += 2) {
      if (Math.abs(state[side]) + Math.abs(state[side + 1]) < 1e-15) state.fill(0, side, side + 2);
    }
  }
}

// b0 (b1 = 0, b2 = -b0), a1, a2 of the cookbook's band-pass.
function bandPass({ band, bell_hz, bell_q }, rate_hz) {
  const omega = (2 * Math.PI * Math.min(band === "bell" ? bell_hz : 1_000, 0.49 * rate_hz)) / rate_hz;
  const alpha = Math.sin(omega) / (2 * bell_q);
  return [alpha / (1 + alpha), (-2 * Math.cos(omega)) / (1 + alpha), (1 - alpha) / (1 + alpha)];
}
