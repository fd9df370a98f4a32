// The equaliser: its curve over the spectrum, each band a handle to drag; below it the numbers of the chosen band.
import { element } from "./dom.js";
import { labelled, Slider, toggle } from "./mixer_controls.js";
import { clamp, scaleOf, showHz, showParam } from "./mixer_numbers.js";
import { eqSections, responseDb } from "./mixer_response.js";

const [LOW_HZ, HIGH_HZ, SPAN_DB] = [20, 20000, 20];
const GRID_HZ = [50, 100, 200, 500, 1000, 2000, 5000, 10000];
const SPECTRUM_DB = [-96, -12]; // what the picture shows of it, bottom and top
const Q_STEP = 1.12;

const bell = (n) => ({ name: `bell_${n}`, text: String(n), label: `Bell ${n}`, hz: `bell_${n}_hz`, db: `bell_${n}_db`, q: `bell_${n}_q` });
const BANDS = [
  { name: "low_cut", text: "⌟", label: "Low cut", hz: "low_cut_hz", on: "low_cut", more: "low_cut_slope" },
  { name: "low_shelf", text: "L", label: "Low shelf", hz: "low_shelf_hz", db: "low_shelf_db" },
  bell(1), bell(2), bell(3), bell(4),
  { name: "high_shelf", text: "H", label: "High shelf", hz: "high_shelf_hz", db: "high_shelf_db" },
  { name: "high_cut", text: "⌞", label: "High cut", hz: "high_cut_hz", on: "high_cut", more: "high_cut_slope" },
];
const across = (hz) => Math.log(hz / LOW_HZ) / Math.log(HIGH_HZ / LOW_HZ);
const hzAt = (x) => LOW_HZ * (HIGH_HZ / LOW_HZ) ** x;
const down = (db) => 0.5 - db / (2 * SPAN_DB);

export class EqView {
  // `spectrum()` answers dB by frequency bin of what is heard now, or null: {db: Float32Array, bin_hz}.
  constructor(model, path, { spectrum }) {
    Object.assign(this, { model, path, spectrum });
    this.chosen = "bell_3";
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.handles = new Map(BANDS.map((band) => [band.name, this.handle(band)]));
    this.plot = element("div", { class: "eq-plot" }, this.canvas, ...this.handles.values());
    this.numbers = element("div", { class: "eq-numbers" });
    this.root = element("div", { class: "eq" }, this.plot, this.numbers);
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.plot);
    this.choose(this.firstBand());
  }

  get slot() {
    const [id, , slotId] = this.path.split("/");
    return [...this.model.state.channels, ...this.model.state.buses, this.model.state.mix]
      .find((strip) => strip.id === id)?.effects.find((slot) => slot.id === slotId);
  }

  value = (name) => this.model.param(this.slot, name);

  spec(name) {
    return this.model.kind("eq").params.find((param) => param.name === name);
  }

  set(name, value) {
    const { lowest, highest } = this.spec(name);
    const rounded = typeof value === "number" ? Number(clamp(value, lowest, highest).toPrecision(4)) : value;
    this.model.set(`${this.path}/params/${name}`, rounded, { label: "Equaliser" });
  }

  firstBand() {
    const used = BANDS.find((band) => (band.db ? this.value(band.db) !== 0 : this.value(band.on)));
    return used?.name ?? "bell_2";
  }

  handle(band) {
    const button = element("button", {
      type: "button", class: `eq-band is-${band.name.replaceAll("_", "-")}`, text: band.text, "aria-label": band.label,
      title: `${band.label}: drag; wheel for Q; double click for 0`, "aria-roledescription": "equaliser band",
    });
    button.addEventListener("pointerdown", (event) => this.grab(event, band, button));
    button.addEventListener("focus", () => this.choose(band.name));
    button.addEventListener("keydown", (event) => this.onKey(event, band));
    button.addEventListener("dblclick", () => (band.db ? this.set(band.db, 0) : this.set(band.on, !this.value(band.on))));
    button.addEventListener("wheel", (event) => {
      if (!band.q) return;
      event.preventDefault();
      this.set(band.q, this.value(band.q) * (event.deltaY < 0 ? Q_STEP : 1 / Q_STEP));
    }, { passive: false });
    return button;
  }

  grab(event, band, button) {
    event.preventDefault();
    button.focus();
    button.setPointerCapture(event.pointerId);
    const box = this.plot.getBoundingClientRect();
    const move = (now) => {
      if (band.on && !this.value(band.on)) this.set(band.on, true);
      this.set(band.hz, hzAt(clamp((now.clientX - box.left) / box.width, 0, 1)));
      if (band.db) this.set(band.db, Math.round((0.5 - (now.clientY - box.top) / box.height) * 2 * SPAN_DB * 10) / 10);
    };
    const drop = () => {
      button.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) button.removeEventListener(name, drop);
    };
    button.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) button.addEventListener(name, drop);
  }

  onKey(event, band) {
    const fine = event.shiftKey ? 0.2 : 1;
    const step = { ArrowLeft: ["hz", 1 / 1.03 ** fine], ArrowRight: ["hz", 1.03 ** fine], ArrowUp: ["db", 0.5 * fine],
      ArrowDown: ["db", -0.5 * fine], "+": ["q", Q_STEP], "-": ["q", 1 / Q_STEP] }[event.key];
    if (!step || event.ctrlKey || event.metaKey || !band[step[0]]) return;
    event.preventDefault();
    event.stopPropagation();
    const name = band[step[0]];
    this.set(name, step[0] === "db" ? this.value(name) + step[1] : this.value(name) * step[1]);
  }

  choose(name) {
    this.chosen = name;
    const band = BANDS.find((one) => one.name === name);
    this.controls = [];
    const fields = [band.hz, band.db, band.q].filter(Boolean).map((param) => this.knob(param));
    const switches = band.on ? [this.onOff(band), this.slope(band)] : [];
    this.numbers.replaceChildren(element("span", { class: "eq-name", text: band.label }), ...switches, ...fields);
    this.update();
  }

  knob(name) {
    const spec = this.spec(name);
    const slider = new Slider({
      ...spec, look: "knob", label: spec.label, initial: spec.default, bipolar: spec.lowest < 0, scale: scaleOf(spec),
      show: (value) => showParam(spec, value), onInput: (value) => this.set(name, value),
    });
    this.controls.push(() => slider.show(this.value(name)));
    const words = name.endsWith("_hz") ? "Frequency" : name.endsWith("_q") ? "Q" : "Gain";
    return labelled(slider, { name: words });
  }

  onOff(band) {
    const press = toggle({ text: "On", label: `${band.label} on`, kind: "on", onPress: (isOn) => this.set(band.on, isOn) });
    this.controls.push(() => press.show(this.value(band.on)));
    return press.root;
  }

  slope(band) {
    const choices = this.spec(band.more).choices.map((choice) => element("option", { value: choice, text: `${choice} dB/oct` }));
    const select = element("select", { class: "form-select is-slim", "aria-label": `${band.label} slope`, onchange: () => this.set(band.more, select.value) }, ...choices);
    this.controls.push(() => {
      select.value = this.value(band.more);
    });
    return select;
  }

  update() {
    if (!this.slot) return;
    this.controls.forEach((show) => show());
    for (const band of BANDS) {
      const button = this.handles.get(band.name);
      const db = band.db ? this.value(band.db) : -3;
      const isUsed = band.db ? db !== 0 : this.value(band.on);
      button.style.left = `${across(this.value(band.hz)) * 100}%`;
      button.style.top = `${clamp(down(db), 0.04, 0.96) * 100}%`;
      button.classList.toggle("is-used", Boolean(isUsed));
      button.classList.toggle("is-chosen", band.name === this.chosen);
      const told = `${showHz(this.value(band.hz))}${band.db ? `, ${db.toFixed(1)} dB` : this.value(band.on) ? "" : ", off"}`;
      button.setAttribute("aria-label", `${band.label}, ${told}`);
    }
    this.draw();
  }

  fit() {
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(this.plot.clientWidth * scale);
    this.canvas.height = Math.round(this.plot.clientHeight * scale);
    this.draw();
  }

  draw() {
    const { width, height } = this.canvas;
    if (!width || !this.slot) return;
    const ink = this.canvas.getContext("2d");
    ink.clearRect(0, 0, width, height);
    drawGrid(ink, width, height);
    drawSpectrum(ink, width, height, this.spectrum());
    const sections = eqSections(this.value);
    ink.beginPath();
    for (let x = 0; x <= width; x += 2) ink.lineTo(x, down(responseDb(sections, hzAt(x / width))) * height);
    ink.strokeStyle = this.slot.bypass ? "#7d7263" : "#f8e3ae";
    ink.lineWidth = 2 * (devicePixelRatio || 1);
    ink.stroke();
    ink.lineTo(width, height / 2);
    ink.lineTo(0, height / 2);
    ink.fillStyle = this.slot.bypass ? "rgb(125 114 99 / 10%)" : "rgb(232 192 106 / 16%)";
    ink.fill();
  }

  leave() {
    this.sizes.disconnect();
  }
}

