// Every effect that plays live, by the catalogue's name. Each opens as a stream, as the server's effects do:
// {latency, process(left, right, keyLeft?, keyRight?) in place, retune(params), reduction_db?}.
// `params` are complete (defaults filled in); `context` is {rate_hz, seed, rooms}.
import { Compressor } from "./compressor.js";
import { openEq } from "./eq.js";
import { Reverb } from "./reverb.js";

const OPENERS = {
  eq: openEq,
  compressor: (params, context) => new Compressor(params, context),
  convolution_reverb: (params, context) => new Reverb("convolution_reverb", params, context),
  algorithmic_reverb: (params, context) => new Reverb("algorithmic_reverb", params, context),
};

export const LIVE_KINDS = Object.keys(OPENERS);

// The stream, or null for a kind that only the server has.
export function openEffect(kind, params, context) {
  return OPENERS[kind]?.(params, context) ?? null;
}
