// Unsaved edits as the operations of a patch, and the edits that people make, within what the lead can sing.
import { LEAD } from "./score_model.js";
import { tidy } from "./score_time.js";

const LEAST_BEATS = 1 / 16;
const NAMES = { start: "start_beats", beats: "duration_beats", midi: "midi", velocity: "velocity" };

export function operationsOf(pending) {
  const removed = pending.filter(([, after]) => !after).map(([before]) => before.id);
  const kept = pending.filter(([before, after]) => before && after);
  const moved = kept.map(([before, after]) => changeOf(before, after)).filter((change) => Object.keys(change).length > 1);
  const operations = [];
  if (removed.length) operations.push({ type: "remove_notes", notes: removed });
  if (moved.length) operations.push({ type: "set_notes", notes: moved });
  operations.push(...additions(pending.filter(([before]) => !before).map(([, after]) => after)));
  for (const [before, after] of kept) {
    if (before.expression !== after.expression) operations.push({ type: "set_expression", notes: [after.id], expression: after.expression });
  }
  return operations;
}

function changeOf(before, after) {
  const change = { id: after.id };
  for (const [name, told] of Object.entries(NAMES)) if (before[name] !== after[name]) change[told] = after[name];
  return change;
}

function additions(notes) {
  const places = new Map();
  for (const note of notes) {
    const key = `${note.owner} ${note.line ?? ""}`;
    if (!places.has(key)) places.set(key, { type: "add_notes", part: note.owner, ...(note.line ? { line: note.line } : {}), notes: [] });
    const made = { start_beats: note.start, duration_beats: note.beats, midi: note.midi };
    places.get(key).notes.push(note.owner === LEAD ? made : { ...made, velocity: note.velocity });
  }
  return [...places.values()];
}

// What a selection may do: how far it can move in beats and semitones before it meets a neighbour or an end.
export function roomOf(model, chosen) {
  const room = { earliest: -Infinity, latest: Infinity, lowest: -127, highest: 127, longest: Infinity };
  const info = model.partInfo;
  for (const note of chosen) {
    const low = note.owner === LEAD && info.range ? info.range.lowest : 0;
    const high = note.owner === LEAD && info.range ? info.range.highest : 127;
    room.lowest = Math.max(room.lowest, Math.min(0, low - note.midi));
    room.highest = Math.min(room.highest, Math.max(0, high - note.midi));
    const [from, to] = spanOf(model, note);
    room.earliest = Math.max(room.earliest, Math.min(0, from - note.start));
    room.latest = Math.min(room.latest, Math.max(0, to - note.start - note.beats));
    room.longest = Math.min(room.longest, Math.max(0, nextStart(model, note, to) - note.start - note.beats));
  }
  return room;
}

// The stretch that is free for a note among those that stay: of the lead between its neighbours, within its section.
function spanOf(model, note) {
  if (note.owner !== LEAD) return [0, model.data.end_beats];
  const staying = model.layer(LEAD).notes.filter((one) => one.id !== note.id && !model.selected.has(one.id));
  const section = model.sectionAt(note.start);
  const before = staying.findLast((one) => one.start < note.start);
  const after = staying.find((one) => one.start >= note.start);
  return [
    Math.max(section.start_beats, before ? before.start + before.beats : 0),
    Math.min(section.end_beats, after ? after.start : Infinity),
  ];
}

function nextStart(model, note, otherwise) {
  if (note.owner !== LEAD) return otherwise;
  const next = model.layer(LEAD).notes.find((one) => one.start > note.start && one.id !== note.id);
  return Math.min(otherwise, next ? next.start : Infinity);
}

const within = (value, low, high) => Math.max(low, Math.min(high, value));

export function moved(chosen, room, beats, semitones) {
  const by = within(beats, room.earliest, room.latest);
  const up = within(semitones, room.lowest, room.highest);
  return chosen.map((note) => [note, { ...note, start: tidy(note.start + by), midi: note.midi + up }]);
}

export function resized(chosen, room, beats) {
  return chosen.map((note) => [note, { ...note, beats: Math.max(LEAST_BEATS, tidy(note.beats + Math.min(beats, room.longest))) }]);
}

// Removing: a syllable of the lead moves on to the note that sang on; one that has no other note stays.
// Answers {changes, kept}: `kept` is the text of a syllable that could not lose its note.
export function removed(model, chosen) {
  const changes = [];
  let kept = "";
  const gone = new Set(chosen.map((note) => note.id));
  const lead = model.layer(LEAD).notes;
  for (const note of chosen) {
    if (note.owner !== LEAD || !note.syllable) {
      changes.push([note, null]);
      continue;
    }
    const after = lead.slice(lead.indexOf(note) + 1);
    const end = after.findIndex((one) => one.syllable || one.line !== note.line);
    const heir = after.slice(0, end < 0 ? undefined : end).find((one) => !gone.has(one.id));
    if (!heir) kept = note.syllable.text || note.syllable.word;
    else changes.push([note, null], [heir, { ...heir, syllable: note.syllable }]);
  }
  return { changes, kept };
}

// A new note of the chosen part at a beat; null with a reason where there is no place for one.
export function added(model, { beat, beats, midi }) {
  const info = model.partInfo;
  if (info.isFixed) return { reason: "This voice follows the lead: change the lead, and it follows." };
  const note = { id: model.newId(), owner: model.part, line: null, start: tidy(beat), beats: tidy(beats), midi, velocity: 80, syllable: null, expression: null };
  if (model.part !== LEAD) return { note };
  const line = model.lineAt(beat);
  if (!line) return { reason: "A new note goes on with the syllable before it, and here no words have begun yet." };
  const inside = model.layer(LEAD).notes.find((one) => one.start <= beat + 1e-6 && one.start + one.beats > beat + 1e-6);
  if (inside) return { reason: "The lead sings a note here already: shorten it first, then add one behind it." };
  const next = model.layer(LEAD).notes.find((one) => one.start > beat);
  const end = Math.min(next?.start ?? Infinity, model.data.sections[line.section].end_beats);
  if (end - note.start < LEAST_BEATS) return { reason: `“${line.text}” ends with its section before this place.` };
  const { range } = info;
  const sung = range ? within(midi, range.lowest, range.highest) : midi;
  return { note: { ...note, line: line.id, velocity: null, midi: sung, beats: Math.min(note.beats, tidy(end - note.start)) } };
}
