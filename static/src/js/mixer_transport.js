// The bar above the console: play, loop, time, where the song is, and what the sound has to say.
import { clock, find, icon, spokenClock } from "./dom.js";
import { clamp, showLufs } from "./mixer_numbers.js";

const DEFAULT_LOOP_S = 8;
const tenths = (time_s) => `${clock(time_s)}.${Math.floor((Math.max(0, time_s) % 1) * 10)}`;

export class Transport {
  // `does`: loop([from, to] | null).
  constructor(sound, view, does) {
    Object.assign(this, { sound, view, does });
    this.sections = [];
    this.play = find("#play");
    this.seekBar = find("#seek");
    this.play.addEventListener("click", () => sound.toggle());
    find("#to-start").addEventListener("click", () => this.seek(0));
    find("#loop").addEventListener("click", () => this.toggleLoop());
    this.seekBar.addEventListener("input", () => this.seek(Number(this.seekBar.value)));
    find("#zoom-in").addEventListener("click", () => view.zoom(1 / 1.5, sound.time_s));
    find("#zoom-out").addEventListener("click", () => view.zoom(1.5, sound.time_s));
    find("#zoom-all").addEventListener("click", () => view.show(0, view.duration_s));
  }

  setDuration(duration_s) {
    this.duration_s = duration_s;
    find("#time-all").textContent = clock(duration_s);
    this.seekBar.max = String(duration_s);
    this.showTime(0);
  }

  seek(time_s) {
    this.sound.seek(clamp(time_s, 0, this.duration_s));
  }

  // The section that one is in, else a few seconds from here.
  toggleLoop() {
    if (this.sound.loop) {
      this.does.loop(null);
      return;
    }
    const { time_s } = this.sound;
    const section = this.sections.find((one) => one.start_s <= time_s && time_s < one.end_s);
    this.does.loop(section ? [section.start_s, section.end_s] : [time_s, Math.min(this.duration_s, time_s + DEFAULT_LOOP_S)]);
  }

  showLoop(loop) {
    find("#loop").setAttribute("aria-pressed", String(Boolean(loop)));
  }

  showTime(time_s) {
    const text = tenths(time_s);
    if (text === this.shown) return;
    this.shown = text;
    find("#time-now").textContent = text;
    this.seekBar.value = String(time_s);
    this.seekBar.setAttribute("aria-valuetext", `${spokenClock(time_s)} of ${spokenClock(this.duration_s)}`);
    const section = this.sections.find((one) => one.start_s <= time_s && time_s < one.end_s);
    find("#now").textContent = section?.name ?? "";
  }

  showLoudness(short_lufs) {
    const now = performance.now();
    if (now - (this.told_ms ?? 0) < 200) return;
    this.told_ms = now;
    find("#bar-lufs").textContent = showLufs(short_lufs);
  }

  showState() {
    const { isPlaying, isBuffering, trouble } = this.sound;
    if (this.play.dataset.playing !== String(isPlaying)) {
      this.play.dataset.playing = String(isPlaying);
      this.play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
      this.play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    }
    this.note(trouble || (isBuffering ? "Waiting for the stems …" : ""));
  }

  note(text) {
    find("#sound-state").textContent = text;
  }
}
