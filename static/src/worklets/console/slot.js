// One effect in a strip's chain: its stream, the way in and out of the sound, and the lanes that move it.
import { openEffect } from "../effects/index.js";
import { BLOCK, DelayLine, Glide } from "./levels.js";

export class Slot {
  // A slot that comes while the console plays fades in; at the start it is simply there.
  constructor(slot, context, { isPlaying }) {
    this.id = slot.id;
    this.context = context;
    this.hasBegun = false;
    this.old = null;
    this.oldLeft = new Float32Array(BLOCK);
    this.oldRight = new Float32Array(BLOCK);
    this.exchange = new Glide(1, context.rate_hz);
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

  // Whether this slot can go on as that one.
  fits(slot) {
    return slot.kind === this.kind;
  }

  set(slot) {
    this.leaving = Boolean(slot.bypass);
    this.share.goal = this.leaving || !this.stream ? 0 : 1;
    const isSame = JSON.stringify(slot.params) === JSON.stringify(this.params);
    this.params = slot.params;
    if (!this.stream) return;
    if (this.stream.fits && !this.stream.fits(slot.params)) this.replace(slot.params);
    else if (!isSame && this.lanes.length) this.automated = null; // the next block brings both together
    else if (!isSame) this.stream.retune(slot.params);
  }

  // What cannot be retuned (a delay's times, another room) is exchanged: the old fades out while the new fades in.
  replace(params) {
    if (this.hasBegun) {
      this.old = this.stream;
      this.exchange.jump(0);
      this.exchange.goal = 1;
    }
    this.stream = openEffect(this.kind, params, this.context);
    if (this.stream.latency === this.latency) return;
    this.latency = this.stream.latency;
    this.dry = this.latency ? new DelayLine(this.latency) : null;
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

  // Told at the start of a block where to be at its end, the effect glides there. It begins where its lanes are.
  automate(sample) {
    if (!this.lanes.length) return;
    if (!this.hasBegun) this.stream = openEffect(this.kind, this.valuesAt(sample), this.context);
    const values = this.valuesAt(sample + BLOCK);
    if (!this.automated || this.lanes.some(({ name }) => values[name] !== this.automated[name])) this.stream.retune(values);
    this.automated = values;
  }

  valuesAt(sample) {
    const values = { ...this.params };
    for (const { name, reader } of this.lanes) values[name] = reader.valueAt(sample);
    return values;
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
    let keyLeft; // undefined: the effect hears itself
    let keyRight;
    if (key) {
      keyLeft = key.delay ? key.delay.outLeft : key.strip.preLeft;
      keyRight = key.delay ? key.delay.outRight : key.strip.preRight;
    }
    this.runOld(left, right, keyLeft, keyRight);
    this.stream.process(left, right, keyLeft, keyRight);
    if (this.old) {
      blend(left, right, this.oldLeft, this.oldRight, this.exchange);
      if (this.exchange.to === 1) this.old = null;
    }
    if (!isWhole) blend(left, right, this.keptLeft, this.keptRight, share);
  }

  runOld(left, right, keyLeft, keyRight) {
    if (!this.old) return;
    this.exchange.step();
    this.oldLeft.set(left);
    this.oldRight.set(right);
    this.old.process(this.oldLeft, this.oldRight, keyLeft, keyRight);
  }
}

// From the other sound to this one as the glide goes from 0 to 1.
function blend(left, right, otherLeft, otherRight, { from, to }) {
  const step = (to - from) / BLOCK;
  for (let at = 0, part = from; at < BLOCK; at += 1, part += step) {
    left[at] = part * left[at] + (1 - part) * otherLeft[at];
    right[at] = part * right[at] + (1 - part) * otherRight[at];
  }
}
