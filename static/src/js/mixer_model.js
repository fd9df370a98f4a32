// The console's state on the page, its undo, and the edits that the studio does not have yet.
import { beforeOf, isStructural, stripIdOf, withValue } from "./mixer_paths.js";

const ONE_GESTURE_MS = 700; // keys pressed and wheels turned in quick succession are one edit
const MAX_UNDO = 300;

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

// Events: "change" (detail: paths, strips, isStructural, isWhole), "history" (what can be undone or is unsaved).
export class ConsoleModel extends EventTarget {
  constructor() {
    super();
    this.state = null;
    this.catalogue = new Map(); // kind → effect kind
    this.past = [];
    this.future = [];
    this.unsaved = [];
    this.said = new Set(); // what the unsaved moves were, in words
  }

  // A state from the studio. With `keepsHistory` one's own undo goes on (the state came of one's own save).
  take(state, { keepsHistory = false } = {}) {
    this.state = state;
    if (!keepsHistory) {
      this.past = [];
      this.future = [];
    }
    this.unsaved = [];
    this.said.clear();
    this.tell([""]);
  }

  kind(name) {
    return this.catalogue.get(name) ?? null;
  }

  // A parameter's value: what the slot says, else the catalogue's default.
  param(slot, name) {
    return slot.params[name] ?? this.kind(slot.kind)?.params.find((param) => param.name === name)?.default ?? null;
  }

  // One control moved. Moves of one gesture become one step of undo.
  set(path, value, { label = "", gesture = null } = {}) {
    this.apply([{ path, after: value }], label, gesture ?? path);
  }

  apply(changes, label = "", gesture = null) {
    let state = this.state;
    const done = [];
    for (const { path, after } of changes) {
      const before = beforeOf(state, path);
      if (same(before, after)) continue;
      state = withValue(state, path, after);
      done.push({ path, before, after });
    }
    if (!done.length) return;
    this.state = state;
    this.remember({ changes: done, label, gesture, at_ms: performance.now() });
    this.future = [];
    if (label) this.said.add(label);
    this.unsaved.push(...done);
    this.tell(done.map((change) => change.path));
  }

  remember(step) {
    const last = this.past.at(-1);
    const goesOn = last && step.gesture && last.gesture === step.gesture && step.changes.length === 1
      && last.changes.length === 1 && last.changes[0].path === step.changes[0].path
      && step.at_ms - last.at_ms < ONE_GESTURE_MS;
    if (goesOn) {
      last.changes[0].after = step.changes[0].after;
      last.at_ms = step.at_ms;
      return;
    }
    this.past.push(step);
    if (this.past.length > MAX_UNDO) this.past.shift();
  }

  undo() {
    return this.step(this.past, this.future, (step) => step.changes.toReversed().map(({ path, before }) => [path, before]));
  }

  redo() {
    return this.step(this.future, this.past, (step) => step.changes.map(({ path, after }) => [path, after]));
  }

  step(from, to, valuesOf) {
    const step = from.pop();
    if (!step) return null;
    const values = valuesOf(step);
    for (const [path, value] of values) {
      const before = beforeOf(this.state, path);
      this.state = withValue(this.state, path, value);
      this.unsaved.push({ path, before, after: value });
    }
    if (step.label) this.said.add(step.label);
    to.push({ ...step, gesture: null });
    this.tell(values.map(([path]) => path));
    return step;
  }

  // One's own unsaved edits, laid on a newer state of the studio; what it has no place for any more is left out.
  rebase(state) {
    const kept = this.unsaved;
    this.unsaved = [];
    this.past = [];
    this.future = [];
    this.state = state;
    for (const change of kept) {
      try {
        this.state = withValue(this.state, change.path, change.after);
        this.unsaved.push(change);
      } catch {
        // the channel or effect is gone from the newer state
      }
    }
    this.tell([""]);
  }

  tell(paths) {
    const detail = {
      paths,
      isWhole: paths.includes(""),
      strips: new Set(paths.map(stripIdOf)),
      isStructural: paths.some(isStructural),
    };
    this.dispatchEvent(new CustomEvent("change", { detail }));
    this.dispatchEvent(new Event("history"));
  }
}
