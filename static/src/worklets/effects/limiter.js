// True-peak limiter: look-ahead, eight times oversampled detection, as mixer/engine/effects/limiter.py has it.
import { PeakFinder } from "./fir.js";
import { LineGlide, rounded } from "./gliding.js";
import { StereoDelay } from "./stereo_delay.js";

const PHASES = 8;
const SAFETY_DB = 0.1; // peaks may be a little higher than what was found
const SETTLE_S = 0.08;
const RECOVER_S = 0.4;

export class Limiter {
  constructor(params, { rate_hz }) {
    this.rate_hz = rate_hz;
    this.params = params;
    this.window = Math.max(2, rounded(params.lookahead_s * rate_hz));
    this.finders = [new PeakFinder(PHASES), new PeakFinder(PHASES)];
    this.latency = this.window - 1 + this.finders[0].latency;
    this.dry = new StereoDelay(this.latency);
    this.drive = new LineGlide([10 ** (params.gain_db / 20)]);
    this.queueAt = new Float64Array(this.window + 1);
    this.queueGain = new Float64Array(this.window + 1);
    this.ring = new Float64Array(this.window).fill(1);
    Object.assign(this, { head: 0, size: 0, now: 0, slot: 0, total: this.window, held: 1, slow: 1, least: 1 });
    this.peaks = new Float32Array(64);
    this.retune(params);
  }

  // The look-ahead stays as it was opened.
  fits({ lookahead_s }) {
    return lookahead_s === this.params.lookahead_s;
  }

  retune({ gain_db, ceiling_dbtp, release_s }) {
    this.drive.to([10 ** (gain_db / 20)]);
    this.ceiling = 10 ** ((ceiling_dbtp - SAFETY_DB) / 20);
    this.poles = [release_s, SETTLE_S, RECOVER_S].map((time_s) => Math.exp(-1 / (time_s * this.rate_hz)));
  }

  get reduction_db() {
    return 20 * Math.log10(this.least);
  }

  process(left, right) {
    if (this.peaks.length !== left.length) this.peaks = new Float32Array(left.length);
    const { peaks, drive } = this;
    for (let at = 0; at < left.length; at += 1) {
      if (drive.left > 0) drive.step();
      const gain = Math.fround(drive.now[0]);
      left[at] *= gain;
      right[at] *= gain;
    }
    peaks.fill(0);
    this.finders[0].run(left, peaks);
    this.finders[1].run(right, peaks);
    this.dry.process(left, right);
    this.least = 1;
    for (let at = 0; at < left.length; at += 1) {
      const gain = Math.fround(this.ride(peaks[at]));
      left[at] *= gain;
      right[at] *= gain;
      if (gain < this.least) this.least = gain;
    }
  }

  // Lowest gain over the look-ahead (a monotonic queue), the two releases, then the mean over the same window.
  ride(peak) {
    const { window, queueAt, queueGain, poles } = this;
    const room = window + 1;
    const gain = peak > this.ceiling ? this.ceiling / peak : 1;
    while (this.size > 0 && queueGain[(this.head + this.size - 1) % room] >= gain) this.size -= 1;
    const last = (this.head + this.size) % room;
    queueAt[last] = this.now;
    queueGain[last] = gain;
    this.size += 1;
    if (queueAt[this.head] <= this.now - window) {
      this.head = (this.head + 1) % room;
      this.size -= 1;
    }
    const lowest = queueGain[this.head];
    this.slow = lowest + poles[lowest < this.slow ? 1 : 2] * (this.slow - lowest);
    const goal = Math.min(lowest, this.slow);
    this.held = lowest < this.held ? lowest : Math.min(lowest, goal + poles[0] * (this.held - goal));
    this.total += this.held - this.ring[this.slot];
    this.ring[this.slot] = this.held;
    this.slot = this.slot + 1 === window ? 0 : this.slot + 1;
    this.now += 1;
    return Math.min(this.total / window, 1);
  }
}
