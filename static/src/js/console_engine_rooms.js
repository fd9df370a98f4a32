// The rooms of reverb effects: each is prepared once, outside the audio thread, and known by its key.
import { EngineError } from "./console_engine_errors.js";
import { decodeChannel, parseHead } from "./wav.js";
import { prepareRoom, roomNeeds } from "../worklets/effects/rooms.js";

export class Rooms {
  // Convolved rooms are the server's answers: `<impulseUrl>/hall-7.wav?decay=1`. onTrouble(sentence).
  constructor({ impulseUrl = "/api/audio/impulses", rate_hz, onRoom, onTrouble }) {
    Object.assign(this, { impulseUrl, rate_hz, onRoom, onTrouble });
    this.found = new Map();
    this.coming = new Map();
  }

  // Sees to it that the rooms of this (complete) state are there, or come.
  want(state) {
    const slots = [...state.channels, ...state.buses, state.mix].flatMap((strip) => strip.effects);
    for (const need of roomNeeds(slots, state.seed)) {
      if (this.found.has(need.key) || this.coming.has(need.key)) continue;
      this.coming.set(need.key, this.bring(need));
    }
  }

  async bring({ key, ...need }) {
    try {
      const impulse = need.kind === "convolved" ? await this.impulse(need) : await later();
      const room = prepareRoom({ ...need, impulse, rate_hz: this.rate_hz });
      this.found.set(key, room);
      this.onRoom(key, room);
    } catch {
      this.onTrouble(`The ${need.space} of a reverb does not come; it stays dry until the page is reloaded.`);
    } finally {
      this.coming.delete(key);
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

  // Once all that is on its way has come (or not).
  async ready() {
    await Promise.all(this.coming.values());
  }
}

// Working a room out takes tenths of a second: a page that is being drawn goes first.
function later() {
  return new Promise((resolve) => { setTimeout(resolve, 0); });
}
