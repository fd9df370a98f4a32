// The mastering chain's controls, made from its table; what was not touched is left to the studio.
import { element, find, readJson } from "./dom.js";
import { labelled, Slider, toggle } from "./mixer_controls.js";
import { scaleOf, showParam } from "./mixer_numbers.js";

export class ChainForm {
  constructor() {
    this.moved = {};
    find("#chain-knobs").append(...readJson("chain-params").filter((param) => param.name !== "keep_range").map((param) => this.control(param)));
  }

  // What goes into a request; null when nothing was moved. `keep_range` has a switch of its own above the chain.
  read() {
    const chain = find("#give-range").checked ? { ...this.moved, keep_range: false } : this.moved;
    return Object.keys(chain).length ? chain : null;
  }

  control(param) {
    const set = (value) => {
      this.moved[param.name] = value;
    };
    if (typeof param.default === "boolean") {
      const press = toggle({ text: "On", label: param.label, kind: "on", onPress: (isOn) => {
        set(isOn);
        press.show(isOn);
      } });
      press.show(param.default);
      return element("div", { class: "knob-field" }, press.root, element("span", { class: "knob-name", text: param.label }));
    }
    if (param.choices.length) {
      const select = element("select", { class: "form-select is-slim", "aria-label": param.label, onchange: () => set(select.value) },
        ...param.choices.map((choice) => element("option", { value: choice, text: choice.charAt(0).toUpperCase() + choice.slice(1), selected: choice === param.default })));
      return element("label", { class: "choice-field" }, element("span", { class: "knob-name", text: param.label }), select);
    }
    const slider = new Slider({
      ...param, look: "knob", initial: param.default, bipolar: param.lowest < 0, scale: scaleOf(param), show: (value) => showParam(param, value), onInput: set,
    });
    return labelled(slider, { name: param.label });
  }
}
