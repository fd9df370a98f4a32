// Silence between the sounds: a gate with hysteresis and hold, as mixer/engine/effects/gate.py has it.
import { levelOfDb, pole, rounded } from "./gliding.js";

const FALL_S = 0.01;

export class Gate {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    this.rate_hz = rate_hz;
    this.level = 0;
    this.left = 0;
    this.reduction_db = -params.range_db; // it starts closed: what begins softly begins softly
    this.fall = pole(FALL_S, rate_hz);
    this.retune(params);
  }

  retune({ threshold_db, hysteresis_db, range_db, attack_s, hold_s, release_s }) {
    this.opens = 10 ** (threshold_db / 20);
    this.closes = 10 ** ((threshold_db - hysteresis_db) / 20);
    this.closed_db = -range_db;
    this.attack = pole(attack_s, this.rate_hz);
    this.release = pole(release_s, this.rate_hz);
    this.hold = rounded(hold_s * this.rate_hz);
  }

  process(left, right, keyLeft = left, keyRight = right) {
    const { opens, closes, closed_db, fall, attack, release, hold } = this;
    let { level, left: held, reduction_db: gain_db } = this;
    for (let at = 0; at < left.length; at += 1) {
      level = Math.max(level * fall, Math.abs(keyLeft[at]), Math.abs(keyRight[at]));
      if (level >= opens || (held > 0 && level >= closes)) held = hold + 1;
      else if (held > 0) held -= 1;
      const wanted = held > 0 ? 0 : closed_db;
      gain_db = wanted + (wanted > gain_db ? attack : release) * (gain_db - wanted);
      if (Math.abs(gain_db - wanted) < 1e-6) gain_db = wanted;
      if (gain_db === 0) continue;
      const gain = Math.fround(levelOfDb(gain_db));
      left[at] *= gain;
      right[at] *= gain;
    }
    this.level = level > 1e-15 ? level : 0;
    this.left = held;
    this.reduction_db = gain_db;
  }
}
