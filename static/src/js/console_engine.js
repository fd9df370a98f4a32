// The console played live in the browser: one AudioWorklet node runs the same signal path and effects as the server
// (static/src/worklets/, ported from mixer/engine), so a fader, a solo or a compressor is heard at once.
//
//   const engine = await ConsoleEngine.open({
//     stems: [{ name, url }],      // WAV at 48 kHz, read by ranges; `name` is what a channel's `stem` says
//     state,                       // the console's JSON (mixer/engine/console/state.py)
//     catalogue,                   // GET /api/audio/effects; fetched when left out
//     onProgress: (fraction) => {},
//     workletUrl, impulseUrl,      // where the worklet and the rooms are served, if not at their usual places
//   });                            // throws EngineError with a sentence to show: no secure page, a stem that is not there
//   await engine.play(); engine.pause(); engine.seek(12.5); engine.setLoop([8, 16]); engine.setLoop(null);
//   engine.setState(state);        // as often as the page likes (sent once a frame); levels glide in 6 ms, effects keep
//                                  // what rings in them
//   engine.setStems(stems);        // when a take or another stem comes
//   engine.setFrozen(stripId, url | null);  // a channel or bus as the server rendered it up to its fader (effects not `live`)
//   engine.setVolume(0..1);        // of the loudspeakers alone, not of the mix
//   engine.setTap(stripId);        // whose spectrum, scope and waveform are asked for; "mix" at the start
//   engine.time_s, engine.duration_s, engine.isPlaying, engine.isBuffering, engine.latency_s
//   engine.meters                  // {strips: {id: {peak_db: [l, r], rms_db}}, reductions: {"channel/effect": dB},
//                                  //  mix: {momentary_lufs, short_lufs, integrated_lufs, true_peak_dbtp (highest so far),
//                                  //        correlation (-1..1)}}
//   engine.resetLoudness();        // integrated loudness and highest true peak begin anew
//   engine.spectrum();             // {decibels: Float32Array, rate_hz}: bins from 0 to half the rate, of the tapped strip
//   engine.scope();                // {left, right}: the last 2,048 samples of the tapped strip (goniometer: draw x = left - right)
//   const { left, right, rate_hz } = await engine.renderOffline({ state?, from_s?, to_s?, onProgress? });
//   await engine.dispose();
//
// Events: "play", "pause", "ended", "buffering" (isBuffering changed), "meters" (about 30 a second while playing),
// "trouble" (event.detail is a sentence: a stem does not come; it is asked for again).
import { request } from "./api.js";
import { FROZEN, StemFeed } from "./console_engine_feed.js";
import { EngineError } from "./console_engine_errors.js";
import { Loudness, stripMeters } from "./console_engine_meters.js";
import { renderOffline } from "./console_engine_offline.js";
import { Rooms } from "./console_engine_rooms.js";
import { completeState, playing } from "./console_engine_state.js";
import { BLOCK } from "../worklets/console/levels.js";

export { EngineError };

export const RATE_HZ = 48_000;
const WORKLET_URL = "/static/dist/console_worklet.js";
const SPECTRUM_SAMPLES = 8_192;
const SCOPE_SAMPLES = 2_048;
const FRAME_MS = 16;
const LATENCY_S = 0.06; // soon enough for a hand on a fader, and time to spare on a busy laptop

export class ConsoleEngine extends EventTarget {
  static async open(options) {
    if (!window.isSecureContext) {
      throw new EngineError("Live sound needs a secure page: open the studio by https, or on this machine as localhost.");
    }
    if (!("AudioWorkletNode" in window)) throw new EngineError("This browser cannot play the console live: it has no AudioWorklet.");
    const engine = new ConsoleEngine(options);
    try {
      await engine.begin(options);
    } catch (error) {
      await engine.dispose();
      throw error;
    }
    return engine;
  }

