// What is heard on the console's page: the live engine, fed with every move; without it the page still edits.
import { ConsoleEngine } from "./console_engine.js";

// Events: "time" (about 60 a second while it plays), "state" (playing, buffering, trouble).
export class ConsoleSound extends EventTarget {
  constructor(model) {
    super();
    this.model = model;
    this.engine = null;
    this.trouble = "";
    this.loop = null;
    this.rest_s = 0; // where one stands without an engine
    model.addEventListener("change", () => this.later());
  }

  async open(stems, catalogue, onProgress) {
    try {
      this.engine = await ConsoleEngine.open({ stems, state: this.model.state, catalogue, onProgress });
    } catch (error) {
      this.trouble = error.message;
      this.tell("state");
      return;
    }
    for (const name of ["play", "pause", "ended", "buffering"]) this.engine.addEventListener(name, () => this.onState());
    this.engine.addEventListener("trouble", ({ detail }) => {
      this.trouble = detail;
      this.tell("state");
    });
    this.engine.setState(this.model.state); // what was moved while the stems were on their way
  }

  // All moves of one frame reach the audio thread as one state.
  later() {
    if (this.isWaiting || !this.engine) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.engine?.setState(this.model.state);
      if (!this.isPlaying) this.tell("time");
    });
  }

  onState() {
    if (this.isPlaying) {
      this.trouble = "";
      this.run();
    }
    this.tell("state");
  }

  run() {
    if (this.isRunning) return;
    this.isRunning = true;
    const step = (now_ms) => {
      this.dispatchEvent(new CustomEvent("time", { detail: now_ms }));
      if (this.isPlaying) requestAnimationFrame(step);
      else this.isRunning = false;
    };
    requestAnimationFrame(step);
  }

  get isPlaying() {
    return Boolean(this.engine?.isPlaying);
  }

  get isBuffering() {
    return Boolean(this.engine?.isBuffering);
  }

  get time_s() {
    return this.engine ? this.engine.time_s : this.rest_s;
  }

  get duration_s() {
    return this.engine?.duration_s ?? 0;
  }

  // How much later the ear hears a moment than the engine plays it.
  get latency_s() {
    return (this.engine?.context?.outputLatency ?? 0) + (this.engine?.latency_s ?? 0);
  }

  async play() {
    if (!this.engine) return;
    await this.engine.play();
    this.run();
  }

  pause() {
    this.engine?.pause();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  seek(time_s) {
    this.rest_s = Math.max(0, time_s);
    this.engine?.seek(this.rest_s);
    this.tell("time");
  }

  setLoop(loop) {
    this.loop = loop;
    this.engine?.setLoop(loop);
  }

  get meters() {
    return this.engine?.meters ?? null;
  }

  spectrum() {
    if (!this.engine || !this.isPlaying) return null;
    const { decibels, rate_hz } = this.engine.spectrum();
    return { db: decibels, bin_hz: rate_hz / 2 / decibels.length };
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
