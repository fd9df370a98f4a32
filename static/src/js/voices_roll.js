// The notes under the spectrogram, on the same time: a small piano roll that keys, pointer and buttons can change.
import { element } from "./dom.js";
import { noteName } from "./voices_notes.js";

const ROW_PX = 9; // a semitone, less where four parts would make the roll too tall
const TALLEST_PX = 190;
const NOTE_PX = 30;
const EDGE_PX = 10;

export class Roll {
  constructor(place, notes) {
    this.place = place;
    this.notes = notes;
    this.duration_s = 1;
    this.words = [];
    this.parts = [];
    this.row_px = ROW_PX;
    notes.addEventListener("change", () => this.draw());
    notes.addEventListener("choose", () => this.mark(true));
    place.addEventListener("keydown", (event) => this.onKey(event));
  }

  show(audition) {
    this.duration_s = audition.duration_s;
    this.words = audition.mode === "say" ? audition.words : [];
    this.parts = audition.parts.slice(1);
    this.place.setAttribute("role", this.words.length ? "list" : "listbox");
    this.place.setAttribute("aria-label", this.words.length ? "Words" : "Notes");
    this.draw();
  }

  across(seconds) {
    return `${(seconds / this.duration_s) * 100}%`;
  }

  draw() {
    const hadFocus = this.place.contains(document.activeElement);
    if (this.words.length) this.drawWords();
    else this.drawNotes();
    this.mark(hadFocus);
  }

  drawWords() {
    this.place.style.height = "88px";
    this.place.replaceChildren(...this.words.map((word) => {
      const made = element("span", { class: "spoken-word", role: "listitem", text: word.text });
      made.style.left = this.across(word.start_s);
      made.style.width = this.across(word.end_s - word.start_s);
      return made;
    }));
  }

  drawNotes() {
    const { list } = this.notes;
    const pitches = [...list.map((note) => note.midi), ...this.parts.flatMap((part) => part.midi)];
    const top = Math.max(...pitches, 0);
    const low = Math.min(...pitches, 127);
    this.row_px = Math.min(ROW_PX, TALLEST_PX / Math.max(1, top - low));
    const height = (midi) => EDGE_PX + (top - midi) * this.row_px;
    this.place.style.height = `${height(low) + NOTE_PX + EDGE_PX}px`;
    const others = this.parts.flatMap((part) => list.map((note, at) => this.bar(note, height(part.midi[at]), part)));
    this.place.replaceChildren(...others, ...list.map((note, at) => this.button(note, at, height(note.midi))));
  }

  bar(note, y, part) {
    const made = element("span", { class: `part-note is-${part.name}`, "aria-hidden": "true" });
    made.style.cssText = `left:${this.across(note.start_s)};width:${this.across(note.end_s - note.start_s)};top:${y + NOTE_PX / 2 - 4}px`;
    return made;
  }

  button(note, at, y) {
    const formed = Object.values(note.expression).some((value) => value !== null && value !== "");
    const made = element("div", {
      class: `note${note.slur ? " is-slur" : ""}${formed ? " is-formed" : ""}`, role: "option", "data-at": at,
      "aria-label": `${note.slur ? "slur" : note.text || note.phonemes}, ${noteName(note.midi)}, ${beatsText(note.beats)}${formed ? ", shaped by you" : ""}`,
      onpointerdown: (event) => this.onDown(event, at),
    }, element("b", { text: note.slur ? "~" : note.text || note.phonemes }), element("i", { text: noteName(note.midi) }));
    made.style.cssText = `left:${this.across(note.start_s)};width:${this.across(note.end_s - note.start_s)};top:${y}px`;
    return made;
  }

  mark(takesFocus) {
    for (const made of this.place.querySelectorAll(".note")) {
      const at = Number(made.dataset.at);
      const isChosen = at === this.notes.chosen;
      made.setAttribute("aria-selected", String(isChosen));
      made.tabIndex = isChosen || (this.notes.chosen < 0 && at === 0) ? 0 : -1;
      if (isChosen && takesFocus) made.focus({ preventScroll: false });
    }
  }

  // A press chooses; a mouse that goes up or down while pressed changes the pitch.
  onDown(event, at) {
    event.preventDefault();
    this.notes.choose(at);
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    const from = event.clientY;
    const { row_px } = this;
    let done = 0;
    const move = (moved) => {
      const wanted = Math.round((from - moved.clientY) / row_px);
      if (wanted !== done) this.notes.raise(wanted - done);
      done = wanted;
    };
    const stop = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", stop);
      removeEventListener("pointercancel", stop);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
    addEventListener("pointercancel", stop);
  }

  onKey(event) {
    if (!event.target.closest(".note") || event.altKey) return;
    const { notes } = this;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      notes.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const actions = {
      ArrowLeft: () => notes.choose(notes.chosen - 1),
      ArrowRight: () => notes.choose(notes.chosen + 1),
      Home: () => notes.choose(0),
      End: () => notes.choose(notes.list.length - 1),
      ArrowUp: () => notes.raise(event.shiftKey ? 12 : 1),
      ArrowDown: () => notes.raise(event.shiftKey ? -12 : -1),
      "+": () => notes.lengthen(0.25),
      "=": () => notes.lengthen(0.25),
      "-": () => notes.lengthen(-0.25),
      Enter: () => notes.choose(Number(event.target.dataset.at)),
      " ": () => notes.choose(Number(event.target.dataset.at)),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    if (notes.chosen < 0) notes.choose(Number(event.target.dataset.at));
    else actions[event.key]();
  }

  // The note under the playhead glows.
  glow(time_s) {
    const now = this.words.length
      ? this.words.findIndex((word) => time_s >= word.start_s && time_s < word.end_s)
      : this.notes.list.findIndex((note) => time_s >= note.start_s && time_s < note.end_s);
    if (now === this.glowing) return;
    this.glowing = now;
    const all = this.place.querySelectorAll(this.words.length ? ".spoken-word" : ".note");
    all.forEach((made, at) => made.classList.toggle("is-now", at === now));
  }
}

export const beatsText = (beats) => `${beats} beat${beats === 1 ? "" : "s"}`;
