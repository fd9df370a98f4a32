// Between the page and the studio's revisions of the console: saving by itself, conflicts, undo beyond one's own edits.
import { getConsole, putConsole, stepConsole } from "./mixer_api.js";
import { toast } from "./toast.js";

const WAIT_MS = 900; // after the last move of a hand
const AGAIN_MS = 5000;
const STALE = 409;
const LONGEST_SUMMARY = 300;

// Events: "state". `onServerState(console)` hears of each state that the studio sent.
export class ConsoleSaving extends EventTarget {
  constructor(id, model) {
    super();
    Object.assign(this, { id, model });
    this.revision = null;
    this.links = { undo: false, redo: false };
    this.queue = Promise.resolve();
    this.isBusy = false;
    this.refusal = "";
    model.addEventListener("history", () => this.later());
    addEventListener("beforeunload", (event) => {
      if (!this.model.unsaved.length) return;
      this.save();
      event.preventDefault();
    });
  }

  get words() {
    if (this.refusal) return this.refusal;
    return this.isBusy || this.model.unsaved.length ? "Saving …" : "Saved";
  }

  async open() {
    this.take(await getConsole(this.id));
  }

  // What the studio answers to everything that makes a revision: {revision, state, decisions, can_undo, can_redo}.
  take(console_, { keepsHistory = false } = {}) {
    this.model.take(console_.state, { keepsHistory });
    this.noteRevision(console_);
  }

  noteRevision(console_) {
    this.revision = console_.revision;
    this.summary = console_.summary ?? "";
    this.links = { undo: console_.can_undo ?? false, redo: console_.can_redo ?? false };
    this.onConsole?.(console_);
    this.tell();
  }

  later() {
    this.tell();
    if (!this.model.unsaved.length) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT_MS);
  }

  // One thing after the other: an edit goes out from the revision that the one before it made.
  inTurn(work) {
    const done = this.queue.then(async () => {
      this.isBusy = true;
      this.tell();
      try {
        return await work();
      } finally {
        this.isBusy = false;
        this.tell();
      }
    });
    this.queue = done.catch(() => {});
    return done;
  }

  // True when the studio has everything.
  save() {
    clearTimeout(this.timer);
    return this.inTurn(() => this.send());
  }

  async send(isAgain = false) {
    const { model } = this;
    if (!model.unsaved.length) return true;
    const sent = model.unsaved.length;
    const summary = [...model.said].join("; ").slice(0, LONGEST_SUMMARY);
    try {
      this.noteRevision(await putConsole(this.id, model.state, this.revision, summary));
      model.unsaved.splice(0, sent);
      model.said.clear();
      this.refusal = "";
      return true;
    } catch (error) {
      if (error.status === STALE && !isAgain) {
        await this.catchUp();
        return this.send(true);
      }
      await this.refuse(error);
      return false;
    }
  }

  // Another tab, or a wish over the API, may have moved the console while nobody looked at this one.
  async lookAgain() {
    const isResting = () => !this.isBusy && !this.model.unsaved.length; // else what goes out next finds out by itself
    const newest = isResting() ? await getConsole(this.id).catch(() => null) : null;
    if (newest && isResting() && newest.revision !== this.revision) this.take(newest);
  }

  async catchUp() {
    const newest = await getConsole(this.id);
    this.noteRevision(newest);
    this.model.rebase(newest.state);
    toast("The console was changed elsewhere meanwhile. Your moves are kept, on top of it.");
  }

  // What the studio cannot take is taken back, so that the page never shows what is not so; without an answer it
  // asks again by itself.
  async refuse(error) {
    if (error.status === 400) {
      const step = this.model.undo();
      this.model.future = [];
      if (!step) this.take(await getConsole(this.id)); // the moves came from before a reload or a newer state
      toast(`${error.message}${step ? " That was taken back." : ""}`, { kind: "error", staysMs: 12000 });
      return;
    }
    this.refusal = "Not saved";
    toast(`${error.message} Your moves are still here and are saved as soon as it can be.`, { kind: "error" });
    this.timer = setTimeout(() => this.save(), AGAIN_MS);
  }

  // Undo and redo: first one's own moves, then the studio's revisions. The words of what was done, or null.
  async step(name) {
    const own = name === "undo" ? this.model.undo() : this.model.redo();
    if (own) return own.label || "a move";
    if (!this.links[name]) return null;
    return this.inTurn(async () => {
      try {
        const left = this.summary; // what is taken back is what made the state that was left
        const answer = await stepConsole(this.id, name, this.revision);
        this.take(answer);
        return (name === "undo" ? left : answer.summary) || "a state";
      } catch (error) {
        if (error.status === STALE) await this.catchUp();
        else toast(error.message, { kind: "error" });
        return null;
      }
    });
  }

  can(name) {
    return (name === "undo" ? this.model.past : this.model.future).length > 0 || this.links[name];
  }

  tell() {
    this.dispatchEvent(new Event("state"));
  }
}
