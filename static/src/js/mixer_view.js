// Which part of the song the timeline shows, shared by its rows, its ruler and the playhead.
import { clamp } from "./mixer_numbers.js";

const SHORTEST_S = 1;

// Events: "change".
export class TimeView extends EventTarget {
  constructor() {
    super();
    Object.assign(this, { from_s: 0, span_s: 60, duration_s: 60 });
  }

  setDuration(duration_s) {
    this.duration_s = Math.max(SHORTEST_S, duration_s);
    this.show(0, this.duration_s);
  }

  show(from_s, span_s) {
    this.span_s = clamp(span_s, SHORTEST_S, this.duration_s);
    this.from_s = clamp(from_s, 0, this.duration_s - this.span_s);
    this.dispatchEvent(new Event("change"));
  }

  // Zooms around a moment, which stays where it is.
  zoom(factor, around_s) {
    const span_s = clamp(this.span_s * factor, SHORTEST_S, this.duration_s);
    this.show(around_s - ((around_s - this.from_s) / this.span_s) * span_s, span_s);
  }

  pan(share) {
    this.show(this.from_s + share * this.span_s, this.span_s);
  }

  // Turns the page when the playhead leaves it.
  follow(time_s) {
    if (time_s < this.from_s || time_s > this.from_s + this.span_s * 0.98) this.show(time_s - this.span_s * 0.05, this.span_s);
  }

  shareAt = (time_s) => (time_s - this.from_s) / this.span_s;
  timeAt = (share) => this.from_s + share * this.span_s;
}
