// Mouse, touch and keys on the piano roll: choose, move, lengthen, add, remove.
import { find } from "./dom.js";
import { LEAD } from "./score_model.js";
import { marqueeDrag, noteDrag, rulerDrag } from "./score_drags.js";
import { added, moved, removed, resized, roomOf } from "./score_operations.js";
import { nameIn, placeText, snapDown, snapTo } from "./score_time.js";

const SLOP_PX = 4;

export class Hands {
  // `does`: {seek(beat), loop(span), say(text), words(line)}: what the page does besides editing notes.
  constructor(model, roll, does) {
    Object.assign(this, { model, roll, does });
    this.place = find("#roll-canvas");
    this.place.addEventListener("pointerdown", (event) => this.onDown(event));
    this.place.addEventListener("pointermove", (event) => this.onHover(event));
    this.place.addEventListener("dblclick", (event) => this.onDouble(event));
    this.place.addEventListener("touchstart", (event) => this.onTouch(event), { passive: false });
    find("#roll").addEventListener("keydown", (event) => this.onKey(event));
    this.lastBeats = 0.5;
  }

  point(event) {
    const box = this.place.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  under(event) {
    const { x, y } = this.point(event);
    return this.roll.at(x, y);
  }

  snap(beat, event) {
    return event.altKey ? beat : snapTo(beat, this.roll.grid);
  }

  // A finger scrolls; one that lands on a chosen note drags it instead.
  onTouch(event) {
    if (event.touches.length > 1) return;
    const spot = this.under(event.touches[0]);
    if (spot.note && this.model.selected.has(spot.note.id)) event.preventDefault();
  }

  onHover(event) {
    if (event.pointerType !== "mouse" || this.isDragging) return;
    const spot = this.under(event);
    this.place.style.cursor = { note: spot.isEnd ? "ew-resize" : "grab", other: "pointer", ruler: "col-resize", keys: "default" }[spot.zone] ?? "crosshair";
  }

  onDown(event) {
    if (event.button !== 0 || !this.model.data) return;
    const spot = this.under(event);
    const isTouch = event.pointerType !== "mouse";
    find("#roll").focus({ preventScroll: true });
    if (spot.zone === "ruler") return this.follow(event, rulerDrag(this, spot));
    if (spot.zone === "note" && !this.model.partInfo.isFixed) return this.downOnNote(event, spot, isTouch);
    if (spot.zone === "note") return this.model.select([spot.note.id]);
    const click = () => this.clickAway(spot, event);
    return isTouch ? this.follow(event, { click }) : this.follow(event, { ...marqueeDrag(this, event), click });
  }

  downOnNote(event, spot, isTouch) {
    const { model } = this;
    const wasChosen = model.selected.has(spot.note.id);
    if (event.shiftKey) return model.select([spot.note.id], { toggle: true });
    if (isTouch && !wasChosen) return this.follow(event, { click: () => model.select([spot.note.id]) });
    if (!wasChosen) model.select([spot.note.id]);
    const click = () => model.select([spot.note.id]);
    return this.follow(event, { ...noteDrag(this, spot), click });
  }

  // Runs one press: `move(event)` after the slop is left, `end()`, or `click()` where it never was.
  follow(event, { move = null, end = () => {}, click = () => {} }) {
    const from = { x: event.clientX, y: event.clientY };
    let isMoving = false;
    const id = event.pointerId;
    const onMove = (now) => {
      if (now.pointerId !== id) return;
      isMoving ||= Math.hypot(now.clientX - from.x, now.clientY - from.y) > SLOP_PX;
      if (!isMoving || !move) return;
      this.isDragging = true;
      move(now);
    };
    const stop = (isDone) => (now) => {
      if (now.pointerId !== id) return;
      for (const [name, listener] of listeners) removeEventListener(name, listener);
      this.isDragging = false;
      if (isMoving && move) end(isDone);
      else if (isDone && !isMoving) click();
    };
    const listeners = [["pointermove", onMove], ["pointerup", stop(true)], ["pointercancel", stop(false)]];
    for (const [name, listener] of listeners) addEventListener(name, listener);
  }

  commit(changes, kind) {
    this.model.edit(changes, kind);
    this.sayChosen();
  }

  clickAway(spot, event) {
    if (spot.zone === "other") {
      this.model.choosePart(spot.part);
      this.model.select([spot.note.id]);
    } else if (spot.zone === "empty") {
      if (!event.shiftKey) this.model.select([]);
      this.does.seek(spot.beat);
    }
  }

  onDouble(event) {
    const spot = this.under(event);
    if (spot.zone === "note" && spot.note.owner === LEAD) this.does.words(spot.note.line);
    else if (spot.zone === "empty") this.add(event.altKey ? spot.beat : snapDown(spot.beat, this.roll.grid), spot.midi);
  }

  add(beat, midi) {
    const beats = Math.max(this.roll.grid, this.model.chosen[0]?.beats ?? this.lastBeats);
    const { note, reason } = added(this.model, { beat, beats, midi });
    if (!note) return this.does.say(reason, true);
    this.model.edit([[null, note]]);
    this.model.select([note.id]);
    return this.sayChosen();
  }

  // At the playhead, on the pitch that the part has there.
  addHere() {
    const { notes } = this.model.layer(this.model.part);
    const beat = snapDown(this.roll.beat, this.roll.grid);
    const near = notes.findLast((note) => note.start <= beat + 1e-6) ?? notes[0];
    this.add(beat, near?.midi ?? 60);
  }

  remove() {
    const { changes, kept } = removed(this.model, this.model.chosen);
    this.model.edit(changes);
    this.model.select([...this.model.selected].filter((id) => this.model.notes.has(id)));
    if (kept) this.does.say(`“${kept}” has no other note to be sung on, so this one stays. Change the words of the line instead.`, true);
    else this.does.say("Removed");
  }

  move(beats, semitones) {
    const { model } = this;
    const chosen = model.chosen;
    if (!chosen.length || model.partInfo.isFixed) return;
    this.commit(moved(chosen, roomOf(model, chosen), beats, semitones), "move");
    this.roll.reveal(model.chosen[0]);
  }

  lengthen(beats) {
    const { model } = this;
    const chosen = model.chosen;
    if (chosen.length && !model.partInfo.isFixed) this.commit(resized(chosen, roomOf(model, chosen), beats), "length");
  }

  choose(step) {
    const { notes } = this.model.layer(this.model.part);
    if (!notes.length) return;
    const now = notes.findIndex((note) => this.model.selected.has(note.id));
    const next = now < 0 ? notes.findIndex((note) => note.start >= this.roll.beat - 1e-6) : now + step;
    const note = notes[Math.max(0, Math.min(notes.length - 1, next))];
    this.model.select([note.id]);
    this.roll.reveal(note);
    this.sayChosen();
  }

  sayChosen() {
    const { chosen, data } = this.model;
    if (chosen.length > 1) return this.does.say(`${chosen.length} notes chosen`);
    if (!chosen.length) return undefined;
    const [note] = chosen;
    return this.does.say(`${note.syllable ? `${note.syllable.text}, ` : ""}${nameIn(data.key, note.midi)}, ${placeText(note.start, data.beats_per_bar)}`);
  }

  onKey(event) {
    if (event.target.closest("input, button, [role=menu]") || event.ctrlKey || event.metaKey) return;
    const { grid } = this.roll;
    const step = event.altKey ? 1 / 16 : grid;
    const actions = {
      ArrowLeft: () => this.move(-step, 0), ArrowRight: () => this.move(step, 0),
      ArrowUp: () => this.move(0, event.shiftKey ? 12 : 1), ArrowDown: () => this.move(0, event.shiftKey ? -12 : -1),
      "+": () => this.lengthen(grid), "=": () => this.lengthen(grid), "-": () => this.lengthen(-grid),
      Delete: () => this.remove(), Backspace: () => this.remove(), n: () => this.addHere(),
      ".": () => this.choose(1), ",": () => this.choose(-1), Escape: () => this.model.select([]),
      Enter: () => this.model.chosen[0]?.line && this.does.words(this.model.chosen[0].line),
    };
    const isArrow = event.key.startsWith("Arrow");
    if (!actions[event.key] || (isArrow && !this.model.selected.size)) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }
}
