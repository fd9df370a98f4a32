// From a sound file to a picture of its frequencies: a short-time Fourier transform on a logarithmic scale.

export const LOWEST_HZ = 70;
export const HIGHEST_HZ = 16000;
const DECODE_RATE_HZ = 40000; // twice the highest, and a little
const RANGE_DB = 72;
const LOOKS = 48; // columns that find the loudest spot before the picture begins
const PAUSE_EVERY_MS = 24; // the page stays awake while the picture is computed

// Two windows: a long one tells low notes apart, a short one keeps consonants sharp. They meet around 900 Hz.
const LONG = 4096;
const SHORT = 1024;
const MEET_HZ = 900;

export async function decode(url, signal) {
  const response = await fetch(url, { credentials: "same-origin", signal });
  if (!response.ok) throw new Error(`the sound could not be read (${response.status})`);
  const audio = await new OfflineAudioContext(1, 1, DECODE_RATE_HZ).decodeAudioData(await response.arrayBuffer());
  const mono = new Float32Array(audio.length);
  for (let channel = 0; channel < audio.numberOfChannels; channel += 1) {
    const samples = audio.getChannelData(channel);
    for (let at = 0; at < mono.length; at += 1) mono[at] += samples[at] / audio.numberOfChannels;
  }
  return { mono, rate_hz: DECODE_RATE_HZ, duration_s: audio.duration };
}

// A power spectrum of `size` samples around a centre (radix-2 FFT, Cooley and Tukey 1965; Hann window). The tables are
// made once: the same transform runs thousands of times.
function analyser(size) {
  const real = new Float32Array(size);
  const imaginary = new Float32Array(size);
  const power = new Float32Array(size / 2 + 1);
  const window = Float32Array.from({ length: size }, (_, at) => (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size)) / (size / 4));
  const cosines = Float32Array.from({ length: size / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / size));
  const sines = Float32Array.from({ length: size / 2 }, (_, at) => -Math.sin((2 * Math.PI * at) / size));
  const bits = Math.log2(size);
  const reversed = Uint32Array.from({ length: size }, (_, at) => {
    let turned = 0;
    for (let bit = 0; bit < bits; bit += 1) if (at & (1 << bit)) turned |= 1 << (bits - 1 - bit);
    return turned;
  });
  return (mono, centre) => {
    const first = centre - size / 2;
    for (let at = 0; at < size; at += 1) real[reversed[at]] = (mono[first + at] ?? 0) * window[at];
    imaginary.fill(0);
    for (let length = 2; length <= size; length <<= 1) {
      const half = length / 2;
      const stride = size / length;
      for (let start = 0; start < size; start += length) {
        for (let k = 0; k < half; k += 1) {
          const even = start + k;
          const odd = even + half;
          const cosine = cosines[k * stride];
          const sine = sines[k * stride];
          const oddReal = real[odd] * cosine - imaginary[odd] * sine;
          const oddImaginary = real[odd] * sine + imaginary[odd] * cosine;
          real[odd] = real[even] - oddReal;
          imaginary[odd] = imaginary[even] - oddImaginary;
          real[even] += oddReal;
          imaginary[even] += oddImaginary;
        }
      }
    }
    for (let bin = 0; bin <= size / 2; bin += 1) power[bin] = real[bin] ** 2 + imaginary[bin] ** 2;
    return power;
  };
}

export const hzOfRow = (row, rows) => HIGHEST_HZ * (LOWEST_HZ / HIGHEST_HZ) ** (row / (rows - 1));
export const shareOfHz = (hz) => Math.log(HIGHEST_HZ / hz) / Math.log(HIGHEST_HZ / LOWEST_HZ);

// The strongest bin of a row where rows are wide, between two bins where they are narrow.
function powerAt(power, low, high) {
  if (high - low < 1) {
    const at = Math.floor(low);
    return power[at] + (power[at + 1] - power[at]) * (low - at);
  }
  let most = 0;
  for (let bin = Math.ceil(low); bin <= high && bin < power.length; bin += 1) if (power[bin] > most) most = power[bin];
  return most;
}

const LONG_POWER = analyser(LONG);
const SHORT_POWER = analyser(SHORT);

// The power of one column, the highest frequency first.
function fillColumn({ mono, rate_hz }, edges, share, out) {
  const centre = Math.round(share * mono.length);
  const slow = LONG_POWER(mono, centre);
  const quick = SHORT_POWER(mono, centre);
  for (let row = 0; row < out.length; row += 1) {
    const low = edges[row + 1] / rate_hz;
    const high = edges[row] / rate_hz;
    const blend = Math.min(1, Math.max(0, 0.5 + Math.log2(edges[row] / MEET_HZ)));
    const fine = blend < 1 ? powerAt(slow, low * LONG, high * LONG) : 0;
    const sharp = blend > 0 ? powerAt(quick, low * SHORT, high * SHORT) : 0;
    // A voice falls by some 6 dB an octave; lifted by half of that, its upper half is seen as it is heard.
    out[row] = (fine * (1 - blend) + sharp * blend) * Math.max(1, edges[row] / 500);
  }
}

// Paints the spectrogram of `sound` onto `canvas` (its size is the picture's), column by column; `onPart` is called now
// and then, so that people see it come. Resolves to false when `signal` gave it up.
export async function paintSpectrogram(sound, canvas, { signal, onPart }) {
  const { width: columns, height: rows } = canvas;
  const ink = canvas.getContext("2d");
  const edges = Float32Array.from({ length: rows + 1 }, (_, row) => hzOfRow(row - 0.5, rows));
  const powers = new Float32Array(rows);
  let loudest = 1e-9;
  for (let look = 0; look < LOOKS; look += 1) {
    fillColumn(sound, edges, (look + 0.5) / LOOKS, powers);
    for (const power of powers) if (power > loudest) loudest = power;
  }
  let awake = performance.now();
  const image = new ImageData(1, rows);
  for (let column = 0; column < columns; column += 1) {
    fillColumn(sound, edges, (column + 0.5) / columns, powers);
    for (let row = 0; row < rows; row += 1) {
      const level = Math.min(1, Math.max(0, 1 + (10 * Math.log10(powers[row] / loudest + 1e-12)) / RANGE_DB));
      const colour = Math.round(level * 255) * 3;
      image.data.set([PALETTE[colour], PALETTE[colour + 1], PALETTE[colour + 2], 255], row * 4);
    }
    ink.putImageData(image, column, 0);
    if (performance.now() - awake > PAUSE_EVERY_MS) {
      onPart();
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return false;
      awake = performance.now();
    }
  }
  return true;
}

// From ink through wine and ember to light.
const COLOURS = [
  [0, 8, 6, 5], [0.25, 30, 12, 22], [0.45, 92, 24, 32], [0.62, 178, 60, 32], [0.78, 232, 140, 52], [0.9, 248, 214, 130], [1, 255, 250, 232],
];
const PALETTE = Uint8ClampedArray.from({ length: 256 * 3 }, (_, at) => {
  const level = Math.floor(at / 3) / 255;
  const above = Math.max(1, COLOURS.findIndex(([share]) => share >= level));
  const [from, to] = [COLOURS[above - 1], COLOURS[above]];
  return from[1 + (at % 3)] + (to[1 + (at % 3)] - from[1 + (at % 3)]) * ((level - from[0]) / (to[0] - from[0]));
});
