// Beats and seconds by the score's tempo map, and the grid that edits snap to.

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

// "bar 3, beat 2.5", counted from 1 as musicians do.
export function placeText(beat, beatsPerBar) {
  const bar = Math.floor(beat / beatsPerBar + 1e-6);
  return `bar ${bar + 1}, beat ${Number((beat - bar * beatsPerBar + 1).toFixed(2))}`;
}
