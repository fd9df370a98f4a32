// The three drags on the piano roll: notes, the bar numbers (a loop), a frame around notes. Each is {move(event), end(isDone)}.
import { moved, resized, roomOf } from "./score_operations.js";
import { snapDown } from "./score_time.js";

// Notes follow the pointer on the grid, as far as their neighbours let them; it is one edit when it ends.
export function noteDrag(hands, spot) {
  const { model } = hands;
  const chosen = model.chosen;
  const room = roomOf(model, chosen);
  let changes = [];
  const show = (next) => {
    model.put(changes.map(([before, after]) => [after, before]));
    changes = next;
    model.put(changes);
    model.tell("change");
  };
  const move = (event) => {
    const now = hands.under(event);
    if (spot.isEnd) {
      const end = spot.note.start + spot.note.beats;
      show(resized(chosen, room, hands.snap(end + now.beat - spot.beat, event) - end));
    } else {
      const by = hands.snap(spot.note.start + now.beat - spot.beat, event) - spot.note.start;
      show(moved(chosen, room, by, now.midi - spot.midi));
    }
  };
  const end = (isDone) => {
    const made = changes.filter(([before, after]) => ["start", "midi", "beats"].some((name) => before[name] !== after[name]));
    show([]);
    if (isDone) hands.commit(made);
  };
  return { move, end };
}

// Whole bars to loop; a click seeks.
export function rulerDrag(hands, spot) {
  const { model, roll, does } = hands;
  const bar = model.data.beats_per_bar;
  const first = snapDown(spot.beat, bar);
  return {
    move: (event) => {
      const now = snapDown(hands.under(event).beat, bar);
      roll.setLoop([Math.min(first, now), Math.min(model.data.end_beats, Math.max(first, now) + bar)]);
    },
    end: () => does.loop(roll.loop),
    click: () => does.seek(spot.beat),
  };
}

export function marqueeDrag(hands, event) {
  const { roll, model, does } = hands;
  const from = hands.point(event);
  const before = event.shiftKey ? [...model.selected] : [];
  return {
    move: (now) => {
      const to = hands.point(now);
      roll.marquee = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), wide: Math.abs(to.x - from.x), high: Math.abs(to.y - from.y) };
      model.select([...before, ...roll.inside(roll.marquee).map((note) => note.id)]);
    },
    end: () => {
      roll.marquee = null;
      roll.drawOver();
      does.say(`${model.selected.size} notes chosen`);
    },
  };
}
