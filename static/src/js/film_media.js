// A person's own pictures and clips: sending them, choosing and ordering those of this film, taking them away.
import { deleteMedia, getMedia, listMedia, uploadMedia } from "./api.js";
import { element, find, fileSize } from "./dom.js";
import { MediaCard } from "./film_media_card.js";
import { ask, toast, toastError } from "./toast.js";

const DRAFT = "studio.film_media";
const LARGEST_BYTES = 500 * 2 ** 20;
const LOOK_AGAIN_MS = 1000;
const AT_ONCE = 2;

export class FilmMedia {
  constructor(form) {
    this.form = form;
    this.group = find("#own-media");
    this.cards = new Map(); // by id
    this.order = []; // ids of the cards in this film
    this.limit = 24;
    this.waiting = [];
    this.sending = 0;
    this.wanted = draft();
    const input = find("#media-files");
    input.addEventListener("change", () => {
      this.take(input.files);
      input.value = "";
    });
    const zone = find("#media-drop");
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => over(event, zone, true));
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => over(event, zone, false));
    zone.addEventListener("drop", (event) => this.take(event.dataTransfer.files));
    form.addEventListener("change", (event) => event.target.name === "film_size" && this.refresh());
    this.refresh();
    this.load();
  }

  get wantsFilm() {
    return this.form.elements.film_size.value !== "none";
  }

  // The keys of an earlier brief, in their order; what has gone since is left out.
  choose(keys) {
    this.wanted = keys;
    this.order = keys.map((key) => [...this.cards.values()].find((card) => card.media.key === key)?.id).filter(Boolean);
    this.show();
  }

  get keys() {
    return this.order.map((id) => this.cards.get(id)).filter((card) => card?.media.key).map((card) => card.media.key);
  }

  // Puts the film's media into a brief. Throws what is to be told when some are still on their way.
  into(brief) {
    find("#error-media").textContent = "";
    if (!this.wantsFilm) return brief;
    if (this.sending || this.waiting.length || this.order.some((id) => !this.cards.get(id).media.key)) {
      find("#error-media").textContent = "Some of your pictures and clips are not ready yet: wait for them, or leave them out.";
      this.group.scrollIntoView({ block: "center" });
      return null;
    }
    return this.keys.length ? { ...brief, film: { ...brief.film, media: this.keys } } : brief;
  }

  async load() {
    try {
      const { media, limits } = await listMedia();
      this.limit = limits.in_a_film;
      for (const one of media) this.keep(one);
      this.choose(this.wanted);
      for (const one of media) if (isActive(one)) this.follow(one.id);
    } catch (error) {
      toastError(error);
    }
  }

  keep(media) {
    const known = this.cards.get(media.id);
    if (known) known.update(media);
    else this.cards.set(media.id, new MediaCard(media, this));
    return this.cards.get(media.id);
  }

  take(files) {
    find("#error-media").textContent = "";
    for (const file of files) {
      if (file.size > LARGEST_BYTES) this.refuse(`“${file.name}” has ${fileSize(file.size)}; 500 MB are the most.`);
      else this.waiting.push({ file, row: this.pendingRow(file) });
    }
    this.sendNext();
  }

  pendingRow(file) {
    const bar = element("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
    const row = element("p", { class: "media-sending" }, element("span", { text: file.name }), bar);
    row.bar = bar;
    find("#media-errors").before(row);
    return row;
  }

  async sendNext() {
    // a newcomer's first upload goes alone: it makes them known, and the others are then theirs too
    while (this.waiting.length && this.sending < (this.cards.size ? AT_ONCE : 1)) {
      const { file, row } = this.waiting.shift();
      this.sending += 1;
      this.send(file, row).finally(() => {
        this.sending -= 1;
        row.remove();
        this.sendNext();
      });
    }
  }

  async send(file, row) {
    try {
      const media = await uploadMedia(file, (share) => {
        row.bar.value = share;
      });
      this.keep(media);
      if (!this.order.includes(media.id)) {
        if (this.order.length < this.limit) this.order.push(media.id);
        else toast(`A film shows ${this.limit} of your pictures and clips at most; “${media.name}” is kept for another.`);
      }
      this.show();
      this.tell(`${media.name} is here.`);
      if (isActive(media)) this.follow(media.id);
    } catch (error) {
      this.refuse(error.message);
    }
  }

  refuse(message) {
    const row = element("p", { class: "media-refused" }, element("span", { text: message }));
    row.append(element("button", { type: "button", class: "btn-close", "aria-label": "Close this message", onclick: () => row.remove() }));
    find("#media-errors").append(row);
  }

  // Looks after a clip until it is ready, failed or gone.
  async follow(id) {
    while (this.cards.has(id) && isActive(this.cards.get(id).media)) {
      await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
      try {
        const media = await getMedia(id);
        this.cards.get(id)?.update(media);
        if (media.state === "failed") this.refuse(media.error.message);
        if (media.state === "failed") await this.forget(id);
      } catch (error) {
        if (error.status === 404) this.drop(id);
      }
    }
    this.show();
  }

  async forget(id) {
    this.drop(id);
    await deleteMedia(id).catch(() => {}); // what failed holds nothing: the next visit would only show it again
  }

  drop(id) {
    this.cards.delete(id);
    this.order = this.order.filter((one) => one !== id);
    this.show();
  }

  // -- what the cards ask for --
  move(id, to) {
    const from = this.order.indexOf(id);
    if (from < 0 || to < 0 || to >= this.order.length || to === from) return;
    this.order.splice(to, 0, this.order.splice(from, 1)[0]);
    this.show();
    this.tell(`${this.cards.get(id).media.name} is now number ${to + 1} of ${this.order.length}.`);
  }

  add(id) {
    if (this.order.length >= this.limit) {
      toast(`A film shows ${this.limit} of your pictures and clips at most.`);
      return;
    }
    this.order.push(id);
    this.show();
    this.cards.get(id).focus();
  }

  leaveOut(id) {
    this.order = this.order.filter((one) => one !== id);
    this.show();
    this.cards.get(id).focus();
  }

  async remove(id) {
    const { name } = this.cards.get(id).media;
    const sure = await ask({
      title: "Remove it from the studio?", text: `“${name}” is deleted here. Films that are made keep showing it.`,
      yes: "Remove it", no: "Keep it",
    });
    if (!sure) return;
    try {
      const { notice } = await deleteMedia(id);
      this.drop(id);
      if (notice) toast(notice);
      find("#media-files").focus();
    } catch (error) {
      toastError(error);
    }
  }

  tell(text) {
    find("#media-told").textContent = text;
  }

  show() {
    find("#error-media").textContent = "";
    this.order = this.order.filter((id) => this.cards.has(id));
    const focused = document.activeElement;
    const chosen = this.order.map((id, index) => this.cards.get(id).place(index, this.order.length));
    const rest = [...this.cards.values()].filter((card) => !this.order.includes(card.id)).map((card) => card.place(-1, 0));
    find("#media-chosen").replaceChildren(...chosen);
    find("#media-rest").replaceChildren(...rest);
    find("#media-rest-part").hidden = !rest.length;
    if (focused?.isConnected && !focused.disabled) focused.focus();
    keepDraft(this.keys);
  }

  forgetDraft() {
    keepDraft([]);
  }

  refresh() {
    this.group.hidden = !this.wantsFilm;
  }
}

const isActive = (media) => media.state === "queued" || media.state === "running";

function over(event, zone, isOver) {
  event.preventDefault();
  zone.classList.toggle("is-over", isOver);
}

function draft() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT)) ?? [];
  } catch {
    return [];
  }
}

function keepDraft(keys) {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(keys));
  } catch {
    // A full or forbidden storage only means that a reload starts afresh.
  }
}
