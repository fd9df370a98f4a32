// The effect rack of one channel or bus: a card an effect, its controls made from the catalogue.
import { element, icon } from "./dom.js";
import { labelled, Slider, toggle } from "./mixer_controls.js";
import { CurveView } from "./mixer_curve.js";
import { EqView } from "./mixer_eq.js";
import { scaleOf, showParam } from "./mixer_numbers.js";
import { stripAt, stripsOf } from "./mixer_paths.js";

const MAX_EFFECTS = 12;
const BESIDE = 0.3; // on a channel a room or an echo stands beside the sound; on a return it is all that is heard
const ROOMS = ["convolution_reverb", "algorithmic_reverb", "delay"];

export class Rack {
  constructor(model, { spectrum, say }) {
    Object.assign(this, { model, spectrum, say });
    this.cards = new Map();
    this.open = new Set(); // of "strip/slot", kept while one goes from channel to channel
    this.list = element("ol", { class: "rack" });
    this.adder = element("select", { class: "form-select is-slim", "aria-label": "Add an effect" });
    this.adder.addEventListener("change", () => this.add(this.adder.value));
    this.root = element("section", { class: "rack-room", "aria-label": "Effects" },
      element("div", { class: "rack-head" }, element("h2", { text: "Effects" }), this.adder), this.list);
  }

  get strip() {
    return stripAt(this.model.state, this.stripId);
  }

  show(stripId) {
    this.stripId = stripId;
    this.fillAdder();
    this.rebuild();
  }

  fillAdder() {
    const kinds = [...this.model.catalogue.values()];
    this.adder.replaceChildren(element("option", { value: "", text: "Add an effect …" }),
      ...kinds.map((kind) => element("option", { value: kind.kind, text: kind.label })));
  }

  rebuild() {
    for (const card of this.cards.values()) card.leave();
    this.cards = new Map();
    const { strip } = this;
    if (!strip) return;
    for (const slot of strip.effects) this.cards.set(slot.id, new EffectCard(this, slot.id));
    this.list.replaceChildren(...[...this.cards.values()].map((card) => card.root),
      ...(strip.effects.length ? [] : [element("li", { class: "rack-empty soft", text: "No effects yet: the sound goes straight to the fader." })]));
  }

  update(detail) {
    if (!this.strip) return;
    if (detail.isWhole || (detail.isStructural && detail.paths.some((path) => path.startsWith(`${this.stripId}/effects`)))) this.rebuild();
    else for (const card of this.cards.values()) card.update();
  }

  add(kind) {
    this.adder.value = "";
    const { strip, model } = this;
    if (!kind || !strip) return;
    if (strip.effects.length >= MAX_EFFECTS) {
      this.say(`A channel has ${MAX_EFFECTS} effects at the most.`, true);
      return;
    }
    const taken = new Set(strip.effects.map((slot) => slot.id));
    let id = kind;
    for (let n = 2; taken.has(id); n += 1) id = `${kind}_${n}`;
    const info = model.kind(kind);
    const key = info.needs_key ? stripsOf(model.state).find((one) => one.id !== strip.id && one.id !== "mix")?.id ?? "" : "";
    this.open.add(`${strip.id}/${id}`);
    model.apply([{ path: `${strip.id}/effects/${id}`, after: { id, kind, params: "role" in strip && ROOMS.includes(kind) ? { mix: BESIDE } : {}, bypass: info.needs_key && !key, key } }], `${info.label} added`);
    this.say(`${info.label} added to ${strip.label || strip.id}.`);
    this.cards.get(id)?.focus();
  }

  // A clicked effect in a channel strip opens here.
  reveal(slotId) {
    this.open.add(`${this.stripId}/${slotId}`);
    const card = this.cards.get(slotId);
    card?.setOpen(true);
    card?.root.scrollIntoView({ block: "nearest" });
    card?.focus();
  }

  tick(reductions) {
    for (const [id, card] of this.cards) card.tick(reductions?.[id]);
  }
}

class EffectCard {
  constructor(rack, slotId) {
    this.rack = rack;
    this.slotId = slotId;
    this.path = `${rack.stripId}/effects/${slotId}`;
    this.kind = rack.model.kind(this.slot.kind) ?? { label: this.slot.kind, params: [], has_key: false };
    this.shows = [];
    this.body = element("div", { class: "effect-body" });
    this.root = element("li", { class: "effect-card" }, this.head(), this.body);
    this.setOpen(rack.open.has(`${rack.stripId}/${slotId}`) || this.strip.effects.length <= 2);
    this.update();
  }

  get strip() {
    return this.rack.strip;
  }

  get slot() {
    return this.strip.effects.find((slot) => slot.id === this.slotId);
  }

  head() {
    const { model } = this.rack;
    const power = toggle({ text: "", label: `${this.kind.label} on`, kind: "power", onPress: (isOn) => model.set(`${this.path}/bypass`, !isOn, { label: `${this.kind.label} ${isOn ? "on" : "off"}` }) });
    power.root.append(icon("power-off"));
    this.shows.push((slot) => power.show(!slot.bypass));
    this.name = element("button", { type: "button", class: "effect-name", "aria-expanded": "false", onclick: () => this.setOpen(this.body.hidden) },
      element("span", { text: this.kind.label }), icon("chevron-down"));
    const tool = (sign, label, run) => element("button", { type: "button", class: "effect-tool", "aria-label": `${label}: ${this.kind.label}`, title: label, onclick: run }, icon(sign));
    return element("div", { class: "effect-head" }, power.root, this.name,
      this.kind.live === false ? element("span", { class: "frozen-mark", title: "The studio renders this effect; you hear its frozen sound", text: "frozen" }) : null,
      tool("arrow-up", "Earlier", () => this.move(-1)), tool("arrow-down", "Later", () => this.move(1)),
      tool("xmark", "Remove", () => this.remove()));
  }

