// Runs the console page's own modules in Node: what the page does to a state, and the curves it draws.
import { readFileSync } from "node:fs";
import { ConsoleModel } from "../../static/src/js/mixer_model.js";
import { faderDb, faderPlace } from "../../static/src/js/mixer_numbers.js";
import { valueAt, withValue } from "../../static/src/js/mixer_paths.js";
import { compressorOut, eqSections, responseDb } from "../../static/src/js/mixer_response.js";

const job = JSON.parse(readFileSync(0, "utf8"));
const answer = {};
if (job.moves) {
  let { state } = job;
  answer.states = job.moves.map(([path, value]) => {
    state = withValue(state, path, value);
    return { state, value: valueAt(state, path) };
  });
}
if (job.undo) {
  const model = new ConsoleModel();
  model.take(job.state);
  for (const [path, value] of job.undo) model.apply([{ path, after: value }]);
  answer.moved = model.state;
  while (model.past.length) model.undo();
  answer.undone = model.state;
  while (model.future.length) model.redo();
  answer.redone = model.state;
}
if (job.eq) {
  const sections = eqSections((name) => job.eq[name]);
  answer.response_db = job.hz.map((hz) => responseDb(sections, hz));
}
if (job.compressor) answer.out_db = job.levels_db.map((level) => compressorOut(level, job.compressor));
if (job.faders_db) answer.faders_db = job.faders_db.map((db) => faderDb(faderPlace(db)));
process.stdout.write(JSON.stringify(answer));