  constructor({ state, workletUrl = WORKLET_URL, impulseUrl }) {
    super();
    this.workletUrl = workletUrl;
    this.state = state;
    this.frozen = new Map();
    this.loudness = new Loudness();
    this.meters = { strips: {}, reductions: {}, mix: this.loudness.read() };
    this.isPlaying = false;
    this.isBuffering = false;
    this.at = { position: 0, when: 0 };
    this.latency_s = 0;
    this.rooms = new Rooms({
      impulseUrl, rate_hz: RATE_HZ, onRoom: (key, room) => this.post({ kind: "room", key, room }),
      onTrouble: (sentence) => this.tell("trouble", sentence),
    });
  }

  async begin({ stems, catalogue, onProgress = () => {} }) {
    this.context = new AudioContext({ sampleRate: RATE_HZ, latencyHint: LATENCY_S });
    const loaded = this.context.audioWorklet.addModule(this.workletUrl).catch(() => {
      throw new EngineError("The live sound could not be loaded. Reload the page; if it stays so, the studio was not built.");
    });
    this.catalogue = catalogue ?? (await request("GET", "/api/audio/effects"));
    await loaded;
    this.connect();
    this.feed = new StemFeed({ rate_hz: RATE_HZ, post: (message, transfer) => this.post(message, transfer) });
    this.feed.onTrouble = (sentence) => this.tell("trouble", sentence);
    await this.feed.open(stems, onProgress);
    this.send({ atOnce: true });
    await this.rooms.ready();
    this.feed.aim(0);
  }

  connect() {
    const { context } = this;
    this.node = new AudioWorkletNode(context, "codecraft-console", { numberOfInputs: 0, numberOfOutputs: 2, outputChannelCount: [2, 2] });
    this.node.port.onmessage = ({ data }) => this.hear(data);
    this.node.onprocessorerror = () => this.tell("trouble", "The live sound broke off. Reload the page; nothing you set is lost.");
    this.volume = context.createGain();
    this.node.connect(this.volume, 0).connect(context.destination);
    this.analyser = new AnalyserNode(context, { fftSize: SPECTRUM_SAMPLES, smoothingTimeConstant: 0.7 });
    const sides = context.createChannelSplitter(2);
    this.node.connect(this.analyser, 1);
    this.node.connect(sides, 1);
    this.sides = [0, 1].map((side) => {
      const analyser = new AnalyserNode(context, { fftSize: SCOPE_SAMPLES });
      sides.connect(analyser, side);
      return analyser;
    });
    this.decibels = new Float32Array(this.analyser.frequencyBinCount);
    this.scopes = this.sides.map(() => new Float32Array(SCOPE_SAMPLES));
  }

