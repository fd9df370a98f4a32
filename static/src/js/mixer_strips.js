// All strips beside each other: channels, then buses; the mix stands apart at the end.
import { element, find, icon } from "./dom.js";
import { withBus } from "./mixer_buses.js";
import { stripsOf } from "./mixer_paths.js";
import { StripView } from "./mixer_strip.js";

export class Strips {
  // `does`: select(id), reveal(id, slotId), addEffect(id).
  constructor(model, does) {
    this.model = model;
    this.does = { ...does, returns: (id) => this.returns(id), hasSolo: () => this.hasSolo };
    this.views = new Map();
    this.holder = find("#strips");
    this.mixHolder = find("#mix-strip");
    model.addEventListener("change", ({ detail }) => this.onChange(detail));
  }

  get hasSolo() {
    return [...this.model.state.channels, ...this.model.state.buses].some((strip) => strip.solo);
  }

  // The buses that something is sent to, as rows of every channel. A return does not send to returns: it could circle.
  returns(id) {
    const { state } = this.model;
    const targets = new Set(stripsOf(state).flatMap((strip) => strip.sends.map((send) => send.bus)));
    if (targets.has(id) || id === "mix") return [];
    return state.buses.filter((bus) => targets.has(bus.id));
  }

  rebuild() {
    const { state } = this.model;
    this.views = new Map(stripsOf(state).map((strip) => [strip.id, new StripView(this.model, strip.id, this.does)]));
    const roots = [...state.channels, ...state.buses].map((strip) => this.views.get(strip.id).root);
    const adder = element("button", { type: "button", class: "add-bus", title: "A group, or a return to send to", onclick: () => this.addBus() }, icon("plus"), element("span", { text: "Bus" }));
    this.holder.replaceChildren(...roots, adder);
    this.mixHolder.replaceChildren(this.views.get("mix").root);
    this.mark(this.selected);
  }

  onChange({ isWhole, isStructural, paths, strips }) {
    const ids = stripsOf(this.model.state).map((strip) => strip.id).join();
    if (isWhole && ids !== [...this.views.keys()].join()) {
      this.rebuild();
      return;
    }
    const returnsNow = stripsOf(this.model.state).flatMap((strip) => strip.sends.map((send) => send.bus)).sort().join();
    const allLists = isWhole || returnsNow !== this.returnsWere;
    this.returnsWere = returnsNow;
    const soloed = paths.some((path) => path.endsWith("/solo"));
    for (const [id, view] of this.views) {
      const isTouched = isWhole || strips.has(id);
      if (allLists || (isTouched && (isStructural || paths.some((path) => path.endsWith("/bypass"))))) view.buildLists();
      if (isTouched || allLists || soloed || isStructural) view.update();
    }
  }

  addBus() {
    const made = withBus(this.model.state);
    if (!made) return;
    this.model.apply([{ path: "", after: made.state }], "A new bus");
    this.does.select(made.id);
    this.reveal(made.id);
  }

  mark(id) {
    this.selected = id;
    for (const [one, view] of this.views) view.root.classList.toggle("is-selected", one === id);
  }

  reveal(id) {
    this.views.get(id)?.root.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  focusFader(id) {
    this.views.get(id)?.fader.root.focus();
  }

  show(levels, now_ms) {
    for (const [id, view] of this.views) if (levels[id]) view.meter.show(levels[id], now_ms);
  }

  rest() {
    for (const view of this.views.values()) view.meter.rest();
  }

  // Faders with a lane stand where it leads, at the song's time.
  follow(valueOf) {
    for (const [id, view] of this.views) if (view.hasFaderLane) view.follow(valueOf(`${id}/fader_db`));
  }
}
