// The picture of one audition: its spectrogram with the pitch that is meant drawn over it.
import { decode, paintSpectrogram, shareOfHz } from "./voices_spectrum.js";

const COLUMNS_A_SECOND = 125;
const MOST_COLUMNS = 2400;
const ROWS = 300;
const MOST_KEPT = 4;
const LABELS_HZ = [100, 200, 400, 800, 1600, 3200, 6400, 12800];
const hzOfMidi = (midi) => 440 * 2 ** ((midi - 69) / 12);

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.audition = null;
    this.ready = new Map(); // audition id -> a canvas with its spectrogram
    this.coming = null; // the one that is being painted
    this.loading = null;
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  // Shows an audition; resolves when its spectrogram stands.
  async show(audition) {
    this.audition = audition;
    this.draw();
    if (!this.ready.has(audition.id)) await this.prepare(audition);
    if (this.audition === audition) this.draw();
  }

  async prepare(audition) {
    this.loading?.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    const sound = await decode(audition.audio_url, signal);
    const made = document.createElement("canvas");
    made.width = Math.min(MOST_COLUMNS, Math.round(sound.duration_s * COLUMNS_A_SECOND));
    made.height = ROWS;
    this.coming = { id: audition.id, made };
    const isWhole = await paintSpectrogram(sound, made, { signal, onPart: () => this.draw() });
    if (!isWhole) return;
    this.ready.set(audition.id, made);
    if (this.ready.size > MOST_KEPT) this.ready.delete(this.ready.keys().next().value);
  }

  draw() {
    const { canvas, audition } = this;
    if (!audition || !canvas.clientWidth) return;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * scale);
    canvas.height = Math.round(canvas.clientHeight * scale);
    const ink = canvas.getContext("2d");
    ink.imageSmoothingQuality = "high";
    ink.fillStyle = "#080605";
    ink.fillRect(0, 0, canvas.width, canvas.height);
    const whole = this.ready.get(audition.id);
    const made = whole ?? (this.coming?.id === audition.id ? this.coming.made : null);
    canvas.dataset.shows = whole ? audition.id : "";
    if (made) ink.drawImage(made, 0, 0, canvas.width, canvas.height);
    ink.scale(scale, scale);
    this.drawScale(ink);
    if (audition.pitch) this.drawPitch(ink);
  }

  drawScale(ink) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    ink.font = "600 10.5px 'Inter Variable', sans-serif";
    ink.textBaseline = "middle";
    for (const hz of LABELS_HZ) {
      const y = shareOfHz(hz) * height;
      ink.fillStyle = "rgb(248 227 174 / 9%)";
      ink.fillRect(0, Math.round(y), width, 1);
      label(ink, hz < 1000 ? `${hz}` : `${hz / 1000}k`, 6, y);
    }
    ink.textBaseline = "alphabetic";
    const step_s = this.audition.duration_s > 20 ? 5 : 1;
    for (let at_s = step_s; at_s < this.audition.duration_s; at_s += step_s) {
      label(ink, `${at_s} s`, (at_s / this.audition.duration_s) * width + 4, height - 6);
      ink.fillStyle = "rgb(248 227 174 / 30%)";
      ink.fillRect(Math.round((at_s / this.audition.duration_s) * width), height - 8, 1, 8);
    }
  }

  drawPitch(ink) {
    const { pitch, duration_s } = this.audition;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    ink.beginPath();
    let pen = false;
    pitch.midi.forEach((midi, at) => {
      if (midi === null) {
        pen = false;
        return;
      }
      const x = ((at * pitch.step_s) / duration_s) * width;
      const y = shareOfHz(hzOfMidi(midi)) * height;
      if (pen) ink.lineTo(x, y);
      else ink.moveTo(x, y);
      pen = true;
    });
    ink.lineJoin = "round";
    for (const [style, thick] of [["rgb(8 6 5 / 75%)", 4.5], ["#8fe3ff", 1.8]]) {
      ink.strokeStyle = style;
      ink.lineWidth = thick;
      ink.stroke();
    }
  }
}

function label(ink, text, x, y) {
  ink.strokeStyle = "rgb(8 6 5 / 85%)";
  ink.lineWidth = 3;
  ink.strokeText(text, x, y);
  ink.fillStyle = "rgb(248 227 174 / 82%)";
  ink.fillText(text, x, y);
}
