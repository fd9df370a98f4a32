// Harder or softer onsets, longer or shorter ends, as mixer/engine/effects/transient.py has it.
import { levelOfDb, LineGlide, pole, powerDb } from "./gliding.js";

const DEAF_DB = 2;
const SPAN_DB = 10;
const FLOOR = 1e-5;

export class TransientShaper {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    [this.fall, this.lag, this.long, this.smooth] = [0.05, 0.02, 0.6, 0.001].map((time_s) => pole(time_s, rate_hz));
    Object.assign(this, { fast: 0, onset: 0, end: 0, gain_db: 0 });
    this.glide = new LineGlide([params.attack_db, params.sustain_db]);
  }

  retune(params) {
    this.glide.to([params.attack_db, params.sustain_db]);
  }

  get reduction_db() {
    return this.gain_db;
  }

  process(left, right) {
    const { glide, fall, lag, long, smooth } = this;
    let { fast, onset, end, gain_db } = this;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      fast = Math.max(fast * fall, Math.abs(left[at]), Math.abs(right[at]));
      onset = fast > onset ? fast + lag * (onset - fast) : fast;
      end = Math.max(fast, end * long);
      const here_db = 2 * powerDb(fast + FLOOR);
      const rise_db = here_db - 2 * powerDb(onset + FLOOR);
      const ring_db = 2 * powerDb(end + FLOOR) - here_db;
      const wanted = glide.now[0] * share(rise_db) + glide.now[1] * share(ring_db);
      gain_db = wanted + smooth * (gain_db - wanted);
      if (Math.abs(gain_db) < 1e-6) gain_db = 0;
      if (gain_db === 0) continue;
      const gain = Math.fround(levelOfDb(gain_db));
      left[at] *= gain;
      right[at] *= gain;
    }
    const quiet = (value) => (value < 1e-15 ? 0 : value);
    Object.assign(this, { fast: quiet(fast), onset: quiet(onset), end: quiet(end), gain_db });
  }
}

function share(distance_db) {
  return Math.min(1, Math.max(0, (distance_db - DEAF_DB) / SPAN_DB));
}
