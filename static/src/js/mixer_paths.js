// Addresses of the console's controls, the same as the studio's own (mixer/engine/console/paths.py):
// `lead/fader_db`, `lead/sends/room/level_db`, `lead/effects/comp/params/ratio`, `lanes/lead/fader_db`.
// States are never changed in place: what did not change keeps its identity.

const LANES = "lanes/";

export const stripsOf = (state) => [...state.channels, ...state.buses, state.mix];
export const stripAt = (state, id) => stripsOf(state).find((strip) => strip.id === id) ?? null;
export const laneOf = (state, target) => state.lanes.find((lane) => lane.target === target) ?? null;
export const isChannel = (state, id) => state.channels.some((channel) => channel.id === id);
export const stripIdOf = (path) => (path.startsWith(LANES) ? path.slice(LANES.length) : path).split("/")[0];
export const lanePath = (target) => LANES + target;

const nameOf = (member) => member.bus ?? member.id;

// What stands at `path`; null where nothing does.
export function valueAt(state, path) {
  if (path.startsWith(LANES)) return laneOf(state, path.slice(LANES.length))?.points ?? null;
  const [id, ...words] = path.split("/");
  let value = stripAt(state, id);
  for (const word of words) {
    if (value === null || value === undefined) return null;
    value = Array.isArray(value) ? value.find((one) => nameOf(one) === word) : value[word];
  }
  return value ?? null;
}

// The state with `value` at `path`; null takes an effect, a send, a parameter or a lane away. An effect may say `at`,
// its place in the chain. Throws when the path leads nowhere.
export function withValue(state, path, value) {
  if (path === "") return value;
  if (path.startsWith(LANES)) {
    const target = path.slice(LANES.length);
    const others = state.lanes.filter((lane) => lane.target !== target);
    return { ...state, lanes: value === null ? others : [...others, { target, points: value }] };
  }
  const [id, ...words] = path.split("/");
  const change = (strip) => (strip.id === id ? changed(strip, words, value, path) : strip);
  if (!stripAt(state, id)) throw new Error(`There is no channel or bus “${id}”.`);
  if (state.mix.id === id) return { ...state, mix: change(state.mix) };
  if (isChannel(state, id)) return { ...state, channels: state.channels.map(change) };
  return { ...state, buses: state.buses.map(change) };
}

function changed(holder, [word, ...deeper], value, path) {
  const inner = holder[word];
  if (Array.isArray(inner) && deeper.length) return { ...holder, [word]: withMember(inner, deeper, value, path) };
  if (deeper.length) {
    if (inner === null || typeof inner !== "object") throw new Error(`There is no control ${path} on this console.`);
    return { ...holder, [word]: changed(inner, deeper, value, path) };
  }
  if (value !== null) return { ...holder, [word]: value };
  const { [word]: _gone, ...rest } = holder;
  return rest;
}

function withMember(members, [name, ...deeper], value, path) {
  const place = members.findIndex((one) => nameOf(one) === name);
  if (deeper.length) {
    if (place < 0) throw new Error(`There is no control ${path} on this console.`);
    return members.map((one, at) => (at === place ? changed(one, deeper, value, path) : one));
  }
  const others = members.filter((one) => nameOf(one) !== name);
  if (value === null) return others;
  const { at = place < 0 ? members.length : place, ...member } = value;
  return [...others.slice(0, at), member, ...others.slice(at)];
}

// What must stand in a change's `before`, so that undo puts a member back where it was.
export function beforeOf(state, path) {
  if (path === "") return state;
  const value = valueAt(state, path);
  const words = path.split("/");
  if (value === null || path.startsWith(LANES) || words.length !== 3 || words[1] !== "effects") return value;
  return { ...value, at: valueAt(state, `${words[0]}/effects`).findIndex((slot) => slot.id === words[2]) };
}

// A change that alters what there is (an effect, a send, a lane), not only how much of it.
export function isStructural(path) {
  if (path === "" || path.startsWith(LANES)) return true;
  const words = path.split("/");
  return ["effects", "sends"].includes(words[1]) && words.length <= 3;
}
