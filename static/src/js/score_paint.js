// Draws the piano roll: grid, notes of all parts, keys, playhead. Only what is in view is touched.
import { LEAD } from "./score_model.js";
import { noteName } from "./voices_notes.js";

export const KEYS_PX = 52;
export const RULER_PX = 22;
const BLACK_KEYS = new Set([1, 3, 6, 8, 10]);
const PALETTE = ["#6fb7e8", "#8fd19e", "#c79bf0", "#f09a7a", "#7fd6cf", "#e58bb5", "#b9c46a", "#9aa7f2"];
const GOLD = "#e8c06a";
const FONT = '"Inter Variable", system-ui, sans-serif';
const DRUMS = {
  35: "Kick 2", 36: "Kick", 37: "Rim", 38: "Snare", 39: "Clap", 40: "Snare 2", 41: "Low tom", 42: "Hat", 43: "Tom", 44: "Pedal hat", 45: "Tom",
  46: "Open hat", 47: "Tom", 48: "Tom", 49: "Crash", 50: "High tom", 51: "Ride", 52: "China", 53: "Bell", 54: "Tambour.", 55: "Splash",
  56: "Cowbell", 57: "Crash 2", 59: "Ride 2", 69: "Cabasa", 70: "Maracas", 75: "Claves", 80: "Triangle", 81: "Triangle",
};

export function colourOf(parts, id) {
  if (id === LEAD) return GOLD;
  const at = parts.findIndex((part) => part.id === id);
  return PALETTE[(at + PALETTE.length - 1) % PALETTE.length];
}

// `view`: {width, height, left, top, beatPx, rowPx, highest, lowest, beatsPerBar, endBeats, grid}
export const xOf = (view, beat) => KEYS_PX + beat * view.beatPx - view.left;
export const yOf = (view, midi) => RULER_PX + (view.highest - midi) * view.rowPx - view.top;
export const beatOf = (view, x) => (x - KEYS_PX + view.left) / view.beatPx;
export const midiOf = (view, y) => view.highest - Math.floor((y - RULER_PX + view.top) / view.rowPx);

export function paintGrid(context, view, model) {
  const { width, height } = view;
  context.clearRect(0, 0, width, height);
  context.fillStyle = "#0b0807";
  context.fillRect(0, 0, width, height);
  for (let midi = midiOf(view, RULER_PX); midi >= Math.max(view.lowest, midiOf(view, height)); midi -= 1) {
    const y = yOf(view, midi);
    context.fillStyle = BLACK_KEYS.has(midi % 12) ? "rgb(0 0 0 / 34%)" : "rgb(255 235 200 / 3.5%)";
    context.fillRect(KEYS_PX, y, width - KEYS_PX, view.rowPx - 1);
    if (midi % 12 === 0) {
      context.fillStyle = "rgb(232 192 106 / 20%)";
      context.fillRect(KEYS_PX, y + view.rowPx - 1, width - KEYS_PX, 1);
    }
  }
  for (const section of model.data.sections) {
    if (section.index % 2 === 0) continue;
    const from = Math.max(KEYS_PX, xOf(view, section.start_beats));
    const to = Math.min(width, xOf(view, section.end_beats));
    context.fillStyle = "rgb(255 225 170 / 3.5%)";
    if (to > from) context.fillRect(from, RULER_PX, to - from, height);
  }
  lines(context, view);
}

function lines(context, view) {
  const first = Math.max(0, beatOf(view, KEYS_PX));
  const last = Math.min(view.endBeats, beatOf(view, view.width));
  const draw = (step, colour, skip) => {
    if (step * view.beatPx < 7) return;
    context.fillStyle = colour;
    for (let at = Math.floor(first / step); at * step <= last; at += 1) {
      if (!skip || Math.abs((at * step) % skip) > 1e-6) context.fillRect(Math.round(xOf(view, at * step)), RULER_PX, 1, view.height);
    }
  };
  draw(view.grid, "rgb(255 235 200 / 5%)", 1);
  draw(1, "rgb(255 235 200 / 9%)", view.beatsPerBar);
  draw(view.beatsPerBar, "rgb(232 192 106 / 26%)", 0);
}

// `layers` from the back to the front: {notes, longest, colour, isChosen, isVoice}.
export function paintNotes(context, view, layers, selected) {
  const first = beatOf(view, KEYS_PX);
  const last = beatOf(view, view.width);
  for (const layer of layers) {
    context.fillStyle = layer.colour;
    context.globalAlpha = layer.isChosen ? 1 : 0.36;
    for (let at = firstAfter(layer.notes, first - layer.longest); at < layer.notes.length; at += 1) {
      const note = layer.notes[at];
      if (note.start > last) break;
      const y = yOf(view, note.midi);
      if (y < RULER_PX - view.rowPx || y > view.height) continue;
      const x = xOf(view, note.start);
      const wide = Math.max(2, note.beats * view.beatPx - 1);
      if (!layer.isChosen) context.fillRect(x, y + 2, wide, view.rowPx - 5);
      else chosenNote(context, view, layer, note, { x, y, wide, isSelected: selected.has(note.id) });
    }
  }
  context.globalAlpha = 1;
}

