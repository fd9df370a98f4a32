// What was bounced: each version stays, can be heard, taken away, and made the song's own.
import { ago, clock, element, find, icon } from "./dom.js";
import { chooseBounce, listBounces } from "./mixer_api.js";
import { figuresOf } from "./mixer_results.js";
import { showLufs } from "./mixer_numbers.js";
import { isOver } from "./progress.js";
import { toastError } from "./toast.js";

const nameOf = (job) => [job.kind === "master" ? "Master" : job.result.target ? "Mix, mastered" : "Mix", job.result.target?.label].filter(Boolean).join(": ");

export class Versions {
  // `does`: openMaster(job), say(text), pauseConsole().
  constructor(id, does) {
    Object.assign(this, { id, does });
    this.list = find("#version-list");
  }

  async open() {
    this.show((await listBounces(this.id)).bounces);
  }

  show(bounces) {
    find("#versions-empty").hidden = bounces.length > 0;
    this.list.replaceChildren(...bounces.map((job) => this.line(job)));
  }

  line(job) {
    if (job.state !== "done") return this.unfinished(job);
    const { master, files, figures } = figuresOf(job);
    const sound = master ? element("audio", { controls: true, preload: "none", src: master.url, onplay: (event) => this.hearOnly(event.target) }) : null;
    const told = figures.map(({ name, after, unit }) => `${name.toLowerCase()} ${showLufs(after)} ${unit}`).join(" · ");
    return element("li", { class: "version", "data-job": job.id },
      element("div", { class: "version-words" },
        element("b", { text: nameOf(job) }),
        element("span", { class: "soft", text: [ago(job.created_at), job.duration_s ? clock(job.duration_s) : "", told].filter(Boolean).join(" · ") }),
        job.is_current ? element("span", { class: "badge-gold", text: "in the song" }) : null),
      sound,
      element("div", { class: "version-acts" },
        ...files.filter((file) => /\.(wav|flac|mp3)$/.test(file.name)).map((file) => element("a", { class: "ghost-button is-small", href: file.url, download: file.name }, icon("download"), file.name)),
        job.is_current || !this.isSong ? null : element("button", { type: "button", class: "ghost-button is-small", onclick: () => this.choose(job) }, icon("compact-disc"), "Make it the song"),
        job.kind === "master" || job.result.target ? element("button", { type: "button", class: "ghost-button is-small", onclick: () => this.does.openMaster(job) }, icon("gem"), "Figures") : null));
  }

  hearOnly(audio) {
    this.does.pauseConsole();
    for (const other of this.list.querySelectorAll("audio")) if (other !== audio) other.pause();
  }

  unfinished(job) {
    const told = job.state === "failed" ? job.error?.message : isOver(job.state) ? "Cancelled" : job.message;
    return element("li", { class: "version is-unfinished", "data-job": job.id }, element("div", { class: "version-words" },
      element("b", { text: nameOf(job) }), element("span", { class: "soft", text: [ago(job.created_at), told].filter(Boolean).join(" · ") })));
  }

  // The song's files, package and film follow.
  async choose(job) {
    try {
      this.show((await chooseBounce(this.id, job.id)).bounces);
      this.does.say("The song plays this mix now.");
    } catch (error) {
      toastError(error);
    }
  }
}
