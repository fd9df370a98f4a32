// The whole console, block by block: the same signal path as mixer/engine/console, for the worklet, for files and for Node.
// Free of Web Audio. `state` is the console's JSON with every effect's parameters complete (see console_engine_state.js);
// `lanes` is null where automation is as it was.
import { LaneReader } from "./lanes.js";
import { BLOCK, levelOf } from "./levels.js";
import { MasterMeter } from "./master_meter.js";
import { edgesOf, idOf, latenciesOf, MIX, orderOf, soloOf, stripsOf } from "./routing.js";
import { StemStore } from "./stem_store.js";
import { delayOf, Strip } from "./strip.js";

const NONE = [];

export class ConsoleCore {
  constructor({ rate_hz, rooms = new Map() }) {
    this.context = { rate_hz, rooms, seed: 0 };
    this.rate_hz = rate_hz;
    this.stems = new StemStore();
    this.strips = new Map();
    this.order = [];
    this.readLanes(NONE);
    this.latency = 0;
    this.isPlaying = false;
    this.meter = new MasterMeter(rate_hz);
    this.tap = MIX;
  }

  // The state from now on. While something plays, levels glide and effects fade in and out.
  setState(state) {
    const order = orderOf(state); // first: a circle must leave everything as it is
    this.state = state;
    this.context.seed = state.seed;
    const { isPlaying } = this;
    const before = this.strips;
    this.strips = new Map(stripsOf(state).map((strip) => {
      const runner = before.get(strip.id) ?? new Strip(strip, this.context);
      runner.isUnsoloed = Boolean(strip.isUnsoloed);
      runner.set(strip, { isPlaying: isPlaying && before.has(strip.id) });
      return [strip.id, runner];
    }));
    this.order = order.map((id) => this.strips.get(id));
    this.setLanes(state);
    this.setRoutes(state);
  }

  // A room that has come: reverbs that waited for it begin. Null: one that nobody asks for goes.
  setRoom(key, room) {
    if (!room) {
      this.context.rooms.delete(key);
      return;
    }
    this.context.rooms.set(key, room);
    if (this.state) this.setState(this.state);
  }

  setLanes({ lanes }) {
    if (lanes) this.readLanes(lanes);
    const { own } = this;
    for (const [id, strip] of this.strips) {
      strip.setLanes(own.get(idOf(id)) ?? NONE);
      for (const slot of strip.slots) slot.setLanes(own.get(`${idOf(id)}/${slot.id}`) ?? NONE);
    }
  }

  readLanes(lanes) {
    this.sendLanes = new Map();
    this.own = new Map();
    for (const { target, points } of lanes) {
      const [id, ...rest] = target.split("/");
      const reader = new LaneReader(target, points, this.rate_hz);
      if (rest[0] === "sends") this.sendLanes.set(`${id}>${rest[1]}`, reader);
      else if (rest[0] === "effects") push(this.own, `${id}/${rest[1]}`, { name: rest[3], reader });
      else push(this.own, id, { name: rest[0], reader });
    }
  }

  // Ways and the delays on them.
  setRoutes(state) {
    const { isPlaying } = this;
    const late = latenciesOf(state, (strip, slot) => (slot.bypass ? 0 : this.slotAt(strip.id, slot.id).latency));
    const isOpen = soloOf(state);
    const ways = new Map([...this.strips.keys()].map((id) => [id, []]));
    for (const edge of edgesOf(state)) {
      if (edge.kind === "key") continue;
      const latency = late.get(edge.to).input - late.get(edge.from).output;
      ways.get(edge.from).push(this.way(edge, latency, isOpen(edge.from, edge.to)));
    }
    for (const [id, list] of ways) {
      this.strips.get(id).setWays(list, { isPlaying });
      this.strips.get(id).late = late.get(id).output;
    }
    for (const strip of stripsOf(state)) for (const slot of strip.effects) this.setPlace(strip, slot, late.get(strip.id));
    this.latency = late.get(MIX).output;
  }

  way({ from, to, kind, send }, latency, isOpen) {
    return {
      key: `${kind}>${to}${send?.pre_fader ? ">pre" : ""}`, target: this.strips.get(to),
      level: kind === "output" ? 1 : levelOf(send.level_db), pre: Boolean(send?.pre_fader), isOpen, latency,
      reader: send ? this.sendLanes.get(`${idOf(from)}>${idOf(to)}`) ?? null : null,
    };
  }

  setPlace(strip, slot, { places }) {
    const runner = this.slotAt(strip.id, slot.id);
    const place = places.get(slot.id);
    runner.late = place.late;
    runner.wait = delayOf(runner.wait, place.wait);
    if (slot.bypass) return; // what fades out goes on as it was
    const heard = this.strips.get(place.key);
    runner.key = heard ? { strip: heard, delay: delayOf(runner.key?.delay, place.keyDelay) } : null;
  }

  // The strips of the state in working order, without those that only side-chains hear.
  get shown() {
    return this.order.filter((strip) => !strip.isUnsoloed);
  }

  slotAt(id, slotId) {
    return this.strips.get(id)?.slots.find((slot) => slot.id === slotId && !slot.isTaken);
  }

  // Whether all that sounds in the block at `position` (in samples of the song) lies ready.
  isReady(position) {
    for (const strip of this.order) {
      if (strip.stem && !this.stems.isReady(strip.stem, position - strip.offset)) return false;
    }
    return true;
  }

  // One block of the song from `position`, `latency` samples late; `level` 0..1 fades the stems (stop, loop, seek).
  render(position, outLeft, outRight, fade = null) {
    for (const strip of this.order) {
      if (strip.stem) this.bring(strip, position, fade);
    }
    for (const strip of this.order) strip.process(position);
    const mix = this.strips.get(MIX);
    outLeft.set(mix.outLeft);
    outRight.set(mix.outRight);
    for (const strip of this.order) clear(strip);
    this.sweep();
  }

  bring(strip, position, fade) {
    this.stems.read(strip.stem, position - strip.offset, strip.inLeft, strip.inRight);
    if (!fade) return;
    for (let at = 0; at < BLOCK; at += 1) {
      strip.inLeft[at] *= fade[at];
      strip.inRight[at] *= fade[at];
    }
  }

  // Effects that were taken out and have faded go.
  sweep() {
    for (const strip of this.order) {
      if (strip.slots.some((slot) => slot.isTaken && slot.isGone)) {
        strip.slots = strip.slots.filter((slot) => !(slot.isTaken && slot.isGone));
      }
    }
  }

  // Silence everywhere and nothing that rings, as before the first sample.
  reset() {
    this.isPlaying = false;
    this.strips = new Map();
    if (this.state) this.setState(this.state);
    this.meter.reset();
  }
}

function clear(strip) {
  strip.inLeft.fill(0);
  strip.inRight.fill(0);
}

function push(map, key, value) {
  if (!map.has(key)) map.set(key, []);
  map.get(key).push(value);
}