  post(message, transfer = []) {
    this.node?.port.postMessage(message, transfer);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  hear(data) {
    if (data.kind === "trouble") {
      this.tell("trouble", data.sentence);
      return;
    }
    if (data.kind === "ended") {
      this.isPlaying = false;
      this.tell("ended");
      return;
    }
    this.at = { position: data.position, when: this.context.currentTime, isMoving: data.isPlaying && !data.isStarved };
    this.latency_s = data.latency / RATE_HZ;
    this.feed.aim(data.position);
    this.loudness.add(data.master, RATE_HZ);
    this.meters = { strips: stripMeters(data), reductions: data.reductions, mix: this.loudness.read() };
    if (this.isBuffering !== data.isStarved) {
      this.isBuffering = data.isStarved;
      this.tell("buffering");
    }
    this.tell("meters");
  }

  // The song's time that is heard now.
  get time_s() {
    const { position, when, isMoving } = this.at;
    const rendered_s = Math.min(position / RATE_HZ, this.duration_s);
    if (!isMoving) return rendered_s;
    let time_s = position / RATE_HZ + (this.context.currentTime - when) - (this.context.outputLatency || 0) - this.latency_s;
    const [from_s, to_s] = this.loop ?? [0, 0];
    // Just turned round: the end of the loop is what is heard still.
    if (rendered_s >= from_s && rendered_s < to_s && time_s < from_s) time_s += to_s - from_s;
    return Math.max(0, Math.min(time_s, this.duration_s));
  }

  get duration_s() {
    return (this.feed?.end(this.completed) ?? 0) / RATE_HZ;
  }

  async play() {
    if (this.context.state === "suspended") await this.context.resume();
    this.isPlaying = true;
    if (this.time_s >= this.duration_s - 0.05) this.seek(this.loop ? this.loop[0] : 0);
    this.post({ kind: "play" });
    this.tell("play");
  }

  pause() {
    if (!this.isPlaying) return;
    this.at = { position: this.time_s * RATE_HZ, when: this.context.currentTime, isMoving: false };
    this.isPlaying = false;
    this.post({ kind: "pause" });
    this.tell("pause");
  }

  seek(time_s) {
    const position = onGrid(Math.max(0, Math.min(time_s, this.duration_s)));
    this.at = { position, when: this.context.currentTime, isMoving: false };
    this.feed.aim(position);
    this.post({ kind: "seek", position });
    this.tell("meters");
  }

  // Seconds [from, to], or null. It turns round where it should even while sound is late.
  setLoop(loop) {
    const isLoop = loop && loop[1] - loop[0] > 0.05;
    this.loop = isLoop ? [...loop] : null;
    const spans = isLoop ? { start: onGrid(loop[0]), end: onGrid(loop[1]) } : null;
    this.feed.loop = spans;
    this.feed.aim(this.at.position);
    this.post({ kind: "loop", loop: spans });
  }

  setState(state) {
    this.state = state;
    this.isStale = true;
    if (this.isSending) return; // a hand on a fader: the newest state goes out with the next frame
    this.isSending = true;
    this.send();
    setTimeout(() => {
      this.isSending = false;
      if (this.isStale && this.node) this.setState(this.state);
    }, FRAME_MS);
  }

  send({ atOnce = false } = {}) {
    this.isStale = false;
    this.completed = completeState(this.state, this.catalogue, this.frozen);
    this.rooms.want(this.completed, { atOnce });
    this.feed.setStrips(playing(this.completed));
    const lanes = JSON.stringify(this.completed.lanes);
    this.post({ kind: "state", state: { ...this.completed, lanes: lanes === this.sentLanes ? null : this.completed.lanes } });
    this.sentLanes = lanes;
    this.post({ kind: "end", end: this.feed.end(this.completed) });
  }

  async setStems(stems) {
    await this.feed.open(stems, () => {});
    this.send();
  }

  async setFrozen(stripId, url) {
    if (url) {
      this.frozen.set(stripId, `${FROZEN}${stripId}:${url}`);
      await this.feed.open([{ name: this.frozen.get(stripId), url }], () => {}, { keep: true });
    } else this.frozen.delete(stripId);
    this.send();
  }

  setVolume(level) {
    this.volume.gain.setTargetAtTime(level, this.context.currentTime, 0.015);
  }

  setTap(stripId) {
    this.post({ kind: "tap", strip: stripId });
  }

  resetLoudness() {
    this.loudness.clear();
    this.post({ kind: "remeasure" });
  }

  spectrum() {
    this.analyser.getFloatFrequencyData(this.decibels);
    return { decibels: this.decibels, rate_hz: RATE_HZ };
  }

  scope() {
    this.sides.forEach((side, at) => side.getFloatTimeDomainData(this.scopes[at]));
    return { left: this.scopes[0], right: this.scopes[1] };
  }

  // The mix as samples, faster than it plays; by the same worklet in an OfflineAudioContext.
  async renderOffline({ state = this.state, from_s = 0, to_s = this.duration_s, onProgress = () => {} } = {}) {
    const completed = completeState(state, this.catalogue, this.frozen);
    this.rooms.want(completed, { atOnce: true });
    await this.rooms.ready();
    return renderOffline({
      state: completed, rooms: this.rooms.found, feed: this.feed, workletUrl: this.workletUrl, rate_hz: RATE_HZ, onProgress,
      from: onGrid(from_s), to: Math.ceil(to_s * RATE_HZ),
    });
  }

  async dispose() {
    this.feed?.close();
    this.rooms.close();
    this.node?.disconnect();
    if (this.context && this.context.state !== "closed") await this.context.close();
    this.node = null;
  }
}

function onGrid(time_s) {
  return Math.round((time_s * RATE_HZ) / BLOCK) * BLOCK;
}
