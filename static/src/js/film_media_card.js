// One picture or clip as a card: its thumbnail, its place in the film, and what can be done with it by mouse, by touch
// (the arrows) and by keyboard.
import { clock, element, icon } from "./dom.js";

let dragged = null;

export class MediaCard {
  constructor(media, room) {
    this.id = media.id;
    this.room = room;
    this.picture = element("span", { class: "thumb" });
    this.number = element("span", { class: "number" });
    this.state = element("span", { class: "facts" });
    this.bar = element("progress", { max: 1, value: 0 });
    this.earlier = this.button("arrow-left", () => room.move(this.id, this.index - 1), "earlier");
    this.later = this.button("arrow-right", () => room.move(this.id, this.index + 1), "later");
    this.out = this.button("minus", () => room.leaveOut(this.id));
    this.add = this.button("plus", () => room.add(this.id));
    this.trash = this.button("trash-can", () => room.remove(this.id));
    this.name = element("span", { class: "name" });
    const words = element("span", { class: "words" }, this.name, this.state, this.bar);
    const hands = element("span", { class: "hands" }, this.earlier, this.later, this.out, this.add, this.trash);
    this.element = element("li", { class: "media-card" }, this.picture, this.number, words, hands);
    this.listen();
    this.update(media);
  }

  button(sign, run) {
    return element("button", { type: "button", class: "icon-button", onclick: run }, icon(sign));
  }

  listen() {
    const { element: card, room } = this;
    card.addEventListener("dragstart", (event) => {
      dragged = this.id;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", this.media.name);
      card.classList.add("is-dragged");
    });
    card.addEventListener("dragend", () => {
      dragged = null;
      card.classList.remove("is-dragged");
    });
    card.addEventListener("dragover", (event) => {
      if (!dragged || this.index < 0) return;
      event.preventDefault();
      card.classList.toggle("is-target", dragged !== this.id);
    });
    card.addEventListener("dragleave", () => card.classList.remove("is-target"));
    card.addEventListener("drop", (event) => {
      card.classList.remove("is-target");
      if (!dragged || this.index < 0) return;
      event.preventDefault();
      if (!room.order.includes(dragged)) room.add(dragged);
      room.move(dragged, this.index);
    });
    card.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (!step || this.index < 0) return;
      event.preventDefault();
      const held = document.activeElement;
      room.move(this.id, this.index + step);
      (held.disabled ? this.out : held).focus();
    });
  }

  update(media) {
    const isNew = media.links.thumbnail && !this.media?.links.thumbnail;
    this.media = media;
    if (isNew) this.picture.replaceChildren(element("img", { src: media.links.thumbnail, alt: "", draggable: "false" }));
    else if (!media.links.thumbnail) this.picture.replaceChildren(icon(media.kind === "clip" ? "film" : "image"));
    this.name.textContent = media.name;
    this.name.title = media.name;
    const ready = media.state === "done";
    const length = media.kind === "clip" ? `${clock(media.duration_s)} · ` : "";
    this.state.textContent = ready ? `${length}${media.width} × ${media.height}` : media.state === "failed" ? "cannot be used" : "making it ready …";
    this.bar.hidden = ready || media.state === "failed";
    this.bar.value = media.progress;
    this.bar.setAttribute("aria-label", `Making ${media.name} ready`);
    this.label(this.earlier, `Show ${media.name} earlier`);
    this.label(this.later, `Show ${media.name} later`);
    this.label(this.out, `Leave ${media.name} out of this film`);
    this.label(this.add, `Show ${media.name} in this film`);
    this.label(this.trash, `Remove ${media.name} from the studio`);
  }

  label(button, text) {
    button.setAttribute("aria-label", text);
    button.title = text;
  }

  // The card in its place: `index` of `count` in the film, or -1 beside it.
  place(index, count) {
    this.index = index;
    const chosen = index >= 0;
    this.element.draggable = true;
    this.number.textContent = chosen ? String(index + 1) : "";
    this.number.hidden = !chosen;
    for (const button of [this.earlier, this.later, this.out]) button.hidden = !chosen;
    this.add.hidden = chosen;
    this.earlier.disabled = index <= 0;
    this.later.disabled = index >= count - 1;
    return this.element;
  }

  focus() {
    (this.index >= 0 ? this.out : this.add).focus();
  }
}
