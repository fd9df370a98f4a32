// What was bounced: each version stays, can be heard, taken away, and made the song's own.
import { ago, clock, element, find, icon } from "./dom.js";
import { listBounces } from "./mixer_api.js";
import { figuresOf } from "./mixer_results.js";
import { showLufs } from "./mixer_numbers.js";

export class Versions {
  // `does`: openMaster(job), makeCurrent(job), pauseConsole().
  constructor(id, does) {
    Object.assign(this, { id, does });
    this.list = find("#version-list");
  }

  async open() {
    const { bounces } = await listBounces(this.id);
    find("#versions-empty").hidden = bounces.length > 0;
    this.list.replaceChildren(...bounces.map((job) => this.line(job)));
  }

  line(job) {
    const { master, files, figures } = figuresOf(job);
    const sound = master ? element("audio", { controls: true, preload: "none", src: master.url, onplay: () => this.does.pauseConsole() }) : null;
    const told = figures.map(({ name, after, unit }) => `${name.toLowerCase()} ${showLufs(after)} ${unit}`).join(" · ");
    return element("li", { class: "version", "data-job": job.id },
      element("div", { class: "version-words" },
        element("b", { text: job.title || "A bounce" }),
        element("span", { class: "soft", text: [ago(job.created_at), job.duration_s ? clock(job.duration_s) : "", told].filter(Boolean).join(" · ") }),
        job.is_current ? element("span", { class: "badge-gold", text: "in the song" }) : null),
      sound,
      element("div", { class: "version-acts" },
        ...files.filter((file) => /\.(wav|flac|mp3)$/.test(file.name)).map((file) => element("a", { class: "ghost-button is-small", href: file.url, download: file.name }, icon("download"), file.name)),
        job.kind === "master" ? element("button", { type: "button", class: "ghost-button is-small", onclick: () => this.does.openMaster(job) }, icon("gem"), "Figures") : null));
  }
}
