// Brings the stems' sound to the audio thread in pieces, ahead of where it plays; what lies behind is let go.
import { EngineError } from "./console_engine_errors.js";
import { decodeChannel, fetchRange, openWav } from "./wav.js";
import { PIECE } from "../worklets/console/stem_store.js";

export const FROZEN = "frozen:"; // before the names of frozen strips' sounds
const AHEAD_S = 8;
const AT_ONCE = 5; // requests; a browser gives one host six
const AGAIN_MS = 1_000;

export class StemFeed {
  constructor({ rate_hz, post }) {
    this.rate_hz = rate_hz;
    this.post = post;
    this.wavs = new Map();
    this.channels = [];
    this.there = new Map(); // key -> {name, number}, on the audio thread or on its way
    this.under = 0;
    this.loop = null;
    this.position = 0;
    this.abort = new AbortController();
    this.onTrouble = () => {};
  }

  // Reads the heads of all files. Those that are not named any more are forgotten, unless `keep`.
  async open(stems, onProgress, { keep = false } = {}) {
    let opened = 0;
    const found = await Promise.all(stems.map(async ({ name, url }) => {
      const wav = this.wavs.get(name)?.url === url ? this.wavs.get(name) : await this.head(name, url);
      opened += 1;
      onProgress(opened / stems.length);
      return [name, wav];
    }));
    for (const [name, wav] of found) if (this.wavs.has(name) && this.wavs.get(name) !== wav) this.forget(name);
    const kept = [...this.wavs].filter(([name]) => keep || name.startsWith(FROZEN));
    this.wavs = new Map([...kept, ...found]);
    for (const [name, wav] of found) this.post({ kind: "stem", name, frames: wav.frames });
  }

  // Another sound has come by this name.
  forget(name) {
    for (const [key, piece] of this.there) if (piece.name === name) this.there.delete(key);
    this.post({ kind: "forget", name });
  }

  async head(name, url) {
    const wav = await openWav(url).catch(() => {
      throw new EngineError(`The stem “${name}” cannot be read. Reload the page; if it stays so, it was deleted.`);
    });
    if (wav.rate_hz !== this.rate_hz) throw new EngineError(`The stem “${name}” has ${wav.rate_hz} Hz; the console plays ${this.rate_hz} Hz.`);
    return wav;
  }

  // `strips` are those that play a file.
  setStrips(strips) {
    this.channels = strips.filter(({ stem }) => this.wavs.has(stem))
      .map(({ stem, offset_s }) => ({ stem, offset: Math.round((offset_s ?? 0) * this.rate_hz) }));
    this.fill();
  }

  // Where the last stem ends, in samples of the song.
  end(state) {
    const ends = (state?.channels ?? []).map(({ stem, offset_s }) => (this.wavs.get(stem)?.frames ?? 0) + Math.round((offset_s ?? 0) * this.rate_hz));
    return Math.max(0, ...ends);
  }

  aim(position) {
    this.position = position;
    this.fill();
  }

  // The pieces that should lie ready, the most urgent first.
  wanted() {
    const pieces = new Map();
    const ahead = AHEAD_S * this.rate_hz;
    const { loop, position } = this;
    this.span(position, loop && position < loop.end ? Math.min(position + ahead, loop.end) : position + ahead, pieces);
    if (loop) this.span(loop.start, Math.min(loop.end, loop.start + ahead / 2), pieces);
    return [...pieces.values()].sort((a, b) => a.in - b.in);
  }

  span(from, to, pieces) {
    for (const { stem, offset } of this.channels) {
      const { frames } = this.wavs.get(stem);
      const first = Math.floor(Math.max(0, from - offset) / PIECE);
      const last = Math.floor((Math.min(frames, to - offset) - 1) / PIECE);
      for (let number = first; number <= last; number += 1) {
        const key = `${stem}#${number}`;
        if (!pieces.has(key)) pieces.set(key, { key, name: stem, number, in: number * PIECE + offset - from });
      }
    }
  }

  fill() {
    const wanted = this.wanted();
    const keys = new Set(wanted.map((piece) => piece.key));
    for (const [key, { name, number }] of this.there) {
      if (keys.has(key)) continue;
      this.there.delete(key);
      this.post({ kind: "drop", name, number });
    }
    for (const piece of wanted) {
      if (this.under >= AT_ONCE) return;
      if (!this.there.has(piece.key)) this.bring(piece);
    }
  }

  async bring(piece) {
    const { signal } = this.abort;
    this.under += 1;
    this.there.set(piece.key, piece);
    try {
      const channels = await this.read(piece.name, piece.number, signal);
      if (this.there.get(piece.key) === piece) {
        this.post({ kind: "piece", name: piece.name, number: piece.number, channels }, channels.map((one) => one.buffer));
      }
    } catch {
      if (signal.aborted) return;
      this.onTrouble(`The stem “${piece.name}” does not come. Trying again.`);
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
      if (this.there.get(piece.key) === piece) this.there.delete(piece.key);
    } finally {
      this.under -= 1;
    }
    this.fill();
  }

  // One piece of a stem: a Float32Array a channel.
  async read(name, number, signal) {
    const wav = this.wavs.get(name);
    const from = number * PIECE;
    const count = Math.min(PIECE, wav.frames - from);
    const start = wav.dataAt + from * wav.frameBytes;
    const bytes = await fetchRange(wav.url, start, start + count * wav.frameBytes - 1, signal);
    const frames = Math.floor(bytes.byteLength / wav.frameBytes);
    return Array.from({ length: Math.min(2, wav.channels) }, (_, channel) => {
      const out = new Float32Array(PIECE);
      decodeChannel(bytes, wav, channel, frames, out);
      return out;
    });
  }

  close() {
    this.abort.abort();
    this.channels = [];
  }
}
