// Which strip comes after which, how late each one is, and who is heard while something is soloed.

export const MIX = "mix";
const UNSOLOED = "#key";

// All that works. While something is soloed, side-chains go on hearing what they hear without solo: a bus that is one, and
// every bus that it hears, stands twice, as it is heard and (`isUnsoloed`) as the side-chain hears it.
export function stripsOf(state) {
  const twice = twiceOf(state);
  const unsoloed = state.buses.filter((bus) => twice.has(bus.id)).map((bus) => (
    { ...bus, id: bus.id + UNSOLOED, output: "", sends: [], isUnsoloed: true }
  ));
  return [...state.channels, ...state.buses, ...unsoloed, state.mix];
}

// The id in the state of a strip that may stand there as a side-chain hears it.
export function idOf(id) {
  return id.replace(UNSOLOED, "");
}

// All ways that sound between strips: {from, to, kind: "output" | "send" | "key", send?, slot?}. A bus that is played as the
// server rendered it (`isFrozen`) hears nobody.
export function edgesOf(state) {
  const twice = twiceOf(state);
  const asKey = (id) => (twice.has(id) ? id + UNSOLOED : id);
  return waysOf(state).flatMap((way) => {
    const heard = way.kind === "key" ? { ...way, from: asKey(way.from) } : way;
    return twice.has(way.to) ? [heard, { ...way, from: asKey(way.from), to: asKey(way.to) }] : [heard];
  });
}

// The ids of the buses that stand twice. One that is played as rendered knows of no solo.
function twiceOf(state) {
  if (!ownStrips(state).some(isSoloed)) return new Set();
  const buses = new Set(state.buses.filter((bus) => !bus.isFrozen).map((bus) => bus.id));
  const ways = waysOf(state).filter((way) => buses.has(way.from));
  const keys = ways.filter((way) => way.kind === "key").map((way) => way.from);
  return reached(keys, ways.filter((way) => way.kind !== "key"), "to", "from");
}

function ownStrips(state) {
  return [...state.channels, ...state.buses, state.mix];
}

function isSoloed(strip) {
  return strip.solo && strip.id !== MIX;
}

function waysOf(state) {
  const frozen = new Set(ownStrips(state).filter((strip) => strip.isFrozen).map((strip) => strip.id));
  return allWaysOf(state).filter((way) => !frozen.has(way.to));
}

function allWaysOf(state) {
  const edges = [];
  for (const strip of ownStrips(state)) {
    if (strip.id !== MIX) edges.push({ from: strip.id, to: strip.output, kind: "output" });
    for (const send of strip.sends) edges.push({ from: strip.id, to: send.bus, kind: "send", send });
    for (const slot of strip.effects) {
      if (slot.key && !slot.bypass) edges.push({ from: slot.key, to: strip.id, kind: "key", slot });
    }
  }
  return edges;
}

// The ids so that each strip comes after all that it hears. Throws for a circle and for a strip that is not there.
export function orderOf(state) {
  const waits = new Map(stripsOf(state).map((strip) => [strip.id, 0]));
  const edges = edgesOf(state);
  for (const { from, to } of edges) {
    if (!waits.has(from) || !waits.has(to)) throw new Error(`There is no channel or bus “${waits.has(from) ? to : from}”.`);
    waits.set(to, waits.get(to) + 1);
  }
  const order = [];
  const free = [...waits].filter(([, count]) => count === 0).map(([id]) => id);
  while (free.length) {
    const id = free.shift();
    order.push(id);
    for (const edge of edges) {
      if (edge.from !== id) continue;
      waits.set(edge.to, waits.get(edge.to) - 1);
      if (waits.get(edge.to) === 0) free.push(edge.to);
    }
  }
  if (order.length < waits.size) throw new Error("The routes lead in a circle: a sound cannot feed itself.");
  return order;
}

// How late everything is: by strip {input, output, places}, where `places` has by slot id {key, wait, keyDelay, late}: the
// strip that it listens to, what the signal waits before the effect, or its side-chain, so that both are in step. `latencyOf(strip, slot)` is an effect's own.
export function latenciesOf(state, latencyOf) {
  const strips = new Map(stripsOf(state).map((strip) => [strip.id, strip]));
  const edges = edgesOf(state);
  const found = new Map();
  for (const id of orderOf(state)) {
    const feeds = edges.filter((edge) => edge.to === id && edge.kind !== "key");
    const input = Math.max(0, ...feeds.map((edge) => found.get(edge.from).output));
    let late = input;
    const places = new Map();
    for (const slot of strips.get(id).effects) {
      const key = edges.find((edge) => edge.kind === "key" && edge.to === id && edge.slot.id === slot.id)?.from;
      const keyLate = key ? found.get(key).output : late;
      const wait = Math.max(0, keyLate - late);
      places.set(slot.id, { key, wait, keyDelay: Math.max(0, late - keyLate), late: late + wait });
      late += wait + latencyOf(strips.get(id), slot);
    }
    found.set(id, { input, output: late, places });
  }
  return found;
}

// A test for ways (from, to): open while nothing is soloed, or where they lead away from what is soloed or towards it.
// A soloed channel keeps its groups and returns, a soloed group its members and their returns, a soloed return what is
// sent to it (mixer/engine/console/routing.py has the laws).
export function soloOf(state) {
  const own = ownStrips(state).filter(isSoloed).map((strip) => strip.id);
  if (!own.length) return () => true;
  const ways = allWaysOf(state).filter((edge) => edge.kind !== "key");
  const outputs = ways.filter((way) => way.kind === "output");
  const soloed = reached(own, outputs, "to", "from"); // with the members of soloed groups
  const after = reached(soloed, ways, "from", "to");
  const before = reached(soloed, ways, "to", "from");
  return (from, to) => to.endsWith(UNSOLOED) || after.has(from) || before.has(to);
}

// What can be reached from `starts` by any number of ways, also none.
function reached(starts, ways, start, end) {
  const found = new Set(starts);
  const open = [...starts];
  while (open.length) {
    const id = open.pop();
    for (const way of ways) {
      if (way[start] !== id || found.has(way[end])) continue;
      found.add(way[end]);
      open.push(way[end]);
    }
  }
  return found;
}
