// The room that is computed: sixteen delays that feed each other through a matrix, as mixer/engine/effects/fdn_reverb.py has
// it (Jot and Chaigne, AES 90th convention, 1991; Schroeder 1962; Jot, AES 139th convention, 2015).
import { ACOUSTICS, CROSS, OCTAVES_HZ } from "./acoustics.js";
import { biquad, BUTTERWORTH_Q, Cascade } from "./biquad.js";
import { chance } from "./chance.js";
import { corrected } from "./decay_time.js";
import { rounded } from "./gliding.js";
import { leastSquares } from "./least_squares.js";
import { StereoDelay } from "./stereo_delay.js";

const LINES = 16;
const CORNERS_HZ = OCTAVES_HZ.slice(0, -1).map((centre_hz) => centre_hz * Math.SQRT2);
const DIFFUSERS_S = [0.0031, 0.0047, 0.0071, 0.0097, 0.0127, 0.0163];
const DIFFUSION = 0.65;
const [STEEPEST_DB, DAMPING, FIT_ROUNDS] = [16, 0.05, 12];

// What the network is made of, as plain arrays: worked out once, outside the audio thread.
export function networkOf({ space, seed, decay, rate_hz }) {
  const room = ACOUSTICS[space];
  const draw = chance(seed, "fdn", space);
  const delays = delaysOf(room, draw, Math.sqrt(Math.min(1, decay)) * rate_hz);
  const signs = [0, 1].map(() => Array.from({ length: LINES }, () => (draw() < 0.5 ? -1 : 1)));
  signs[1] = signs[0].map((sign, line) => sign * ((line >> 1) % 2 === 0 ? 1 : -1));
  const scale = room.scale * Math.min(1, decay) * rate_hz;
  const diffusers = [0, 1].map(() => DIFFUSERS_S.map((time_s) => primeNear(time_s * scale * (1 + 0.08 * draw()))));
  const plain = {
    delays, diffusers, low_cut_hz: room.low_cut_hz, predelay: rounded(room.predelay_s * rate_hz),
    taps: signs.map((side) => side.map((sign) => sign / Math.sqrt(LINES))),
  };
  const wanted_s = room.rt60_s.map((one_s) => one_s * decay);
  const samples = rounded((room.predelay_s + 1.05 * Math.max(...wanted_s)) * rate_hz);
  const told_s = corrected(wanted_s, (rt60_s) => answerOf(damped(plain, rt60_s, rate_hz), samples, rate_hz), rate_hz);
  const network = damped(plain, told_s, rate_hz);
  // The whole answer to a click in the middle is as strong as the click.
  const sides = answerOf(network, samples, rate_hz);
  const power = sides.reduce((total, side) => total + side.reduce((sum, value) => sum + value * value, 0), 0);
  const level = Math.sqrt(2 / power);
  return { ...network, taps: network.taps.map((side) => side.map((tap) => tap * level)) };
}

function damped(plain, rt60_s, rate_hz) {
  const losses = plain.delays.map((delay) => lossOf(rt60_s, delay, rate_hz));
  return { ...plain, gains: losses.map(([gain]) => gain), shelves: losses.map(([, shelves]) => shelves) };
}

function delaysOf({ delays_s: [shortest_s, longest_s] }, draw, perSecond) {
  const delays = [];
  const shakes = Array.from({ length: LINES }, draw);
  shakes.forEach((shake, line) => {
    const position = (line + 0.6 * shake) / (LINES - 0.4);
    let prime = primeNear(shortest_s * (longest_s / shortest_s) ** position * perSecond);
    while (delays.includes(prime)) prime = primeNear(prime + 2);
    delays.push(prime);
  });
  return delays;
}

function primeNear(value) {
  let number = Math.max(3, Math.trunc(value) | 1);
  const divides = (divisor) => number % divisor === 0;
  const isPrime = () => {
    for (let divisor = 3; divisor <= Math.sqrt(number); divisor += 2) if (divides(divisor)) return false;
    return true;
  };
  while (!isPrime()) number += 2;
  return number;
}

