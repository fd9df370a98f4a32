// Feed-forward compressor with a soft knee (Giannoulis, Massberg, Reiss, JAES 2012): mixer/engine/effects/dynamics.py has it.
import { biquad, BUTTERWORTH_Q, Cascade, NEUTRAL } from "./biquad.js";
import { levelOfDb, LineGlide, pole, powerDb } from "./gliding.js";

export class Compressor {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    this.rate_hz = rate_hz;
    this.power = 0;
    this.reduction_db = 0;
    this.glide = new LineGlide(numbers(params));
    this.cut = new Cascade([keyCut(params, rate_hz)]);
    this.heardLeft = new Float32Array(0);
    this.heardRight = new Float32Array(0);
    this.retune(params);
  }

  retune(params) {
    this.glide.to(numbers(params));
    this.cut.steer([keyCut(params, this.rate_hz)]);
    this.detector = pole(params.detector_s, this.rate_hz);
    this.attack = pole(params.attack_s, this.rate_hz);
    this.release = pole(params.release_s, this.rate_hz);
  }

  hear(left, right) {
    if (this.heardLeft.length !== left.length) {
      this.heardLeft = new Float32Array(left.length);
      this.heardRight = new Float32Array(left.length);
    }
    this.heardLeft.set(left);
    this.heardRight.set(right);
    this.cut.process(this.heardLeft, this.heardRight);
  }

  process(left, right, keyLeft, keyRight) {
    this.hear(keyLeft ?? left, keyRight ?? right);
    const { glide, heardLeft, heardRight, detector, attack, release } = this;
    const { now } = glide;
    let { power, reduction_db: reduction } = this;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      const knee = now[2];
      const slope = now[1];
      const a = heardLeft[at];
      const b = heardRight[at];
      power = detector * power + (1 - detector) * Math.max(a * a, b * b);
      const over = powerDb(2 * power + 1e-12) - now[0] + knee / 2;
      const inside = Math.min(Math.max(over, 0), knee);
      const wanted = (knee > 0 ? (slope / (2 * knee)) * inside * inside : 0) + slope * Math.max(over - knee, 0);
      const smoother = wanted < reduction ? attack : release;
      reduction = wanted + smoother * (reduction - wanted);
      const taken_db = reduction < -1e-6 ? reduction : 0;
      const gain = Math.fround(1 + now[4] * (levelOfDb(taken_db + now[3]) - 1));
      left[at] *= gain;
      right[at] *= gain;
    }
    this.power = power > 1e-30 ? power : 0;
    this.reduction_db = reduction < -1e-12 ? reduction : 0;
  }
}

function numbers({ threshold_db, ratio, knee_db, makeup_db, mix }) {
  return [threshold_db, 1 / ratio - 1, knee_db, makeup_db, mix];
}

// The lowest setting means none.
function keyCut({ key_low_cut_hz }, rate_hz) {
  return key_low_cut_hz > 20 ? biquad("high_pass", key_low_cut_hz, 0, BUTTERWORTH_Q, rate_hz) : NEUTRAL;
}