  move(by) {
    const { effects } = this.strip;
    const at = effects.findIndex((slot) => slot.id === this.slotId);
    if (at + by < 0 || at + by >= effects.length) return;
    const order = effects.filter((slot) => slot.id !== this.slotId);
    order.splice(at + by, 0, effects[at]);
    this.rack.model.apply([{ path: `${this.rack.stripId}/effects`, after: order }], `${this.kind.label} moved`);
    this.rack.cards.get(this.slotId)?.focus();
  }

  // Its automation goes with it; undo brings both back.
  remove() {
    const { model, stripId } = this.rack;
    const lanes = model.state.lanes.filter((lane) => lane.target.startsWith(`${this.path}/`));
    model.apply([...lanes.map((lane) => ({ path: `lanes/${lane.target}`, after: null })), { path: this.path, after: null }], `${this.kind.label} removed`);
    this.rack.say(`${this.kind.label} removed from ${stripId}. Undo brings it back.`);
    this.rack.adder.focus();
  }

  // Controls are made when a card is first opened: a channel may have twelve effects.
  setOpen(isOpen) {
    this.body.hidden = !isOpen;
    this.root.classList.toggle("is-open", isOpen);
    this.name.setAttribute("aria-expanded", String(isOpen));
    const mark = `${this.rack.stripId}/${this.slotId}`;
    if (isOpen) this.rack.open.add(mark);
    else this.rack.open.delete(mark);
    if (isOpen && !this.isBuilt) this.build();
  }

  build() {
    this.isBuilt = true;
    const { model } = this.rack;
    if (this.kind.has_key) this.body.append(this.keyRow());
    if (this.slot.kind === "eq") {
      this.eq = new EqView(model, this.path, { spectrum: this.rack.spectrum });
      this.body.append(this.eq.root);
      return;
    }
    if (CurveView.suits(this.slot.kind)) {
      this.curve = new CurveView(model, () => this.slot);
      this.body.append(this.curve.root);
    }
    this.body.append(element("div", { class: "knobs" }, ...this.kind.params.map((param) => this.control(param))));
    this.update();
  }

  control(param) {
    const path = `${this.path}/params/${param.name}`;
    const { model } = this.rack;
    const set = (value) => model.set(path, value, { label: `${this.kind.label}: ${param.label}` });
    if (typeof param.default === "boolean") {
      const press = toggle({ text: param.label, label: param.label, kind: "on", onPress: set });
      this.shows.push((slot) => press.show(model.param(slot, param.name)));
      return press.root;
    }
    if (param.choices.length) return this.choice(param, set);
    const slider = new Slider({
      ...param, look: "knob", initial: param.default, bipolar: param.lowest < 0 && param.highest > 0, scale: scaleOf(param),
      show: (value) => showParam(param, value), onInput: set,
    });
    this.shows.push((slot) => slider.show(model.param(slot, param.name)));
    return labelled(slider, { name: param.label });
  }

  choice(param, set) {
    const words = (choice) => choice.charAt(0).toUpperCase() + choice.slice(1) + (param.unit ? ` ${param.unit}` : "");
    const select = element("select", { class: "form-select is-slim", "aria-label": param.label, onchange: () => set(select.value) },
      ...param.choices.map((choice) => element("option", { value: choice, text: words(choice) })));
    this.shows.push((slot) => {
      select.value = this.rack.model.param(slot, param.name);
    });
    return element("label", { class: "choice-field" }, element("span", { class: "knob-name", text: param.label }), select);
  }

  keyRow() {
    const { model, stripId } = this.rack;
    const others = stripsOf(model.state).filter((strip) => strip.id !== stripId && strip.id !== "mix");
    const select = element("select", { class: "form-select is-slim", "aria-label": "Side-chain", onchange: () => model.set(`${this.path}/key`, select.value, { label: "Side-chain" }) },
      element("option", { value: "", text: this.kind.needs_key ? "Choose what it makes room for" : "Itself" }),
      ...others.map((strip) => element("option", { value: strip.id, text: strip.label || strip.id })));
    this.shows.push((slot) => {
      select.value = slot.key;
    });
    return element("label", { class: "key-row" }, element("span", { text: this.kind.needs_key ? "Room for" : "Listens to" }), select);
  }

  update() {
    const { slot } = this;
    if (!slot) return;
    this.root.classList.toggle("is-off", slot.bypass);
    this.shows.forEach((show) => show(slot));
    this.eq?.update();
    this.curve?.update();
  }

  tick(reduction_db) {
    if (this.body.hidden) return;
    this.eq?.draw();
    this.curve?.meter(reduction_db);
  }

  focus() {
    this.name.focus({ preventScroll: true });
  }

  leave() {
    this.eq?.leave();
  }
}
