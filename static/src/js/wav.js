// A WAV file read piece by piece over HTTP ranges: nothing is loaded that is not played.

const HEAD_BYTES = 4096;

export async function fetchRange(url, from, to, signal) {
  const response = await fetch(url, {
    headers: { Range: `bytes=${from}-${to}` }, credentials: "same-origin", signal,
  });
  if (response.status !== 206) throw new Error(`a stem answered ${response.status} instead of a range`);
  return response.arrayBuffer();
}

export async function openWav(url) {
  const head = new DataView(await fetchRange(url, 0, HEAD_BYTES - 1));
  return { url, ...parseHead(head) };
}

// Walks the RIFF chunks. 16- and 24-bit integers and 32-bit floats are read.
export function parseHead(head) {
  const tag = (at) => String.fromCharCode(...[0, 1, 2, 3].map((i) => head.getUint8(at + i)));
  if (tag(0) !== "RIFF" || tag(8) !== "WAVE") throw new Error("this stem is no WAV file");
  let format = null;
  for (let at = 12; at + 8 <= head.byteLength; ) {
    const size = head.getUint32(at + 4, true);
    if (tag(at) === "fmt ") {
      format = {
        channels: head.getUint16(at + 10, true), rate_hz: head.getUint32(at + 12, true),
        frameBytes: head.getUint16(at + 20, true), bits: head.getUint16(at + 22, true),
      };
    } else if (tag(at) === "data" && format) {
      return { ...format, dataAt: at + 8, frames: Math.floor(size / format.frameBytes) };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error("this stem has no sound in its first 4 KB");
}

// Frames [from, from + count) as an AudioBuffer.
export async function readFrames(wav, context, from, count, signal) {
  const start = wav.dataAt + from * wav.frameBytes;
  const bytes = await fetchRange(wav.url, start, start + count * wav.frameBytes - 1, signal);
  const frames = Math.floor(bytes.byteLength / wav.frameBytes);
  const buffer = context.createBuffer(wav.channels, Math.max(1, frames), wav.rate_hz);
  for (let channel = 0; channel < wav.channels; channel += 1) {
    decodeChannel(bytes, wav, channel, frames, buffer.getChannelData(channel));
  }
  return buffer;
}

export function decodeChannel(bytes, wav, channel, frames, out) {
  const width = wav.bits / 8;
  const view = new DataView(bytes);
  const raw = new Uint8Array(bytes);
  let at = channel * width;
  for (let frame = 0; frame < frames; frame += 1, at += wav.frameBytes) {
    if (width === 3) out[frame] = (((raw[at + 2] << 24) | (raw[at + 1] << 16) | (raw[at] << 8)) >> 8) / 8388608;
    else if (width === 2) out[frame] = view.getInt16(at, true) / 32768;
    else out[frame] = view.getFloat32(at, true);
  }
}
