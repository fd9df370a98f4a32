// Files that a person brings: sent one after the other, each with its measures or the reason why it cannot be used.
import { clock, element, fileSize, find, icon } from "./dom.js";
import { uploadSound } from "./mixer_api.js";
import { showLufs } from "./mixer_numbers.js";

const KNOWN = /\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|aac|mp4|aif|aiff|aifc)$/i;

const SILENT_LUFS = -69.9;

export class UploadList {
  constructor({ most, say }) {
    Object.assign(this, { most, say });
    this.files = []; // {file, upload, row}
    this.queue = Promise.resolve();
    this.list = find("#upload-list");
    const zone = find("#stem-drop");
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => this.onOver(event, zone, true));
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => this.onOver(event, zone, false));
    zone.addEventListener("drop", (event) => this.add([...event.dataTransfer.files]));
    find("#stem-files").addEventListener("change", (event) => {
      this.add([...event.target.files]);
      event.target.value = "";
    });
  }

  onOver(event, zone, isOver) {
    event.preventDefault();
    zone.classList.toggle("is-over", isOver);
  }

  get ids() {
    return this.files.filter((one) => one.upload).map((one) => one.upload.id);
  }

  get suggestedTitle() {
    return (this.files[0]?.file.name ?? "My session").replace(/\.[^.]+$/, "");
  }

  add(files) {
    const error = find("#error-stems");
    error.textContent = "";
    const room = this.most - this.files.filter((one) => !one.isRefused).length;
    if (files.length > room) error.textContent = `A session has ${this.most} stems at the most; ${files.length - room} of these are left out.`;
    for (const file of files.slice(0, room)) this.send(file);
    find("#start-end").hidden = this.files.length === 0;
    if (this.files.length && !find("#session-title").value) find("#session-title").value = this.suggestedTitle;
  }

  send(file) {
    const bar = element("progress", { class: "gold-progress", max: "1", value: "0", "aria-label": `Sending ${file.name}` });
    const facts = element("span", { class: "soft", text: fileSize(file.size) });
    const drop = element("button", { type: "button", class: "icon-button is-tiny", "aria-label": `Without ${file.name}`, onclick: () => this.drop(one) }, icon("xmark"));
    const row = element("li", { class: "upload-row" }, icon("file-audio"), element("span", { class: "upload-words" }, element("b", { text: file.name }), facts, bar), drop);
    const one = { file, row, upload: null };
    this.files.push(one);
    this.list.append(row);
    this.refresh();
    if (!KNOWN.test(file.name)) {
      this.refuse(one, facts, bar, `“${file.name}” is no sound file that the console knows: WAV, FLAC, MP3, OGG, M4A or AIFF.`);
      return;
    }
    this.queue = this.queue.then(async () => {
      if (!this.files.includes(one)) return;
      try {
        one.upload = await uploadSound(file, (share) => {
          bar.value = share;
        });
        facts.textContent = factsOf(one.upload);
        for (const notice of one.upload.notices ?? []) row.querySelector(".upload-words").append(element("span", { class: "upload-notice", text: notice.sentence ?? notice }));
        bar.remove();
        this.say(`${file.name} is there.`);
      } catch (error) {
        this.refuse(one, facts, bar, error.message);
      }
      this.refresh();
    });
  }

  refuse(one, facts, bar, why) {
    bar.remove();
    one.isRefused = true;
    one.row.classList.add("is-refused");
    facts.className = "field-error";
    facts.textContent = why;
    this.say(why);
    this.refresh();
  }

  drop(one) {
    this.files = this.files.filter((other) => other !== one);
    one.row.remove();
    this.refresh();
  }

  refresh() {
    find("#start-end").hidden = this.files.length === 0;
    const isWaiting = this.files.some((one) => !one.upload && !one.isRefused);
    find("#open-session").disabled = isWaiting || this.ids.length === 0;
    find("#open-session span").textContent = isWaiting ? "Files are on their way …" : this.ids.length === 1 ? "Mix and master it" : "To the console";
  }
}

function factsOf(upload) {
  const measures = upload.measures ?? {};
  const sides = upload.channels === 1 ? "mono" : "stereo";
  const rate = upload.source_rate_hz ? `${upload.source_rate_hz / 1000} kHz` : "";
  const loudness = measures.integrated_lufs === undefined ? "" : measures.integrated_lufs <= SILENT_LUFS ? "silent" : `${showLufs(measures.integrated_lufs)} LUFS`;
  return [upload.duration_s ? clock(upload.duration_s) : "", sides, rate, loudness].filter(Boolean).join(" · ");
}
