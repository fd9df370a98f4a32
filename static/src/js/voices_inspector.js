// How one note is sung: each value with what the singer would do by itself, until a person moves it.
import { element, find, icon } from "./dom.js";
import { noteName } from "./voices_notes.js";
import { beatsText } from "./voices_roll.js";

const SCOOP_END = 0.25;
const FALL_START = 0.75;
const VIBRATO_START = { depth_cents: 35, rate_hz: 5.5, onset_s: 0.25 }; // where the sliders stand when nothing is known

const SLIDERS = [
  { name: "energy", label: "Energy", low: 0, high: 1, step: 0.02, ends: ["barely", "full"], middle: 0.6 },
  { name: "tension", label: "Tension", low: -1, high: 1, step: 0.05, ends: ["slack", "pressed"], middle: 0 },
  { name: "breath", label: "Breath", low: 0, high: 1, step: 0.02, ends: ["clean", "air"], middle: 0.2 },
  { name: "depth_cents", of: "vibrato", label: "Vibrato depth", low: 0, high: 120, step: 1, unit: "cents" },
  { name: "rate_hz", of: "vibrato", label: "Vibrato rate", low: 3, high: 9, step: 0.1, unit: "Hz" },
  { name: "onset_s", of: "vibrato", label: "Vibrato starts", low: 0, high: 2, step: 0.05, unit: "s" },
  { name: "scoop", of: "pitch_curve", label: "Scoop", low: -300, high: 300, step: 10, unit: "cents", middle: 0 },
  { name: "fall", of: "pitch_curve", label: "Fall", low: -300, high: 300, step: 10, unit: "cents", middle: 0 },
];

export class Inspector {
  constructor(notes) {
    this.notes = notes;
    this.rows = SLIDERS.map((slider) => this.row(slider));
    this.phonemes = element("input", {
      class: "form-control", id: "note-phonemes", autocomplete: "off", spellcheck: "false", maxlength: "12",
      oninput: () => notes.express({ phonemes: this.phonemes.value.trim() }, "phonemes"),
    });
    this.phonemesReset = this.resetButton(() => {
      this.phonemes.value = "";
      notes.express({ phonemes: "" });
    }, "Sounds");
    find("#editor-body").replaceChildren(this.steps(), element("div", { class: "slider-grid" }, ...this.rows.map((row) => row.place)),
      element("div", { class: "phoneme-row" }, element("label", { class: "form-label", for: "note-phonemes", text: "Sounds" }), this.phonemes, this.phonemesReset));
    notes.addEventListener("choose", () => this.show());
    notes.addEventListener("change", () => this.show());
  }

  steps() {
    const step = (name, sign, act) => element("button", { type: "button", class: "icon-button", "aria-label": name, title: name, onclick: act }, icon(sign));
    this.pitch = element("output", { class: "step-value" });
    this.length = element("output", { class: "step-value" });
    return element("div", { class: "steps" },
      element("div", { class: "step", role: "group", "aria-label": "Pitch" }, element("span", { text: "Pitch" }),
        step("A semitone lower", "minus", () => this.notes.raise(-1)), this.pitch, step("A semitone higher", "plus", () => this.notes.raise(1))),
      element("div", { class: "step", role: "group", "aria-label": "Length" }, element("span", { text: "Length" }),
        step("A quarter beat shorter", "minus", () => this.notes.lengthen(-0.25)), this.length, step("A quarter beat longer", "plus", () => this.notes.lengthen(0.25))));
  }

  row(slider) {
    const id = `note-${slider.name}`;
    const value = element("output", { class: "slider-value", for: id });
    const input = element("input", {
      type: "range", class: "form-range", id, min: slider.low, max: slider.high, step: slider.step,
      oninput: () => this.move(slider, Number(input.value)),
    });
    const reset = this.resetButton(() => this.release(slider), slider.label);
    const place = element("div", { class: "slider-row", "data-name": slider.name },
      element("label", { for: id, text: slider.label }), value, input, reset);
    return { slider, place, input, value, reset };
  }

