// Beside the console: the chosen channel with all its controls, its effects, and what the assistant did to it.
import { element, find, icon } from "./dom.js";
import { withoutBus } from "./mixer_buses.js";
import { colourOf, nameOf, ROLE_WORDS } from "./mixer_colours.js";
import { labelled, Slider, toggle } from "./mixer_controls.js";
import { faderScale, HIGHEST_DB, LOWEST_DB, scaleOf, showDb, showPan, showShare } from "./mixer_numbers.js";
import { laneOf, stripAt } from "./mixer_paths.js";
import { Rack } from "./mixer_rack.js";

const MAX_LABEL = 80;

export class Inspector {
  // `does`: spectrum(), say(text), dropStem(channel).
  constructor(model, does) {
    Object.assign(this, { model, does });
    this.rack = new Rack(model, does);
    this.head = find("#chosen-head");
    this.basics = find("#chosen-basics");
    find("#chosen-rack").append(this.rack.root);
    model.addEventListener("change", ({ detail }) => this.onChange(detail));
  }

  get strip() {
    return stripAt(this.model.state, this.id);
  }

  show(id) {
    this.id = id;
    this.build();
    this.rack.show(id);
  }

  set(name, value, label) {
    this.model.set(`${this.id}/${name}`, value, { label: `${nameOf(this.strip)}: ${label}` });
  }

  build() {
    const { strip } = this;
    this.shows = [];
    const name = element("input", { class: "chosen-name", value: nameOf(strip), maxlength: MAX_LABEL, "aria-label": "Name of the channel", spellcheck: "false" });
    name.addEventListener("change", () => name.value.trim() && this.set("label", name.value.trim(), "name"));
    name.addEventListener("keydown", (event) => event.key === "Enter" && name.blur());
    this.shows.push((now) => this.head.style.setProperty("--colour", colourOf(now)));
    this.head.replaceChildren(element("span", { class: "dot" }), name, "role" in strip ? this.rolePicker() : element("span", { class: "chosen-kind soft", text: strip.id === "mix" ? "the mix" : "bus" }));
    this.basics.replaceChildren(element("div", { class: "knobs" }, ...this.knobs(strip)), this.routing(strip));
    find("#chosen-end").replaceChildren(...this.removers(strip));
    this.update();
  }

  // What the assistant takes the stem for. Of an upload that nobody has named it finds that out by itself.
  rolePicker() {
    const picker = element("select", { class: "form-select is-slim role-picker", "aria-label": "Role of the channel", title: "What the assistant takes it for", onchange: () => this.set("role", picker.value, "role") },
      ...Object.entries(ROLE_WORDS).map(([role, words]) => element("option", { value: role, text: words })));
    this.shows.push((now) => {
      picker.value = now.role;
    });
    return picker;
  }

  knobs(strip) {
    const knob = (name, label, range, options) => {
      const slider = new Slider({ look: "knob", label: `${label} of ${nameOf(strip)}`, scale: scaleOf(range), ...range, ...options, onInput: (value) => this.set(name, value, label.toLowerCase()) });
      this.shows.push((now) => {
        slider.show(now[name]);
        slider.disable(laneOf(this.model.state, `${now.id}/${name}`) !== null);
      });
      return labelled(slider, { name: label });
    };
    const decibel = (db) => `${showDb(db)} dB`;
    const invert = toggle({ text: "Ø", label: "Polarity inverted", kind: "on", onPress: (isOn) => this.set("inverted", isOn, "polarity") });
    this.shows.push((now) => invert.show(now.inverted));
    return [
      knob("gain_db", "Gain", { lowest: -48, highest: 48 }, { initial: 0, bipolar: true, show: decibel, step: 0.5 }),
      knob("fader_db", "Fader", { lowest: LOWEST_DB, highest: HIGHEST_DB }, { initial: 0, show: decibel, scale: faderScale, step: 0.5 }),
      knob("pan", "Pan", { lowest: -1, highest: 1 }, { initial: 0, bipolar: true, show: showPan, step: 0.05 }),
      knob("width", "Width", { lowest: 0, highest: 2 }, { initial: 1, show: showShare, step: 0.05 }),
      element("div", { class: "knob-field" }, invert.root, element("span", { class: "knob-name", text: "Polarity" })),
      ..."role" in strip ? [knob("offset_s", "Starts at", { lowest: -3600, highest: 3600 }, { initial: 0, bipolar: true, show: (s) => `${s.toFixed(3)} s`, step: 0.01 })] : [],
    ];
  }

