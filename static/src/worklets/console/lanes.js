// Automation: the value of a lane at a sample of the song. Straight lines between points, held before and after them all.
import { BLOCK } from "./levels.js";

export class LaneReader {
  // `points` is a list of {at_s, value}, in order of time. A switch (mute) keeps each value until the next point.
  constructor(target, points, rate_hz) {
    this.target = target;
    this.points = points.map(({ at_s, value }) => ({ at: at_s * rate_hz, value }));
    this.isSwitch = target.endsWith("/mute");
    this.at = 0;
  }

  valueAt(sample) {
    const { points } = this;
    let { at } = this;
    if (at >= points.length || points[at].at > sample) at = 0; // somebody went back
    while (at + 1 < points.length && points[at + 1].at <= sample) at += 1;
    this.at = at;
    const here = points[at];
    const next = points[at + 1];
    if (this.isSwitch || !next || sample <= here.at) return here.value;
    return here.value + ((next.value - here.value) * (sample - here.at)) / (next.at - here.at);
  }

  // A muted strip fades over four blocks: 1 where it sounds, 0 where it does not.
  openAt(sample) {
    let open = 0;
    for (let back = 4; back >= 1; back -= 1) open += this.valueAt(sample - back * BLOCK) < 0.5 ? 0.25 : 0;
    return open;
  }
}
