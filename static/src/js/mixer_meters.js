// Meters: the bars beside a fader, and what the mix says of itself: loudness, true peak, correlation, goniometer.
import { element, find } from "./dom.js";
import { clamp, showLufs } from "./mixer_numbers.js";

const FLOOR_DB = -60;
const HOLD_MS = 1400;
const FALL_DB_PER_S = 24;
const OVER_DB = -0.1;
const RED_DBTP = -1;

const place = (db) => clamp(1 - db / FLOOR_DB, 0, 1);

// Peak bars (one a side) with the RMS as a brighter core, a held peak, and a lamp that says "over" until it is pressed.
export class LevelMeter {
  constructor(sides) {
    this.lamp = element("button", { type: "button", class: "over-lamp", "aria-label": "Over: press to forget", tabindex: "-1", hidden: true });
    this.lamp.addEventListener("click", () => this.forget());
    this.bars = Array.from({ length: sides }, () => {
      const [cover, core, held] = ["cover", "core", "held"].map((name) => element("i", { class: name }));
      return { root: element("span", { class: "meter-bar" }, core, cover, held), cover, core, held, peak: FLOOR_DB, top: FLOOR_DB, at_ms: 0 };
    });
    this.root = element("div", { class: "meter", "aria-hidden": "true" }, this.lamp, ...this.bars.map((bar) => bar.root));
    this.last_ms = 0;
  }

  show({ peak_db, rms_db }, now_ms) {
    const fall = ((now_ms - this.last_ms) / 1000) * FALL_DB_PER_S;
    this.last_ms = now_ms;
    this.bars.forEach((bar, side) => {
      const peak = peak_db[Math.min(side, peak_db.length - 1)] ?? -200;
      const rms = rms_db ?? -200;
      bar.peak = Math.max(peak, bar.peak - fall);
      if (peak >= bar.top || now_ms - bar.at_ms > HOLD_MS) [bar.top, bar.at_ms] = [Math.max(peak, bar.peak), now_ms];
      bar.cover.style.transform = `scaleY(${(1 - place(bar.peak)).toFixed(3)})`;
      bar.core.style.transform = `scaleY(${place(rms).toFixed(3)})`;
      bar.held.style.transform = `translateY(${((1 - place(bar.top)) * 100).toFixed(1)}cqh)`;
      if (peak > OVER_DB) this.lamp.hidden = false;
    });
  }

  forget() {
    this.lamp.hidden = true;
  }

  // Nothing sounds any more.
  rest() {
    for (const bar of this.bars) {
      [bar.peak, bar.top] = [FLOOR_DB, FLOOR_DB];
      bar.cover.style.transform = "scaleY(1)";
      bar.core.style.transform = "scaleY(0)";
      bar.held.style.transform = "translateY(100cqh)";
    }
  }
}

// The mix's own meters. `heard` is the sound's `mix`: momentary_lufs, short_lufs, integrated_lufs, true_peak_dbtp,
// correlation, and `scope` {left, right}, the last samples of the chosen strip.
export class MixMeters {
  constructor() {
    this.scope = find("#goniometer");
    this.ink = this.scope.getContext("2d");
    this.outs = Object.fromEntries(["momentary", "short", "integrated", "peak"].map((name) => [name, find(`#meter-${name}`)]));
    this.bars = { momentary: find("#bar-momentary"), short: find("#bar-short") };
    this.needle = find("#correlation-needle");
    this.correlation = find("#correlation");
    this.told_ms = 0;
    this.clear();
  }

  show(heard, now_ms) {
    this.drawScope(heard.scope);
    for (const name of ["momentary", "short"]) {
      this.bars[name].style.transform = `scaleX(${clamp((heard[`${name}_lufs`] + 50) / 50, 0, 1).toFixed(3)})`;
    }
    this.needle.style.left = `${(clamp(heard.correlation, -1, 1) + 1) * 50}%`;
    this.needle.classList.toggle("is-bad", heard.correlation < -0.1);
    if (now_ms - this.told_ms < 120) return; // figures that change sixty times a second cannot be read
    this.told_ms = now_ms;
    this.outs.momentary.textContent = showLufs(heard.momentary_lufs);
    this.outs.short.textContent = showLufs(heard.short_lufs);
    this.outs.integrated.textContent = showLufs(heard.integrated_lufs);
    this.outs.peak.textContent = showLufs(heard.true_peak_dbtp);
    this.outs.peak.classList.toggle("is-over", heard.true_peak_dbtp > RED_DBTP);
    this.correlation.textContent = heard.correlation.toFixed(2).replace("-", "−");
  }

  // Middle up, sides apart: mono is a line that stands, the wider the rounder.
  drawScope(points) {
    const { ink, scope } = this;
    const { width, height } = scope;
    ink.fillStyle = "rgb(8 6 5 / 30%)";
    ink.fillRect(0, 0, width, height);
    ink.strokeStyle = "rgb(255 235 200 / 5%)";
    ink.beginPath();
    ink.moveTo(0, 0);
    ink.lineTo(width, height);
    ink.moveTo(width, 0);
    ink.lineTo(0, height);
    ink.stroke();
    if (!points) return;
    const half = width / 2;
    ink.fillStyle = "rgb(248 227 174 / 62%)";
    for (let at = 0; at < points.left.length; at += 2) {
      const [left, right] = [points.left[at], points.right[at]];
      ink.fillRect(half + (right - left) * half * 0.95, half - (left + right) * half * 0.95, 1.6, 1.6);
    }
  }

  clear() {
    for (const out of Object.values(this.outs)) out.textContent = "−∞";
    this.correlation.textContent = "0.00";
    this.ink.fillStyle = "#080605";
    this.ink.fillRect(0, 0, this.scope.width, this.scope.height);
  }
}
