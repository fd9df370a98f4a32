// Windowed-sinc filters as scipy.signal.firwin makes them, and the interpolation that true peaks are read from.

function besselI0(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 60; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return sum;
}

function kaiser(count, beta) {
  const middle = (count - 1) / 2;
  return Float64Array.from({ length: count }, (_, at) => besselI0(beta * Math.sqrt(Math.max(0, 1 - ((at - middle) / middle) ** 2))) / besselI0(beta));
}

function hamming(count) {
  return Float64Array.from({ length: count }, (_, at) => 0.54 - 0.46 * Math.cos((2 * Math.PI * at) / (count - 1)));
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

// `cutoff` is a share of the half of the sample rate. Without `beta` the window is Hamming's.
export function lowPass(count, cutoff, beta) {
  const window = beta === undefined ? hamming(count) : kaiser(count, beta);
  const middle = (count - 1) / 2;
  const taps = window.map((weight, at) => weight * cutoff * sinc(cutoff * (at - middle)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

// Unity at the half of the sample rate; `count` is odd.
export function highPass(count, cutoff) {
  const window = hamming(count);
  const middle = (count - 1) / 2;
  const taps = window.map((weight, at) => weight * (sinc(at - middle) - cutoff * sinc(cutoff * (at - middle))));
  const gain = taps.reduce((total, tap, at) => total + tap * ((at - middle) % 2 === 0 ? 1 : -1), 0);
  return taps.map((tap) => tap / gain);
}

const TAPS = 24;

// (phases 1.., taps) after ITU-R BS.1770-5, annex 2; phase 0 is the sample itself.
export function interpolator(phases) {
  const taps = lowPass(phases * TAPS + 1, 1 / phases, 5);
  return Array.from({ length: phases - 1 }, (_, row) => Float32Array.from({ length: TAPS }, (__, at) => phases * taps[row + 1 + phases * at]));
}

// The largest magnitude at and just after each sample, between samples too, TAPS / 2 samples late.
export class PeakFinder {
  constructor(phases = 4) {
    this.phases = interpolator(phases);
    this.latency = TAPS / 2;
    this.memory = new Float32Array(0);
  }

  // `peaks` receives the greater of what stands there and this channel's peaks.
  run(samples, peaks) {
    const count = samples.length;
    if (this.memory.length !== count + TAPS) this.memory = new Float32Array(count + TAPS);
    const { memory, phases } = this;
    memory.copyWithin(0, count);
    memory.set(samples, TAPS);
    for (let at = 0; at < count; at += 1) {
      let most = Math.abs(memory[at + TAPS / 2]);
      for (let phase = 0; phase < phases.length; phase += 1) {
        const taps = phases[phase];
        let sum = 0;
        for (let tap = 0; tap < TAPS; tap += 1) sum += taps[tap] * memory[at + TAPS - tap];
        if (sum > most) most = sum;
        else if (-sum > most) most = -sum;
      }
      if (most > peaks[at]) peaks[at] = most;
    }
  }
}
