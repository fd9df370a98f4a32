// Samples as a WAV file of 32-bit floats: nothing is rounded, nothing clips.

const HEAD_BYTES = 44;
const FLOAT = 3;

export function encodeWav(channels, rate_hz) {
  const frameBytes = 4 * channels.length;
  const dataBytes = frameBytes * channels[0].length;
  const bytes = new ArrayBuffer(HEAD_BYTES + dataBytes);
  const view = new DataView(bytes);
  const text = (at, word) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEAD_BYTES - 8 + dataBytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, FLOAT, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate_hz, true);
  view.setUint32(28, rate_hz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 32, true);
  text(36, "data");
  view.setUint32(40, dataBytes, true);
  const out = new Float32Array(bytes, HEAD_BYTES);
  channels.forEach((channel, side) => channel.forEach((value, at) => {
    out[at * channels.length + side] = value;
  }));
  return new Blob([bytes], { type: "audio/wav" });
}
