// The static curve of a compressor or gate: what comes out for what comes in, and where the sound stands on it now.
import { element } from "./dom.js";
import { compressorOut, gateOut } from "./mixer_response.js";

const LOWEST_DB = -72;
const CURVES = { compressor: compressorOut, gate: gateOut };
const NAMES = { compressor: ["threshold_db", "ratio", "knee_db", "makeup_db"], gate: ["threshold_db", "range_db"] };

export class CurveView {
  static suits = (kind) => kind in CURVES;

  constructor(model, slotOf) {
    Object.assign(this, { model, slotOf });
    this.canvas = element("canvas", { class: "curve", "aria-hidden": "true", width: 240, height: 240 });
    this.lowered = element("span", { class: "lowered", title: "How far it is turned down now" }, element("i"));
    this.root = element("div", { class: "curve-row" }, this.canvas, this.lowered);
  }

  update() {
    const slot = this.slotOf();
    if (!slot) return;
    const { width, height } = this.canvas;
    const ink = this.canvas.getContext("2d");
    const values = Object.fromEntries(NAMES[slot.kind].map((name) => [name, this.model.param(slot, name)]));
    const x = (db) => (1 - db / LOWEST_DB) * width;
    const y = (db) => (db / LOWEST_DB) * height;
    ink.clearRect(0, 0, width, height);
    ink.strokeStyle = "rgb(255 235 200 / 9%)";
    for (let db = LOWEST_DB; db <= 0; db += 12) {
      ink.strokeRect(x(db), 0, 0, height);
      ink.strokeRect(0, y(db), width, 0);
    }
    ink.setLineDash([4, 5]);
    ink.strokeStyle = "rgb(255 235 200 / 30%)";
    ink.strokeRect(x(values.threshold_db), 0, 0, height);
    ink.beginPath();
    ink.moveTo(0, height);
    ink.lineTo(width, 0);
    ink.stroke();
    ink.setLineDash([]);
    ink.beginPath();
    for (let db = LOWEST_DB; db <= 0; db += 0.5) ink.lineTo(x(db), y(CURVES[slot.kind](db, values)));
    ink.strokeStyle = slot.bypass ? "#7d7263" : "#f8e3ae";
    ink.lineWidth = 4;
    ink.stroke();
    ink.lineWidth = 1;
  }

  // `db` is how far the effect turns down now (0 or less).
  meter(db) {
    this.lowered.firstChild.style.transform = `scaleY(${Math.min(1, -Math.min(0, db ?? 0) / 24).toFixed(3)})`;
  }
}
