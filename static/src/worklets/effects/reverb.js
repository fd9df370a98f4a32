// Both reverbs: cuts and pre-delay, the room, and the dry sound beside it (mixer/engine/effects/room.py).
import { CROSS } from "./acoustics.js";
import { biquad, BUTTERWORTH_Q, Cascade, NEUTRAL } from "./biquad.js";
import { Blend } from "./blend.js";
import { Convolver } from "./convolver.js";
import { rounded } from "./gliding.js";
import { Network } from "./network.js";
import { roomKey } from "./rooms.js";
import { StereoDelay } from "./stereo_delay.js";

// While its room is still on its way, there is no wet sound.
export class Reverb {
  constructor(kind, params, { rate_hz, seed, rooms }) {
    this.latency = 0;
    Object.assign(this, { kind, rate_hz, seed, rooms, params });
    this.key = roomKey(kind, params, seed);
    const room = rooms.get(this.key);
    this.isEmpty = !room;
    this.room = room && (room.parts ? new ConvolvedRoom(room.parts) : new Network(room.network, rate_hz));
    this.cuts = new Cascade(cutsOf(params, rate_hz));
    this.predelay = new StereoDelay(rounded(params.predelay_s * rate_hz));
    this.blend = new Blend(params.mix);
  }

  // Another room or pre-delay needs a stream of its own, as soon as that room is there.
  fits(params) {
    const key = roomKey(this.kind, params, this.seed);
    const isThere = this.rooms.has(key);
    return !isThere || (!this.isEmpty && key === this.key && params.predelay_s === this.params.predelay_s);
  }

  process(left, right) {
    this.blend.keep(left, right);
    this.cuts.process(left, right);
    this.predelay.process(left, right);
    if (this.room) this.room.process(left, right);
    else {
      left.fill(0);
      right.fill(0);
    }
    this.blend.process(left, right);
  }

  retune(params) {
    this.cuts.steer(cutsOf(params, this.rate_hz));
    this.blend.to(params.mix);
  }
}

class ConvolvedRoom {
  constructor(parts) {
    this.convolver = new Convolver(parts);
  }

  process(left, right) {
    for (let at = 0; at < left.length; at += 1) {
      const a = left[at];
      const b = right[at];
      left[at] = (1 - CROSS) * a + CROSS * b;
      right[at] = (1 - CROSS) * b + CROSS * a;
    }
    this.convolver.process(left, right);
  }
}

function cutsOf({ low_cut_hz, high_cut_hz }, rate_hz) {
  return [
    low_cut_hz > 20 ? biquad("high_pass", low_cut_hz, 0, BUTTERWORTH_Q, rate_hz) : NEUTRAL,
    high_cut_hz < 20_000 ? biquad("low_pass", high_cut_hz, 0, BUTTERWORTH_Q, rate_hz) : NEUTRAL,
  ];
}
