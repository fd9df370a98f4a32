// The audio thread's side of the console engine: one node that plays the whole console. It speaks with console_engine.js
// by messages; sound comes in pieces and waits here until its moment.
import { ConsoleCore } from "./console/core.js";
import { BLOCK } from "./console/levels.js";

const REPORT_S = 1 / 30;
const FADE_BLOCKS = 4; // around a stop or a seek the mix fades over so many blocks, around a loop's turn the stems do
const TAIL_S = 5; // after the end, what rings may ring so long
const QUIET = 1e-4;

class ConsoleProcessor extends AudioWorkletProcessor {
  constructor({ processorOptions: options = {} }) {
    super();
    this.core = new ConsoleCore({ rate_hz: sampleRate });
    this.position = 0;
    this.playing = false;
    this.stems = new Fade();
    this.out = new Fade();
    this.quiet_s = 0;
    this.pending = null; // what happens once the stems have faded out
    this.loop = null;
    this.end = Infinity;
    this.sinceReport = 0;
    this.isOffline = Boolean(options.isOffline);
    this.port.onmessage = ({ data }) => this.listen(data);
    for (const message of options.messages ?? []) this.hear(message);
  }

  // A state that cannot be played (routes in a circle) leaves everything as it was.
  listen(message) {
    try {
      this.hear(message);
    } catch (error) {
      this.port.postMessage({ kind: "trouble", sentence: error.message });
    }
  }

  hear(message) {
    const { core } = this;
    if (message.kind === "state") core.setState(message.state);
    else if (message.kind === "stem") core.stems.setStem(message.name, message.frames);
    else if (message.kind === "piece") core.stems.addPiece(message.name, message.number, message.channels);
    else if (message.kind === "drop") core.stems.dropPiece(message.name, message.number);
    else if (message.kind === "forget") core.stems.forget(message.name);
    else if (message.kind === "room") core.setRoom(message.key, message.room);
    else if (message.kind === "tap") core.tap = message.strip;
    else if (message.kind === "loop") this.loop = message.loop;
    else if (message.kind === "end") this.end = message.end;
    else if (message.kind === "play") this.play();
    else if (message.kind === "pause") this.soon(() => this.stop());
    else if (message.kind === "seek") this.soon(() => this.jump(message.position));
    else if (message.kind === "remeasure") core.meter.reset();
  }

  play() {
    this.pending = null;
    this.playing = true;
    this.core.isPlaying = true;
  }

  // Now if nothing sounds, else after a short fade.
  soon(act) {
    if (!this.playing || this.isOffline) act();
    else {
      const before = this.pending;
      this.pending = () => { before?.(); act(); };
    }
  }

  stop() {
    this.playing = false;
    this.out.at = 0;
    this.report();
  }

  jump(position) {
    const { playing } = this;
    this.core.reset();
    this.core.isPlaying = playing;
    this.position = position;
    this.stems.at = 0;
    this.report();
  }

  process(_inputs, outputs) {
    const [mix, tap] = outputs;
    const count = mix[0].length;
    for (let at = 0; at < count; at += BLOCK) {
      const left = mix[0].subarray(at, at + BLOCK);
      const right = mix[1].subarray(at, at + BLOCK);
      if (this.tryAdvance(left, right) && tap) this.tapInto(tap, at);
    }
    this.sinceReport += count / sampleRate;
    if (this.playing && this.sinceReport >= REPORT_S) this.report();
    return true;
  }

  // A fault in one effect must not end the whole page's sound for good: it stops, and can be started again.
  tryAdvance(left, right) {
    if (this.isOffline) return this.advance(left, right);
    try {
      return this.advance(left, right);
    } catch (error) {
      left.fill(0);
      right.fill(0);
      this.stop();
      this.port.postMessage({ kind: "trouble", sentence: `The live sound stopped (${error.message}). Press play to go on.` });
      this.port.postMessage({ kind: "ended" });
      return false;
    }
  }

