// More films of a finished song: asked for by a click, followed while they are made, played, taken away, deleted.
import { createCut, deleteCut, getCut, listCuts, stepCut } from "./api.js";
import { clock, element, fileSize, find, findAll, icon, timeLeft } from "./dom.js";
import { isOver, followJob } from "./progress.js";
import { ask, toast, toastError } from "./toast.js";

const SHAPES = {
  "1920x1080": "Full HD", "3840x2160": "4K", "1280x720": "HD", "1080x1920": "Upright", "1080x1080": "Square",
};
const WORDS = { karaoke: "karaoke", lyric_video: "lyric video", none: "no words" };

export class Cuts {
  constructor(generation, player) {
    this.id = generation.id;
    this.player = player;
    this.cuts = new Map();
    this.followed = new Map();
    const length_s = generation.duration_s ?? 0;
    for (const button of findAll(".cut-preset")) {
      const asked = JSON.parse(button.dataset.cut);
      button.hidden = asked.trailer_s > 0 && asked.trailer_s + 1 >= length_s;
      button.onclick = () => this.make(asked, button);
    }
    for (const option of find("#cut-trailer_s").options) option.hidden = option.disabled = Number(option.value) + 1 >= length_s && option.value !== "0";
    find("#cut-form").onsubmit = (event) => {
      event.preventDefault();
      this.make(readForm(event.target), find("button", event.target), event.target);
    };
    this.load();
  }

  async load() {
    try {
      for (const cut of (await listCuts(this.id)).films) this.cuts.set(cut.id, cut);
      find("#cuts-error").textContent = "";
    } catch (error) {
      find("#cuts-error").textContent = error.message;
      return;
    }
    this.show();
    for (const cut of this.cuts.values()) this.follow(cut);
  }

  async make(asked, button, form = null) {
    button.disabled = true;
    for (const place of findAll(".field-error", find("#cuts"))) place.textContent = "";
    try {
      const cut = await createCut(this.id, asked);
      const isNew = !this.cuts.has(cut.id);
      this.cuts = new Map([[cut.id, cut], ...this.cuts]);
      this.show();
      this.follow(cut);
      toast(isNew ? "The film is in the making: it is listed under “More cuts”." : "This film is there already: it is listed under “More cuts”.");
    } catch (error) {
      const place = form && document.getElementById(`error-${error.field}`);
      if (place) place.textContent = error.message;
      else toastError(error);
    }
    button.disabled = false;
  }

  follow(cut) {
    if (isOver(cut.state) || this.followed.has(cut.id)) return;
    const stop = followJob({ get: () => getCut(this.id, cut.id), socket: cut.links.socket }, (news) => this.take(news));
    this.followed.set(cut.id, stop);
  }

  take(news) {
    const before = this.cuts.get(news.id);
    if (!before) return;
    this.cuts.set(news.id, { ...before, ...news });
    if (isOver(news.state)) {
      this.followed.get(news.id)?.();
      this.followed.delete(news.id);
      if (news.state === "done") find("#announcer").textContent = `${titleOf(news)} is finished.`;
    }
    this.showOne(this.cuts.get(news.id));
  }

  show() {
    find("#cuts-empty").hidden = this.cuts.size > 0;
    find("#cut-list").replaceChildren(...[...this.cuts.values()].map((cut) => this.row(cut)));
  }

  // Only what changed is built anew, so that the focus stays where it is.
  showOne(cut) {
    const row = find(`[data-cut-id="${cut.id}"]`);
    if (!row || row.dataset.state !== cut.state) return row?.replaceWith(this.row(cut));
    if (isOver(cut.state)) return undefined;
    find("progress", row).value = cut.progress;
    find(".about", row).textContent = aboutOf(cut);
    const picture = find("img", row);
    if (cut.links.preview) picture.src = `${cut.links.preview}?at=${cut.preview}`;
    picture.hidden = !cut.links.preview;
    return undefined;
  }

