// One channel or bus at work: gain and polarity, effects, fader with pan and width, then on to its output and its sends.
import { addScaled, BLOCK, DelayLine, Glide, levelOf } from "./levels.js";
import { placing } from "./placing.js";
import { Slot } from "./slot.js";
import { StripMeter } from "./strip_meter.js";

export class Strip {
  constructor(strip, context) {
    this.id = strip.id;
    this.context = context;
    const { rate_hz } = context;
    this.inLeft = new Float32Array(BLOCK);
    this.inRight = new Float32Array(BLOCK);
    this.preLeft = new Float32Array(BLOCK); // before the fader: what side-chains and pre-fader sends hear
    this.preRight = new Float32Array(BLOCK);
    this.outLeft = new Float32Array(BLOCK);
    this.outRight = new Float32Array(BLOCK);
    this.gain = new Glide(gainOf(strip), rate_hz);
    this.controls = Object.fromEntries(["fader_db", "pan", "width", "mute"].map((name) => [name, { value: 0, reader: null }]));
    this.fader = new Glide(levelOf(strip.fader_db), rate_hz);
    this.pan = new Glide(strip.pan, rate_hz);
    this.width = new Glide(strip.width, rate_hz);
    this.open = new Glide(1, rate_hz);
    this.matrix = new Float64Array(4);
    this.before = new Float64Array(4);
    this.hasBegun = false;
    this.late = 0;
    this.slots = [];
    this.ways = new Map();
    this.meter = new StripMeter();
  }

  // Everything but the routes.
  set(strip, { isPlaying }) {
    this.stem = strip.stem ?? "";
    this.offset = Math.round((strip.offset_s ?? 0) * this.context.rate_hz);
    this.gain.goal = gainOf(strip);
    for (const name of ["fader_db", "pan", "width", "mute"]) this.controls[name].value = Number(strip[name]);
    this.setSlots(strip.effects, { isPlaying });
    this.aim();
    if (isPlaying) return;
    this.gain.jump(this.gain.goal);
    for (const glide of [this.fader, this.pan, this.width, this.open]) glide.jump(glide.goal);
    this.hasBegun = false;
  }

  // Slots are known by their ids, so that what rings and holds goes on. One that is taken out fades first.
  setSlots(wanted, { isPlaying }) {
    const old = new Map(this.slots.map((slot) => [slot.id, slot]));
    const kept = [];
    for (const one of wanted) {
      const there = old.get(one.id);
      if (there?.fits(one)) {
        there.set(one);
        kept.push(there);
      } else kept.push(new Slot(one, this.context, { isPlaying }));
      if (there?.fits(one)) old.delete(one.id);
    }
    this.slots = kept;
    if (!isPlaying) return;
    for (const gone of old.values()) {
      gone.set({ ...gone, bypass: true });
      gone.isTaken = true;
      this.slots.push(gone);
    }
  }

  // `lanes` is a list of {name, reader} for this strip's own controls.
  setLanes(lanes) {
    for (const control of Object.values(this.controls)) control.reader = null;
    for (const { name, reader } of lanes) this.controls[name].reader = reader;
  }

  // Where its sound goes: a list of {key, target, level, pre, isOpen, latency, reader}. Delays are kept where they fit.
  setWays(ways, { isPlaying }) {
    const before = this.ways;
    this.ways = new Map();
    for (const way of ways) {
      const old = before.get(way.key);
      const glide = old?.glide ?? new Glide(isPlaying ? 0 : way.level, this.context.rate_hz);
      glide.goal = way.level;
      const gate = old?.gate ?? new Glide(1, this.context.rate_hz); // what solo elsewhere leaves of it
      gate.goal = way.isOpen ? 1 : 0;
      if (!isPlaying) {
        glide.jump(way.level);
        gate.jump(gate.goal);
      }
      this.ways.set(way.key, { ...way, glide, gate, delay: delayOf(old?.delay, way.latency) });
    }
  }

  aim(sample) {
    const { fader_db: fader, pan, width, mute } = this.controls;
    this.fader.goal = levelOf(valueOf(fader, sample));
    this.pan.goal = valueOf(pan, sample);
    this.width.goal = valueOf(width, sample);
    if (mute.reader && sample !== undefined) this.open.goal = mute.reader.openAt(sample);
    else this.open.goal = mute.value < 0.5 ? 1 : 0;
  }

  // `at` is the song's sample that goes in now; what leaves the effects is `late` samples older.
  process(at) {
    const heard = at - this.late;
    this.shape(at);
    this.begin(heard);
    this.place(heard + BLOCK);
    this.spread(heard + BLOCK);
    this.meter.add(this.outLeft, this.outRight);
  }

  // From the input to the point before the fader.
  shape(position) {
    const { gain, inLeft, inRight, preLeft, preRight } = this;
    gain.step();
    preLeft.fill(0);
    preRight.fill(0);
    addScaled(preLeft, inLeft, gain.from, gain.to);
    addScaled(preRight, inRight, gain.from, gain.to);
    for (const slot of this.slots) slot.process(preLeft, preRight, position);
  }

  // The first block of all: automated controls stand where their lanes are.
  begin(sample) {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.aim(sample);
    const { fader_db: fader, pan, width, mute } = this.controls;
    for (const [glide, control] of [[this.fader, fader], [this.pan, pan], [this.width, width], [this.open, mute]]) {
      if (control.reader) glide.jump(glide.goal);
    }
    placing(this.pan.to, this.width.to, this.fader.to * this.open.to, this.matrix);
    this.before = this.matrix.slice();
    for (const { glide, reader } of this.ways.values()) if (reader) glide.jump(levelOf(reader.valueAt(sample)));
  }

  place(sample) {
    this.aim(sample);
    this.fader.step(Boolean(this.controls.fader_db.reader));
    this.pan.step(Boolean(this.controls.pan.reader));
    this.width.step(Boolean(this.controls.width.reader));
    this.open.step(Boolean(this.controls.mute.reader));
    const { matrix, preLeft, preRight, outLeft, outRight } = this;
    placing(this.pan.to, this.width.to, this.fader.to * this.open.to, matrix);
    const { before } = this;
    outLeft.fill(0);
    outRight.fill(0);
    addScaled(outLeft, preLeft, before[0], matrix[0]);
    addScaled(outLeft, preRight, before[1], matrix[1]);
    addScaled(outRight, preLeft, before[2], matrix[2]);
    addScaled(outRight, preRight, before[3], matrix[3]);
    before.set(matrix);
  }

  spread(sample) {
    const { open } = this;
    for (const { glide, gate, delay, target, pre, reader } of this.ways.values()) {
      if (reader) glide.goal = levelOf(reader.valueAt(sample));
      glide.step(Boolean(reader));
      gate.step();
      let left = pre ? this.preLeft : this.outLeft;
      let right = pre ? this.preRight : this.outRight;
      if (delay) {
        delay.run(left, right);
        left = delay.outLeft;
        right = delay.outRight;
      }
      const from = glide.from * gate.from * (pre ? open.from : 1);
      const to = glide.to * gate.to * (pre ? open.to : 1);
      addScaled(target.inLeft, left, from, to);
      addScaled(target.inRight, right, from, to);
    }
  }
}

function valueOf({ value, reader }, sample) {
  return reader && sample !== undefined ? reader.valueAt(sample) : value;
}

function gainOf(strip) {
  return 10 ** (strip.gain_db / 20) * (strip.inverted ? -1 : 1);
}

export function delayOf(old, samples) {
  if (samples <= 0) return null;
  return old?.samples === samples ? old : new DelayLine(samples);
}
