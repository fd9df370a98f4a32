// The timeline: sections, a ruler with the loop, and a row a channel with its waveform and, opened, its automation.
import { clock, element, find } from "./dom.js";
import { colourOf, nameOf } from "./mixer_colours.js";
import { toggle } from "./mixer_controls.js";
import { LaneRow } from "./mixer_lanes.js";
import { stripsOf } from "./mixer_paths.js";
import { drawWave } from "./mixer_wave.js";
import { label } from "./timeline.js";

const STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300];
const TICK_PX = 52; // so that no time runs into the next
const LOOP_FROM_PX = 5; // a drag on the ruler shorter than this is a click

export class Timeline {
  // `does`: select(id), seek(time_s), loop([from, to] | null).
  constructor(model, view, does) {
    Object.assign(this, { model, view, does });
    this.rows = new Map();
    this.openLanes = new Set();
    this.peaks = new Map(); // channel id → {duration_s, values}
    this.sections = [];
    this.loop = null;
    this.holder = find("#timeline-rows");
    this.ruler = find("#ruler");
    this.wireRuler();
    view.addEventListener("change", () => this.draw());
    model.addEventListener("change", ({ detail }) => this.onChange(detail));
    new ResizeObserver(() => this.draw()).observe(this.ruler);
    find("#timeline").addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
  }

