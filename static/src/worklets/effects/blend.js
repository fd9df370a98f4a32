// Dry and wet: (1 - mix) dry + mix wet.
import { LineGlide } from "./gliding.js";

export class Blend {
  constructor(mix) {
    this.glide = new LineGlide([mix]);
    this.left = new Float32Array(64);
    this.right = new Float32Array(64);
  }

  to(mix) {
    this.glide.to([mix]);
  }

  keep(left, right) {
    if (this.left.length !== left.length) {
      this.left = new Float32Array(left.length);
      this.right = new Float32Array(left.length);
    }
    this.left.set(left);
    this.right.set(right);
  }

  // Wet in, blend out.
  process(left, right) {
    const { glide } = this;
    if (glide.left === 0 && glide.now[0] === 1) return;
    for (let at = 0; at < left.length; at += 1) {
      if (glide.left > 0) glide.step();
      const mix = glide.now[0];
      left[at] = (1 - mix) * this.left[at] + mix * left[at];
      right[at] = (1 - mix) * this.right[at] + mix * right[at];
    }
  }
}
