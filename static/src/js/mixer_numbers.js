// How the console's numbers read, and where they stand on the way of a fader or knob (0..1).

export const LOWEST_DB = -96;
export const HIGHEST_DB = 12;

// The way of a fader, as on a desk: most of it for what one works with. [share of the way, dB]
const LAW = [[0, -96], [0.03, -72], [0.1, -54], [0.2, -36], [0.32, -24], [0.46, -15], [0.6, -8], [0.78, 0], [1, 12]];
export const FADER_MARKS = [12, 6, 0, -5, -10, -20, -30, -50];

function along(table, from, to, value) {
  if (value <= table[0][from]) return table[0][to];
  for (let at = 1; at < table.length; at += 1) {
    const [a, b] = [table[at - 1], table[at]];
    if (value <= b[from]) return a[to] + ((value - a[from]) / (b[from] - a[from])) * (b[to] - a[to]);
  }
  return table.at(-1)[to];
}

export const faderPlace = (db) => along(LAW, 1, 0, db);
export const faderDb = (place) => (place <= 0.001 ? LOWEST_DB : along(LAW, 0, 1, place));

// A scale maps a value to 0..1 and back.
export const faderScale = { place: faderPlace, value: faderDb };

export function scaleOf({ lowest, highest, logarithmic }) {
  if (logarithmic && lowest > 0) {
    const ratio = Math.log(highest / lowest);
    return { place: (value) => Math.log(value / lowest) / ratio, value: (place) => lowest * Math.exp(place * ratio) };
  }
  const span = highest - lowest || 1;
  return { place: (value) => (value - lowest) / span, value: (place) => lowest + place * span };
}

export const clamp = (value, lowest, highest) => Math.min(highest, Math.max(lowest, value));
const signed = (value, digits) => {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
};

export const showDb = (db) => (db <= LOWEST_DB ? "−∞" : signed(db, Math.abs(db) >= 20 ? 0 : 1));
export const showPan = (pan) => (Math.abs(pan) < 0.005 ? "C" : `${pan < 0 ? "L" : "R"}${Math.round(Math.abs(pan) * 100)}`);
export const showShare = (share) => `${Math.round(share * 100)} %`;
export const withMinus = (text) => text.replace(/(^|[\s(])-(?=\d)/g, "$1−");
export const showLufs = (value, digits = 1) => (value === null || value === undefined || !Number.isFinite(value) || value <= -69.9 ? "−∞" : value.toFixed(digits).replace("-", "−"));

export function showHz(hz) {
  if (hz >= 10000) return `${(hz / 1000).toFixed(1)} kHz`;
  return hz >= 1000 ? `${(hz / 1000).toFixed(2)} kHz` : `${hz.toFixed(hz < 100 ? 1 : 0)} Hz`;
}

export function showSeconds(s) {
  if (s >= 1) return `${s.toFixed(2)} s`;
  const ms = s * 1000;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

// A parameter of the catalogue as a person reads it.
export function showParam(param, value) {
  if (param.unit === "Hz" && param.highest > 20) return showHz(value);
  if (param.unit === "Hz") return `${value.toFixed(2)} Hz`;
  if (param.unit === "s") return showSeconds(value);
  if (param.unit === "dB") return `${param.lowest < 0 ? signed(value, 1) : value.toFixed(1)} dB`;
  if (param.unit === ":1") return `${value.toFixed(value < 10 ? 1 : 0)} : 1`;
  if (param.unit === "semitones") return `${signed(value, 1)} st`;
  if (param.lowest === 0 && param.highest <= 1 && !param.unit) return showShare(value);
  return value.toFixed(2);
}

// What a person typed: "-3,5 dB", "2.5k", "120 ms", "L30". NaN when it is no number.
export function readNumber(text, param) {
  const plain = text.trim().replace(",", ".").replace("−", "-").toLowerCase();
  if (["-∞", "-inf", "off"].includes(plain)) return param.lowest;
  const found = plain.match(/^[+]?(-?\d*\.?\d+)\s*([a-z%:]*)/);
  if (!found) return NaN;
  const [, digits, unit] = found;
  let value = Number(digits);
  if (unit.startsWith("k")) value *= 1000;
  if (unit === "ms" || (param.unit === "s" && unit === "" && value > param.highest)) value /= 1000;
  if (unit === "%" || (param.highest <= 1 && param.lowest === 0 && value > 1)) value /= 100;
  return clamp(value, param.lowest, param.highest);
}
