// Softer s and sh: where the sibilants' range stands out of the voice, that range alone is turned down, as
// mixer/engine/effects/de_esser.py has it.
import { biquad, BUTTERWORTH_Q, Section } from "./biquad.js";
import { highPass } from "./fir.js";
import { levelOfDb, LineGlide, pole, powerDb } from "./gliding.js";

const TAPS = 255;
const LATENCY = 127;
const DEEPEST_DB = 14;
const DETECTOR_S = 0.006;
const USUAL_S = 3;
const FLOOR = 1e-4;

export class DeEsser {
  constructor(params, { rate_hz }) {
    this.latency = LATENCY;
    this.rate_hz = rate_hz;
    const cut = (kind, frequency_hz) => new Section(biquad(kind, frequency_hz, 0, BUTTERWORTH_Q, rate_hz));
    this.key = [cut("high_pass", 5_000), cut("low_pass", 9_000)];
    this.body = [cut("high_pass", 150), cut("low_pass", 4_000)];
    this.glide = new LineGlide([params.amount, params.threshold_db]);
    this.detector = pole(DETECTOR_S, rate_hz);
    this.attack = pole(0.001, rate_hz);
    this.release = pole(0.02, rate_hz);
    Object.assign(this, { high: 0, low: 0, usual: 1e-3, taken_db: 0, weight: 0.05 * rate_hz });
    this.ready(64);
    this.retune(params);
  }

  get reduction_db() {
    return -this.taken_db;
  }

  ready(count) {
    this.count = count;
    this.sounds = [0, 1].map(() => new Float32Array(count + TAPS - 1));
    this.due = new Float32Array(count + LATENCY);
    this.mono = new Float32Array(count);
    this.keyed = new Float64Array(count);
    this.bodied = new Float64Array(count);
  }

  retune(params) {
    this.glide.to([params.amount, params.threshold_db]);
    if (params.corner_hz === this.corner_hz) return;
    this.corner_hz = params.corner_hz;
    this.band = Float32Array.from(highPass(TAPS, Math.min(params.corner_hz, 0.45 * this.rate_hz) / (this.rate_hz / 2)));
  }

  process(left, right) {
    if (left.length !== this.count) this.ready(left.length);
    this.follow(left, right);
    this.take(left, this.sounds[0]);
    this.take(right, this.sounds[1]);
    this.due.copyWithin(0, this.count);
  }

  // How much of the band is taken, 0..0.8 per sample.
  follow(left, right) {
    const { mono, keyed, bodied, count, due, glide, detector } = this;
    for (let at = 0; at < count; at += 1) mono[at] = 0.5 * (left[at] + right[at]);
    keyed.set(mono);
    bodied.set(mono);
    for (const section of this.key) section.run(keyed, count);
    for (const section of this.body) section.run(bodied, count);
    let { high, low, usual, taken_db, weight } = this;
    for (let at = 0; at < count; at += 1) {
      if (glide.left > 0) glide.step();
      const key = Math.fround(keyed[at]);
      const body = Math.fround(bodied[at]);
      high = detector * high + (1 - detector) * key * key;
      low = detector * low + (1 - detector) * body * body;
      weight = Math.min(weight + 1, USUAL_S * this.rate_hz);
      usual += (mono[at] * mono[at] - usual) / weight;
      const floor = FLOOR * Math.max(usual, 1e-10);
      let wanted = 0;
      if (high > floor && glide.now[0] > 0) {
        const over = powerDb(high / (low + floor)) - glide.now[1];
        wanted = glide.now[0] * Math.min(DEEPEST_DB, Math.max(0, over));
      }
      const smoother = wanted > taken_db ? this.attack : this.release;
      taken_db = smoother * taken_db + (1 - smoother) * wanted;
      if (taken_db < 1e-3) taken_db = 0;
      due[LATENCY + at] = taken_db === 0 ? 0 : 1 - levelOfDb(-taken_db);
    }
    Object.assign(this, { high: high < 1e-30 ? 0 : high, low: low < 1e-30 ? 0 : low, usual: usual < 1e-30 ? 0 : usual, taken_db, weight });
  }

  // The band is only computed where some of it is taken: sibilants are rare.
  take(samples, sound) {
    const { band, due, count } = this;
    sound.copyWithin(0, count);
    sound.set(samples, TAPS - 1);
    for (let at = 0; at < count; at += 1) {
      let value = sound[at + LATENCY];
      if (due[at] > 0) {
        let total = 0;
        for (let tap = 0; tap < TAPS; tap += 1) total += band[tap] * sound[at + tap];
        value -= due[at] * total;
      }
      samples[at] = value;
    }
  }
}