// What one pass through a delay must lose: a gain, and first-order high shelves as [b0, b1, a1].
function lossOf(rt60_s, delay, rate_hz) {
  const heard = OCTAVES_HZ.filter((octave_hz) => octave_hz < 0.45 * rate_hz);
  const corners = CORNERS_HZ.slice(0, heard.length - 1);
  const wanted_db = heard.map((_, at) => ((-60 * delay) / rate_hz) / rt60_s[at]);
  const [level_db, ...steps_db] = fit(wanted_db, heard, rate_hz);
  return [10 ** (level_db / 20), steps_db.map((step, at) => highShelf(step, corners[at], rate_hz))];
}

// Level and steps (dB) of shelves that lose `wanted_db`, by the method of Levenberg and Marquardt, as the server does.
function fit(wanted_db, frequencies_hz, rate_hz) {
  const bounded = ([level_db, ...steps_db]) => [level_db, ...steps_db.map((step) => Math.min(STEEPEST_DB, Math.max(-STEEPEST_DB, step)))];
  const levels = ([level_db, ...steps_db]) => frequencies_hz.map((one_hz) => level_db + shelvesDb(steps_db, one_hz, rate_hz));
  const missedBy = (numbers) => levels(numbers).map((level_db, at) => (level_db - wanted_db[at]) / wanted_db[at]);
  const power = (values) => values.reduce((total, value) => total + value * value, 0);
  let numbers = bounded(wanted_db.map((one_db, at) => (at === 0 ? one_db : one_db - wanted_db[at - 1])));
  let missed = missedBy(numbers);
  let damping = DAMPING / Math.abs(wanted_db[0]);
  for (let round = 0; round < FIT_ROUNDS; round += 1) {
    const here = levels(numbers);
    const moved = numbers.map((_, k) => levels(numbers.map((number, at) => number + (at === k ? 1 : 0))));
    const basis = here.map((level_db, at) => moved.map((column) => (column[at] - level_db) / wanted_db[at]));
    numbers.forEach((_, k) => basis.push(numbers.map((__, at) => (at === k ? damping : 0))));
    const move = leastSquares(basis, [...missed.map((one) => -one), ...numbers.map(() => 0)]);
    const tried = bounded(numbers.map((number, at) => number + move[at]));
    const left = missedBy(tried);
    if (power(left) < power(missed)) [numbers, missed, damping] = [tried, left, damping / 4];
    else damping *= 4;
  }
  return numbers;
}

// First order, half its gain in dB at the corner, by the bilinear transform.
function highShelf(gain_db, corner_hz, rate_hz) {
  const root = 10 ** (gain_db / 40);
  const rt = root * Math.tan((Math.PI * Math.min(corner_hz, 0.45 * rate_hz)) / rate_hz);
  return [(root * root + rt) / (1 + rt), (rt - root * root) / (1 + rt), (rt - 1) / (1 + rt)];
}

function shelvesDb(steps_db, frequency_hz, rate_hz) {
  const omega = (2 * Math.PI * frequency_hz) / rate_hz;
  const [cos, sin] = [Math.cos(omega), Math.sin(omega)];
  return steps_db.reduce((total, step_db, at) => {
    const [b0, b1, a1] = highShelf(step_db, CORNERS_HZ[at], rate_hz);
    const power = ((b0 + b1 * cos) ** 2 + (b1 * sin) ** 2) / ((1 + a1 * cos) ** 2 + (a1 * sin) ** 2);
    return total + 10 * Math.log10(power);
  }, 0);
}

// What comes of a click in the middle: [left, right].
function answerOf(network, samples, rate_hz) {
  const room = new Network(network, rate_hz);
  const sides = [0, 1].map(() => new Float32Array(64 * Math.ceil(samples / 64)));
  for (const side of sides) side[0] = 1;
  for (let at = 0; at < samples; at += 64) room.process(...sides.map((side) => side.subarray(at, at + 64)));
  return sides.map((side) => side.slice(0, samples));
}

