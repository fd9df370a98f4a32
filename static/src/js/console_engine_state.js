// The console's JSON made complete for the worklet: every effect with all its parameters, frozen strips as they sound.

// `catalogue` is what GET /api/audio/effects gives: a list of kinds, or {effects: [...]}, or an object by kind.
export function defaultsOf(catalogue) {
  const kinds = Array.isArray(catalogue) ? catalogue : catalogue.effects ?? Object.values(catalogue);
  return new Map(kinds.map((kind) => [kind.kind, Object.fromEntries(kind.params.map((param) => [param.name, param.default]))]));
}

export function completeState(state, catalogue, frozen = new Map()) {
  const defaults = defaultsOf(catalogue);
  const channels = state.channels.map((channel) => completeStrip(channel, defaults, frozen.get(channel.id)));
  const buses = (state.buses ?? []).map((bus) => completeStrip(bus, defaults, frozen.get(bus.id)));
  const mix = completeStrip(state.mix ?? { id: "mix" }, defaults, frozen.get("mix"));
  return { seed: state.seed ?? 0, lanes: state.lanes ?? [], channels, buses, mix };
}

function completeStrip(strip, defaults, frozenStem) {
  const whole = {
    gain_db: 0, inverted: false, fader_db: 0, pan: 0, width: 1, mute: false, solo: false, output: "mix", ...strip,
    sends: (strip.sends ?? []).map((send) => ({ level_db: 0, pre_fader: false, ...send })),
    effects: (strip.effects ?? []).map((slot) => ({
      bypass: false, key: "", ...slot, params: { ...defaults.get(slot.kind), ...slot.params },
    })),
  };
  if (frozenStem) {
    Object.assign(whole, { isFrozen: true, stem: frozenStem, offset_s: 0, gain_db: 0, inverted: false, effects: [] });
  }
  return whole;
}

// The strips that play a file: channels, and buses that are frozen.
export function playing(state) {
  return [...state.channels, ...state.buses, state.mix].filter((strip) => strip.stem);
}
