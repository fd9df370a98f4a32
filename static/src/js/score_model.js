// The score as people edit it: the studio's revision below, their own unsaved edits above it, with undo and redo.
import { Beats } from "./score_time.js";

export const LEAD = "lead";
const RUN_MS = 1500; // small steps of one kind within this time are one edit

// Events: "change" (notes), "score" (a new revision), "select", "part" (another part is chosen).
// A note: {id, owner, line, start, beats, midi, velocity, syllable, expression}; never changed, only replaced.
export class ScoreModel extends EventTarget {
  constructor() {
    super();
    this.data = null;
    this.base = new Map();
    this.notes = new Map();
    this.past = [];
    this.future = [];
    this.selected = new Set();
    this.part = LEAD;
    this.hidden = new Set();
    this.layersKnown = new Map();
    this.fresh = 0;
  }

  // A revision from the studio. What differs between `sent` and now stays on top of it, as unsaved edits.
  take(data, sent = this.base) {
    const pending = this.data ? differences(sent, this.notes) : [];
    const places = [...this.selected].map((id) => this.notes.get(id)).filter(Boolean);
    this.data = data;
    this.beats = new Beats(data.tempo);
    this.base = notesOf(data);
    this.notes = new Map(this.base);
    this.past = [];
    this.future = [];
    this.layersKnown.clear();
    const laid = pending.map((change) => this.laidOn(change)).filter(Boolean);
    if (laid.length) this.past.push({ kind: "", at_ms: 0, changes: this.put(laid) });
    if (!this.ownerKnown(this.part)) this.part = LEAD;
    this.selected = new Set(places.map((note) => this.again(note)).filter(Boolean));
    this.tell("score");
  }

  // The same edit on a newer revision, or null where its note is gone.
  laidOn([before, after]) {
    if (!before) return [null, after];
    const known = this.base.get(before.id);
    if (!known) return null;
    if (!after) return [known, null];
    const moved = Object.fromEntries(Object.keys(after).filter((name) => after[name] !== before[name]).map((name) => [name, after[name]]));
    return [known, { ...known, ...moved }];
  }

  // A selected note after saving: by its id, or where it stands (a new note has got its true id).
  again(note) {
    if (this.notes.has(note.id)) return note.id;
    for (const one of this.notes.values()) {
      if (one.owner === note.owner && one.midi === note.midi && Math.abs(one.start - note.start) < 0.01) return one.id;
    }
    return null;
  }

  ownerKnown(owner) {
    return owner === LEAD || this.data.parts.some((part) => part.id === owner);
  }

  // -- edits --
  // `changes` is a list of [before, after]; null before: new, null after: removed.
  edit(changes, kind = "") {
    if (!changes.length) return;
    const at_ms = performance.now();
    const last = this.past.at(-1);
    if (kind && last?.kind === kind && at_ms - last.at_ms < RUN_MS && sameNotes(last.changes, changes)) {
      const first = new Map(last.changes.map(([before]) => [before.id, before]));
      last.changes = this.put(changes).map(([, after]) => [first.get(after.id), after]);
      last.at_ms = at_ms;
    } else this.past.push({ kind, at_ms, changes: this.put(changes) });
    this.future = [];
    this.tell("change");
  }

  put(changes) {
    for (const [before, after] of changes) {
      if (after) this.notes.set(after.id, after);
      else this.notes.delete(before.id);
      this.layersKnown.delete((after ?? before).owner);
    }
    return changes;
  }

  // One step of one's own back or forward; false when there is none (the studio's revisions go on from there).
  step(from, to, direction) {
    const edit = this[from].pop();
    if (!edit) return false;
    const turned = direction < 0 ? edit.changes.map(([before, after]) => [after, before]) : edit.changes;
    this.put(turned);
    this[to].push(edit);
    this.selected = new Set([...this.selected].filter((id) => this.notes.has(id)));
    this.tell("change");
    return true;
  }

