// The piano roll: a scrolled space with strips on top and a canvas that stays in view; zoom, follow, hit tests.
import { find } from "./dom.js";
import { LEAD } from "./score_model.js";
import {
  beatOf, colourOf, firstAfter, KEYS_PX, midiOf, paintGrid, paintKeys, paintNotes, paintOver, paintRuler, RULER_PX, xOf, yOf,
} from "./score_paint.js";

const ROW_PX = 16;
const LEAST_BEAT_PX = 5;
const MOST_BEAT_PX = 260;
const MARGIN_ROWS = 4;
const HANDLE_PX = 7;

export class ScoreRoll {
  constructor(model) {
    this.model = model;
    this.place = find("#roll");
    this.space = find("#roll-space");
    this.head = find("#roll-head");
    this.canvas = find("#roll-canvas");
    this.over = find("#roll-over");
    this.beatPx = matchMedia("(width < 700px)").matches ? 60 : 76;
    this.grid = 0.25;
    this.beat = 0;
    this.loop = null;
    this.marquee = null;
    this.follows = true;
    this.isDue = false;
    this.place.addEventListener("scroll", () => this.draw(), { passive: true });
    this.place.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    new ResizeObserver(() => this.fit()).observe(this.place);
    for (const name of ["change", "select"]) model.addEventListener(name, () => this.draw());
    model.addEventListener("score", () => this.fit());
    model.addEventListener("part", () => {
      this.fit();
      this.centre();
    });
  }

  // Rows for every pitch of the song, so that choosing another part moves nothing.
  measure() {
    const { model } = this;
    const range = model.data.lead.range;
    let low = range?.lowest ?? 60;
    let high = range?.highest ?? 72;
    for (const note of model.notes.values()) {
      low = Math.min(low, note.midi);
      high = Math.max(high, note.midi);
    }
    this.lowest = Math.max(0, low - MARGIN_ROWS);
    this.highest = Math.min(127, high + MARGIN_ROWS);
  }