function chosenNote(context, view, layer, note, { x, y, wide, isSelected }) {
  context.globalAlpha = note.velocity === null ? 1 : 0.45 + (0.55 * note.velocity) / 127;
  context.fillStyle = layer.colour;
  round(context, x, y, wide, view.rowPx - 1);
  context.fill();
  context.globalAlpha = 1;
  if (note.expression) {
    context.fillStyle = "#0e7c9b";
    context.fillRect(x + 1, y + view.rowPx - 4, Math.max(0, wide - 2), 2);
  }
  if (isSelected) {
    context.strokeStyle = "#fff7e2";
    context.lineWidth = 2;
    round(context, x + 1, y + 1, Math.max(1, wide - 2), view.rowPx - 3);
    context.stroke();
  }
  const text = layer.isVoice ? note.syllable?.text || (note.syllable ? note.syllable.word : "~") : "";
  if (!text || wide < 9) return;
  context.save();
  context.beginPath();
  context.rect(x, y, wide, view.rowPx);
  context.clip();
  context.fillStyle = "#1d1204";
  context.font = `600 ${Math.min(12, view.rowPx - 4)}px ${FONT}`;
  context.textBaseline = "middle";
  context.fillText(text, x + 4, y + view.rowPx / 2);
  context.restore();
}

function round(context, x, y, wide, high) {
  context.beginPath();
  context.roundRect(x, y, wide, high, Math.min(4, wide / 2));
}

// The index of the first note that starts at or after a beat.
export function firstAfter(notes, beat) {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (notes[middle].start < beat) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function paintKeys(context, view, { isDrums, range }) {
  context.fillStyle = "#15100d";
  context.fillRect(0, 0, KEYS_PX, view.height);
  context.font = `500 10px ${FONT}`;
  context.textBaseline = "middle";
  for (let midi = midiOf(view, RULER_PX); midi >= Math.max(view.lowest, midiOf(view, view.height)); midi -= 1) {
    const y = yOf(view, midi);
    const isBlack = BLACK_KEYS.has(midi % 12);
    const canSing = !range || (midi >= range.lowest && midi <= range.highest);
    if (!isDrums) {
      context.fillStyle = isBlack ? "#241b15" : canSing ? "#e9dcc6" : "#7d7263";
      context.fillRect(0, y, isBlack ? KEYS_PX * 0.62 : KEYS_PX - 1, view.rowPx - 1);
    }
    const label = isDrums ? DRUMS[midi] ?? "" : midi % 12 === 0 ? noteName(midi) : "";
    if (!label) continue;
    context.fillStyle = isDrums ? "#c3b6a2" : "#3a2a16";
    context.fillText(label, isDrums ? 4 : KEYS_PX - 22, y + view.rowPx / 2);
  }
}

export function paintRuler(context, view, loop) {
  context.fillStyle = "#15100d";
  context.fillRect(0, 0, view.width, RULER_PX);
  if (loop) {
    const from = Math.max(KEYS_PX, xOf(view, loop[0]));
    context.fillStyle = "rgb(232 192 106 / 45%)";
    context.fillRect(from, RULER_PX - 6, Math.max(0, xOf(view, loop[1]) - from), 6);
    context.fillStyle = "rgb(232 192 106 / 6%)";
    context.fillRect(from, RULER_PX, Math.max(0, xOf(view, loop[1]) - from), view.height);
  }
  const barPx = view.beatPx * view.beatsPerBar;
  const step = [1, 2, 4, 8, 16].find((bars) => bars * barPx >= 34) ?? 32;
  context.font = `600 11px ${FONT}`;
  context.textBaseline = "middle";
  const firstBar = Math.max(0, Math.floor(beatOf(view, KEYS_PX) / view.beatsPerBar / step) * step);
  for (let bar = firstBar; bar * view.beatsPerBar < view.endBeats; bar += step) {
    const x = xOf(view, bar * view.beatsPerBar);
    if (x > view.width) break;
    context.fillStyle = "#c3b6a2";
    context.fillText(String(bar + 1), x + 4, RULER_PX / 2);
  }
  context.fillStyle = "#15100d";
  context.fillRect(0, 0, KEYS_PX, RULER_PX);
}

// On a canvas of its own, so that a moving playhead repaints nothing else.
export function paintOver(context, view, { beat, marquee }) {
  context.clearRect(0, 0, view.width, view.height);
  const x = Math.round(xOf(view, beat));
  if (x >= KEYS_PX && x <= view.width) {
    context.fillStyle = "#f8e3ae";
    context.fillRect(x, 0, 2, view.height);
    context.beginPath();
    context.moveTo(x - 5, 0);
    context.lineTo(x + 7, 0);
    context.lineTo(x + 1, 9);
    context.fill();
  }
  if (!marquee) return;
  context.strokeStyle = "#f8e3ae";
  context.fillStyle = "rgb(248 227 174 / 14%)";
  context.lineWidth = 1;
  context.fillRect(marquee.x, marquee.y, marquee.wide, marquee.high);
  context.strokeRect(marquee.x + 0.5, marquee.y + 0.5, marquee.wide, marquee.high);
}
