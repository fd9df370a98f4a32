// Peak and mean square of a strip's output since the last look.

export class StripMeter {
  constructor() {
    this.clear();
  }

  clear() {
    this.peakLeft = 0;
    this.peakRight = 0;
    this.squares = 0;
    this.count = 0;
  }

  add(left, right) {
    let { peakLeft, peakRight, squares } = this;
    for (let at = 0; at < left.length; at += 1) {
      const a = left[at];
      const b = right[at];
      if (a > peakLeft) peakLeft = a;
      else if (-a > peakLeft) peakLeft = -a;
      if (b > peakRight) peakRight = b;
      else if (-b > peakRight) peakRight = -b;
      squares += a * a + b * b;
    }
    this.peakLeft = peakLeft;
    this.peakRight = peakRight;
    this.squares = squares;
    this.count += 2 * left.length;
  }

  // Writes peak left, peak right and RMS (linear) to `out` from `at`, and begins anew.
  take(out, at) {
    out[at] = this.peakLeft;
    out[at + 1] = this.peakRight;
    out[at + 2] = this.count ? Math.sqrt(this.squares / this.count) : 0;
    this.clear();
  }
}