  fit() {
    if (!this.model.data || !this.place.clientWidth) return;
    this.measure();
    this.place.style.setProperty("--beat", `${this.beatPx}px`);
    this.space.style.width = `${KEYS_PX + this.model.data.end_beats * this.beatPx + 40}px`;
    const headPx = this.head.offsetHeight;
    this.wide = this.place.clientWidth;
    this.high = Math.max(120, this.place.clientHeight - headPx);
    const rowsPx = RULER_PX + (this.highest - this.lowest + 1) * ROW_PX;
    find("#roll-body").style.height = `${Math.max(this.high, rowsPx)}px`;
    find("#roll-view").style.cssText = `width:${this.wide}px;height:${this.high}px;top:${headPx}px`;
    const scale = devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.over]) {
      canvas.style.cssText = `width:${this.wide}px;height:${this.high}px`;
      canvas.width = Math.round(this.wide * scale);
      canvas.height = Math.round(this.high * scale);
      canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    }
    this.draw();
  }

  get view() {
    return {
      width: this.wide, height: this.high, left: this.place.scrollLeft, top: this.place.scrollTop, beatPx: this.beatPx, rowPx: ROW_PX,
      highest: this.highest, lowest: this.lowest, beatsPerBar: this.model.data.beats_per_bar, endBeats: this.model.data.end_beats, grid: this.grid,
    };
  }

  layers() {
    const { model } = this;
    const parts = model.parts;
    const shown = parts.filter((part) => part.id === model.part || !model.hidden.has(part.id)).filter((part) => part.id === model.part || !part.isDrums);
    shown.sort((a, b) => Number(a.id === model.part) - Number(b.id === model.part) || Number(a.id === LEAD) - Number(b.id === LEAD));
    const info = model.partInfo;
    return shown.filter((part) => !info.isDrums || part.id === info.id)
      .map((part) => ({ ...model.layer(part.id), ...part, colour: colourOf(parts, part.id), isChosen: part.id === model.part }));
  }

  draw() {
    if (this.isDue || !this.model.data) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      if (!this.wide || !this.place.offsetParent) return;
      const context = this.canvas.getContext("2d");
      const { view } = this;
      paintGrid(context, view, this.model);
      paintNotes(context, view, this.layers(), this.model.selected);
      paintRuler(context, view, this.loop);
      paintKeys(context, view, this.model.partInfo);
      this.drawOver();
    });
  }

  drawOver() {
    if (!this.wide) return;
    paintOver(this.over.getContext("2d"), this.view, { beat: this.beat, marquee: this.marquee });
  }

  moveTo(beat, isPlaying) {
    this.beat = beat;
    if (isPlaying && this.follows && !this.isHeld) {
      const x = xOf(this.view, beat);
      if (x < KEYS_PX || x > this.wide * 0.85) this.place.scrollLeft = Math.max(0, beat * this.beatPx - this.wide * 0.12);
    }
    this.drawOver();
  }

  setLoop(loop) {
    this.loop = loop;
    this.draw();
  }

  // The beat under `x` stays where it is.
  zoom(factor, x = this.wide / 2) {
    const beat = beatOf(this.view, x);
    this.beatPx = Math.max(LEAST_BEAT_PX, Math.min(MOST_BEAT_PX, this.beatPx * factor));
    this.fit();
    this.place.scrollLeft = beat * this.beatPx + KEYS_PX - x;
  }

  onWheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX - this.place.getBoundingClientRect().left);
  }

  // Brings the chosen part's notes near the playhead into the middle.
  centre() {
    const { notes } = this.model.layer(this.model.part);
    if (!notes.length || !this.wide) return;
    const from = Math.min(firstAfter(notes, beatOf(this.view, KEYS_PX)), notes.length - 1);
    const near = notes.slice(from, from + 24).map((note) => note.midi).sort((a, b) => a - b);
    const middle = near[near.length >> 1];
    this.place.scrollTop = RULER_PX + (this.highest - middle) * ROW_PX - this.high / 2;
    this.draw();
  }

  reveal(note) {
    const { view } = this;
    const x = xOf(view, note.start);
    const y = yOf(view, note.midi);
    if (x < KEYS_PX || x > this.wide - 40) this.place.scrollLeft = note.start * this.beatPx - this.wide * 0.3;
    if (y < RULER_PX || y > this.high - ROW_PX) this.place.scrollTop = RULER_PX + (this.highest - note.midi) * ROW_PX - this.high / 2;
  }

  // The chosen part's notes that a frame touches.
  inside({ x, y, wide, high }) {
    const { view } = this;
    const [first, last] = [beatOf(view, x), beatOf(view, x + wide)];
    const [top, low] = [midiOf(view, y), midiOf(view, y + high)];
    return this.model.layer(this.model.part).notes
      .filter((note) => note.start < last && note.start + note.beats > first && note.midi <= top && note.midi >= low);
  }

  // What is under a point of the canvas: {zone: "ruler" | "keys" | "note" | "other" | "empty", note, isEnd, beat, midi}.
  at(x, y) {
    const { view } = this;
    const place = { beat: Math.max(0, beatOf(view, x)), midi: midiOf(view, y), note: null, isEnd: false };
    if (y < RULER_PX) return { ...place, zone: "ruler" };
    if (x < KEYS_PX) return { ...place, zone: "keys" };
    for (const layer of this.layers().reverse()) {
      const note = hit(layer, place, view);
      if (!note) continue;
      const endPx = xOf(view, note.start + note.beats);
      const handle = Math.min(HANDLE_PX, (note.beats * view.beatPx) / 3);
      return { ...place, zone: layer.isChosen ? "note" : "other", note, part: layer.id, isEnd: layer.isChosen && endPx - x < handle };
    }
    return { ...place, zone: "empty" };
  }
}

function hit(layer, { beat, midi }, view) {
  const slack = 3 / view.beatPx;
  for (let at = firstAfter(layer.notes, beat - layer.longest - slack); at < layer.notes.length && layer.notes[at].start <= beat + slack; at += 1) {
    const note = layer.notes[at];
    if (note.midi === midi && beat >= note.start && beat <= note.start + Math.max(note.beats, slack)) return note;
  }
  return null;
}
