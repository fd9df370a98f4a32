// Convolution with long answers without any delay, block by block (Gardner, JAES 43(3), 1995): the answer is cut into parts,
// short ones first. What long parts need is worked out in small portions while their input is still far from being due.
import { Fft } from "./fft.js";

export const STEP = 64;

// Parts of `size` samples of the answer from `from` on. A long part has twice its size of time before it is due: one to
// gather its input, one to work.
const LEVELS = [{ size: 64, from: 0 }, { size: 512, from: 1_024 }, { size: 4_096, from: 8_192 }];

// Spectra of an answer [left, right] for the levels, made once outside the audio thread:
// [{size, count, spectra: Float32Array}], where a part has four rows of size + 1 bins: left and right, real and imaginary.
export function partsOf([left, right]) {
  return LEVELS.map(({ size, from }, at) => {
    const to = Math.min(left.length, LEVELS[at + 1]?.from ?? Infinity);
    const count = Math.max(0, Math.ceil((to - from) / size));
    const fft = new Fft(2 * size);
    const row = size + 1;
    const spectra = new Float32Array(count * 4 * row);
    const [real, imaginary] = [new Float64Array(2 * size), new Float64Array(2 * size)];
    for (let part = 0; part < count; part += 1) {
      real.fill(0);
      imaginary.fill(0);
      const begin = from + part * size;
      const end = Math.min(to, begin + size);
      real.set(left.subarray(begin, end));
      imaginary.set(right.subarray(begin, end));
      fft.run(real, imaginary);
      separate(real, imaginary, spectra, part * 4 * row, size);
    }
    return { size, count, spectra };
  }).filter(({ count }) => count > 0);
}

// The spectra of two real signals from that of left + i right: four rows from `at` in `out`.
function separate(real, imaginary, out, at, size) {
  const row = size + 1;
  for (let k = 0; k <= size; k += 1) {
    const mirror = k === 0 ? 0 : 2 * size - k;
    out[at + k] = 0.5 * (real[k] + real[mirror]);
    out[at + row + k] = 0.5 * (imaginary[k] - imaginary[mirror]);
    out[at + 2 * row + k] = 0.5 * (imaginary[k] + imaginary[mirror]);
    out[at + 3 * row + k] = 0.5 * (real[mirror] - real[k]);
  }
}

// One size at work. Input is gathered; when `size` samples are there, a job is opened and done in `size / STEP` portions.
class Level {
  constructor({ size, count, spectra }) {
    Object.assign(this, { size, count, spectra });
    this.fft = new Fft(2 * size);
    this.row = size + 1;
    this.heard = new Float32Array(spectra.length);
    this.head = 0;
    this.real = new Float64Array(2 * size); // input: left, the last block and this one
    this.imaginary = new Float64Array(2 * size);
    this.workReal = new Float64Array(2 * size);
    this.workImaginary = new Float64Array(2 * size);
    this.sum = new Float64Array(4 * this.row);
    this.outLeft = new Float64Array(size);
    this.outRight = new Float64Array(size);
    this.filled = 0;
    this.portions = size / STEP;
    this.portion = this.portions; // nothing to do yet
  }

  // Takes STEP samples in and adds STEP samples to the output.
  run(left, right, toLeft, toRight) {
    const { size, filled } = this;
    for (let at = 0; at < STEP; at += 1) {
      this.real[size + filled + at] = left[at];
      this.imaginary[size + filled + at] = right[at];
    }
    if (size === STEP) {
      this.open();
      this.work();
      this.close();
      this.give(0, toLeft, toRight);
      return;
    }
    this.work();
    this.give(filled, toLeft, toRight);
    this.filled += STEP;
    if (this.filled < size) return;
    this.filled = 0;
    this.close();
    this.open();
  }

  // The newest input's turn: copied, so that the next can be gathered.
  open() {
    const { size } = this;
    this.workReal.set(this.real);
    this.workImaginary.set(this.imaginary);
    this.real.copyWithin(0, size);
    this.imaginary.copyWithin(0, size);
    this.portion = 0;
  }

  work() {
    if (this.portion >= this.portions) return;
    if (this.portion === 0) this.transform();
    const from = Math.floor((this.portion * this.count) / this.portions);
    this.portion += 1;
    const to = Math.floor((this.portion * this.count) / this.portions);
    for (let part = from; part < to; part += 1) this.multiply(part);
  }

  transform() {
    this.fft.run(this.workReal, this.workImaginary);
    this.head = (this.head + this.count - 1) % this.count;
    separate(this.workReal, this.workImaginary, this.heard, this.head * 4 * this.row, this.size);
    this.sum.fill(0);
  }

  multiply(part) {
    const { row, heard, spectra, sum } = this;
    const input = ((this.head + part) % this.count) * 4 * row;
    const answer = part * 4 * row;
    for (let side = 0; side < 4 * row; side += 2 * row) {
      for (let k = side; k < side + row; k += 1) {
        const a = heard[input + k];
        const b = heard[input + row + k];
        const c = spectra[answer + k];
        const d = spectra[answer + row + k];
        sum[k] += a * c - b * d;
        sum[row + k] += a * d + b * c;
      }
    }
  }

  // What is ready is heard over the next `size` samples.
  close() {
    if (this.portion < this.portions) return;
    const { size, row, sum, workReal: real, workImaginary: imaginary } = this;
    for (let k = 0; k <= size; k += 1) {
      const a = sum[k];
      const b = sum[row + k];
      const c = sum[2 * row + k];
      const d = sum[3 * row + k];
      const mirror = k === 0 ? 0 : 2 * size - k;
      real[k] = a - d;
      imaginary[k] = b + c;
      if (mirror !== k) {
        real[mirror] = a + d;
        imaginary[mirror] = c - b;
      }
    }
    this.fft.run(imaginary, real);
    for (let at = 0; at < size; at += 1) {
      this.outLeft[at] = real[size + at] / (2 * size);
      this.outRight[at] = imaginary[size + at] / (2 * size);
    }
  }

  give(from, toLeft, toRight) {
    for (let at = 0; at < STEP; at += 1) {
      toLeft[at] += this.outLeft[from + at];
      toRight[at] += this.outRight[from + at];
    }
  }
}

export class Convolver {
  constructor(parts) {
    this.levels = parts.map((one) => new Level(one));
    this.left = new Float64Array(STEP);
    this.right = new Float64Array(STEP);
  }

  // STEP samples, in place.
  process(left, right) {
    this.left.fill(0);
    this.right.fill(0);
    for (const level of this.levels) level.run(left, right, this.left, this.right);
    left.set(this.left);
    right.set(this.right);
  }
}
