// Plays all stems together, to the sample: pieces are fetched ahead and started at exact times of one audio clock.
import { openWav, readFrames } from "./wav.js";

const PIECE_S = 4;
const AHEAD_S = 9;
const LEAD_IN_S = 0.12; // between the decision to start and the first sample
const LOOK_EVERY_MS = 400;
const GLIDE_S = 0.015; // level changes without a click

export class StemEngine {
  // `stems` is a list of {name, url}. Levels are in `levels`, one a stem, 0..1.
  constructor(stems) {
    this.stems = stems;
    this.levels = stems.map(() => 1);
    this.run = null;
  }

  // Reads the heads of all files. onProgress(fraction).
  async open(onProgress) {
    let opened = 0;
    this.wavs = await Promise.all(this.stems.map(async ({ url }) => {
      const wav = await openWav(url);
      opened += 1;
      onProgress(opened / this.stems.length);
      return wav;
    }));
    const rate_hz = this.wavs[0].rate_hz;
    // The files' own rate: no resampling, so that pieces join without a seam.
    this.context = new AudioContext({ sampleRate: rate_hz, latencyHint: "playback" });
    this.master = this.context.createGain();
    this.master.connect(this.context.destination);
    this.gains = this.wavs.map((_, at) => {
      const gain = this.context.createGain();
      gain.gain.value = this.levels[at];
      gain.connect(this.master);
      return gain;
    });
    this.rate_hz = rate_hz;
    this.frames = Math.max(...this.wavs.map((wav) => wav.frames));
  }

  setLevel(at, level) {
    this.levels[at] = level;
    this.gains[at].gain.setTargetAtTime(level, this.context.currentTime, GLIDE_S);
  }

  setVolume(volume) {
    this.master.gain.setTargetAtTime(volume, this.context.currentTime, GLIDE_S);
  }

  // The song's time that is heard now, or null while it buffers or is stopped.
  get time_s() {
    if (!this.run || this.run.startedAt === null) return null;
    const heard = this.context.currentTime - (this.context.outputLatency || 0) - this.run.startedAt;
    return Math.max(0, heard) + this.run.from / this.rate_hz;
  }

  // Starts all stems at `time_s`; resolves when they sound. A start or stop in between makes this one void.
  async start(time_s, onProgress = () => {}) {
    this.stop();
    const from = Math.max(0, Math.min(this.frames - 1, Math.round(time_s * this.rate_hz)));
    const run = { from, next: from, startedAt: null, abort: new AbortController(), sources: new Set(), busy: false };
    this.run = run;
    if (this.context.state === "suspended") await this.context.resume();
    const first = await this.fetchPiece(run, onProgress);
    if (this.run !== run || !first) return;
    run.startedAt = (Math.ceil((this.context.currentTime + LEAD_IN_S) * this.rate_hz)) / this.rate_hz;
    this.schedule(run, first);
    run.timer = setInterval(() => this.fill(run), LOOK_EVERY_MS);
    this.fill(run);
  }

  stop() {
    const { run } = this;
    if (!run) return;
    this.run = null;
    clearInterval(run.timer);
    run.abort.abort();
    for (const source of run.sources) source.stop();
  }

  async fill(run) {
    if (run.busy || this.run !== run) return;
    run.busy = true;
    while (this.run === run && run.next < this.frames && this.bufferedAhead(run) < AHEAD_S) {
      const piece = await this.fetchPiece(run, () => {}).catch(() => null);
      if (!piece) break; // asked again at the next look
      if (this.run === run) this.schedule(run, piece);
    }
    run.busy = false;
  }

  bufferedAhead(run) {
    return (run.next - run.from) / this.rate_hz - (this.context.currentTime - run.startedAt);
  }

  async fetchPiece(run, onProgress) {
    const at = run.next;
    const count = Math.min(Math.round(PIECE_S * this.rate_hz), this.frames - at);
    if (count <= 0) return null;
    let come = 0;
    const buffers = await Promise.all(this.wavs.map(async (wav) => {
      const own = Math.min(count, wav.frames - at);
      const buffer = own > 0 ? await readFrames(wav, this.context, at, own, run.abort.signal) : null;
      come += 1;
      onProgress(come / this.wavs.length);
      return buffer;
    }));
    run.next = at + count;
    return { at, buffers };
  }

  schedule(run, { at, buffers }) {
    const when = run.startedAt + (at - run.from) / this.rate_hz;
    const late_s = Math.max(0, this.context.currentTime - when); // a slow disk: join in where the song is
    buffers.forEach((buffer, stem) => {
      if (!buffer || late_s >= buffer.duration) return;
      const source = this.context.createBufferSource();
      source.buffer = buffer;
      source.connect(this.gains[stem]);
      source.onended = () => run.sources.delete(source);
      source.start(when + late_s, late_s);
      run.sources.add(source);
    });
  }
}