  undo() {
    return this.step("past", "future", -1);
  }

  redo() {
    return this.step("future", "past", 1);
  }

  get pending() {
    return differences(this.base, this.notes).filter(([before, after]) => !before || !after || isEdited(before, after));
  }

  newId() {
    this.fresh += 1;
    return `new${this.fresh}`;
  }

  // -- choosing --
  select(ids, { add = false, toggle = false } = {}) {
    const next = add || toggle ? new Set(this.selected) : new Set();
    for (const id of ids) {
      if (toggle && next.has(id)) next.delete(id);
      else next.add(id);
    }
    this.selected = next;
    this.tell("select");
  }

  choosePart(id) {
    if (id === this.part) return;
    this.part = id;
    this.selected = new Set();
    this.hidden.delete(id);
    this.tell("part");
  }

  get chosen() {
    return [...this.selected].map((id) => this.notes.get(id)).filter(Boolean).sort((a, b) => a.start - b.start);
  }

  // -- reading --
  // Everything that can be seen, lead first: {id, name, isDrums, isVoice, isFixed, muted, range}.
  get parts() {
    const { data } = this;
    const follow = [...data.harmonies, ...data.backing].map((voice) => ({ id: `voice ${voice.name}`, name: voice.name, isVoice: true, isFixed: true }));
    return [
      { id: LEAD, name: data.lead.spoken ? "Narrator" : "Lead voice", isVoice: true, range: data.lead.range },
      ...data.parts.map((part) => ({ id: part.id, name: part.name, role: part.role, isDrums: part.is_drums, muted: part.muted })),
      ...follow,
    ];
  }

  get partInfo() {
    return this.parts.find((part) => part.id === this.part);
  }

  // A part's notes in order, and its longest note, so that a window of them is found quickly.
  layer(owner) {
    if (!this.layersKnown.has(owner)) {
      const notes = [...this.notes.values()].filter((note) => note.owner === owner).sort((a, b) => a.start - b.start || a.midi - b.midi);
      this.layersKnown.set(owner, { notes, longest: notes.reduce((most, note) => Math.max(most, note.beats), 0) });
    }
    return this.layersKnown.get(owner);
  }

  sectionAt(beat) {
    return this.data.sections.find((section) => beat < section.end_beats - 1e-6) ?? this.data.sections.at(-1);
  }

  lineAt(beat) {
    const begun = this.data.lead.lines.filter((line) => line.notes.length && line.notes[0].start_beats <= beat + 1e-6);
    return begun.at(-1) ?? null;
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

function notesOf(data) {
  const notes = new Map();
  const add = (owner, one, more = {}) => {
    const id = one.id ?? `${owner} ${notes.size}`;
    notes.set(id, {
      id, owner, start: one.start_beats, beats: one.duration_beats, midi: one.midi, velocity: one.velocity ?? null,
      syllable: one.syllable ?? null, expression: one.expression ?? null, line: null, ...more,
    });
  };
  for (const line of data.lead.lines) for (const one of line.notes) add(LEAD, one, { line: line.id });
  for (const part of data.parts) for (const one of part.notes) add(part.id, one);
  for (const voice of [...data.harmonies, ...data.backing]) {
    for (const line of voice.lines) for (const one of line.notes) add(`voice ${voice.name}`, one);
  }
  return notes;
}

const FIELDS = ["start", "beats", "midi", "velocity"];
const isEdited = (before, after) => FIELDS.some((name) => before[name] !== after[name]) || before.expression !== after.expression;

function differences(from, to) {
  const found = [];
  for (const [id, before] of from) {
    const after = to.get(id) ?? null;
    if (after !== before) found.push([before, after]);
  }
  for (const [id, after] of to) if (!from.has(id)) found.push([null, after]);
  return found;
}

const sameNotes = (a, b) => a.length === b.length && a.every(([before], at) => before && b[at][0] && before.id === b[at][0].id);
