// The mastering room: a target, perhaps a reference; the master heard against the mix at one loudness; what codecs do.
import { element, find, findAll, icon } from "./dom.js";
import { ChainForm } from "./mixer_chain.js";
import { getJob, listBounces, startMaster, uploadSound } from "./mixer_api.js";
import { figuresOf } from "./mixer_results.js";
import { showLufs, withMinus } from "./mixer_numbers.js";
import { toast } from "./toast.js";

// The studio names a field by its address.
const inWords = (message) => withMinus(message.replace(/^target\/lufs/, "The loudness in LUFS").replace(/^target\/ceiling_dbtp/, "The ceiling in dBTP"));

export class MasterRoom {
  // `does`: runJob(job, words), save() (the console, first), say(text), pauseConsole().
  constructor(id, does) {
    Object.assign(this, { id, does });
    this.reference = null;
    this.heard = "master";
    this.sounds = { mix: new Audio(), master: new Audio() };
    this.form = find("#master-form");
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    for (const input of findAll("#custom-lufs, #custom-ceiling")) input.addEventListener("input", () => this.choose("custom"));
    this.chain = new ChainForm();
    this.wireReference();
    this.wirePlayer();
  }

  choose(target) {
    this.form.querySelector(`[name="target"][value="${target}"]`).checked = true;
  }

