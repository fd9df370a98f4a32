// The brief's form: reading it, filling it, keeping what was typed, and showing what is wrong beside the field.
import { clock, find, findAll } from "./dom.js";
import { FilmOptions } from "./film_options.js";
import { EffectSliders, PronunciationRows } from "./voice_options.js";

const DRAFT = "studio.brief";
const FIELDS = ["theme", "title", "voice", "style", "seed", "length_s", "lyrics", "film_size", "speech"];
const ROW_FIELDS = ["pronunciation_word", "pronunciation_sounds"];
const SPOKEN = "spoken";

export class BriefForm {
  constructor(form) {
    this.form = form;
    this.maxThemeChars = Number(form.dataset.maxThemeChars);
    this.maxLyricsWords = Number(form.dataset.maxLyricsWords);
    const changed = () => {
      this.refresh();
      this.keepDraft();
    };
    this.effects = new EffectSliders(form, () => {
      this.clearErrors();
      changed();
    });
    this.pronunciations = new PronunciationRows(form, () => {
      this.clearError("pronunciations");
      changed();
    });
    this.film = new FilmOptions(form);
    form.addEventListener("input", (event) => {
      if (event.target.name.startsWith("film.")) this.clearError("film");
      this.clearError(ROW_FIELDS.includes(event.target.name) ? "pronunciations" : event.target.name);
      changed();
    });
  }

  // What the API takes. Empty title, seed and lyrics are left out: the studio then decides.
  read() {
    const data = new FormData(this.form);
    const brief = { theme: data.get("theme"), voice: data.get("voice"), style: data.get("style") };
    brief.length_s = Number(data.get("length_s"));
    brief.film_size = data.get("film_size");
    for (const name of ["title", "lyrics"]) if (data.get(name).trim()) brief[name] = data.get(name);
    const seed = data.get("seed").trim();
    // What is no whole number goes as typed, so that the API says what is wrong with it.
    if (seed) brief.seed = /^\d{1,15}$/.test(seed) ? Number(seed) : seed;
    if (brief.voice === SPOKEN) brief.speech = data.get("speech");
    const effects = this.effects.read();
    if (Object.keys(effects).length) brief.effects = effects;
    const film = this.film.read();
    if (Object.keys(film).length) brief.film = film;
    const pronunciations = this.pronunciations.read();
    if (pronunciations.length) brief.pronunciations = pronunciations;
    return brief;
  }

  fill(values) {
    for (const name of FIELDS) {
      if (values[name] === undefined || values[name] === null) continue;
      const field = this.form.elements[name];
      if (field) field.value = String(values[name]);
    }
    if (values.title || values.lyrics || (values.seed ?? "") !== "") find("#own-words", this.form).open = true;
    if (values.effects) this.effects.fill(values.effects);
    if (values.film) this.film.fill(values.film);
    if (values.pronunciations) this.pronunciations.fill(values.pronunciations);
    this.clearErrors();
    this.refresh();
    this.keepDraft();
  }

  keepDraft() {
    const values = Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name].value]));
    values.effects = this.effects.read();
    values.film = this.film.read();
    values.pronunciations = this.pronunciations.read();
    try {
      sessionStorage.setItem(DRAFT, JSON.stringify(values));
    } catch {
      // A full or forbidden storage only means that a reload starts afresh.
    }
  }

  restoreDraft() {
    let draft = null;
    try {
      draft = JSON.parse(sessionStorage.getItem(DRAFT));
    } catch {
      // as above
    }
    if (draft) this.fill(draft);
  }

  forgetDraft() {
    try {
      sessionStorage.removeItem(DRAFT);
    } catch {
      // as above
    }
  }

  refresh() {
    const { form } = this;
    const length = form.elements.length_s;
    find("#length-shown").value = clock(length.value);
    length.setAttribute("aria-valuetext", `${length.value} seconds`);
    length.style.setProperty("--fill", `${((length.value - length.min) / (length.max - length.min)) * 100}%`);
    count("#theme-count", form.elements.theme.value.length, this.maxThemeChars, "characters");
    count("#lyrics-count", lyricsWords(form.elements.lyrics.value), this.maxLyricsWords, "words");
    find("#speech-choice").hidden = form.elements.voice.value !== SPOKEN;
    this.effects.refresh();
    this.film.refresh();
    this.pronunciations.refresh();
    find("#brief-summary").textContent = this.summary();
  }

  summary() {
    const named = (name) => find(`input[name="${name}"]:checked`, this.form)?.dataset.label ?? "";
    return [named("style"), named("voice"), clock(this.form.elements.length_s.value), named("film_size")].join(" · ");
  }

  clearError(name) {
    const place = name && document.getElementById(`error-${name}`);
    if (!place) return;
    place.textContent = "";
    for (const field of this.fieldsOf(name)) field.removeAttribute("aria-invalid");
  }

  fieldsOf(name) {
    if (name === "film") return this.film.selects;
    const names = name === "pronunciations" ? ROW_FIELDS : [name];
    return names.flatMap((each) => findAll(`[name="${each}"]`, this.form));
  }

  clearErrors() {
    const effects = this.effects.fields.map((field) => field.name);
    for (const name of [...FIELDS, ...effects, "effects", "film", "pronunciations", "form"]) this.clearError(name);
  }

  showError(error) {
    const name = error.field && document.getElementById(`error-${error.field}`) ? error.field : "form";
    const place = document.getElementById(`error-${name}`);
    place.textContent = error.message;
    const wrong = name === "pronunciations" ? findAll("input", this.pronunciations.rowOf(error.message)) : this.fieldsOf(name);
    const [field] = wrong;
    if (!field) return place.scrollIntoView({ block: "center" });
    for (const each of wrong) each.setAttribute("aria-invalid", "true");
    const folded = field.closest("details");
    if (folded) folded.open = true;
    (find(`[name="${name}"]:checked`, this.form) ?? field).focus();
    return undefined;
  }
}

// Words that will be sung: tags such as [Chorus] are none.
export function lyricsWords(text) {
  return text.replace(/^\s*\[[^\]\n]*\]\s*$/gm, " ").split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function count(selector, value, highest, unit) {
  const shown = find(selector);
  shown.textContent = `${value} of ${highest} ${unit}`;
  shown.classList.toggle("is-over", value > highest);
}
