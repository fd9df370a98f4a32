// What is asked: the voice, the line, and how; with what is wrong beside its field.
import { find, findAll } from "./dom.js";

const FIELDS = ["voice", "text", "mode", "melody", "tempo_bpm", "rate"];

export class AuditionForm extends EventTarget {
  constructor(form) {
    super();
    this.form = form;
    this.maxChars = Number(form.dataset.maxChars);
    this.seed = 1;
    this.sampled = form.elements.text.value; // a line of ours may be replaced; a person's own stays
    for (const input of findAll('input[name="voice"]', form)) input.addEventListener("change", () => this.onVoice());
    form.elements.melody.addEventListener("change", () => this.setTempo());
    form.addEventListener("input", (event) => {
      this.clearError(event.target.name);
      this.refresh();
    });
    for (const example of findAll(".line-examples button", form)) {
      example.addEventListener("click", () => this.take(example.dataset));
    }
    this.onVoice();
  }

  take({ text, melody }) {
    const { form } = this;
    this.sampled = form.elements.text.value = text;
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
    form.elements.melody.value = melody;
    this.setTempo();
    find("#go").focus();
  }

  get voice() {
    return find('input[name="voice"]:checked', this.form);
  }

  get mode() {
    return find('input[name="mode"]:checked', this.form).value;
  }

  onVoice() {
    const { voice, form } = this;
    const sings = voice.dataset.sings === "yes";
    const [sing, say] = findAll('input[name="mode"]', form);
    sing.disabled = !sings;
    if (!sings) say.checked = true;
    else if (this.sangBefore === false) sing.checked = true;
    this.sangBefore = sings;
    if (form.elements.text.value === this.sampled) {
      this.sampled = form.elements.text.value = voice.dataset.sample;
      form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
      if (voice.dataset.melody) form.elements.melody.value = voice.dataset.melody;
      this.setTempo();
    }
    this.refresh();
  }

  sample(style) {
    const card = find(`input[name="voice"][value="${style}"]`, this.form);
    card.checked = true;
    this.sampled = this.form.elements.text.value; // asked for the voice's own line
    this.onVoice();
  }

  setTempo() {
    this.form.elements.tempo_bpm.value = this.form.elements.melody.selectedOptions[0].dataset.tempo;
    this.refresh();
  }

  refresh() {
    const { form, mode } = this;
    for (const part of findAll("[data-mode]", form)) part.hidden = part.dataset.mode !== mode;
    fill(form.elements.tempo_bpm, "#tempo-shown", (value) => `${value} bpm`);
    fill(form.elements.rate, "#rate-shown", (value) => `× ${value}`);
    const count = find("#line-count");
    count.textContent = `${form.elements.text.value.length} of ${this.maxChars}`;
    count.classList.toggle("is-over", form.elements.text.value.length > this.maxChars);
    find("#go span").textContent = mode === "sing" ? "Sing it" : "Say it";
    this.dispatchEvent(new Event("refresh"));
  }

  read() {
    const { form, mode } = this;
    const asked = { voice: this.voice.value, text: form.elements.text.value, mode, seed: this.seed };
    if (mode === "say") return { ...asked, rate: Number(form.elements.rate.value) };
    return { ...asked, melody: form.elements.melody.value, tempo_bpm: Number(form.elements.tempo_bpm.value) };
  }

  // The form as it was when `audition` was asked for.
  fill(audition) {
    const { form } = this;
    find(`input[name="voice"][value="${audition.voice}"]`, form).checked = true;
    this.sampled = null;
    form.elements.text.value = audition.text;
    this.onVoice();
    find(`input[name="mode"][value="${audition.mode}"]`, form).checked = true;
    if (audition.mode === "sing") {
      if (audition.melody !== "own") form.elements.melody.value = audition.melody;
      form.elements.tempo_bpm.value = String(audition.tempo_bpm);
    }
    form.elements.rate.value = String(audition.rate);
    this.seed = audition.seed;
    this.refresh();
  }

  clearError(name) {
    const place = name && document.getElementById(`error-${name}`);
    if (!place) return;
    place.textContent = "";
    for (const field of findAll(`[name="${name}"]`, this.form)) field.removeAttribute("aria-invalid");
  }

  clearErrors() {
    for (const name of [...FIELDS, "form", "note"]) this.clearError(name);
    find("#error-note").textContent = "";
  }

  // "expressions[3].breath" belongs to the editor, "melody[2].midi" too; the rest to fields of the form.
  showError(error) {
    const field = error.field ?? "";
    const isOfNote = /^(expressions|melody\[)/.test(field);
    const name = isOfNote ? "note" : FIELDS.includes(field) ? field : "form";
    const place = document.getElementById(`error-${name}`);
    place.textContent = error.message;
    const [input] = isOfNote ? [] : findAll(`[name="${name}"]`, this.form);
    for (const each of findAll(`[name="${name}"]`, this.form)) each.setAttribute("aria-invalid", "true");
    if (input && input.type !== "radio") input.focus();
    else place.scrollIntoView({ block: "nearest" });
  }
}

function fill(input, output, told) {
  find(output).value = told(input.value);
  input.setAttribute("aria-valuetext", told(input.value));
  input.style.setProperty("--fill", `${((input.value - input.min) / (input.max - input.min)) * 100}%`);
}