  row(cut) {
    const isDone = cut.state === "done";
    const source = isDone ? cut.links.poster : cut.links.preview ? `${cut.links.preview}?at=${cut.preview}` : null;
    const picture = element("img", { src: source, alt: "", hidden: !source, loading: "lazy" });
    return element("li", { "data-cut-id": cut.id, "data-state": cut.state, class: `cut is-${cut.state}` },
      element("div", { class: "cut-picture" }, icon(isDone ? "film" : cut.state === "failed" ? "triangle-exclamation" : "clapperboard"), picture),
      element("div", { class: "cut-words" },
        element("p", { class: "cut-title", text: titleOf(cut) }),
        element("p", { class: "about", text: aboutOf(cut) }),
        isOver(cut.state) ? null : element("progress", { class: "gold-progress", max: "1", value: String(cut.progress), "aria-label": `Progress of ${titleOf(cut)}` }),
        ...(isDone ? cut.notices.map((notice) => element("p", { class: "hint", text: notice })) : [])),
      element("div", { class: "cut-actions" }, ...this.actions(cut)));
  }

  actions(cut) {
    const title = titleOf(cut);
    const button = (sign, label, run, extra = "") => element("button", {
      type: "button", class: `icon-button ${extra}`, "aria-label": `${label} ${title}`, title: label, onclick: run,
    }, icon(sign));
    if (!isOver(cut.state)) return [button("ban", "Cancel", (event) => this.step(cut, "cancel", event.currentTarget))];
    const remove = button("trash-can", "Delete", () => this.remove(cut));
    if (cut.state !== "done") return [button("rotate-right", "Try again", (event) => this.step(cut, "retry", event.currentTarget)), remove];
    const save = element("a", { class: "icon-button", href: `${cut.links.film}?download=1`, download: "", "aria-label": `Download ${title}`, title: "Download" }, icon("download"));
    return [button("play", "Play", () => this.play(cut)), save, remove];
  }

  async step(cut, verb, button) {
    button.disabled = true;
    try {
      const news = await stepCut(this.id, cut.id, verb);
      this.take(news);
      this.follow(news);
    } catch (error) {
      toastError(error);
      button.disabled = false;
    }
  }

  async remove(cut) {
    const sure = await ask({
      title: "Delete this film?", text: `${titleOf(cut)} is removed for good. The song and its other films stay.`, yes: "Delete it", no: "Keep it",
    });
    if (!sure) return;
    try {
      await deleteCut(this.id, cut.id);
    } catch (error) {
      if (error.status !== 404) return toastError(error);
    }
    this.cuts.delete(cut.id);
    this.show();
    return find("#cuts-title").focus();
  }

  play(cut) {
    this.player.media.pause();
    const video = element("video", { src: cut.links.film, poster: cut.links.poster, controls: true, autoplay: true, playsinline: true, "aria-label": titleOf(cut) });
    const close = element("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() }, icon("xmark"));
    const dialog = element("dialog", { class: "cut-player", "aria-label": titleOf(cut) },
      element("div", { class: "label-row" }, element("h2", { class: "h5 mb-0", text: titleOf(cut) }), close), video);
    dialog.addEventListener("close", () => {
      video.pause();
      video.removeAttribute("src");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  }
}

function readForm(form) {
  const { size, fps, framing, words, trailer_s } = Object.fromEntries(new FormData(form));
  return { size, fps: Number(fps), framing, words, trailer_s: Number(trailer_s) };
}

function titleOf(cut) {
  const kind = cut.trailer_s ? `Trailer, ${cut.trailer_s} s` : cut.words === "lyric_video" ? "Lyric video" : "Film";
  return `${kind}, ${(SHAPES[cut.size] ?? cut.size).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`.replace("full HD", "Full HD");
}

function aboutOf(cut) {
  const facts = [cut.size.replace("x", " × "), `${cut.fps} fps`, WORDS[cut.words]];
  if (cut.state === "done") facts.push(clock(cut.duration_s), fileSize(cut.size_bytes), ...(cut.is_current ? [] : ["of an earlier version of the song"]));
  else if (cut.state === "running") facts.push(`${Math.round(cut.progress * 100)} %`, timeLeft(cut.seconds_left));
  else facts.push(cut.message);
  return facts.filter(Boolean).join(" · ");
}
