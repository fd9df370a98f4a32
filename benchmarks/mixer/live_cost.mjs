// The page's console at work in Node, which runs the same engine as Chromium: `node live_cost.mjs job.json`. Prints as JSON
// the CPU seconds that a second of sound takes, in the mean and in the worst second, and per kind of effect.
import { readFileSync } from "node:fs";
import { completeState } from "../../static/src/js/console_engine_state.js";
import { ConsoleCore } from "../../static/src/worklets/console/core.js";
import { BLOCK } from "../../static/src/worklets/console/levels.js";
import { PIECE } from "../../static/src/worklets/console/stem_store.js";
import { prepareRoom, roomNeeds } from "../../static/src/worklets/effects/rooms.js";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const state = completeState(job.state, job.catalogue);
const slots = [...state.channels, ...state.buses, state.mix].flatMap((strip) => strip.effects);

function sound(path) {
  const bytes = readFileSync(path);
  const both = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return [both.slice(0, both.length / 2), both.slice(both.length / 2)];
}

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function opened() {
  const rooms = new Map();
  for (const { key, ...need } of roomNeeds(slots, state.seed)) {
    rooms.set(key, prepareRoom({ ...need, impulse: job.impulses[key] && sound(job.impulses[key]), rate_hz: job.rate_hz }));
  }
  const core = new ConsoleCore({ rate_hz: job.rate_hz, rooms });
  for (const [name, path] of Object.entries(job.stems)) {
    const sides = sound(path);
    core.stems.setStem(name, sides[0].length);
    for (let at = 0; at < sides[0].length; at += PIECE) core.stems.addPiece(name, at / PIECE, sides.map((side) => side.slice(at, at + PIECE)));
  }
  core.setState(state);
  core.isPlaying = true;
  return core;
}

// `timed` counts what each kind of effect takes, by the clock; it makes the whole slower.
function play(core, timed) {
  const [left, right] = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
  const kinds = {};
  if (timed) for (const strip of core.order) for (const slot of strip.slots) watch(slot, kinds);
  const seconds = [];
  for (let second = 0; second * job.rate_hz < job.samples; second += 1) {
    const started = cpu();
    for (let at = 0; at < job.rate_hz; at += BLOCK) {
      core.render(second * job.rate_hz + at, left, right);
      core.meter.add(left, right);
    }
    core.meter.take();
    seconds.push(cpu() - started);
  }
  return { seconds, kinds };
}

function watch(slot, kinds) {
  const process_ = slot.process.bind(slot);
  slot.process = (...given) => {
    const started = performance.now();
    process_(...given);
    kinds[slot.kind] = (kinds[slot.kind] ?? 0) + (performance.now() - started) / 1_000;
  };
}

const { seconds } = play(opened(), false);
const warm = seconds.slice(2).sort((a, b) => a - b); // what runs often is compiled by then
const { kinds } = job.timed ? play(opened(), true) : { kinds: {} };
console.log(JSON.stringify({
  mean: warm.reduce((total, one) => total + one, 0) / warm.length, worst: warm[warm.length - 1], first: seconds[0], kinds,
  strips: state.channels.length + state.buses.length, effects: slots.filter((slot) => !slot.bypass).length,
}));
