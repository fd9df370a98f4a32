// What reverbs need before they can sound: worked out once per room, outside the audio thread, and known by a key.
import { partsOf } from "./convolver.js";
import { networkOf } from "./network.js";

const KINDS = { convolution_reverb: "convolved", algorithmic_reverb: "computed" };

export function roomKey(kind, { space, decay }, seed) {
  return `${KINDS[kind]}/${space}/${seed}/${decay}`;
}

// [{key, kind: "convolved" | "computed", space, seed, decay}] of all reverbs among the slots, each once.
export function roomNeeds(slots, seed) {
  const needs = new Map();
  for (const { kind, params } of slots) {
    if (!(kind in KINDS)) continue;
    const key = roomKey(kind, params, seed);
    needs.set(key, { key, kind: KINDS[kind], space: params.space, seed, decay: params.decay });
  }
  return [...needs.values()];
}

// `impulse` is [left, right], the server's answer of that room, for the convolved ones.
export function prepareRoom({ kind, space, seed, decay, rate_hz, impulse }) {
  return kind === "convolved" ? { parts: partsOf(impulse) } : { network: networkOf({ space, seed, decay, rate_hz }) };
}
