// Recording a take onto the timeline: the song plays, the microphone is written down, and it lands where it was sung.
import { element, find } from "./dom.js";
import { sendTake } from "./mixer_api.js";
import { Recorder } from "./mixer_recorder.js";

const COUNT_S = 3;
const KEPT_LATENCY = "studio-take-latency-ms";
const LONGEST_S = 1800;
const LOOK_EVERY_MS = 60;
const HALTED_S = 0.1;

export class TakeRoom {
  // `sound` plays the song; `does`: save(), landed(answer), say(text), loop(null).
  constructor(id, sound, does) {
    Object.assign(this, { id, sound, does });
    this.recorder = null;
    this.take = null;
    this.room = find("#take-room");
    this.button = find("#record");
    this.go = find("#take-go");
    this.latency = find("#take-latency");
    this.latency.value = localStorage.getItem(KEPT_LATENCY) ?? "0";
    this.latency.addEventListener("change", () => localStorage.setItem(KEPT_LATENCY, this.latency.value));
    this.button.addEventListener("click", () => this.setOpen(this.room.hidden));
    find("#take-close").addEventListener("click", () => this.setOpen(false));
    find("#take-device").addEventListener("change", () => this.openMicrophone());
    this.go.addEventListener("click", () => (this.isRecording ? this.stop() : this.start()));
    find("#take-keep").addEventListener("click", () => this.keep());
    find("#take-drop").addEventListener("click", () => this.drop());
  }

  async setOpen(isOpen) {
    this.room.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.room.scrollIntoView({ block: "nearest" }); // on a phone the button stays while the page scrolls
    if (isOpen) await this.openMicrophone();
    else this.closeMicrophone();
  }

  tell(text) {
    find("#error-take").textContent = text;
  }

  async openMicrophone() {
    this.closeMicrophone();
    this.tell("");
    const picker = find("#take-device");
    try {
      this.recorder = new Recorder();
      await this.recorder.open(picker.value, (peak) => this.showLevel(peak));
      const chosen = picker.value;
      const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "audioinput");
      picker.replaceChildren(element("option", { value: "", text: "The usual one" }), ...devices.map((device) => element("option", { value: device.deviceId, text: device.label || "Microphone" })));
      picker.value = chosen;
    } catch (error) {
      this.recorder = null;
      this.tell(error.name === "NotAllowedError"
        ? "The browser does not let this page use the microphone. Allow it in the address bar, then press record again."
        : "No microphone answers. Connect one, then press record again.");
    }
    this.go.disabled = !this.recorder;
  }

  closeMicrophone() {
    if (this.isRecording) this.stop();
    this.recorder?.close();
    this.recorder = null;
  }

  showLevel(peak) {
    const db = 20 * Math.log10(Math.max(peak, 1e-5));
    const bar = find("#take-level");
    bar.style.transform = `scaleX(${Math.max(0, 1 + db / 60).toFixed(3)})`;
    bar.classList.toggle("is-over", peak >= 0.99);
  }

  async start() {
    if (!this.recorder) return;
    this.drop();
    this.isRecording = true;
    this.button.setAttribute("aria-pressed", "true");
    find("span", this.go).textContent = "Stop";
    if (find("#take-count").checked && !(await this.countDown())) return;
    this.does.loop(null);
    this.offsets_s = [];
    this.start_s = this.sound.time_s;
    this.recorder.start();
    await this.sound.play();
    this.looks = setInterval(() => this.compare(), LOOK_EVERY_MS);
    this.timer = setTimeout(() => this.stop(), LONGEST_S * 1000);
    this.does.say("Recording.");
  }

  // Where the take's first sample lies in the song: what is heard now, less how long the take is by now. Many looks,
  // because both clocks are told in steps.
  compare() {
    const { taken_s } = this.recorder ?? {};
    if (!this.sound.isPlaying || this.sound.isBuffering || this.sound.time_s === this.seen_s || taken_s === null || taken_s === undefined) return;
    this.seen_s = this.sound.time_s;
    this.offsets_s.push(this.seen_s - taken_s);
  }

  // The middle look, and how far apart the looks lay: far when the song halted.
  get placed() {
    const looks = this.offsets_s.toSorted((a, b) => a - b);
    const at = (share) => looks[Math.floor(share * (looks.length - 1))];
    if (!looks.length) return { offset_s: this.sound.time_s, spread_s: 0 };
    return { offset_s: at(0.5), spread_s: at(0.9) - at(0.1) };
  }

  async countDown() {
    for (let left = COUNT_S; left > 0; left -= 1) {
      find("span", this.go).textContent = `${left} …`;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (!this.isRecording) return false;
    }
    find("span", this.go).textContent = "Stop";
    return true;
  }

  stop() {
    if (!this.isRecording) return;
    this.isRecording = false;
    clearTimeout(this.timer);
    clearInterval(this.looks);
    this.sound.pause();
    this.button.setAttribute("aria-pressed", "false");
    find("span", this.go).textContent = "Record from here";
    if (!this.recorder?.isTaking) return;
    // What was recorded before the song began to move is cut off: the take begins where the song did.
    const { offset_s, spread_s } = this.placed;
    const recorded = this.recorder.stop(Math.max(0, this.start_s - offset_s));
    if (recorded.duration_s < 0.2) {
      this.tell("That was too short to keep.");
      return;
    }
    if (spread_s > HALTED_S) this.tell("The song halted while you recorded: move the take with “Starts at”, or record it again.");
    this.take = { ...recorded, offset_s: Math.max(this.start_s, offset_s), latency_s: this.recorder.latency_s + Number(this.latency.value || 0) / 1000 };
    this.url = URL.createObjectURL(recorded.blob);
    find("#take-audio").src = this.url;
    find("#take-done").hidden = false;
    this.does.say("The take is ready: hear it, then keep it or throw it away.");
  }

  drop() {
    this.take = null;
    this.tell("");
    find("#take-done").hidden = true;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  async keep() {
    const button = find("#take-keep");
    if (!this.take || !(await this.does.save())) return;
    button.disabled = true;
    const form = new FormData();
    form.append("file", this.take.blob, "take.wav");
    form.append("offset_s", this.take.offset_s.toFixed(6));
    form.append("latency_s", this.take.latency_s.toFixed(6));
    try {
      const answer = await sendTake(this.id, form);
      this.drop();
      await this.does.landed(answer);
    } catch (error) {
      this.tell(error.message);
    }
    button.disabled = false;
  }
}
