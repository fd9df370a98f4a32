// Runs the browser's sound code in Node: `node run_live_dsp.mjs jobs.json`. Each job is one effect on a sound, or a console.
// Sounds are raw float32 files, left then right. Prints what each job tells, as a JSON list.
import { readFileSync, writeFileSync } from "node:fs";
import { completeState } from "../../static/src/js/console_engine_state.js";
import { ConsoleCore } from "../../static/src/worklets/console/core.js";
import { BLOCK } from "../../static/src/worklets/console/levels.js";
import { PIECE } from "../../static/src/worklets/console/stem_store.js";
import { openEffect } from "../../static/src/worklets/effects/index.js";
import { roomNeeds, prepareRoom } from "../../static/src/worklets/effects/rooms.js";

const jobs = JSON.parse(readFileSync(process.argv[2], "utf8"));

function sound(path) {
  const bytes = readFileSync(path);
  const both = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return [both.slice(0, both.length / 2), both.slice(both.length / 2)];
}

function write(path, left, right) {
  writeFileSync(path, Buffer.concat([left, right].map((side) => Buffer.from(side.buffer, side.byteOffset, side.byteLength))));
}

function rooms(job, slots, seed) {
  const found = new Map();
  for (const { key, ...need } of roomNeeds(slots, seed)) {
    const impulse = job.impulses?.[key] && sound(job.impulses[key]);
    found.set(key, prepareRoom({ ...need, impulse, rate_hz: job.rate_hz }));
  }
  return found;
}

// `retunes` is a list of [sample, params], on the grid.
function runEffect(job) {
  const [left, right] = sound(job.sound);
  const key = job.key ? sound(job.key) : null;
  const context = { rate_hz: job.rate_hz, seed: job.seed, rooms: rooms(job, [{ kind: job.kind, params: job.params }], job.seed) };
  const stream = openEffect(job.kind, job.params, context);
  for (let at = 0; at < left.length; at += BLOCK) {
    const change = (job.retunes ?? []).find(([sample]) => sample === at);
    if (change) stream.retune(change[1]);
    const parts = [left, right, ...(key ?? [])].map((side) => side.subarray(at, at + BLOCK));
    stream.process(...parts);
  }
  write(job.out, left, right);
  return { latency: stream.latency };
}

function runConsole(job) {
  const state = completeState(job.state, job.catalogue, new Map(Object.entries(job.frozen)));
  const slots = [...state.channels, ...state.buses, state.mix].flatMap((strip) => strip.effects);
  const core = new ConsoleCore({ rate_hz: job.rate_hz, rooms: rooms(job, slots, state.seed) });
  for (const [name, path] of Object.entries(job.stems)) {
    const sides = sound(path);
    core.stems.setStem(name, sides[0].length);
    for (let at = 0; at < sides[0].length; at += PIECE) {
      core.stems.addPiece(name, at / PIECE, sides.map((side) => side.slice(at, at + PIECE)));
    }
  }
  core.setState(state);
  const [left, right] = [new Float32Array(job.samples), new Float32Array(job.samples)];
  for (let at = 0; at < job.samples; at += BLOCK) core.render(at, left.subarray(at, at + BLOCK), right.subarray(at, at + BLOCK));
  write(job.out, left, right);
  return { latency: core.latency };
}

console.log(JSON.stringify(jobs.map((job) => (job.state ? runConsole(job) : runEffect(job)))));
