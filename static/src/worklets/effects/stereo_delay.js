// The same sound some whole samples later, in place.

export class StereoDelay {
  constructor(samples) {
    this.samples = samples;
    this.left = new Float32Array(samples);
    this.right = new Float32Array(samples);
    this.place = 0;
  }

  process(left, right) {
    const { samples } = this;
    if (samples === 0) return;
    let { place } = this;
    for (let at = 0; at < left.length; at += 1) {
      const a = left[at];
      const b = right[at];
      left[at] = this.left[place];
      right[at] = this.right[place];
      this.left[place] = a;
      this.right[place] = b;
      place += 1;
      if (place === samples) place = 0;
    }
    this.place = place;
  }
}