export class Network {
  constructor({ delays, diffusers, gains, shelves, taps, low_cut_hz, predelay }, rate_hz) {
    this.cut = new Cascade([biquad("high_pass", low_cut_hz, 0, BUTTERWORTH_Q, rate_hz)]);
    this.predelay = new StereoDelay(predelay);
    this.smears = diffusers.map((side) => side.map((delay) => ({ line: new Float32Array(delay), at: 0 })));
    this.delays = Int32Array.from(delays);
    this.places = new Int32Array(LINES);
    this.starts = new Int32Array(LINES);
    let total = 0;
    delays.forEach((delay, line) => {
      this.starts[line] = total;
      total += delay;
    });
    this.memory = new Float32Array(total);
    this.gains = Float64Array.from(gains);
    this.taps = Float64Array.from(taps.flat());
    this.losses = Float64Array.from(shelves.flat(2)); // per line: shelves of b0, b1, a1
    this.count = shelves[0].length;
    this.state = new Float64Array(LINES * this.count);
    this.lost = new Float64Array(LINES);
    this.other = new Float64Array(LINES);
    this.smeared = [new Float64Array(64), new Float64Array(64)];
  }

  process(left, right) {
    this.cut.process(left, right);
    this.predelay.process(left, right);
    if (this.smeared[0].length !== left.length) this.smeared = [0, 1].map(() => new Float64Array(left.length));
    this.diffuse(left, 0);
    this.diffuse(right, 1);
    for (let at = 0; at < left.length; at += 1) this.ring(at, left, right);
    const { state } = this; // denormals are slow
    for (let k = 0; k < state.length; k += 1) if (state[k] < 1e-20 && state[k] > -1e-20) state[k] = 0;
  }

  // All-passes one after another.
  diffuse(source, side) {
    const out = this.smeared[side];
    out.set(source);
    for (const smear of this.smears[side]) {
      const { line } = smear;
      let { at } = smear;
      for (let index = 0; index < out.length; index += 1) {
        const held = line[at];
        const fresh = out[index] + DIFFUSION * held;
        line[at] = fresh > 1e-12 || fresh < -1e-12 ? fresh : 0;
        out[index] = held - DIFFUSION * fresh;
        at += 1;
        if (at === line.length) at = 0;
      }
      smear.at = at;
    }
  }

  ring(index, outLeft, outRight) {
    const { lost, taps, memory, places, starts, delays } = this;
    let left = 0;
    let right = 0;
    for (let line = 0; line < LINES; line += 1) {
      const value = this.damp(line, this.gains[line] * memory[starts[line] + places[line]]);
      lost[line] = value;
      left += taps[line] * value;
      right += taps[LINES + line] * value;
    }
    outLeft[index] = left;
    outRight[index] = right;
    hadamard(lost, this.other);
    const a = this.smeared[0][index];
    const b = this.smeared[1][index];
    const even = (1 - CROSS) * a + CROSS * b;
    const odd = (1 - CROSS) * b + CROSS * a;
    for (let line = 0; line < LINES; line += 1) {
      const fresh = lost[line] + (line & 1 ? odd : even);
      memory[starts[line] + places[line]] = fresh > 1e-12 || fresh < -1e-12 ? fresh : 0;
      places[line] += 1;
      if (places[line] === delays[line]) places[line] = 0;
    }
  }

  damp(line, sound) {
    const { losses, state, count } = this;
    let value = sound;
    for (let k = line * count; k < (line + 1) * count; k += 1) {
      const fresh = losses[3 * k] * value + state[k];
      state[k] = losses[3 * k + 1] * value - losses[3 * k + 2] * fresh;
      value = fresh;
    }
    return value;
  }
}

// The fast transform of 16 values, in place, scaled to keep energy: four times sums and differences of halves.
function hadamard(values, other) {
  const half = LINES / 2;
  for (let round = 0; round < 2; round += 1) {
    for (let k = 0; k < half; k += 1) {
      other[2 * k] = values[k] + values[k + half];
      other[2 * k + 1] = values[k] - values[k + half];
    }
    for (let k = 0; k < half; k += 1) {
      values[2 * k] = 0.5 * (other[k] + other[k + half]);
      values[2 * k + 1] = 0.5 * (other[k] - other[k + half]);
    }
  }
}
