// What all effects share: numbers that glide to their new values, and smoothers.
import { GLIDE } from "./biquad.js";

// The coefficient of a one-pole smoother that covers 63 % of a step in `time_s`.
export function pole(time_s, rate_hz) {
  return Math.exp(-1 / Math.max(1e-9, time_s * rate_hz));
}

// Numbers on their way: `now` reaches what `to` was told in GLIDE steps, in straight lines.
export class LineGlide {
  constructor(values) {
    this.now = Float64Array.from(values);
    this.goal = Float64Array.from(values);
    this.left = 0;
  }

  to(values) {
    if (values.every((value, at) => value === this.goal[at])) return;
    this.goal.set(values);
    this.left = GLIDE;
  }

  step() {
    const { now, goal, left } = this;
    for (let k = 0; k < now.length; k += 1) now[k] += (goal[k] - now[k]) / left;
    this.left -= 1;
    if (this.left === 0) now.set(goal);
  }
}

// Halves go to the even number, as in Python.
export function rounded(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

// Logarithms and powers by the quicker of the two that there are.
const DB_OF_POWER = 10 / Math.LN10;
const LEVEL_PER_DB = Math.LN10 / 20;
export const powerDb = (power) => DB_OF_POWER * Math.log(power);
export const levelOfDb = (db) => Math.exp(LEVEL_PER_DB * db);
