// The rooms of reverb effects: each is prepared once, outside the audio thread, and known by its key.
import { EngineError } from "./console_engine_errors.js";
import { decodeChannel, parseHead } from "./wav.js";
import { roomNeeds } from "../worklets/effects/rooms.js";

const REST_MS = 250;
const MOST = 8; // rooms that are kept; each has some megabytes

export class Rooms {
  // Convolved rooms are the server's answers: `<impulseUrl>/hall-7.wav?decay=1`. onTrouble(sentence).
  constructor({ impulseUrl = "/api/audio/impulses", workerUrl = "/static/dist/console_rooms.js", rate_hz, onRoom, onTrouble }) {
    Object.assign(this, { impulseUrl, workerUrl, rate_hz, onRoom, onTrouble });
    this.found = new Map();
    this.coming = new Map();
    this.wanted = [];
  }

  // Sees to it that the rooms of this (complete) state are there, or come: at once, or when the hands rest.
  want(state, { atOnce = false } = {}) {
    const slots = [...state.channels, ...state.buses, state.mix].flatMap((strip) => strip.effects);
    this.wanted = roomNeeds(slots, state.seed);
    clearTimeout(this.timer);
    if (atOnce) this.bringAll();
    else if (this.wanted.some(({ key }) => !this.found.has(key))) this.timer = setTimeout(() => this.bringAll(), REST_MS);
  }

  bringAll() {
    for (const need of this.wanted) {
      if (this.found.has(need.key) || this.coming.has(need.key)) continue;
      this.coming.set(need.key, this.bring(need));
    }
  }

  async bring({ key, ...need }) {
    try {
      const impulse = need.kind === "convolved" ? await this.impulse(need) : null;
      const room = await this.work({ key, ...need, impulse, rate_hz: this.rate_hz });
      this.found.set(key, room);
      this.onRoom(key, room);
      this.leave();
    } catch {
      this.onTrouble(`The ${need.space} of a reverb does not come; it stays dry until the page is reloaded.`);
    } finally {
      this.coming.delete(key);
    }
  }

  // Rooms that nobody asks for any more go, the oldest first.
  leave() {
    const wanted = new Set(this.wanted.map(({ key }) => key));
    const idle = [...this.found.keys()].filter((key) => !wanted.has(key));
    for (const key of idle.slice(0, Math.max(0, this.found.size - MOST))) {
      this.found.delete(key);
      this.onRoom(key, null);
    }
  }

  async impulse({ space, seed, decay }) {
    const response = await fetch(`${this.impulseUrl}/${space}-${seed}.wav?decay=${decay}`, { credentials: "same-origin" });
    if (!response.ok) throw new EngineError(`no impulse: ${response.status}`);
    const bytes = await response.arrayBuffer();
    const wav = parseHead(new DataView(bytes, 0, Math.min(bytes.byteLength, 4_096)));
    const frames = Math.min(wav.frames, Math.floor((bytes.byteLength - wav.dataAt) / wav.frameBytes));
    const sound = bytes.slice(wav.dataAt, wav.dataAt + frames * wav.frameBytes);
    return [0, 1].map((side) => {
      const out = new Float32Array(frames);
      decodeChannel(sound, wav, Math.min(side, wav.channels - 1), frames, out);
      return out;
    });
  }

  // One worker for all; it answers by the key.
  work(need) {
    this.worker ??= new Worker(this.workerUrl, { type: "module" });
    const { worker } = this;
    return new Promise((resolve, reject) => {
      const hear = ({ data }) => {
        if (data.key !== need.key) return;
        worker.removeEventListener("message", hear);
        resolve(data.room);
      };
      worker.addEventListener("message", hear);
      worker.addEventListener("error", reject, { once: true });
      worker.postMessage(need, (need.impulse ?? []).map((side) => side.buffer));
    });
  }

  // Once all that is on its way has come (or not).
  async ready() {
    await Promise.all(this.coming.values());
  }

  close() {
    clearTimeout(this.timer);
    this.worker?.terminate();
    this.worker = null;
  }
}
