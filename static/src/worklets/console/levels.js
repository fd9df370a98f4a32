// Decibels, and values that glide to where they shall be instead of jumping (a jump is a click).

export const BLOCK = 64; // the console's grid: automation moves and levels are worked out once per so many samples
export const LOWEST_DB = -96;

// At the lowest place of a fader nothing is heard, exactly.
export function levelOf(db) {
  return db <= LOWEST_DB ? 0 : 10 ** (db / 20);
}

const GLIDE_S = 0.006;
const NEAR = 1e-5;

// From `from` to `to` in a straight line over the block that is being made.
export class Glide {
  constructor(value, rate_hz) {
    this.from = value;
    this.to = value;
    this.goal = value;
    this.share = 1 - Math.exp(-BLOCK / (GLIDE_S * rate_hz));
  }

  // Once a block. `directly`: an automated value is already a line on the grid and must not be late.
  step(directly = false) {
    this.from = this.to;
    const left = this.goal - this.to;
    this.to = directly || Math.abs(left) < NEAR ? this.goal : this.to + this.share * left;
  }

  jump(value) {
    this.goal = value;
    this.from = value;
    this.to = value;
  }
}

// Adds `source` times a line from `from` to `to` to `target`.
export function addScaled(target, source, from, to) {
  const count = target.length;
  if (from === to) {
    if (from === 0) return;
    for (let at = 0; at < count; at += 1) target[at] += from * source[at];
    return;
  }
  const step = (to - from) / count;
  let level = from;
  for (let at = 0; at < count; at += 1) {
    target[at] += level * source[at];
    level += step;
  }
}

// A stereo delay of whole samples that keeps paths of different latency in step.
export class DelayLine {
  constructor(samples) {
    this.samples = samples;
    this.place = 0;
    this.left = new Float32Array(Math.max(1, samples));
    this.right = new Float32Array(Math.max(1, samples));
    this.outLeft = new Float32Array(BLOCK);
    this.outRight = new Float32Array(BLOCK);
  }

  run(left, right) {
    const { samples, outLeft, outRight } = this;
    let { place } = this;
    for (let at = 0; at < left.length; at += 1) {
      outLeft[at] = this.left[place];
      outRight[at] = this.right[place];
      this.left[place] = left[at];
      this.right[place] = right[at];
      place += 1;
      if (place === samples) place = 0;
    }
    this.place = place;
  }

  clear() {
    this.left.fill(0);
    this.right.fill(0);
  }
}
