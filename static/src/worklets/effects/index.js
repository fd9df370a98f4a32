// Every effect that plays live, by the catalogue's name. Each opens as a stream, as the server's effects do:
// {latency, process(left, right, keyLeft?, keyRight?) in place, retune(params), reduction_db?}.
// `params` are complete (defaults filled in); `context` is {rate_hz, seed, rooms}.
import { Compressor } from "./compressor.js";
import { Ducker } from "./ducker.js";
import { openEq } from "./eq.js";
import { Gate } from "./gate.js";
import { Reverb } from "./reverb.js";
import { openBassBoost, StereoWidth } from "./width.js";

const OPENERS = {
  eq: openEq,
  compressor: (params, context) => new Compressor(params, context),
  gate: (params, context) => new Gate(params, context),
  ducker: (params, context) => new Ducker(params, context),
  convolution_reverb: (params, context) => new Reverb("convolution_reverb", params, context),
  algorithmic_reverb: (params, context) => new Reverb("algorithmic_reverb", params, context),
  stereo_width: (params, context) => new StereoWidth(params, context),
  bass_boost: openBassBoost,
};

export const LIVE_KINDS = Object.keys(OPENERS);

// The stream, or null for a kind that only the server has.
export function openEffect(kind, params, context) {
  return OPENERS[kind]?.(params, context) ?? null;
}
