// One effect in a strip's chain: its stream, the way in and out of the sound, and the lanes that move it.
import { openEffect } from "../effects/index.js";
import { BLOCK, DelayLine, Glide } from "./levels.js";

export class Slot {
  // A slot that comes while the console plays fades in; at the start it is simply there.
  constructor(slot, context, { isPlaying }) {
    this.id = slot.id;
    this.context = context;
    this.hasBegun = false;
    this.kind = slot.kind;
    this.params = slot.params;
    this.stream = openEffect(slot.kind, slot.params, context);
    this.latency = this.stream?.latency ?? 0;
    this.share = new Glide(isPlaying ? 0 : 1, context.rate_hz);
    this.dry = this.latency ? new DelayLine(this.latency) : null;
    this.keptLeft = new Float32Array(BLOCK);
    this.keptRight = new Float32Array(BLOCK);
    this.lanes = [];
    this.key = null; // {strip, delay}
    this.wait = null; // a delay before the effect, for a side-chain that is late
    this.late = 0; // samples of the song by which the sound is late here
    this.leaving = false;
    this.set(slot);
    if (!isPlaying) this.share.jump(this.share.goal);
  }

  // Whether the same stream can go on with these parameters.
  fits(slot) {
    return slot.kind === this.kind && (this.stream?.fits?.(slot.params) ?? true);
  }

  set(slot) {
    this.leaving = Boolean(slot.bypass);
    this.share.goal = this.leaving || !this.stream ? 0 : 1;
    if (JSON.stringify(slot.params) === JSON.stringify(this.params)) return;
    this.params = slot.params;
    this.stream?.retune(this.automated ?? slot.params);
  }

  // Out for good, and silent: it can go.
  get isGone() {
    return this.leaving && this.share.to === 0;
  }

  setLanes(lanes) {
    this.lanes = lanes;
    if (lanes.length) return;
    if (this.automated) this.stream?.retune(this.params);
    this.automated = null;
  }

  automate(sample) {
    if (!this.lanes.length || !this.stream) return;
    let moved = !this.automated;
    const values = { ...this.params };
    for (const { name, reader } of this.lanes) {
      values[name] = reader.valueAt(sample);
      moved ||= values[name] !== this.automated[name];
    }
    if (!this.hasBegun) this.stream = openEffect(this.kind, values, this.context); // it begins as it is automated
    else if (moved) this.stream.retune(values);
    this.automated = values;
  }

  process(left, right, position) {
    if (this.wait) {
      this.wait.run(left, right);
      left.set(this.wait.outLeft);
      right.set(this.wait.outRight);
    }
    const { share } = this;
    share.step();
    if (!this.stream || (share.from === 0 && share.to === 0)) return;
    this.automate(position - this.late);
    this.hasBegun = true;
    const isWhole = share.from === 1 && share.to === 1;
    this.dry?.run(left, right);
    if (!isWhole) {
      this.keptLeft.set(this.dry ? this.dry.outLeft : left);
      this.keptRight.set(this.dry ? this.dry.outRight : right);
    }
    const { key } = this;
    if (key) key.delay?.run(key.strip.preLeft, key.strip.preRight);
    const keyLeft = key && (key.delay ? key.delay.outLeft : key.strip.preLeft);
    const keyRight = key && (key.delay ? key.delay.outRight : key.strip.preRight);
    this.stream.process(left, right, keyLeft, keyRight);
    if (!isWhole) this.blend(left, right, share);
  }

  blend(left, right, { from, to }) {
    const step = (to - from) / BLOCK;
    for (let at = 0, part = from; at < BLOCK; at += 1, part += step) {
      left[at] = part * left[at] + (1 - part) * this.keptLeft[at];
      right[at] = part * right[at] + (1 - part) * this.keptRight[at];
    }
  }
}
