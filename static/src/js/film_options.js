// How the film is made beside its size: only what differs from the usual goes into the brief.
import { find, findAll } from "./dom.js";

export class FilmOptions {
  constructor(form) {
    this.form = form;
    this.selects = findAll('select[name^="film."]', form);
  }

  read() {
    const changed = this.selects.filter((select) => select.value !== select.dataset.usual);
    return Object.fromEntries(changed.map((select) => [nameOf(select), valueOf(select)]));
  }

  // What is not named takes its usual value.
  fill(values) {
    for (const select of this.selects) {
      const asked = String(values[nameOf(select)] ?? select.dataset.usual);
      select.value = [...select.options].some((option) => option.value === asked) ? asked : select.dataset.usual;
    }
    if (Object.keys(this.read()).length) find("#film-fold").open = true;
  }

  refresh() {
    const told = this.selects.filter((select) => select.value !== select.dataset.usual)
      .map((select) => select.selectedOptions[0].dataset.label);
    find("#film-note").textContent = told.join(", ");
  }
}

export const nameOf = (select) => select.name.replace("film.", "");
export const valueOf = (select) => (nameOf(select) === "fps" ? Number(select.value) : select.value);