  wireReference() {
    const zone = find("#reference-drop");
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
      });
    }
    zone.addEventListener("drop", (event) => this.bring(event.dataTransfer.files[0]));
    find("#reference-file").addEventListener("change", (event) => this.bring(event.target.files[0]));
    find("#reference-clear").addEventListener("click", () => this.setReference(null));
  }

  async bring(file) {
    if (!file) return;
    const bar = find("#reference-progress");
    const error = find("#error-reference");
    error.textContent = "";
    bar.hidden = false;
    find("#master-go").disabled = true; // a master without the reference that is on its way would be a surprise
    try {
      this.setReference(await uploadSound(file, (share) => {
        bar.value = share;
        if (share >= 1) find("#reference-name").textContent = `Listening to ${file.name} …`;
      }));
    } catch (problem) {
      this.setReference(this.reference);
      error.textContent = problem.message;
    }
    bar.hidden = true;
    find("#master-go").disabled = false;
    find("#reference-file").value = "";
  }

  setReference(upload) {
    this.reference = upload;
    find("#reference-name").textContent = upload ? upload.name : "A track that it should sound like";
    find("#reference-drop").classList.toggle("has-file", Boolean(upload));
    find("#reference-clear").hidden = !upload;
  }

  get target() {
    const chosen = new FormData(this.form).get("target");
    if (chosen !== "custom") return chosen;
    return { lufs: Number(find("#custom-lufs").value), ceiling_dbtp: Number(find("#custom-ceiling").value) };
  }

  async onSubmit(event) {
    event.preventDefault();
    const button = find("#master-go");
    for (const field of findAll("#error-target, #error-chain")) field.textContent = "";
    if (!(await this.does.save())) return;
    button.disabled = true;
    const asked = { session: this.id, target: this.target, codecs: new FormData(this.form).getAll("codec") };
    if (find("#codec-headroom").checked) asked.codec_headroom = true;
    if (this.chain.read()) asked.chain = this.chain.read();
    if (this.reference) asked.reference = this.reference.id;
    try {
      const job = await this.does.runJob(await startMaster(asked), "Mastering …");
      if (job) this.show(job, { isNew: true });
    } catch (error) {
      find(error.field?.startsWith("chain") ? "#error-chain" : "#error-target").textContent = inWords(error.message);
    }
    button.disabled = false;
  }

  // What was mastered last, where a person comes back to the room.
  async openNewest() {
    if (this.job) return;
    const { bounces } = await listBounces(this.id);
    const newest = bounces.find((job) => job.kind === "master" && job.state === "done");
    if (newest && !this.job) await this.open(newest.id);
  }

  async open(jobId) {
    this.job = { id: jobId };
    try {
      this.show(await getJob(jobId));
    } catch (error) {
      toast(error.message, { kind: "error" });
    }
  }

  show(job, { isNew = false } = {}) {
    this.job = job;
    find("#master-empty").hidden = true;
    find("#master-full").hidden = false;
    const { mix, master, files, figures, decisions, codecs, gains, refusal } = figuresOf(job);
    this.gains = gains;
    for (const sound of Object.values(this.sounds)) sound.pause();
    this.sounds = { mix: new Audio(mix?.url), master: new Audio(master?.url) };
    for (const sound of Object.values(this.sounds)) {
      sound.preload = "auto";
      sound.addEventListener("ended", () => this.showPlaying());
    }
    find('[data-ab="mix"]').hidden = !mix;
    this.match();
    this.showFigures(figures);
    find("#master-refusal").textContent = refusal;
    find("#master-decisions").replaceChildren(...decisions.map((text) => element("li", {}, icon("check"), element("span", { text }))));
    this.showCodecs(codecs);
    find("#master-files").replaceChildren(...files.map((file) => element("a", { class: "ghost-button is-small", href: `${file.url}?download=1`, download: "" }, icon("download"), file.name)));
    if (isNew) this.does.say("The master is ready.");
  }

  showFigures(figures) {
    find("#master-figures").replaceChildren(...figures.map(({ name, before, after, unit, isGood }) => element("div", { class: isGood === false ? "is-off" : "" },
      element("dt", { text: name }), element("dd", {}, element("b", { text: showLufs(after) }), ` ${unit}`), element("small", { class: "soft", text: before === null || before === undefined ? "" : `was ${showLufs(before)}` }))));
  }

  showCodecs(codecs) {
    find("#codec-part").hidden = codecs.length === 0;
    find("#codec-rows").replaceChildren(...codecs.map((codec) => element("tr", { class: codec.is_over ? "is-over" : "" },
      element("th", { scope: "row", text: codec.label }), element("td", { text: `${showLufs(codec.true_peak_dbtp)} dBTP` }), element("td", { text: `${showLufs(codec.integrated_lufs)} LUFS` }), element("td", { text: codec.meaning }))));
  }

  wirePlayer() {
    find("#ab-play").addEventListener("click", () => this.toggle());
    for (const button of findAll("[data-ab]")) button.addEventListener("click", () => this.hear(button.dataset.ab));
    find("#ab-match").addEventListener("change", () => this.match());
    const seek = find("#ab-seek");
    seek.addEventListener("input", () => {
      this.sound.currentTime = Number(seek.value);
    });
  }

  get sound() {
    return this.sounds[this.heard];
  }

  // The louder of two seems the better: at one loudness the louder one is turned down.
  match() {
    const isMatched = find("#ab-match").checked;
    for (const [name, sound] of Object.entries(this.sounds)) sound.volume = isMatched ? Math.min(1, 10 ** ((this.gains?.[name] ?? 0) / 20)) : 1;
  }

  toggle() {
    if (!this.sound.paused) this.sound.pause();
    else {
      this.does.pauseConsole();
      this.sound.play().catch(() => {});
    }
    this.showPlaying();
  }

  hear(which) {
    if (which === this.heard) return;
    const { currentTime, paused } = this.sound;
    this.sound.pause();
    this.heard = which;
    this.sound.currentTime = currentTime;
    if (!paused) this.sound.play().catch(() => {});
    for (const button of findAll("[data-ab]")) button.setAttribute("aria-pressed", String(button.dataset.ab === which));
  }

  pause() {
    this.sound.pause();
    this.showPlaying();
  }

  showPlaying() {
    const isPlaying = !this.sound.paused && !this.sound.ended;
    const button = find("#ab-play");
    button.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    button.replaceChildren(icon(isPlaying ? "pause" : "play"));
    const seek = find("#ab-seek");
    if (this.sound.duration) seek.max = String(this.sound.duration);
    seek.value = String(this.sound.currentTime);
    if (isPlaying) requestAnimationFrame(() => this.showPlaying());
  }
}
