// What was bounced: each version stays, can be heard, taken away, and made the song's own.
import { ago, clock, element, find, icon } from "./dom.js";
import { chooseBounce, deleteJob, listBounces } from "./mixer_api.js";
import { figuresOf } from "./mixer_results.js";
import { showLufs } from "./mixer_numbers.js";
import { isOver } from "./progress.js";
import { ask, toast, toastError } from "./toast.js";

// As the song's page calls it, too: by its number.
function nameOf(job) {
  const name = job.result.version ? `Mix ${job.result.version}` : job.kind === "master" ? "Master" : "Mix";
  const { label } = job.result.target ?? {};
  return label ? `${name}, mastered: ${label}` : name;
}

export class Versions {
  // `does`: openMaster(job), runJob(job, words), say(text), pauseConsole().
  constructor(id, does) {
    Object.assign(this, { id, does });
    this.list = find("#version-list");
    this.choosing = null; // the bounce that is on its way into the song
  }

  async open() {
    const { bounces, working } = await listBounces(this.id);
    this.choosing = working.find((job) => job.kind === "choose")?.request.mix_id ?? null;
    this.show(bounces);
  }

  show(bounces) {
    find("#versions-empty").hidden = bounces.length > 0;
    this.list.replaceChildren(...bounces.map((job) => this.line(job)));
  }

  line(job) {
    if (job.state !== "done") return this.unfinished(job);
    const { master, files, figures } = figuresOf(job);
    const sound = master ? element("audio", { controls: true, preload: "none", src: master.url, "aria-label": nameOf(job), onplay: (event) => this.hearOnly(event.target) }) : null;
    const told = figures.map(({ name, after, unit }) => `${name.toLowerCase()} ${showLufs(after)} ${unit}`).join(" · ");
    return element("li", { class: "version", "data-job": job.id },
      element("div", { class: "version-words" },
        element("b", { text: nameOf(job) }),
        element("span", { class: "soft", text: [ago(job.created_at), job.duration_s ? clock(job.duration_s) : "", told].filter(Boolean).join(" · ") }),
        job.is_current ? element("span", { class: "badge-gold", text: "in the song" }) : null,
        job.id === this.choosing ? element("span", { class: "soft", text: "on its way into the song …" }) : null),
      sound,
      element("div", { class: "version-acts" },
        ...files.filter((file) => /\.(wav|flac|mp3)$/.test(file.name)).map((file) => element("a", { class: "ghost-button is-small", href: `${file.url}?download=1`, download: "", "aria-label": `${file.name} of ${nameOf(job)}` }, icon("download"), file.name)),
        job.is_current || job.id === this.choosing || !this.isSong ? null : element("button", { type: "button", class: "ghost-button is-small", onclick: () => this.choose(job) }, icon("compact-disc"), "Make it the song"),
        job.kind === "master" || job.result.target ? element("button", { type: "button", class: "ghost-button is-small", onclick: () => this.does.openMaster(job) }, icon("gem"), "Figures") : null,
        this.dropper(job)));
  }

  hearOnly(audio) {
    this.does.pauseConsole();
    for (const other of this.list.querySelectorAll("audio")) if (other !== audio) other.pause();
  }

  unfinished(job) {
    const told = job.state === "failed" ? job.error?.message : isOver(job.state) ? "Cancelled" : job.message;
    return element("li", { class: "version is-unfinished", "data-job": job.id }, element("div", { class: "version-words" },
      element("b", { text: nameOf(job) }), element("span", { class: "soft", text: [ago(job.created_at), told].filter(Boolean).join(" · ") })),
    isOver(job.state) ? element("div", { class: "version-acts" }, this.dropper(job)) : null);
  }

  dropper(job) {
    return element("button", { type: "button", class: "icon-button is-tiny", "aria-label": `Delete ${nameOf(job)}`, title: "Delete", onclick: () => this.drop(job) }, icon("trash-can"));
  }

  async drop(job) {
    const stays = this.isSong ? "Where it went into the song, the song keeps its copy." : "The console stays as it is.";
    const yes = job.state !== "done" || await ask({ title: `Delete ${nameOf(job)}?`, text: `Its files here go for good. ${stays}`, yes: "Delete it", no: "Keep it" });
    if (!yes) return;
    try {
      await deleteJob(job.id);
      await this.open();
      find("#versions-title").focus();
    } catch (error) {
      toastError(error);
    }
  }

  // The song's files, its films and its package follow: a job, since films take their time.
  async choose(job) {
    try {
      const work = await chooseBounce(this.id, job.id);
      await this.open();
      if (await this.does.runJob(work, "Putting the mix into the song …")) await this.chosen();
      else await this.open();
    } catch (error) {
      toastError(error);
    }
  }

  async chosen() {
    await this.open();
    toast("The song plays this mix now, in its films and its package, too.");
    this.does.say("The song plays this mix now.");
  }
}
