// Channels with an effect that only the studio can do are heard as the studio renders them up to their fader.
import { freeze } from "./mixer_api.js";

const WAIT_MS = 2000; // until the hands rest

// The studio tells with every state which channels need it: `frozen` {channel: {key, audio}}, audio null where it is
// not rendered yet.
export class Freezing {
  // `does`: job(job) → the finished job or null, setFrozen(channel, url | null), tell(text), nameOf(channel).
  constructor(id, does) {
    Object.assign(this, { id, does });
    this.wanted = {};
    this.heard = new Map(); // channel → the key of what is heard
    this.asked = new Set(); // keys that are being rendered, or could not be
  }

  take(frozen = {}) {
    this.wanted = frozen;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), WAIT_MS);
  }

  look() {
    for (const channel of this.heard.keys()) {
      if (!this.wanted[channel]) this.hear(channel, null, null);
    }
    for (const [channel, { key, audio }] of Object.entries(this.wanted)) {
      if (this.heard.get(channel) === key) continue;
      if (audio) this.hear(channel, key, audio);
      else if (!this.asked.has(key)) this.make(channel, key);
    }
  }

  hear(channel, key, url) {
    if (key) this.heard.set(channel, key);
    else this.heard.delete(channel);
    return this.does.setFrozen(channel, url);
  }

  async make(channel, key) {
    this.asked.add(key);
    this.does.tell(`The studio renders ${this.does.nameOf(channel)} …`);
    try {
      const job = await this.does.job(await freeze(this.id, channel));
      const isWanted = this.wanted[channel]?.key === job?.result.key;
      if (job && isWanted) await this.hear(channel, key, job.result.audio);
      this.does.tell("");
    } catch (error) {
      this.does.tell(error.message);
    }
  }
}
