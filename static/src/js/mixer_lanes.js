// A channel's automation under its waveform: one control at a time as a line with points to drag.
import { element } from "./dom.js";
import { nameOf } from "./mixer_colours.js";
import { clamp, faderScale, HIGHEST_DB, LOWEST_DB, scaleOf, showDb, showPan, showParam, showShare } from "./mixer_numbers.js";
import { lanePath, laneOf, stripAt, valueAt } from "./mixer_paths.js";

const SVG = "http://www.w3.org/2000/svg";
const MAX_POINTS = 4000;
const KEY_S = 0.1;
const LEAST_GAP_S = 0.005;

const LEVEL = { lowest: LOWEST_DB, highest: HIGHEST_DB, scale: faderScale, show: (db) => `${showDb(db)} dB` };
const linear = (lowest, highest, show) => ({ lowest, highest, scale: scaleOf({ lowest, highest }), show });

// Every control of a strip that can be automated: {target, label, lowest, highest, scale, show, isSwitch}.
export function automatable(model, id) {
  const strip = stripAt(model.state, id);
  const own = (name, label, range) => ({ target: `${id}/${name}`, label, ...range });
  const found = [
    own("fader_db", "Level", LEVEL), own("pan", "Pan", linear(-1, 1, showPan)), own("width", "Width", linear(0, 2, showShare)),
    own("mute", "Mute", { ...linear(0, 1, (value) => (value >= 0.5 ? "muted" : "heard")), isSwitch: true }),
    ...strip.sends.map((send) => own(`sends/${send.bus}/level_db`, `Send to ${nameOf(stripAt(model.state, send.bus) ?? { id: send.bus })}`, LEVEL)),
  ];
  for (const slot of strip.effects) {
    const kind = model.kind(slot.kind);
    for (const param of kind?.params.filter((one) => one.automatable) ?? []) {
      found.push(own(`effects/${slot.id}/params/${param.name}`, `${kind.label}: ${param.label}`,
        { lowest: param.lowest, highest: param.highest, scale: scaleOf(param), show: (value) => showParam(param, value), initial: param.default }));
    }
  }
  return found;
}

// The value of a lane at a time: straight lines between points, a switch holds.
export function laneValue(points, time_s, isSwitch = false) {
  const next = points.findIndex((point) => point.at_s > time_s);
  if (next === 0) return points[0].value;
  if (next < 0) return points.at(-1).value;
  const [a, b] = [points[next - 1], points[next]];
  return isSwitch ? a.value : a.value + ((time_s - a.at_s) / (b.at_s - a.at_s)) * (b.value - a.value);
}

export class LaneRow {
  constructor(model, view, stripId) {
    Object.assign(this, { model, view, stripId });
    this.picker = element("select", { class: "form-select is-slim", "aria-label": `Automated control of ${stripId}` });
    this.picker.addEventListener("change", () => this.draw());
    this.remover = element("button", { type: "button", class: "lane-tool is-danger", text: "Clear", onclick: () => this.clear() });
    this.adder = element("button", { type: "button", class: "lane-tool", text: "Point here", title: "A point where the song stands", onclick: () => this.addHere() });
    this.svg = document.createElementNS(SVG, "svg");
    this.line = document.createElementNS(SVG, "polyline");
    this.svg.append(this.line);
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("viewBox", "0 0 1000 100");
    this.points = element("div", { class: "lane-points" });
    this.field = element("div", { class: "lane-field", title: "Click to add a point; drag it; Delete takes it away" }, this.svg, this.points);
    this.field.addEventListener("pointerdown", (event) => this.onDown(event));
    this.root = element("div", { class: "lane-row" }, element("div", { class: "lane-head" }, this.picker, element("div", { class: "lane-tools" }, this.adder, this.remover)), this.field);
    this.fill();
  }

  fill() {
    const kept = this.picker.value;
    const controls = automatable(this.model, this.stripId);
    this.controls = new Map(controls.map((control) => [control.target, control]));
    const isDrawn = (target) => laneOf(this.model.state, target) !== null;
    this.picker.replaceChildren(...controls.map(({ target, label }) => element("option", { value: target, text: `${isDrawn(target) ? "● " : ""}${label}` })));
    const first = controls.find(({ target }) => isDrawn(target)) ?? controls[0];
    this.picker.value = this.controls.has(kept) && (isDrawn(kept) || !isDrawn(first.target)) ? kept : first.target;
  }

  get control() {
    return this.controls.get(this.picker.value);
  }

  get drawn() {
    return laneOf(this.model.state, this.picker.value)?.points ?? [];
  }

  put(points) {
    this.model.set(lanePath(this.control.target), points.length ? points : null, { label: `Automation: ${this.control.label}` });
  }

  clear() {
    this.put([]);
    this.picker.focus();
  }

  draw() {
    if (this.root.hidden || !this.control) return;
    const { control, drawn, view } = this;
    const y = (value) => (1 - clamp(control.scale.place(value), 0, 1)) * 100;
    this.remover.hidden = !drawn.length;
    this.root.classList.toggle("is-drawn", drawn.length > 0);
    this.line.setAttribute("points", this.outline(y).map(([time_s, at]) => `${view.shareAt(time_s) * 1000},${at}`).join(" "));
    const inView = drawn.map((point, at) => ({ ...point, at })).filter(({ at_s }) => at_s >= view.from_s && at_s <= view.from_s + view.span_s);
    const focused = [...this.points.children].indexOf(document.activeElement);
    this.points.replaceChildren(...inView.slice(0, 400).map((point) => this.pointButton(point, y(point.value))));
    if (focused >= 0) this.points.children[Math.min(focused, this.points.children.length - 1)]?.focus({ preventScroll: true });
  }

