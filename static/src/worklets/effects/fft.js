// Complex Fourier transforms of one length, a power of two, in place (Cooley and Tukey). Two stages are done at once, which
// halves the ways to memory; nothing is allocated, as the audio thread's every piece of waste is collected while it plays.

export class Fft {
  constructor(size) {
    this.size = size;
    this.swap = new Uint32Array(size);
    for (let at = 1, back = 0; at < size; at += 1) {
      let bit = size >> 1;
      for (; back & bit; bit >>= 1) back ^= bit;
      back ^= bit;
      this.swap[at] = back;
    }
    this.isOdd = Math.log2(size) % 2 === 1;
    this.stages = [];
    for (let quarter = this.isOdd ? 2 : 1; quarter < size; quarter *= 4) this.stages.push(turns(quarter));
  }

  // The inverse is the same with real and imaginary parts exchanged, `size` times too large.
  run(real, imaginary) {
    exchange(real, imaginary, this.swap);
    if (this.isOdd) pairs(real, imaginary, this.size);
    for (const one of this.stages) quarters(real, imaginary, this.size, one);
  }
}

// For a stage that makes four times `quarter` out of `quarter`: cosines and sines of both steps, side by side.
function turns(quarter) {
  const table = new Float64Array(4 * quarter);
  for (let k = 0; k < quarter; k += 1) {
    const angle = (Math.PI * k) / quarter;
    table.set([Math.cos(angle), -Math.sin(angle), Math.cos(angle / 2), -Math.sin(angle / 2)], 4 * k);
  }
  return { quarter, table };
}

function exchange(real, imaginary, swap) {
  for (let at = 1; at < swap.length; at += 1) {
    const to = swap[at];
    if (at >= to) continue;
    const a = real[at];
    const b = imaginary[at];
    real[at] = real[to];
    imaginary[at] = imaginary[to];
    real[to] = a;
    imaginary[to] = b;
  }
}

function pairs(real, imaginary, size) {
  for (let at = 0; at < size; at += 2) {
    const a = real[at + 1];
    const b = imaginary[at + 1];
    real[at + 1] = real[at] - a;
    imaginary[at + 1] = imaginary[at] - b;
    real[at] += a;
    imaginary[at] += b;
  }
}

function quarters(real, imaginary, size, { quarter, table }) {
  for (let start = 0; start < size; start += 4 * quarter) {
    for (let k = 0; k < quarter; k += 1) {
      const c = table[4 * k];
      const s = table[4 * k + 1];
      const first = start + k;
      const second = first + quarter;
      const third = second + quarter;
      const fourth = third + quarter;
      let x = real[second] * c - imaginary[second] * s;
      let y = real[second] * s + imaginary[second] * c;
      const evenSum = real[first] + x;
      const evenSumI = imaginary[first] + y;
      const evenGap = real[first] - x;
      const evenGapI = imaginary[first] - y;
      x = real[fourth] * c - imaginary[fourth] * s;
      y = real[fourth] * s + imaginary[fourth] * c;
      const oddSum = real[third] + x;
      const oddSumI = imaginary[third] + y;
      const oddGap = real[third] - x;
      const oddGapI = imaginary[third] - y;
      const cos = table[4 * k + 2];
      const sin = table[4 * k + 3];
      x = oddSum * cos - oddSumI * sin;
      y = oddSum * sin + oddSumI * cos;
      real[first] = evenSum + x;
      imaginary[first] = evenSumI + y;
      real[third] = evenSum - x;
      imaginary[third] = evenSumI - y;
      x = oddGap * sin + oddGapI * cos; // a quarter turn further: times -i
      y = oddGapI * sin - oddGap * cos;
      real[second] = evenGap + x;
      imaginary[second] = evenGapI + y;
      real[fourth] = evenGap - x;
      imaginary[fourth] = evenGapI - y;
    }
  }
}
