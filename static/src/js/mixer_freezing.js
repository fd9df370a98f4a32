// Channels with an effect that only the studio can do are heard as the studio renders them up to their fader.
import { freeze } from "./mixer_api.js";

const WAIT_MS = 2500; // until the hands rest

export class Freezing {
  // `does`: save(), job(job) → the finished job or null, setFrozen(id, url | null), tell(text).
  constructor(id, model, does) {
    Object.assign(this, { id, model, does });
    this.made = new Map(); // channel → what its frozen sound was made of
    this.busy = new Set();
    model.addEventListener("change", () => this.later());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), WAIT_MS);
  }

  // What is before the fader decides how the frozen sound is; nothing else does.
  sourceOf(channel) {
    const needs = channel.effects.some((slot) => !slot.bypass && this.model.kind(slot.kind)?.live === false);
    if (!needs) return "";
    const lanes = this.model.state.lanes.filter((lane) => lane.target.startsWith(`${channel.id}/effects/`));
    return JSON.stringify([channel.stem, channel.offset_s, channel.gain_db, channel.inverted, channel.effects, lanes]);
  }

  look() {
    for (const channel of this.model.state?.channels ?? []) {
      const source = this.sourceOf(channel);
      if (source !== (this.made.get(channel.id) ?? "") && !this.busy.has(channel.id)) this.make(channel.id, source);
    }
  }

  async make(id, source) {
    if (!source) {
      this.made.delete(id);
      this.does.setFrozen(id, null);
      return;
    }
    this.busy.add(id);
    this.made.set(id, source);
    this.does.tell(`The studio renders ${id} …`);
    try {
      if (await this.does.save()) {
        const job = await this.does.job(await freeze(this.id, id));
        const file = job?.files.find((one) => one.name.endsWith(".wav"));
        if (file) await this.does.setFrozen(id, file.url);
      }
      this.does.tell("");
    } catch (error) {
      this.does.tell(error.message);
    }
    this.busy.delete(id);
    this.later();
  }
}