  resetButton(act, label) {
    return element("button", { type: "button", class: "reset-one", title: "Leave it to the singer", "aria-label": `${label}: leave it to the singer`, onclick: act }, icon("rotate-left"));
  }

  move(slider, value) {
    const { notes } = this;
    const kind = slider.name;
    if (slider.of === "vibrato") {
      const now = notes.note.expression.vibrato ?? notes.note.automatic?.vibrato ?? VIBRATO_START;
      notes.express({ vibrato: { ...now, [slider.name]: value } }, kind);
    } else if (slider.of === "pitch_curve") {
      const ends = { scoop: 0, fall: 0, ...ownEnds(notes.note), [slider.name]: value };
      notes.express({ pitch_curve: curveOf(ends) }, kind);
    } else notes.express({ [slider.name]: value }, kind);
  }

  release(slider) {
    this.notes.express({ [slider.of ?? slider.name]: null });
  }

  show() {
    const { note } = this.notes;
    find("#editor").hidden = !note;
    this.showHead(note);
    if (!note) return;
    this.pitch.value = noteName(note.midi);
    this.length.value = beatsText(note.beats);
    for (const row of this.rows) this.showRow(row, note);
    this.phonemes.disabled = note.slur;
    this.phonemesReset.hidden = !note.expression.phonemes;
    if (document.activeElement !== this.phonemes) this.phonemes.value = note.expression.phonemes ?? "";
    this.phonemes.placeholder = note.slur ? "" : `${note.phonemes} (automatic)`;
    find("#reset-note").disabled = !Object.values(note.expression).some((value) => value !== null && value !== "");
  }

  // The voice lab's title, hint and undo; the score page has its own.
  showHead(note) {
    if (!find("#note-title")) return;
    find("#editor-hint").hidden = Boolean(note) || !this.notes.list.length;
    find("#undo").disabled = !this.notes.past.length;
    if (!note) return;
    const name = note.slur ? "Slurred note" : `“${note.text || note.phonemes}”`;
    find("#note-title").textContent = `${name} on ${noteName(note.midi)}`;
  }

  showRow({ slider, place, input, value, reset }, note) {
    const own = ownValue(slider, note.expression);
    const automatic = ownValue(slider, note.automatic ?? {});
    const shown = own ?? automatic ?? slider.middle ?? VIBRATO_START[slider.name];
    place.classList.toggle("is-own", own !== null);
    reset.hidden = own === null;
    if (document.activeElement !== input || Number(input.value) !== shown) input.value = String(shown);
    input.style.setProperty("--fill", `${((shown - slider.low) / (slider.high - slider.low)) * 100}%`);
    const text = `${round(shown, slider.step)}${slider.unit ? ` ${slider.unit}` : ""}`;
    const told = own !== null ? text : automatic !== null ? `automatic · ${text}` : "automatic";
    value.value = told;
    input.setAttribute("aria-valuetext", slider.ends ? `${told}, from ${slider.ends[0]} to ${slider.ends[1]}` : told);
  }
}

function ownValue(slider, expression) {
  if (slider.of === "vibrato") return expression.vibrato?.[slider.name] ?? null;
  if (slider.of === "pitch_curve") return expression.pitch_curve ? endsOf(expression.pitch_curve)[slider.name] : null;
  return expression[slider.name] ?? null;
}

const ownEnds = (note) => (note.expression.pitch_curve ? endsOf(note.expression.pitch_curve) : {});

// A curve is told to people by its ends: how far below it starts, how far it falls.
function endsOf(curve) {
  const first = curve.find((point) => point.at === 0);
  const last = curve.find((point) => point.at === 1);
  return { scoop: first ? -first.cents : 0, fall: last ? -last.cents : 0 };
}

function curveOf({ scoop, fall }) {
  return [
    { at: 0, cents: -scoop }, { at: SCOOP_END, cents: 0 }, { at: FALL_START, cents: 0 }, { at: 1, cents: -fall },
  ];
}

const round = (value, step) => String(Number(value.toFixed(step < 0.1 ? 2 : step < 1 ? 1 : 0)));
