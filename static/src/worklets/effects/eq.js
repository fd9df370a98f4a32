// The parametric equaliser of the console: cuts of 12, 24 or 48 dB an octave, two shelves, four bells.
import { biquad, BUTTERWORTH_Q, Cascade, NEUTRAL } from "./biquad.js";

const MOST_CUTS = 4;

// The sections' Q of a maximally flat cut of 12, 24 or 48 dB an octave.
function butterworth(slope_db) {
  const order = Number(slope_db) / 6;
  return Array.from({ length: order / 2 }, (_, at) => 1 / (2 * Math.cos((Math.PI * (2 * at + 1)) / (2 * order))));
}

// Always as many sections, so that each keeps its state while parameters move: (14, 5). The page draws its curve from them.
export function eqSections(params, rate_hz) {
  return [
    ...cut("high_pass", params.low_cut, params.low_cut_hz, params.low_cut_slope, rate_hz),
    biquad("low_shelf", params.low_shelf_hz, params.low_shelf_db, BUTTERWORTH_Q, rate_hz),
    ...[1, 2, 3, 4].map((n) => biquad("bell", params[`bell_${n}_hz`], params[`bell_${n}_db`], params[`bell_${n}_q`], rate_hz)),
    biquad("high_shelf", params.high_shelf_hz, params.high_shelf_db, BUTTERWORTH_Q, rate_hz),
    ...cut("low_pass", params.high_cut, params.high_cut_hz, params.high_cut_slope, rate_hz),
  ];
}

function cut(kind, isOn, frequency_hz, slope_db, rate_hz) {
  const found = isOn ? butterworth(slope_db).map((q) => biquad(kind, frequency_hz, 0, q, rate_hz)) : [];
  while (found.length < MOST_CUTS) found.push(NEUTRAL);
  return found;
}

export function openEq(params, { rate_hz }) {
  const cascade = new Cascade(eqSections(params, rate_hz));
  return {
    latency: 0,
    process: (left, right) => cascade.process(left, right),
    retune: (changed) => cascade.steer(eqSections(changed, rate_hz)),
  };
}
