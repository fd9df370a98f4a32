// The notes of an audition as people change them: pitch, length and expression, with undo.

export const LEAST_BEATS = 0.25;
export const MOST_BEATS = 8;
export const LEAD_IN_S = 0.7; // only until the studio has answered with the true times
const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

export const noteName = (midi) => `${NAMES[((Math.round(midi) % 12) + 12) % 12]}${Math.floor(Math.round(midi) / 12) - 1}`;

// Events: "change" (something was edited, or the notes are new), "choose".
export class Notes extends EventTarget {
  constructor() {
    super();
    this.list = [];
    this.text = "";
    this.chosen = -1;
    this.past = [];
    this.isOwn = false; // the melody was changed by hand
    this.sung = "[]"; // what the audition that is shown was asked with
    this.tempo_bpm = 90;
    this.start_s = LEAD_IN_S;
  }

  // What the studio sang becomes the ground for changes.
  take(audition) {
    const same = audition.text === this.text && audition.notes.length === this.list.length;
    this.text = audition.text;
    this.list = audition.notes.map((note) => ({ ...note, expression: { ...(note.expression ?? {}) } }));
    this.isOwn = audition.melody === "own";
    this.tempo_bpm = audition.tempo_bpm;
    this.start_s = this.list[0]?.start_s ?? LEAD_IN_S;
    this.chosen = same ? this.chosen : -1;
    if (!same) this.past = [];
    this.sung = this.fingerprint();
    this.tell("change");
  }

  get note() {
    return this.list[this.chosen] ?? null;
  }

  get isChanged() {
    return this.fingerprint() !== this.sung;
  }

  fingerprint() {
    return JSON.stringify([this.melody(), this.expressions()]);
  }

  melody() {
    return this.list.map(({ midi, beats, rest_beats, slur }) => ({ midi, beats, rest_beats, slur }));
  }

  expressions() {
    return this.list
      .map(({ expression }, note) => ({ note, ...set(expression) }))
      .filter((one) => Object.keys(one).length > 1);
  }

  choose(at) {
    if (!this.list.length) return;
    this.chosen = Math.max(0, Math.min(at, this.list.length - 1));
    this.tell("choose");
  }

  // `kind` joins a run of small steps (a slider that moves) into one that undo takes back.
  edit(change, kind = "") {
    if (!this.note) return;
    const last = this.past.at(-1);
    const isRun = kind && last?.kind === `${this.chosen} ${kind}`;
    if (!isRun) this.past.push({ kind: `${this.chosen} ${kind}`, list: structuredClone(this.list), isOwn: this.isOwn });
    change(this.note);
    this.place();
    this.tell("change");
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.list = before.list;
    this.isOwn = before.isOwn;
    this.place();
    this.tell("change");
  }

  raise(semitones) {
    this.isOwn = this.edits((note) => {
      note.midi = Math.max(28, Math.min(96, note.midi + semitones));
    });
  }

  lengthen(beats) {
    this.isOwn = this.edits((note) => {
      note.beats = Math.max(LEAST_BEATS, Math.min(MOST_BEATS, Math.round((note.beats + beats) * 4) / 4));
    });
  }

  edits(change) {
    const before = this.isOwn;
    this.edit(change, "melody");
    return this.note ? true : before;
  }

  express(values, kind) {
    this.edit((note) => Object.assign(note.expression, values), kind);
  }

  release() {
    this.edit((note) => {
      note.expression = {};
    });
  }

  // Beats to seconds, as the studio will do it.
  place() {
    let at_s = this.start_s - (this.list[0]?.rest_beats ?? 0) * (60 / this.tempo_bpm);
    for (const note of this.list) {
      note.start_s = at_s + (note.rest_beats * 60) / this.tempo_bpm;
      note.end_s = note.start_s + (note.beats * 60) / this.tempo_bpm;
      at_s = note.end_s;
    }
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

const set = (expression) => Object.fromEntries(Object.entries(expression).filter(([, value]) => value !== null && value !== undefined && value !== ""));
