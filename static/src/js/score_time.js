// Beats and seconds by the score's tempo map, and the grid that edits snap to.

import { noteName } from "./voices_notes.js";

export class Beats {
  // `tempo` is the API's list of {beat, time_s, bpm}; the first stands at beat 0.
  constructor(tempo) {
    this.tempo = tempo;
  }

  secondsAt(beat) {
    const change = last(this.tempo, (one) => one.beat <= beat + 1e-9);
    return change.time_s + ((beat - change.beat) * 60) / change.bpm;
  }

  beatAt(time_s) {
    const change = last(this.tempo, (one) => one.time_s <= time_s + 1e-9);
    return change.beat + ((time_s - change.time_s) * change.bpm) / 60;
  }
}

const last = (list, holds) => list.findLast(holds) ?? list[0];

// Lengths in beats (quarter notes). The triplet's is a third of a quarter.
export const GRIDS = [
  { value: 1, label: "1/4" }, { value: 0.5, label: "1/8" }, { value: 0.25, label: "1/16" },
  { value: 0.125, label: "1/32" }, { value: 1 / 3, label: "1/8 triplet" },
];

export const snapTo = (beat, grid) => tidy(Math.round(beat / grid) * grid);
export const snapDown = (beat, grid) => tidy(Math.floor(beat / grid + 1e-6) * grid);
export const tidy = (beat) => Math.round(beat * 960) / 960; // the grid of the studio's own files

const LETTERS = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const MODES = { ionian: 0, dorian: 2, phrygian: 4, lydian: 5, mixolydian: 7, aeolian: 9 };
const FLAT_KEYS = new Set([1, 3, 5, 8, 10]); // major keys that are written with flats, by pitch class
const FLAT_NAMES = { "C♯": "D♭", "D♯": "E♭", "F♯": "G♭", "G♯": "A♭", "A♯": "B♭" };

// A pitch as the key writes it: D♯ in E, E♭ in A♭.
export function nameIn({ tonic, mode }, midi) {
  const name = noteName(midi);
  const degree = LETTERS[tonic[0]] + (tonic.includes("#") ? 1 : tonic.includes("b") ? -1 : 0);
  return FLAT_KEYS.has((degree - (MODES[mode] ?? 0) + 24) % 12) ? name.replace(/^[A-G]♯/, (sharp) => FLAT_NAMES[sharp]) : name;
}

// "bar 3, beat 2.5", counted from 1 as musicians do.
export function placeText(beat, beatsPerBar) {
  const bar = Math.floor(beat / beatsPerBar + 1e-6);
  return `bar ${bar + 1}, beat ${Number((beat - bar * beatsPerBar + 1).toFixed(2))}`;
}
