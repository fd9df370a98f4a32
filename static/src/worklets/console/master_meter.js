// What the whole mix measures: K-weighted power per 100 ms (ITU-R BS.1770-5), true peak, and how the sides go together.
import { Section } from "../effects/biquad.js";
import { PeakFinder } from "../effects/fir.js";
import { BLOCK } from "./levels.js";

const HOP_S = 0.1;

// BS.1770's two filters for any rate, from the analogue prototypes behind its table.
export function kWeighting(rate_hz) {
  let k = Math.tan((Math.PI * 1681.974450955533) / rate_hz);
  let q = 0.7071752369554196;
  const boost = 10 ** (3.999843853973347 / 20);
  const middle = boost ** 0.4996667741545416;
  let norm = 1 + k / q + k * k;
  const shelf = [
    (boost + (middle * k) / q + k * k) / norm, (2 * (k * k - boost)) / norm, (boost - (middle * k) / q + k * k) / norm,
    (2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm,
  ];
  k = Math.tan((Math.PI * 38.13547087602444) / rate_hz);
  q = 0.5003270373238773;
  norm = 1 + k / q + k * k;
  return [shelf, [1, -2, 1, (2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm]];
}

export class MasterMeter {
  constructor(rate_hz) {
    this.hop = Math.round(HOP_S * rate_hz);
    this.weights = [0, 1].map(() => kWeighting(rate_hz).map((one) => new Section(one)));
    this.finders = [new PeakFinder(), new PeakFinder()];
    this.work = new Float64Array(BLOCK);
    this.peaks = new Float32Array(BLOCK);
    this.reset();
  }

  reset() {
    this.power = 0;
    this.filled = 0;
    this.hops = []; // finished since the last look
    this.truePeak = 0;
    this.clearSides();
  }

  clearSides() {
    this.both = 0;
    this.left = 0;
    this.right = 0;
  }

  add(left, right) {
    const { peaks } = this;
    peaks.fill(0);
    this.power += this.weigh(left, 0) + this.weigh(right, 1);
    let { truePeak, both, left: own, right: other } = this;
    for (let at = 0; at < BLOCK; at += 1) {
      if (peaks[at] > truePeak) truePeak = peaks[at];
      both += left[at] * right[at];
      own += left[at] * left[at];
      other += right[at] * right[at];
    }
    Object.assign(this, { truePeak, both, left: own, right: other });
    this.filled += BLOCK;
    if (this.filled < this.hop) return;
    this.hops.push(this.power / this.filled); // the grid of 64 divides 4,800: at 48 kHz a hop is exact
    this.power = 0;
    this.filled = 0;
  }

  // One side's K-weighted energy; its peaks go to `peaks`.
  weigh(samples, side) {
    const { work } = this;
    work.set(samples);
    for (const section of this.weights[side]) section.run(work, BLOCK);
    this.finders[side].run(samples, this.peaks);
    let power = 0;
    for (let at = 0; at < BLOCK; at += 1) power += work[at] * work[at];
    return power;
  }

  // {hops, truePeak, correlation} since the last look.
  take() {
    const both = Math.sqrt(this.left * this.right);
    const taken = { hops: this.hops, truePeak: this.truePeak, correlation: both > 1e-10 ? this.both / both : 1 };
    this.hops = [];
    this.truePeak = 0;
    this.clearSides();
    return taken;
  }
}
