// How wide, and a bass that stays in the middle; more body: as mixer/engine/effects/stereo.py and bass.py have them.
import { biquad, BUTTERWORTH_Q, NEUTRAL, Section, Cascade } from "./biquad.js";
import { LineGlide } from "./gliding.js";

export class StereoWidth {
  constructor(params, { rate_hz }) {
    this.latency = 0;
    this.rate_hz = rate_hz;
    this.glide = new LineGlide([params.width]);
    this.cut = new Section(sideCut(params, rate_hz));
  }

  retune(params) {
    this.glide.to([params.width]);
    this.cut.steer(sideCut(params, this.rate_hz));
  }

  process(left, right) {
    const { glide, cut } = this;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      const side = Math.fround(0.5 * Math.fround(left[at] - right[at]));
      const change = glide.now[0] * Math.fround(cut.step(side)) - side;
      left[at] += change;
      right[at] -= change;
    }
    cut.settle();
  }
}

// 20 Hz means nowhere.
function sideCut({ mono_below_hz }, rate_hz) {
  return mono_below_hz > 20 ? biquad("high_pass", mono_below_hz, 0, BUTTERWORTH_Q, rate_hz) : NEUTRAL;
}

export function openBassBoost(params, { rate_hz }) {
  const shelf = ({ corner_hz, gain_db }) => [biquad("low_shelf", corner_hz, gain_db, BUTTERWORTH_Q, rate_hz)];
  const cascade = new Cascade(shelf(params));
  return {
    latency: 0,
    process: (left, right) => cascade.process(left, right),
    retune: (changed) => cascade.steer(shelf(changed)),
  };
}
