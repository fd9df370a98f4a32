// Hands the microphone's samples to the page in pieces of about a twentieth of a second, each with the time of its
// first sample on the audio clock.
const PIECE = 2048;

class TakeRecorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.clear(1);
  }

  clear(channels) {
    this.held = Array.from({ length: channels }, () => new Float32Array(PIECE));
    this.filled = 0;
    this.peak = 0;
  }

  process([input]) {
    if (!input?.length) return true;
    if (input.length !== this.held.length) this.clear(input.length);
    if (this.filled === 0) this.at_s = currentTime;
    input.forEach((samples, side) => {
      this.held[side].set(samples, this.filled);
      for (const sample of samples) this.peak = Math.max(this.peak, Math.abs(sample));
    });
    this.filled += input[0].length;
    if (this.filled + 128 > PIECE) {
      this.port.postMessage({ at_s: this.at_s, channels: this.held.map((samples) => samples.slice(0, this.filled)), peak: this.peak });
      this.clear(input.length);
    }
    return true;
  }
}

registerProcessor("take-recorder", TakeRecorder);
