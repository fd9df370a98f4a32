// A stretch of the mix as samples, by the worklet in an OfflineAudioContext.
import { playing } from "./console_engine_state.js";
import { ConsoleCore } from "../worklets/console/core.js";
import { PIECE } from "../worklets/console/stem_store.js";

const QUANTUM = 128;

// {left, right, rate_hz} of the song's samples [from, to); `from` lies on the grid. The console's latency is taken back.
export async function renderOffline({ state, rooms, feed, workletUrl, rate_hz, from, to, onProgress }) {
  const core = new ConsoleCore({ rate_hz, rooms: new Map(rooms) });
  core.setState(state);
  const samples = Math.max(1, to - from);
  const length = Math.ceil((samples + core.latency) / QUANTUM) * QUANTUM;
  const messages = [
    ...[...rooms].map(([key, room]) => ({ kind: "room", key, room })),
    ...(await pieces(state, feed, from, from + length, rate_hz, onProgress)),
    { kind: "state", state }, { kind: "seek", position: from }, { kind: "play" },
  ];
  const context = new OfflineAudioContext({ numberOfChannels: 2, length, sampleRate: rate_hz });
  await context.audioWorklet.addModule(workletUrl);
  const node = new AudioWorkletNode(context, "codecraft-console", {
    numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [2], processorOptions: { isOffline: true, messages },
  });
  node.connect(context.destination);
  const buffer = await context.startRendering();
  const [left, right] = [0, 1].map((side) => buffer.getChannelData(side).slice(core.latency, core.latency + samples));
  return { left, right, rate_hz };
}

// The messages that bring all sound of the stretch.
async function pieces(state, feed, from, to, rate_hz, onProgress) {
  const stems = new Map();
  for (const { stem, offset_s } of playing(state)) {
    const wav = feed.wavs.get(stem);
    if (!wav) continue;
    const offset = Math.round((offset_s ?? 0) * rate_hz);
    const numbers = stems.get(stem) ?? new Set();
    const last = Math.floor((Math.min(wav.frames, to - offset) - 1) / PIECE);
    for (let number = Math.floor(Math.max(0, from - offset) / PIECE); number <= last; number += 1) numbers.add(number);
    stems.set(stem, numbers);
  }
  const messages = [...stems.keys()].map((name) => ({ kind: "stem", name, frames: feed.wavs.get(name).frames }));
  const total = [...stems.values()].reduce((sum, numbers) => sum + numbers.size, 0);
  for (const [name, numbers] of stems) {
    for (const number of numbers) {
      const channels = await feed.read(name, number);
      messages.push({ kind: "piece", name, number, channels });
      onProgress((messages.length - stems.size) / total);
    }
  }
  return messages;
}
