// A microphone as it comes: raw samples from an audio worklet, no echo cancelling, no automatic level.
import { encodeWav } from "./mixer_wav.js";

const WORKLET_URL = "/static/dist/mixer_recorder_worklet.js";

export class Recorder {
  // Opens the microphone; `onLevel(peak)` hears how loud it is. The browser asks the person.
  async open(deviceId, onLevel) {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: { deviceId: deviceId ? { exact: deviceId } : undefined, echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } },
    });
    this.context = new AudioContext({ latencyHint: "interactive" });
    await this.context.audioWorklet.addModule(WORKLET_URL);
    this.node = new AudioWorkletNode(this.context, "take-recorder", { numberOfOutputs: 0 });
    this.node.port.onmessage = ({ data }) => {
      onLevel(data.peak);
      if (!this.isTaking) return;
      if (!this.pieces.length) this.from_s = data.at_s;
      this.pieces.push(data.channels);
    };
    this.context.createMediaStreamSource(this.stream).connect(this.node);
    await this.context.resume();
  }

  // How long the take is by now, on the audio clock; null before its first sample.
  get taken_s() {
    return this.isTaking && this.pieces.length ? this.context.currentTime - this.from_s : null;
  }

  // What the way in takes, as far as the browser knows it.
  get latency_s() {
    const told = this.stream?.getAudioTracks()[0]?.getSettings().latency;
    return told ?? 0;
  }

  start() {
    this.pieces = [];
    this.isTaking = true;
  }

  // The take as a WAV file without its first `skip_s`, and its length.
  stop(skip_s = 0) {
    this.isTaking = false;
    const count = this.pieces[0]?.length ?? 1;
    const samples = this.pieces.reduce((sum, piece) => sum + piece[0].length, 0);
    const channels = Array.from({ length: count }, () => new Float32Array(samples));
    let at = 0;
    for (const piece of this.pieces) {
      channels.forEach((channel, side) => channel.set(piece[side] ?? piece[0], at));
      at += piece[0].length;
    }
    this.pieces = [];
    const rate_hz = this.context.sampleRate;
    const kept = channels.map((channel) => channel.subarray(Math.min(samples, Math.round(skip_s * rate_hz))));
    return { blob: encodeWav(kept, rate_hz), duration_s: kept[0].length / rate_hz };
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.context?.close();
    this.stream = null;
    this.context = null;
  }
}
