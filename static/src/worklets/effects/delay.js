// Echoes: two delays that may feed each other, as mixer/engine/effects/delay.py has them.
import { biquad, BUTTERWORTH_Q, NEUTRAL } from "./biquad.js";
import { LineGlide, rounded } from "./gliding.js";

export class Delay {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    this.rate_hz = rate_hz;
    this.params = params;
    this.lines = [params.left_s, params.right_s].map((time_s) => new Float32Array(Math.max(1, rounded(time_s * rate_hz))));
    this.places = [0, 0];
    this.state = [new Float64Array(4), new Float64Array(4)];
    this.glide = new LineGlide(numbers(params, rate_hz));
  }

  // Times stay as they were opened.
  fits({ left_s, right_s }) {
    return left_s === this.params.left_s && right_s === this.params.right_s;
  }

  retune(params) {
    this.glide.to(numbers(params, this.rate_hz));
  }

  process(left, right) {
    const { glide, lines, places } = this;
    const { now } = glide;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      const a = this.echo(0);
      const b = this.echo(1);
      const feedback = now[0];
      const cross = now[1];
      const mix = now[2];
      const x = left[at];
      const y = right[at];
      const first = x + 0.5 * cross * (y - x) + feedback * ((1 - cross) * a + cross * b);
      const second = (1 - cross) * y + feedback * ((1 - cross) * b + cross * a);
      lines[0][places[0]] = Math.abs(first) > 1e-12 ? first : 0;
      lines[1][places[1]] = Math.abs(second) > 1e-12 ? second : 0;
      for (let side = 0; side < 2; side += 1) {
        places[side] += 1;
        if (places[side] === lines[side].length) places[side] = 0;
      }
      left[at] = (1 - mix) * x + mix * a;
      right[at] = (1 - mix) * y + mix * b;
    }
    for (const side of this.state) for (let k = 0; k < 4; k += 1) if (Math.abs(side[k]) < 1e-15) side[k] = 0;
  }

  // What leaves a line, through the cuts.
  echo(side) {
    const { now } = this.glide;
    const state = this.state[side];
    let value = this.lines[side][this.places[side]];
    for (let k = 0; k < 2; k += 1) {
      const fresh = now[3 + 5 * k] * value + state[2 * k];
      state[2 * k] = now[4 + 5 * k] * value + state[2 * k + 1] - now[6 + 5 * k] * fresh;
      state[2 * k + 1] = now[5 + 5 * k] * value - now[7 + 5 * k] * fresh;
      value = fresh;
    }
    return Math.abs(value) > 1e-15 ? value : 0;
  }
}

function numbers({ feedback, cross, mix, low_cut_hz, high_cut_hz }, rate_hz) {
  const low = low_cut_hz > 20 ? biquad("high_pass", low_cut_hz, 0, BUTTERWORTH_Q, rate_hz) : NEUTRAL;
  const high = high_cut_hz < 20_000 ? biquad("low_pass", high_cut_hz, 0, BUTTERWORTH_Q, rate_hz) : NEUTRAL;
  return [feedback, cross, mix, ...low, ...high];
}
