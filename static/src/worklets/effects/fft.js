// Complex Fourier transforms of one length, a power of two, in place (Cooley and Tukey, radix 2).

export class Fft {
  constructor(size) {
    this.size = size;
    this.cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
    this.swap = new Uint32Array(size);
    for (let at = 1, back = 0; at < size; at += 1) {
      let bit = size >> 1;
      for (; back & bit; bit >>= 1) back ^= bit;
      back ^= bit;
      this.swap[at] = back;
    }
  }

  // The inverse is the same with real and imaginary parts exchanged, `size` times too large.
  run(real, imaginary) {
    const { size, swap, cos, sin } = this;
    for (let at = 1; at < size; at += 1) {
      const to = swap[at];
      if (at >= to) continue;
      const [a, b] = [real[at], imaginary[at]];
      real[at] = real[to];
      imaginary[at] = imaginary[to];
      real[to] = a;
      imaginary[to] = b;
    }
    for (let half = 1; half < size; half *= 2) {
      const turn = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0, angle = 0; k < half; k += 1, angle += turn) {
          const near = start + k;
          const far = near + half;
          const c = cos[angle];
          const s = -sin[angle];
          const x = real[far] * c - imaginary[far] * s;
          const y = real[far] * s + imaginary[far] * c;
          real[far] = real[near] - x;
          imaginary[far] = imaginary[near] - y;
          real[near] += x;
          imaginary[near] += y;
        }
      }
    }
  }
}
