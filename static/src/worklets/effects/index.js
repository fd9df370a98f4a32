// Every effect that plays live, by the catalogue's name. Each opens as a stream, as the server's effects do:
// {latency, process(left, right, keyLeft?, keyRight?) in place, retune(params), reduction_db?}.
// `params` are complete (defaults filled in); `context` is {rate_hz, seed, rooms}.
import { Compressor } from "./compressor.js";
import { DeEsser } from "./de_esser.js";
import { Delay } from "./delay.js";
import { Dither } from "./dither.js";
import { Ducker } from "./ducker.js";
import { openEq } from "./eq.js";
import { Gate } from "./gate.js";
import { Limiter } from "./limiter.js";
import { Reverb } from "./reverb.js";
import { Saturation } from "./saturation.js";
import { TransientShaper } from "./transient.js";
import { Chorus, Doubler } from "./wandering.js";
import { openBassBoost, StereoWidth } from "./width.js";

const made = (Effect) => (params, context) => new Effect(params, context);
const room = (kind) => (params, context) => new Reverb(kind, params, context);

const OPENERS = {
  eq: openEq,
  compressor: made(Compressor),
  gate: made(Gate),
  ducker: made(Ducker),
  de_esser: made(DeEsser),
  saturation: made(Saturation),
  delay: made(Delay),
  chorus: made(Chorus),
  doubler: made(Doubler),
  convolution_reverb: room("convolution_reverb"),
  algorithmic_reverb: room("algorithmic_reverb"),
  stereo_width: made(StereoWidth),
  transient_shaper: made(TransientShaper),
  bass_boost: openBassBoost,
  limiter: made(Limiter),
  dither: made(Dither),
};

export const LIVE_KINDS = Object.keys(OPENERS);

// The stream, or null for a kind that only the server has.
export function openEffect(kind, params, context) {
  return OPENERS[kind]?.(params, context) ?? null;
}
