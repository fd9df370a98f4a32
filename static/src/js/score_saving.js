// Between the page and the studio's revisions: saving, conflicts, undo beyond one's own edits, preview and rendering.
import { editSection, getGeneration, getScore, patchScore, previewScore, renderScore, stepScore } from "./api.js";
import { operationsOf } from "./score_operations.js";
import { follow } from "./progress.js";
import { toast, toastError } from "./toast.js";

const STALE = "stale_revision";
const RUNNING = ["queued", "running"];

// Events: "state" (what is saved, what runs), "rendered" (the song's files are new).
export class Saving extends EventTarget {
  constructor(id, model) {
    super();
    Object.assign(this, { id, model });
    this.queue = Promise.resolve();
    this.isBusy = false;
    this.refusal = "";
    this.progress = null;
    for (const name of ["change", "score"]) model.addEventListener(name, () => this.tell("state"));
    addEventListener("beforeunload", (event) => {
      if (this.count) event.preventDefault();
    });
  }

  get count() {
    return this.model.data ? this.model.pending.length : 0;
  }

  // One thing after the other: an edit goes out from the revision that the one before it made.
  inTurn(work) {
    const done = this.queue.then(async () => {
      this.isBusy = true;
      this.tell("state");
      try {
        return await work();
      } finally {
        this.isBusy = false;
        this.tell("state");
      }
    });
    this.queue = done.catch(() => {});
    return done;
  }

  async open() {
    this.model.take(await getScore(this.id));
    if (RUNNING.includes(this.model.data.state)) this.watch();
  }

  // Unsaved edits and `more` operations as one revision. True when all is saved.
  save(more = []) {
    return this.inTurn(() => this.send(more));
  }

  async send(more, isAgain = false) {
    const { model } = this;
    const sent = new Map(model.notes);
    const operations = [...operationsOf(model.pending), ...more];
    if (!operations.length) return true;
    try {
      const data = await patchScore(this.id, model.data.revision, operations);
      this.refusal = "";
      model.take(data, sent);
      return true;
    } catch (error) {
      if (error.code === STALE && !isAgain) {
        await this.catchUp();
        return this.send(more, true);
      }
      this.refuse(error);
      return false;
    }
  }

  // Somebody changed the score meanwhile: one's own edits are laid on what they made.
  async catchUp() {
    this.model.take(await getScore(this.id));
    toast("The score was changed elsewhere meanwhile. Your edits are kept, on top of the newest one.");
  }

  refuse(error) {
    this.refusal = error.message;
    toast(this.count ? `${error.message} Nothing is lost: your edits are still here, not saved.` : error.message, { kind: "error", staysMs: 12000 });
    this.tell("state");
  }

  // Undo and redo: first one's own unsaved edits, then the studio's revisions.
  async step(name) {
    const isOwn = name === "undo" ? this.model.undo() : this.model.redo();
    if (isOwn) return;
    await this.inTurn(async () => {
      if (!this.model.data.links[name] || this.count) return;
      const was = this.model.data.summary;
      try {
        this.model.take(await stepScore(this.id, name, this.model.data.revision));
        toast(name === "undo" ? `Taken back: ${was}` : `Done again: ${this.model.data.summary}`, { staysMs: 3500 });
      } catch (error) {
        if (error.code === STALE) await this.catchUp();
        else this.refuse(error);
      }
    });
  }

  can(name) {
    const own = name === "undo" ? this.model.past.length : this.model.future.length;
    return own > 0 || Boolean(this.model.data?.links[name] && !this.count);
  }

  // Replace, extend, move, delete or vary a section, done at once: undo takes it back.
  async section(index, verb, body) {
    if (!(await this.save())) return;
    await this.inTurn(async () => {
      try {
        this.model.take(await editSection(this.id, index, verb, { base_revision: this.model.data.revision, ...body }));
        this.refusal = "";
        toast(this.model.data.summary, { action: { label: "Undo", run: () => this.step("undo") } });
      } catch (error) {
        if (error.code === STALE) await this.catchUp();
        else this.refuse(error);
      }
    });
  }

  // A section as it sounds now: {url, start_s, from_s, end_s}, or null when it cannot be.
  async preview(section, signal) {
    if (!(await this.save())) return null;
    const told = await previewScore(this.id, { section: section.index }, signal);
    const response = await fetch(told.audio_url, { credentials: "same-origin", signal });
    if (!response.ok) throw new Error("The preview could not be read just now. Try again in a moment.");
    const url = URL.createObjectURL(await response.blob());
    return { url, start_s: told.start_s, from_s: section.start_s, end_s: told.end_s, revision: this.model.data.revision };
  }

  async render() {
    if (!(await this.save())) return;
    try {
      await renderScore(this.id);
      this.watch();
    } catch (error) {
      this.refuse(error);
    }
  }

  watch() {
    this.progress = { progress: 0, message: "Waiting for a free place …" };
    this.tell("state");
    follow(this.id, (news) => {
      if (RUNNING.includes(news.state)) this.progress = news;
      else this.finish(news.state);
      this.tell("state");
    });
  }

  async finish(state) {
    this.progress = null;
    try {
      this.model.take(await getScore(this.id));
      if (state === "done") this.tell("rendered");
      else toast((await getGeneration(this.id)).error?.message ?? "The song was not rendered; its score is kept.", { kind: "error" });
    } catch (error) {
      toastError(error);
    }
    this.tell("state");
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