function drawGrid(ink, width, height) {
  const scale = devicePixelRatio || 1;
  ink.lineWidth = 1;
  ink.strokeStyle = "rgb(255 235 200 / 8%)";
  ink.fillStyle = "#8d8171";
  ink.font = `${10 * scale}px sans-serif`;
  for (const hz of GRID_HZ) {
    const x = Math.round(across(hz) * width) + 0.5;
    ink.beginPath();
    ink.moveTo(x, 0);
    ink.lineTo(x, height);
    ink.stroke();
    ink.fillText(hz >= 1000 ? `${hz / 1000}k` : String(hz), x + 3, height - 4 * scale);
  }
  for (const db of [-12, -6, 0, 6, 12]) {
    const y = Math.round(down(db) * height) + 0.5;
    ink.strokeStyle = db === 0 ? "rgb(255 235 200 / 26%)" : "rgb(255 235 200 / 8%)";
    ink.beginPath();
    ink.moveTo(0, y);
    ink.lineTo(width, y);
    ink.stroke();
    if (db) ink.fillText(db > 0 ? `+${db}` : `−${-db}`, 4 * scale, y - 3);
  }
}

// The loudest bin under each point of the picture, so that no tone falls between two.
export function drawSpectrum(ink, width, height, heard) {
  if (!heard) return;
  const [bottom, top] = SPECTRUM_DB;
  const step = 2;
  ink.beginPath();
  ink.moveTo(0, height);
  for (let x = 0; x <= width; x += step) {
    const from = hzAt(x / width) / heard.bin_hz;
    const to = Math.max(from + 1, hzAt((x + step) / width) / heard.bin_hz);
    let db = -200;
    for (let bin = Math.floor(from); bin < to && bin < heard.db.length; bin += 1) db = Math.max(db, heard.db[bin]);
    ink.lineTo(x, (1 - clamp((db - bottom) / (top - bottom), 0, 1)) * height);
  }
  ink.lineTo(width, height);
  ink.fillStyle = "rgb(127 214 207 / 20%)";
  ink.fill();
}
