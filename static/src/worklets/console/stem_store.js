// The sound of the stems as it lies ready: pieces of one length per stem, brought by the page and dropped by it.
import { BLOCK } from "./levels.js";

export const PIECE = 65_536; // samples

export class StemStore {
  constructor() {
    this.stems = new Map();
  }

  setStem(name, frames) {
    if (!this.stems.has(name)) this.stems.set(name, { frames, pieces: new Map() });
  }

  forget(name) {
    this.stems.delete(name);
  }

  // `channels`: one Float32Array for mono, two for stereo.
  addPiece(name, number, channels) {
    this.stems.get(name)?.pieces.set(number, { left: channels[0], right: channels[1] ?? channels[0] });
  }

  dropPiece(name, number) {
    this.stems.get(name)?.pieces.delete(number);
  }

  // False where a piece is missing that sounds in the block from `from` (in the stem's own samples).
  isReady(name, from) {
    const stem = this.stems.get(name);
    if (!stem || from + BLOCK <= 0 || from >= stem.frames) return true;
    const first = Math.floor(Math.max(0, from) / PIECE);
    const last = Math.floor((Math.min(stem.frames, from + BLOCK) - 1) / PIECE);
    for (let number = first; number <= last; number += 1) if (!stem.pieces.has(number)) return false;
    return true;
  }

  // Adds nothing: overwrites the block. Silence outside the stem.
  read(name, from, left, right) {
    left.fill(0);
    right.fill(0);
    const stem = this.stems.get(name);
    if (!stem) return;
    let at = Math.max(0, -from);
    const end = Math.min(BLOCK, stem.frames - from);
    while (at < end) {
      const place = from + at;
      const number = Math.floor(place / PIECE);
      const inside = place - number * PIECE;
      const count = Math.min(end - at, PIECE - inside);
      const piece = stem.pieces.get(number);
      if (piece) {
        for (let k = 0; k < count; k += 1) {
          left[at + k] = piece.left[inside + k];
          right[at + k] = piece.right[inside + k];
        }
      }
      at += count;
    }
  }
}
