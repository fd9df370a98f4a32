// More of a finished song: others like it, or the same in another style, voice, key or tempo; and its relatives.
import { createVariations, getRelatives } from "./api.js";
import { ago, element, find, findAll, icon } from "./dom.js";
import { toast, toastError } from "./toast.js";

const STATES = { queued: "waiting", running: "in the making", done: "finished", failed: "not finished", cancelled: "cancelled" };
const LOOK_EVERY_MS = 4000;

export class Variations {
  constructor(generation) {
    this.id = generation.id;
    this.kind = find("#other-kind");
    this.timer = 0;
    find("#three-more").onclick = (event) => this.make({ count: 3 }, event.currentTarget);
    find("#make-other").onclick = (event) => this.make(this.asked(), event.currentTarget);
    this.kind.onchange = () => this.showKind();
    this.leaveOut(generation);
    this.showKind();
    this.look();
  }

  // The song's own style and voice are no other ones.
  leaveOut({ brief, tempo_bpm }) {
    for (const name of ["style", "voice"]) {
      const select = find(`#other-${name}`);
      for (const option of select.options) option.hidden = option.disabled = option.value === brief[name];
      select.value = [...select.options].find((option) => !option.disabled)?.value ?? "";
    }
    if (tempo_bpm) find("#other-tempo_bpm").value = String(Math.round(tempo_bpm * 1.2));
  }

  showKind() {
    for (const field of findAll(".other-value")) field.hidden = field.dataset.kind !== this.kind.value;
  }

  asked() {
    const kind = this.kind.value;
    if (kind === "key") return { key: `${find("#other-tonic").value} ${find("#other-mode").value}` };
    const { value } = find(`#other-${kind}`);
    return { [kind]: kind === "tempo_bpm" ? Number(value) : value };
  }

  async make(asked, button) {
    button.disabled = true;
    try {
      const made = (await createVariations(this.id, asked)).generations;
      toast(made.length === 1 ? "One more song is in the making: it is listed below." : `${made.length} more songs are in the making: they are listed below.`);
      await this.look();
    } catch (error) {
      toastError(error);
    }
    button.disabled = false;
  }

  async look() {
    clearTimeout(this.timer);
    try {
      const { parent, generations } = await getRelatives(this.id);
      this.show(parent, generations);
      const isBusy = generations.some((song) => ["queued", "running"].includes(song.state));
      if (isBusy) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
    } catch {
      find("#relatives").hidden = true; // the panel's buttons tell what is wrong when they are used
    }
  }

  show(parent, songs) {
    find("#relatives").hidden = !parent && !songs.length;
    const rows = [...(parent ? [this.row(parent, "What this song comes from", "arrow-turn-up")] : []),
      ...songs.map((song) => this.row(song, song.relation, "code-branch"))];
    find("#relatives").replaceChildren(...rows);
  }

  row(song, relation, sign) {
    const share = song.state === "running" ? ` · ${Math.round(song.progress * 100)} %` : song.state === "done" ? ` · ${ago(song.created_at)}` : "";
    return element("li", {}, element("a", { href: `/songs/${song.id}`, class: `is-${song.state}` }, icon(sign),
      element("span", {}, element("span", { text: song.title || song.brief.theme, dir: "auto" }), element("span", { class: "about", text: relation ?? "" })),
      element("span", { class: "size", text: `${STATES[song.state] ?? song.state}${share}` })));
  }
}