  // One block, or silence where nothing plays or a piece is still on its way.
  advance(left, right) {
    if (!this.playing) return false;
    const { core } = this;
    // What waits for silence happens in it, and at once where sound is late: its piece may never be asked for again.
    if (this.pending && (this.out.at === 0 || !core.isReady(this.position))) {
      const act = this.pending;
      this.pending = null;
      this.out.at = 0;
      act();
      if (!this.playing) return false;
    }
    if (!core.isReady(this.position)) {
      this.out.at = 0; // it comes back softly
      this.tellStarved();
      return false;
    }
    this.isStarved = false;
    core.render(this.position, left, right, this.turningFade());
    const fade = this.isOffline ? null : this.out.next(!this.pending);
    if (fade) scale(left, right, fade);
    core.meter.add(left, right);
    this.position += BLOCK;
    if (this.loop && this.position === this.loop.end) this.position = this.loop.start;
    else if (this.position >= this.end && !this.isOffline) this.ring(left, right);
    return true;
  }

  // Stems fade before a loop turns, and come up after it; null when they sound in full.
  turningFade() {
    if (this.isOffline) return null;
    const left = this.loop ? this.loop.end - this.position : 0;
    return this.stems.next(!(left > 0 && left <= FADE_BLOCKS * BLOCK));
  }

  // Beyond the end: until it is quiet.
  ring(left, right) {
    const isQuiet = left.every((value) => Math.abs(value) < QUIET) && right.every((value) => Math.abs(value) < QUIET);
    this.quiet_s = isQuiet ? this.quiet_s + BLOCK / sampleRate : 0;
    if (this.quiet_s < 0.1 && this.position < this.end + TAIL_S * sampleRate) return;
    this.quiet_s = 0;
    this.stop();
    this.port.postMessage({ kind: "ended" });
  }

  tellStarved() {
    if (this.isStarved) return;
    this.isStarved = true;
    this.report();
  }

  tapInto(tap, at) {
    const strip = this.core.strips.get(this.core.tap);
    if (!strip) return;
    tap[0].set(strip.outLeft, at);
    tap[1].set(strip.outRight, at);
  }

  // Where we are, every strip's meters and reductions, and the mix's.
  report() {
    this.sinceReport = 0;
    const { shown } = this.core;
    const strips = new Float32Array(3 * shown.length);
    const reductions = {};
    shown.forEach((strip, at) => {
      strip.meter.take(strips, 3 * at);
      for (const slot of strip.slots) {
        const taken_db = slot.stream?.reduction_db;
        if (taken_db !== undefined) reductions[`${strip.id}/${slot.id}`] = taken_db;
      }
    });
    this.port.postMessage({
      kind: "report", position: this.position, latency: this.core.latency, isPlaying: this.playing && !this.pending,
      isStarved: this.playing && Boolean(this.isStarved), ids: shown.map((strip) => strip.id), strips, reductions,
      master: this.core.meter.take(),
    });
  }
}

// Up to full in FADE_BLOCKS blocks, and down again.
class Fade {
  constructor() {
    this.at = 0;
    this.levels = new Float32Array(BLOCK);
  }

  // The levels of the next block; null where they are all 1.
  next(isOpen) {
    const to = isOpen ? Math.min(FADE_BLOCKS, this.at + 1) : Math.max(0, this.at - 1);
    if (to === FADE_BLOCKS && this.at === FADE_BLOCKS) return null;
    const from = this.at / FADE_BLOCKS;
    const step = (to / FADE_BLOCKS - from) / BLOCK;
    this.at = to;
    for (let at = 0; at < BLOCK; at += 1) this.levels[at] = from + step * at;
    return this.levels;
  }
}

function scale(left, right, levels) {
  for (let at = 0; at < BLOCK; at += 1) {
    left[at] *= levels[at];
    right[at] *= levels[at];
  }
}

registerProcessor("codecraft-console", ConsoleProcessor);
