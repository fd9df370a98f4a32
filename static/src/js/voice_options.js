// The singer's folds of the brief: effect sliders with units and a reset, rows of pronunciations, and who speaks.
import { find, findAll } from "./dom.js";

const UNITS = {
  dB: (value) => `${signed(value)} dB`,
  semitones: (value) => `${signed(value)} ${Math.abs(value) === 1 ? "semitone" : "semitones"}`,
  "%": (value) => `${Math.round(value * 100)} %`,
};

function signed(value) {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}

export class EffectSliders {
  constructor(form, onChange) {
    this.fold = find("#effects-fold", form);
    this.fields = findAll('[name^="effects."]', this.fold);
    find("#reset-effects", form).addEventListener("click", () => {
      this.fill({});
      onChange();
      find("#effects-fold summary", form).focus();
    });
  }

  // Only what differs from the usual: an untouched fold asks for nothing.
  read() {
    const changed = this.fields.filter((field) => String(valueOf(field)) !== usual(field));
    return Object.fromEntries(changed.map((field) => [field.name.replace("effects.", ""), valueOf(field)]));
  }

  fill(values) {
    for (const field of this.fields) field.value = values[field.name.replace("effects.", "")] ?? field.dataset.usual;
    if (Object.keys(this.read()).length) this.fold.open = true;
    this.refresh();
  }

  refresh() {
    for (const field of this.fields.filter((one) => one.type === "range")) {
      const shown = UNITS[field.dataset.unit](Number(field.value));
      find(`#shown-${field.name.replace("effects.", "")}`).value = shown;
      field.setAttribute("aria-valuetext", shown);
      // The bar runs from the usual value, which stands in the middle where less can be asked for, too.
      const share = (value) => `${((value - field.min) / (field.max - field.min)) * 100}%`;
      const [low, high] = [Number(field.value), Number(field.dataset.usual)].sort((a, b) => a - b);
      field.style.setProperty("--from", share(low));
      field.style.setProperty("--fill", share(high));
    }
    const count = Object.keys(this.read()).length;
    find("#effects-note").textContent = count ? `${count} changed` : "";
    find("#reset-effects").disabled = !count;
  }
}

const valueOf = (field) => (field.type === "range" ? Number(field.value) : field.value);
const usual = (field) => (field.type === "range" ? String(Number(field.dataset.usual)) : field.dataset.usual);

export class PronunciationRows {
  constructor(form, onChange) {
    this.fold = find("#pronunciations-fold", form);
    this.list = find("#pronunciations", form);
    this.add = find("#add-pronunciation", form);
    this.most = Number(this.list.dataset.most);
    this.onChange = onChange;
    this.blank = this.list.firstElementChild.cloneNode(true);
    for (const field of findAll("input", this.blank)) field.setAttribute("value", "");
    this.add.addEventListener("click", () => find("input", this.addRow()).focus());
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("li"));
    });
    // Enter goes on to the next field instead of sending the whole brief.
    this.list.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      this.goOn(event.target);
    });
  }

  get rows() {
    return findAll("li", this.list).map((row) => findAll("input", row).map((field) => field.value));
  }

  // Rows with neither word nor sounds are no rows; half a row goes as it is, so that the API says what it lacks.
  read() {
    return this.rows.filter(([word, sounds]) => word.trim() || sounds.trim());
  }

  fill(pairs) {
    this.list.replaceChildren();
    for (const pair of pairs) this.addRow(pair);
    if (pairs.length) this.fold.open = true;
    else this.addRow();
    this.refresh();
  }

  addRow(values = ["", ""]) {
    const row = this.blank.cloneNode(true);
    findAll("input", row).forEach((field, index) => {
      field.value = values[index];
    });
    this.list.append(row);
    this.refresh();
    return row;
  }

  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (next) find("input", next).focus();
    else find("input", this.addRow()).focus();
    this.onChange();
  }

  goOn(field) {
    const fields = findAll("input", this.list);
    const next = fields[fields.indexOf(field) + 1];
    if (next) next.focus();
    else if (field.value.trim() && !this.add.disabled) find("input", this.addRow()).focus();
  }

  // The row that an error's sentence is about: the one whose word it names, else the first that is half empty.
  rowOf(message) {
    const rows = findAll("li", this.list);
    const values = this.rows;
    const named = values.findIndex(([word]) => word.trim() && message.includes(`“${word.trim().slice(0, 40)}”`));
    const half = values.findIndex(([word, sounds]) => !word.trim() !== !sounds.trim());
    return rows[Math.max(named >= 0 ? named : half, 0)];
  }

  refresh() {
    const count = this.read().length;
    find("#pronunciations-note").textContent = count ? `${count} ${count === 1 ? "word" : "words"}` : "";
    this.add.disabled = this.list.children.length >= this.most;
    findAll("li", this.list).forEach((row, index) => {
      const word = find("input", row).value.trim();
      const said = word ? `Remove the pronunciation of ${word}` : `Remove pronunciation ${index + 1}`;
      find("[data-remove]", row).setAttribute("aria-label", said);
    });
  }
}