  outline(y) {
    const { control, drawn, view } = this;
    const end_s = view.duration_s;
    if (!drawn.length) {
      const still = valueAt(this.model.state, control.target) ?? control.initial ?? 0;
      return [[0, y(Number(still))], [end_s, y(Number(still))]];
    }
    const points = [[0, y(drawn[0].value)]];
    drawn.forEach(({ at_s, value }, at) => {
      if (control.isSwitch && at) points.push([at_s, y(drawn[at - 1].value)]);
      points.push([at_s, y(value)]);
    });
    return [...points, [end_s, y(drawn.at(-1).value)]];
  }

  pointButton({ at_s, value, at }, top) {
    const button = element("button", {
      type: "button", class: "lane-point", "aria-label": `${this.control.label} ${this.control.show(value)} at ${at_s.toFixed(2)} seconds`,
      title: `${this.control.show(value)} at ${at_s.toFixed(2)} s`, "data-at": at,
    });
    button.style.left = `${this.view.shareAt(at_s) * 100}%`;
    button.style.top = `${top}%`;
    button.addEventListener("keydown", (event) => this.onKey(event, at));
    button.addEventListener("dblclick", () => this.put(this.drawn.filter((_, one) => one !== at)));
    return button;
  }

  // On a point: drag it. Elsewhere: a new one, held at once.
  onDown(event) {
    if (event.button > 0) return;
    event.preventDefault();
    const at = event.target.closest(".lane-point")?.dataset.at;
    const from = at === undefined ? this.add(this.read(event)) : Number(at);
    if (from === null) return;
    this.field.setPointerCapture(event.pointerId);
    let isMoved = false;
    const move = (now) => {
      isMoved ||= Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) > 3;
      if (isMoved) this.moveTo(from, this.read(now));
    };
    const drop = () => {
      this.field.removeEventListener("pointermove", move);
      this.field.removeEventListener("pointerup", drop);
      this.points.querySelector(`[data-at="${from}"]`)?.focus({ preventScroll: true });
    };
    this.field.addEventListener("pointermove", move);
    this.field.addEventListener("pointerup", drop);
  }

  read(event) {
    const box = this.field.getBoundingClientRect();
    const place = clamp(1 - (event.clientY - box.top) / box.height, 0, 1);
    const value = this.control.isSwitch ? Math.round(place) : this.control.scale.value(place);
    return { at_s: clamp(this.view.timeAt((event.clientX - box.left) / box.width), 0, this.view.duration_s), value: this.rounded(value) };
  }

  rounded(value) {
    return Number(clamp(value, this.control.lowest, this.control.highest).toFixed(3));
  }

  // By keys: a point at the playhead, where the line runs; the arrows move it from there.
  addHere() {
    const { drawn, control, view } = this;
    const at_s = Number(clamp(view.time_s ?? 0, 0, view.duration_s).toFixed(3));
    const still = Number(valueAt(this.model.state, control.target) ?? control.initial ?? 0);
    const value = drawn.length ? laneValue(drawn, at_s, control.isSwitch) : still;
    const at = this.add({ at_s, value: this.rounded(value) });
    const place = at ?? drawn.findIndex((point) => Math.abs(point.at_s - at_s) < LEAST_GAP_S);
    this.points.querySelector(`[data-at="${place}"]`)?.focus({ preventScroll: true });
  }

  add(point) {
    const { drawn } = this;
    if (drawn.length >= MAX_POINTS || drawn.some(({ at_s }) => Math.abs(at_s - point.at_s) < LEAST_GAP_S)) return null;
    const points = [...drawn, point].sort((a, b) => a.at_s - b.at_s);
    this.put(points);
    this.fillKeeping();
    return points.indexOf(point);
  }

  fillKeeping() {
    const kept = this.picker.value;
    this.fill();
    this.picker.value = kept;
    this.draw();
  }

  // A point stays between its neighbours.
  moveTo(at, { at_s, value }) {
    const { drawn } = this;
    const low = (drawn[at - 1]?.at_s ?? -LEAST_GAP_S) + LEAST_GAP_S;
    const high = (drawn[at + 1]?.at_s ?? Infinity) - LEAST_GAP_S;
    const moved = { at_s: Number(clamp(at_s, Math.max(0, low), high).toFixed(3)), value: this.rounded(value) };
    this.put(drawn.map((point, one) => (one === at ? moved : point)));
  }

  onKey(event, at) {
    const { drawn, control } = this;
    const point = drawn[at];
    const step = control.isSwitch ? 1 : 0.01;
    const by = { ArrowLeft: [-KEY_S, 0], ArrowRight: [KEY_S, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    if (by) this.moveTo(at, { at_s: point.at_s + by[0], value: by[1] ? control.scale.value(clamp(control.scale.place(point.value) + by[1], 0, 1)) : point.value });
    else if (["Delete", "Backspace"].includes(event.key)) this.put(drawn.filter((_, one) => one !== at));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
