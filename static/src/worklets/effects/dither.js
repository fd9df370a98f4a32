// The last step to whole numbers, with triangular noise, as mixer/engine/effects/dither.py has it.
import { uniforms } from "./chance.js";

const SHAPE = [2.033, -2.165, 1.959, -1.59, 0.6149];
const PLAIN = [0, 0, 0, 0, 0];

export class Dither {
  constructor(params, { seed }) {
    this.latency = 0;
    this.chance = [0, 1].map((channel) => uniforms(seed, "dither", channel));
    this.errors = [new Float64Array(5), new Float64Array(5)];
    this.retune(params);
  }

  retune({ bits, shaped }) {
    this.steps = 2 ** (Number(bits) - 1);
    this.shape = shaped ? SHAPE : PLAIN;
  }

  process(left, right) {
    this.side(left, this.chance[0], this.errors[0]);
    this.side(right, this.chance[1], this.errors[1]);
  }

  side(samples, chance, last) {
    const { steps, shape } = this;
    for (let at = 0; at < samples.length; at += 1) {
      let wanted = samples[at] * steps;
      for (let k = 0; k < 5; k += 1) wanted -= shape[k] * last[k];
      const noise = chance() + chance() - 1;
      const whole = Math.floor(wanted + noise + 0.5);
      last.copyWithin(1, 0, 4);
      last[0] = Math.min(2, Math.max(-2, whole - wanted));
      samples[at] = Math.min(steps - 1, Math.max(-steps, whole)) / steps;
    }
  }
}
