// Automation: the value of a lane at a moment. Straight lines between points, held before the first and after the last.

export class LaneReader {
  // `points` is a list of {at_s, value}, in order of time. A switch (mute) keeps each value until the next point.
  constructor(target, points) {
    this.target = target;
    this.points = points;
    this.isSwitch = target.endsWith("/mute");
    this.at = 0;
  }

  valueAt(time_s) {
    const { points } = this;
    let { at } = this;
    if (at >= points.length || points[at].at_s > time_s) at = 0; // somebody went back
    while (at + 1 < points.length && points[at + 1].at_s <= time_s) at += 1;
    this.at = at;
    const here = points[at];
    const next = points[at + 1];
    if (this.isSwitch || !next || time_s <= here.at_s) return here.value;
    return here.value + ((next.value - here.value) * (time_s - here.at_s)) / (next.at_s - here.at_s);
  }

  // A muted strip fades over four blocks: 1 where it sounds, 0 where it does not.
  openAt(time_s, block_s) {
    let open = 0;
    for (let back = 3; back >= 0; back -= 1) open += this.valueAt(time_s - back * block_s) < 0.5 ? 0.25 : 0;
    return open;
  }
}
