// Meter readings as people know them, from what the audio thread counts. Gates after ITU-R BS.1770-5.

const SILENCE_LUFS = -70;
const OFFSET_DB = -0.691;
const LOWEST_DB = -120;

export const decibels = (level) => Math.max(LOWEST_DB, 20 * Math.log10(Math.max(level, 1e-9)));
const lufs = (power) => (power > 0 ? Math.max(SILENCE_LUFS, OFFSET_DB + 10 * Math.log10(power)) : SILENCE_LUFS);

export function stripMeters({ ids, strips }) {
  return Object.fromEntries(ids.map((id, at) => [id, {
    peak_db: [decibels(strips[3 * at]), decibels(strips[3 * at + 1])], rms_db: decibels(strips[3 * at + 2]),
  }]));
}

const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0);

// Momentary (400 ms), short-term (3 s) and gated loudness from K-weighted power per 100 ms; the highest true peak.
export class Loudness {
  constructor() {
    this.clear();
  }

  clear() {
    this.hops = [];
    this.blocks = [];
    this.truePeak = 0;
    this.correlation = 1;
    this.integrated = SILENCE_LUFS;
  }

  add({ hops, truePeak, correlation }) {
    this.truePeak = Math.max(this.truePeak, truePeak);
    this.correlation = correlation;
    for (const power of hops) {
      this.hops.push(power);
      if (this.hops.length > 30) this.hops.shift();
      const block = mean(this.hops.slice(-4));
      if (this.hops.length >= 4 && lufs(block) > SILENCE_LUFS) this.blocks.push(block);
    }
    if (hops.length) this.integrated = gated(this.blocks);
  }

  read() {
    return {
      momentary_lufs: lufs(mean(this.hops.slice(-4))), short_lufs: lufs(mean(this.hops)),
      integrated_lufs: this.integrated, true_peak_dbtp: decibels(this.truePeak), correlation: this.correlation,
    };
  }
}

// Blocks of 400 ms above -70 LUFS; those more than 10 LU under their mean do not count.
export function gated(blocks) {
  if (!blocks.length) return SILENCE_LUFS;
  const gate = 0.1 * mean(blocks);
  return lufs(mean(blocks.filter((power) => power > gate)));
}