  wireRuler() {
    this.ruler.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      event.preventDefault(); // nothing is to be selected
      this.ruler.setPointerCapture(event.pointerId);
      const start = this.timeOf(event);
      const start_px = event.clientX;
      let loop = null;
      const move = (now) => {
        if (Math.abs(now.clientX - start_px) < LOOP_FROM_PX) return;
        loop = [start, this.timeOf(now)].sort((a, b) => a - b);
        this.showLoop(loop);
      };
      const drop = () => {
        this.ruler.removeEventListener("pointermove", move);
        this.ruler.removeEventListener("pointerup", drop);
        if (loop) this.does.loop(loop);
        else this.does.seek(start);
      };
      this.ruler.addEventListener("pointermove", move);
      this.ruler.addEventListener("pointerup", drop);
    });
  }

  timeOf(event) {
    const box = this.ruler.getBoundingClientRect();
    return Math.min(this.view.duration_s, Math.max(0, this.view.timeAt((event.clientX - box.left) / box.width)));
  }

  onWheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.view.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, this.timeOf(event));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.view.pan((event.deltaX || event.deltaY) / 900);
    }
  }

  setSections(sections) {
    this.sections = sections;
    this.draw();
  }

  rebuild() {
    const { state } = this.model;
    const withLane = new Set([...state.lanes.map((lane) => lane.target.split("/")[0]), ...this.openLanes]);
    const strips = stripsOf(state).filter((strip) => "role" in strip || withLane.has(strip.id));
    this.rows = new Map(strips.map((strip) => [strip.id, this.row(strip)]));
    this.holder.replaceChildren(...[...this.rows.values()].flatMap((row) => [row.root, row.lanes.root]));
    this.mark(this.selected);
    this.draw();
  }

  row(strip) {
    const { model } = this;
    const { id } = strip;
    const set = (name, value) => model.set(`${id}/${name}`, value, { label: `${nameOf(strip)}: ${name}` });
    const name = element("button", { type: "button", class: "row-name", onclick: () => this.does.select(id) }, element("span", { text: nameOf(strip) }));
    const mute = toggle({ text: "M", label: `Mute ${nameOf(strip)} (timeline)`, kind: "mute", onPress: (isOn) => set("mute", isOn) });
    const solo = id === "mix" ? null : toggle({ text: "S", label: `Solo ${nameOf(strip)} (timeline)`, kind: "solo", onPress: (isOn) => set("solo", isOn) });
    const opener = toggle({ text: "A", label: `Automation of ${nameOf(strip)}`, kind: "lane", onPress: (isOn) => this.openLane(id, isOn) });
    const canvas = element("canvas", { "aria-hidden": "true" });
    const picture = element("div", { class: "row-wave", onpointerdown: (event) => event.button === 0 && this.does.seek(this.timeOf(event)) }, canvas);
    const root = element("div", { class: "time-row", "data-strip": id }, element("div", { class: "row-head" }, name, mute.root, solo?.root ?? null, opener.root), picture);
    const lanes = new LaneRow(model, this.view, id);
    lanes.root.hidden = !this.openLanes.has(id);
    const row = { root, canvas, mute, solo, opener, lanes, name };
    this.sync(row, strip);
    return row;
  }

  openLane(id, isOpen) {
    if (isOpen) this.openLanes.add(id);
    else this.openLanes.delete(id);
    const row = this.rows.get(id);
    if (!row) return this.rebuild();
    row.lanes.root.hidden = !isOpen;
    row.opener.show(isOpen);
    return row.lanes.draw();
  }

  sync(row, strip) {
    row.root.style.setProperty("--colour", colourOf(strip)); // the assistant may find another role
    row.mute.show(strip.mute);
    row.solo?.show(strip.solo);
    row.opener.show(this.openLanes.has(strip.id));
    row.name.firstChild.textContent = nameOf(strip);
    row.opener.root.classList.toggle("has-lanes", this.model.state.lanes.some((lane) => lane.target.startsWith(`${strip.id}/`)));
  }

  onChange({ isWhole, strips, paths, isStructural }) {
    const ids = this.model.state.channels.map((channel) => channel.id).join();
    if (isWhole && ids !== this.builtOf) {
      this.builtOf = ids;
      this.rebuild();
      return;
    }
    const soloed = paths.some((path) => path.endsWith("/solo"));
    for (const strip of stripsOf(this.model.state)) {
      const row = this.rows.get(strip.id);
      if (!row || !(isWhole || strips.has(strip.id) || soloed)) continue;
      this.sync(row, strip);
      if (isWhole || isStructural) row.lanes.fill();
      row.lanes.draw();
      if (isWhole || soloed || paths.some((path) => /\/(mute|offset_s|role)$/.test(path))) this.drawRow(strip);
    }
  }

  mark(id) {
    this.selected = id;
    for (const [one, row] of this.rows) row.root.classList.toggle("is-selected", one === id);
  }

  setPeaks(id, peaks) {
    this.peaks.set(id, peaks);
    const channel = this.model.state.channels.find((one) => one.id === id);
    if (channel) this.drawRow(channel);
  }

  drawRow(strip) {
    const row = this.rows.get(strip.id);
    if (!row) return;
    const hasSolo = this.model.state.channels.some((channel) => channel.solo);
    const isDim = strip.mute || (hasSolo && !strip.solo);
    row.root.classList.toggle("is-silent", isDim);
    drawWave(row.canvas, { peaks: this.peaks.get(strip.id), view: this.view, offset_s: strip.offset_s ?? 0, colour: colourOf(strip), isDim });
  }

  draw() {
    if (!this.model.state) return;
    this.drawRuler();
    for (const strip of stripsOf(this.model.state)) {
      this.drawRow(strip);
      this.rows.get(strip.id)?.lanes.draw();
    }
    this.showLoop(this.loop);
    this.showTime(this.time_s ?? 0);
  }

  drawRuler() {
    const { view } = this;
    const step = STEPS_S.find((one) => (one / view.span_s) * this.ruler.clientWidth >= TICK_PX) ?? 600;
    const marks = [];
    for (let time = Math.ceil(view.from_s / step) * step; time <= view.from_s + view.span_s; time += step) {
      const mark = element("span", { class: "tick", text: step < 1 ? time.toFixed(1) : clock(time) });
      mark.style.left = `${view.shareAt(time) * 100}%`;
      marks.push(mark);
    }
    find("#ticks").replaceChildren(...marks);
    find("#time-sections").replaceChildren(...this.sections.map((section) => this.sectionButton(section)));
  }

  sectionButton(section) {
    const { view } = this;
    const left = Math.max(0, view.shareAt(section.start_s));
    const right = Math.min(1, view.shareAt(section.end_s));
    const button = element("button", {
      type: "button", class: "section-button", text: label(section.name), hidden: right <= left, title: `${label(section.name)}: double click to loop it`,
      "aria-label": `${label(section.name)}, from ${clock(section.start_s)}`, onclick: () => this.does.seek(section.start_s), ondblclick: () => this.does.loop([section.start_s, section.end_s]),
    });
    button.style.left = `${left * 100}%`;
    button.style.width = `calc(${(right - left) * 100}% - 2px)`;
    return button;
  }

  showLoop(loop) {
    const mark = find("#loop-mark");
    mark.hidden = !loop;
    if (!loop) return;
    mark.style.left = `${this.view.shareAt(loop[0]) * 100}%`;
    mark.style.width = `${((loop[1] - loop[0]) / this.view.span_s) * 100}%`;
  }

  setLoop(loop) {
    this.loop = loop;
    this.showLoop(loop);
  }

  showTime(time_s) {
    this.time_s = time_s;
    this.view.time_s = time_s;
    const share = this.view.shareAt(time_s);
    const head = find("#timeline-playhead");
    head.hidden = share < 0 || share > 1;
    head.style.setProperty("--share", share.toFixed(5));
  }
}
