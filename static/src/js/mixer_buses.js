// Buses come and go whole: the state with one more, or without one and without all that led to it.
import { stripsOf } from "./mixer_paths.js";

const MAX_BUSES = 16;

// {state, id}, or null where there is no room for another.
export function withBus(state) {
  if (state.buses.length >= MAX_BUSES) return null;
  const taken = new Set(stripsOf(state).map((strip) => strip.id));
  let n = 1;
  while (taken.has(`bus-${n}`)) n += 1;
  const bus = {
    ...state.mix, id: `bus-${n}`, label: `Bus ${n}`, gain_db: 0, inverted: false, effects: [], fader_db: 0, pan: 0, width: 1,
    mute: false, solo: false, sends: [], output: "mix",
  };
  return { id: bus.id, state: { ...state, buses: [...state.buses, bus] } };
}

// What went to the bus goes where the bus went; what listened to it is bypassed.
export function withoutBus(state, id) {
  const gone = state.buses.find((bus) => bus.id === id);
  const mended = (strip) => ({
    ...strip,
    output: strip.output === id ? gone.output : strip.output,
    sends: strip.sends.filter((send) => send.bus !== id),
    effects: strip.effects.map((slot) => (slot.key === id ? { ...slot, key: "", bypass: true } : slot)),
  });
  const isKept = ({ target }) => !target.startsWith(`${id}/`) && !target.includes(`/sends/${id}/`);
  return {
    ...state,
    channels: state.channels.map(mended),
    buses: state.buses.filter((bus) => bus.id !== id).map(mended),
    mix: mended(state.mix),
    lanes: state.lanes.filter(isKept),
  };
}
