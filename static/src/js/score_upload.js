// A score of one's own: a MIDI or MusicXML file, dropped or chosen, becomes a song with the brief's voice and style.
import { uploadScore } from "./api.js";
import { element, find, fileSize, icon } from "./dom.js";
import { FilmOptions } from "./film_options.js";

const KNOWN = /\.(midi?|kar|musicxml|mxl|xml)$/i;
const TAKEN = ["voice", "style", "title", "seed", "theme", "film_size"]; // of the brief; what is empty is left to the studio

export class ScoreUpload {
  constructor(form, media) {
    this.form = form;
    this.media = media;
    this.file = null;
    this.input = find("#score-file");
    this.zone = find("#score-drop");
    this.button = find("#score-send");
    find("#own-score").hidden = false;
    this.input.addEventListener("change", () => this.choose(this.input.files[0]));
    this.button.addEventListener("click", () => this.send());
    for (const name of ["dragenter", "dragover"]) this.zone.addEventListener(name, (event) => this.onOver(event, true));
    for (const name of ["dragleave", "drop"]) this.zone.addEventListener(name, (event) => this.onOver(event, false));
    this.zone.addEventListener("drop", (event) => this.choose(event.dataTransfer.files[0]));
  }

  onOver(event, isOver) {
    event.preventDefault();
    this.zone.classList.toggle("is-over", isOver);
  }

  choose(file) {
    if (!file) return;
    this.tell("");
    find("#score-answer").replaceChildren();
    this.file = KNOWN.test(file.name) ? file : null;
    find("#score-file-name").textContent = this.file ? `${file.name}, ${fileSize(file.size)}` : "Drop a file here, or choose one";
    this.zone.classList.toggle("has-file", Boolean(this.file));
    this.button.disabled = !this.file;
    if (!this.file) this.tell(`“${file.name}” is neither a MIDI (.mid) nor a MusicXML file (.musicxml, .mxl, .xml).`);
  }

  tell(text) {
    find("#error-file").textContent = text;
  }

  async send() {
    if (!this.file) return;
    const asked = this.media.into({ film: new FilmOptions(this.form).read() });
    if (!asked) return; // pictures that are still on their way: told beside them
    this.setBusy(true);
    this.tell("");
    const body = new FormData();
    body.append("file", this.file);
    const brief = new FormData(this.form);
    for (const name of TAKEN) if (brief.get(name)?.trim()) body.append(name, brief.get(name).trim());
    const { film } = asked;
    if (Object.keys(film).length) body.append("film", JSON.stringify(film));
    try {
      this.show(await uploadScore(body));
    } catch (error) {
      this.tell(error.message);
      find("#error-file").scrollIntoView({ block: "center" });
    }
    this.setBusy(false);
  }

  setBusy(isBusy) {
    this.button.disabled = isBusy || !this.file;
    find("span", this.button).textContent = isBusy ? "Reading the file …" : "Make a song of this file";
  }

  // What was understood otherwise than written is told before people go on; else the song's page opens at once.
  show(song) {
    const page = `/songs/${song.id}`;
    if (!song.notices.length) return location.assign(page);
    this.file = null;
    const link = element("a", { class: "gold-button mt-2", href: page }, icon("arrow-right"), "See the song grow");
    find("#score-answer").replaceChildren(element("p", { class: "mt-3 mb-1", text: "The song has begun. What the studio made of the file:" }),
      ...song.notices.map((notice) => element("p", { class: "notice" }, icon("circle-info"), element("span", { text: notice }))), link);
    return link.focus();
  }
}
