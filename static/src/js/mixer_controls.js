// Faders, knobs and bars: one slider for mouse, touch, wheel, keys and screen readers; its looks are CSS (`--at`, 0..1).
import { element } from "./dom.js";
import { clamp, readNumber } from "./mixer_numbers.js";

const KNOB_WAY_PX = 170; // a whole turn
const FINE = 8;
const KEY_SHARE = 0.02;
const LONG_STEP = 5;

// `spec`: look ("fader", "knob", "bar"), label, lowest, highest, initial (double click), scale {place, value},
// show(value), step (of arrow keys; else a share of the way), onInput(value). A bar or knob may be `bipolar`.
export class Slider {
  constructor(spec) {
    this.spec = spec;
    this.value = spec.initial;
    this.root = element("div", {
      class: `slider is-${spec.look}${spec.bipolar ? " is-bipolar" : ""}`, role: "slider", tabindex: "0", "aria-label": spec.label,
      "aria-valuemin": spec.lowest, "aria-valuemax": spec.highest, title: spec.title ?? spec.label,
      "aria-orientation": spec.look === "fader" ? "vertical" : "horizontal",
    }, element("span", { class: "way" }), element("span", { class: "cap" }));
    this.root.addEventListener("pointerdown", (event) => this.grab(event));
    this.root.addEventListener("dblclick", () => this.put(spec.initial));
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.show(spec.initial);
  }

  show(value) {
    this.value = value;
    const { root, spec } = this;
    const place = clamp(spec.scale.place(value), 0, 1);
    if (this.shown === value) return;
    this.shown = value;
    root.style.setProperty("--at", place.toFixed(4));
    root.setAttribute("aria-valuenow", String(Math.round(value * 1000) / 1000));
    root.setAttribute("aria-valuetext", spec.show(value));
    this.onShow?.(value);
  }

  put(value) {
    const { spec } = this;
    if (this.isOff) return;
    const rounded = spec.round ? spec.round(value) : Number(value.toPrecision(5));
    const next = clamp(rounded, spec.lowest, spec.highest);
    if (next === this.value) return;
    this.show(next);
    spec.onInput(next);
  }

  // Dragging moves from where the hand is, not to it: nothing jumps. Shift is fine.
  grab(event) {
    if (event.button > 0 || this.isOff) return;
    event.preventDefault();
    const { root, spec } = this;
    root.focus({ preventScroll: true });
    root.setPointerCapture(event.pointerId);
    root.classList.add("is-held");
    const box = root.getBoundingClientRect();
    const isFader = spec.look === "fader";
    const way_px = isFader ? box.height - 34 : spec.look === "bar" ? box.width : KNOB_WAY_PX;
    let place = clamp(spec.scale.place(this.value), 0, 1);
    if (spec.look === "bar" && !spec.bipolar && event.pointerType === "mouse") {
      place = clamp((event.clientX - box.left) / way_px, 0, 1);
      this.put(spec.scale.value(place));
    }
    let [x, y] = [event.clientX, event.clientY];
    const move = (now) => {
      const gone = spec.look === "bar" ? now.clientX - x : isFader ? y - now.clientY : y - now.clientY + (now.clientX - x) * 0.5;
      [x, y] = [now.clientX, now.clientY];
      place += gone / way_px / (now.shiftKey ? FINE : 1);
      this.put(spec.scale.value(clamp(place, 0, 1)));
    };
    const drop = () => {
      root.classList.remove("is-held");
      root.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) root.removeEventListener(name, drop);
      spec.onDrop?.();
    };
    root.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, drop);
  }

  by(steps) {
    const { spec } = this;
    if (spec.step) this.put(this.value + steps * spec.step);
    else this.put(spec.scale.value(clamp(spec.scale.place(this.value) + steps * KEY_SHARE, 0, 1)));
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const fine = event.shiftKey ? 0.2 : 1;
    const steps = { ArrowUp: fine, ArrowRight: fine, ArrowDown: -fine, ArrowLeft: -fine, PageUp: LONG_STEP, PageDown: -LONG_STEP }[event.key];
    if (steps) this.by(steps);
    else if (event.key === "Home") this.put(this.spec.lowest);
    else if (event.key === "End") this.put(this.spec.highest);
    else if (event.key === "Delete" || event.key === "Backspace") this.put(this.spec.initial);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  onWheel(event) {
    if (document.activeElement !== this.root) return; // the page scrolls, unless the control was taken
    event.preventDefault();
    this.by((event.deltaY < 0 ? 1 : -1) * (event.shiftKey ? 0.2 : 1));
  }

  // With a lane of its own the automation moves it, and a hand does not.
  disable(isOff) {
    if (this.isOff === isOff) return;
    this.isOff = isOff;
    this.root.setAttribute("aria-disabled", String(isOff));
    this.root.title = isOff ? `${this.spec.label}: its automation moves it (A in the timeline)` : this.spec.title ?? this.spec.label;
  }
}

// A slider with its name and a number that can be typed.
export function labelled(slider, { name }) {
  const { spec } = slider;
  const number = element("input", {
    class: "number", type: "text", inputmode: "decimal", spellcheck: "false", "aria-label": `${spec.label}, as a number`, tabindex: "-1",
  });
  const show = (value) => {
    if (document.activeElement !== number) number.value = spec.show(value);
  };
  slider.onShow = show;
  show(slider.value);
  number.addEventListener("focus", () => number.select());
  number.addEventListener("change", () => {
    const value = readNumber(number.value, spec);
    if (Number.isFinite(value)) slider.put(value);
    number.value = spec.show(slider.value);
  });
  number.addEventListener("blur", () => show(slider.value));
  number.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Escape") number.blur();
  });
  return element("div", { class: "knob-field" }, slider.root, element("span", { class: "knob-name", text: name }), number);
}

// A switch that is pressed or not.
export function toggle({ text, label, kind, onPress }) {
  const button = element("button", { type: "button", class: `toggle is-${kind}`, "aria-pressed": "false", "aria-label": label, title: label, text });
  button.addEventListener("click", () => onPress(button.getAttribute("aria-pressed") !== "true"));
  return { root: button, show: (isOn) => button.setAttribute("aria-pressed", String(Boolean(isOn))) };
}