  routing(strip) {
    const { state } = this.model;
    const rows = [];
    if (strip.id !== "mix") {
      const out = element("select", { class: "form-select is-slim", "aria-label": "Output", onchange: () => this.set("output", out.value, "output") },
        ...[...state.buses.filter((bus) => bus.id !== strip.id), state.mix].map((bus) => element("option", { value: bus.id, text: nameOf(bus) })));
      this.shows.push((now) => {
        out.value = now.output;
      });
      rows.push(element("label", { class: "key-row" }, element("span", { text: "Goes to" }), out));
    }
    return element("div", { class: "routing" }, ...rows, ...strip.sends.map((send) => this.sendRow(send)), this.sendAdder(strip));
  }

  removers(strip) {
    const button = (text, run) => element("button", { type: "button", class: "ghost-button is-small is-danger", onclick: run }, icon("trash-can"), text);
    if (strip.id === "mix") return [];
    if ("role" in strip) return this.model.state.channels.length > 1 ? [button("Take this stem out", () => this.does.dropStem(strip))] : [];
    return [button("Remove this bus", () => {
      const state = withoutBus(this.model.state, strip.id);
      this.does.select("mix");
      this.model.apply([{ path: "", after: state }], `${nameOf(strip)} removed`);
    })];
  }

  sendRow(send) {
    const path = `sends/${send.bus}`;
    const bus = stripAt(this.model.state, send.bus);
    const label = nameOf(bus ?? { id: send.bus });
    const slider = new Slider({
      look: "bar", label: `Send to ${label}`, lowest: LOWEST_DB, highest: HIGHEST_DB, initial: send.level_db, scale: faderScale, step: 0.5,
      round: (db) => Math.round(db * 10) / 10, show: (db) => `${showDb(db)} dB`, onInput: (db) => this.set(`${path}/level_db`, db, `send to ${label}`),
    });
    const out = element("output", { class: "send-out" });
    const pre = toggle({ text: "Pre", label: `Pre: send to ${label} before the fader`, kind: "on", onPress: (isOn) => this.set(`${path}/pre_fader`, isOn, "send before the fader") });
    const drop = element("button", { type: "button", class: "effect-tool", text: "×", "aria-label": `No send to ${label}`, onclick: () => this.set(path, null, `no send to ${label}`) });
    this.shows.push((now) => {
      const is = now.sends.find((one) => one.bus === send.bus);
      if (!is) return;
      slider.show(is.level_db);
      out.textContent = showDb(is.level_db);
      pre.show(is.pre_fader);
    });
    return element("div", { class: "send-line" }, element("span", { class: "send-name", text: label }), slider.root, out, pre.root, drop);
  }

  sendAdder(strip) {
    const taken = new Set(strip.sends.map((send) => send.bus));
    const free = this.model.state.buses.filter((bus) => bus.id !== strip.id && !taken.has(bus.id));
    if (strip.id === "mix" || !free.length) return null;
    const select = element("select", { class: "form-select is-slim", "aria-label": "Add a send" },
      element("option", { value: "", text: "Add a send …" }), ...free.map((bus) => element("option", { value: bus.id, text: nameOf(bus) })));
    select.addEventListener("change", () => this.set(`sends/${select.value}`, { bus: select.value, level_db: -12, pre_fader: false }, "a send"));
    return select;
  }

  onChange(detail) {
    if (!this.id) return;
    if (!this.strip) return;
    const isMine = detail.isWhole || detail.strips.has(this.id);
    const newSends = detail.paths.some((path) => path.split("/")[0] === this.id && path.split("/")[1] === "sends" && path.split("/").length <= 3);
    if (detail.isWhole || newSends) this.build();
    else if (isMine) this.update();
    if (isMine) this.rack.update(detail);
  }

  // `reductions` are dB by "channel/effect".
  tick(reductions) {
    const mine = Object.entries(reductions).filter(([name]) => name.startsWith(`${this.id}/`));
    this.rack.tick(Object.fromEntries(mine.map(([name, db]) => [name.slice(this.id.length + 1), db])));
  }

  update() {
    const { strip } = this;
    this.shows.forEach((show) => show(strip));
  }
}
