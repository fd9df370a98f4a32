// One channel strip: effects, sends, pan, fader with its meter, solo and mute.
import { element, icon } from "./dom.js";
import { colourOf, nameOf } from "./mixer_colours.js";
import { Slider, toggle } from "./mixer_controls.js";
import { FADER_MARKS, faderPlace, faderScale, HIGHEST_DB, LOWEST_DB, showDb, showPan } from "./mixer_numbers.js";
import { laneOf, stripAt } from "./mixer_paths.js";
import { LevelMeter } from "./mixer_meters.js";

const FADER_STEP_DB = 0.5;
const roundDb = (db) => Math.round(db * 10) / 10;

export class StripView {
  // `does`: select(id), reveal(id, slotId), addEffect(id).
  constructor(model, id, does) {
    Object.assign(this, { model, id, does });
    this.kind = id === "mix" ? "mix" : "role" in this.strip ? "channel" : "bus";
    this.meter = new LevelMeter(2);
    this.root = element("div", { role: "group", class: `strip-card is-${this.kind}`, "data-strip": id, "aria-label": nameOf(this.strip) });
    this.root.addEventListener("pointerdown", () => does.select(id));
    this.root.addEventListener("focusin", () => does.select(id));
    this.build();
  }

  get strip() {
    return stripAt(this.model.state, this.id);
  }

  set(name, value, label) {
    this.model.set(`${this.id}/${name}`, value, { label: `${nameOf(this.strip)}: ${label}` });
  }

  build() {
    const { strip } = this;
    const told = nameOf(strip);
    this.name = element("button", { type: "button", class: "strip-name", title: told, onclick: () => this.does.select(this.id) }, element("span", { text: told }));
    this.effects = element("ul", { class: "strip-effects", "aria-label": `Effects of ${told}` });
    this.sends = element("div", { class: "strip-sends" });
    this.pan = new Slider({
      look: "bar", bipolar: true, label: `Pan of ${told}`, lowest: -1, highest: 1, initial: 0, step: 0.05, round: (pan) => (Math.abs(pan) < 0.03 ? 0 : Math.round(pan * 100) / 100),
      scale: { place: (pan) => (pan + 1) / 2, value: (place) => place * 2 - 1 }, show: showPan, onInput: (pan) => this.set("pan", pan, "pan"),
    });
    this.fader = new Slider({
      look: "fader", label: `Level of ${told}`, lowest: LOWEST_DB, highest: HIGHEST_DB, initial: 0, step: FADER_STEP_DB, round: roundDb,
      scale: faderScale, show: (db) => `${showDb(db)} dB`, onInput: (db) => this.set("fader_db", db, "level"),
    });
    this.panOut = element("output", { class: "pan-out" });
    this.levelOut = element("output", { class: "level-out" });
    this.mute = toggle({ text: "M", label: `Mute ${told}`, kind: "mute", onPress: (isOn) => this.set("mute", isOn, isOn ? "muted" : "heard again") });
    this.solo = this.kind === "mix" ? null : toggle({ text: "S", label: `Solo ${told}`, kind: "solo", onPress: (isOn) => this.set("solo", isOn, isOn ? "solo" : "no solo") });
    this.out = element("span", { class: "strip-out" });
    this.root.replaceChildren(this.name, this.effects, this.sends,
      element("div", { class: "strip-pan" }, this.pan.root, this.panOut),
      element("div", { class: "strip-fader" }, marks(), this.fader.root, this.meter.root),
      element("div", { class: "strip-level" }, this.levelOut),
      element("div", { class: "strip-switches" }, this.mute.root, this.solo?.root ?? null), this.out);
    this.buildLists();
    this.update();
  }

  buildLists() {
    const { strip } = this;
    this.effects.replaceChildren(...strip.effects.map((slot) => this.slotButton(slot)), this.addButton());
    this.sendRows = this.does.returns(this.id).map((bus) => this.sendRow(bus));
    this.sends.replaceChildren(...this.sendRows.map((row) => row.root));
  }

  slotButton(slot) {
    const label = this.model.kind(slot.kind)?.label ?? slot.kind;
    const button = element("button", {
      type: "button", class: `slot${slot.bypass ? " is-off" : ""}`, text: label, title: `${label}${slot.bypass ? " (off)" : ""}`, onclick: () => this.does.reveal(this.id, slot.id),
    });
    return element("li", {}, button);
  }

  addButton() {
    return element("li", {}, element("button", {
      type: "button", class: "slot is-add", "aria-label": `Add an effect to ${nameOf(this.strip)}`, title: "Add an effect", onclick: () => this.does.addEffect(this.id),
    }, icon("plus")));
  }

  // A row for each return, also where nothing is sent yet: turning it up makes the send.
  sendRow(bus) {
    const slider = new Slider({
      look: "bar", label: `Send of ${nameOf(this.strip)} to ${nameOf(bus)}`, lowest: LOWEST_DB, highest: HIGHEST_DB, initial: LOWEST_DB,
      step: FADER_STEP_DB, round: roundDb, scale: faderScale, show: (db) => `${showDb(db)} dB`, onInput: (db) => this.setSend(bus.id, db),
    });
    const name = element("span", { class: "send-name", text: nameOf(bus), title: nameOf(bus) });
    return { root: element("div", { class: "send-row" }, name, slider.root), slider, bus: bus.id };
  }

  setSend(bus, level_db) {
    const isThere = this.strip.sends.some((send) => send.bus === bus);
    if (isThere) this.model.set(`${this.id}/sends/${bus}/level_db`, level_db, { label: `Send to ${bus}` });
    else this.model.apply([{ path: `${this.id}/sends/${bus}`, after: { bus, level_db, pre_fader: false } }], `Send to ${bus}`);
  }

  update() {
    const { strip, model } = this;
    if (!strip) return;
    const { lanes } = model.state;
    this.root.style.setProperty("--colour", colourOf(strip)); // its role may change
    this.fader.show(strip.fader_db);
    this.levelOut.textContent = showDb(strip.fader_db);
    this.pan.show(strip.pan);
    this.panOut.textContent = showPan(strip.pan);
    this.mute.show(strip.mute);
    this.solo?.show(strip.solo);
    const hasSolo = this.does.hasSolo();
    this.root.classList.toggle("is-silent", strip.mute || (hasSolo && this.kind === "channel" && !strip.solo));
    this.name.firstChild.textContent = nameOf(strip);
    this.out.textContent = this.kind === "mix" ? "Out" : strip.output === "mix" ? "Mix" : nameOf(stripAt(model.state, strip.output) ?? { id: strip.output });
    for (const row of this.sendRows) row.slider.show(strip.sends.find((send) => send.bus === row.bus)?.level_db ?? LOWEST_DB);
    this.hasFaderLane = lanes.length > 0 && laneOf(model.state, `${this.id}/fader_db`) !== null;
    this.root.classList.toggle("is-automated", this.hasFaderLane);
    this.fader.disable(this.hasFaderLane); // its lane moves it
    this.pan.disable(lanes.length > 0 && laneOf(model.state, `${this.id}/pan`) !== null);
  }

  // The fader follows its lane while the song plays.
  follow(fader_db) {
    this.fader.show(fader_db);
    this.levelOut.textContent = showDb(Math.round(fader_db * 10) / 10);
  }
}

function marks() {
  const scale = element("div", { class: "fader-scale", "aria-hidden": "true" });
  for (const db of FADER_MARKS) {
    const mark = element("span", { text: String(Math.abs(db)) });
    mark.style.setProperty("--at", faderPlace(db).toFixed(4));
    scale.append(mark);
  }
  return scale;
}
