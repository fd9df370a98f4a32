// Lyrics that follow the song word by word. A line is a button (keyboard), a word takes the mouse.
import { element, find, isCalm } from "./dom.js";

const PAUSE_S = 1.2;
const LONGEST_LINE = 9;
const SAFELY_IN_S = 0.01; // players round a time down to their own grid: not into the word before

// Timed words in lines, each with the section it opens. The lines of lyrics.txt are kept where the words agree;
// its first line is the title, which is not sung.
export function linesOf(words, text, title) {
  const untitled = text.trimStart().startsWith(title) ? text.trimStart().slice(title.length) : text;
  return linesFromText(words, untitled) ?? linesFromPauses(words);
}

function linesFromText(words, text) {
  const lines = [];
  let section = null;
  let at = 0;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const tag = line.match(/^\[(.+)\]$/);
    if (tag) section = tag[1];
    if (tag || !line) continue;
    const own = line.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    const taken = words.slice(at, at + own.length);
    const agree = taken.length === own.length && own.every((word, i) => same(word, taken[i].text));
    if (!agree) return null;
    if (taken.length) lines.push({ section, words: taken });
    section = null;
    at += own.length;
  }
  return at === words.length ? lines : null;
}

const same = (one, other) => bare(one) === bare(other);
const bare = (word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function linesFromPauses(words) {
  const lines = [];
  words.forEach((word, at) => {
    const before = words[at - 1];
    const isNew = !before || word.start_s - before.end_s > PAUSE_S || lines.at(-1).words.length >= LONGEST_LINE;
    if (isNew) lines.push({ section: null, words: [] });
    lines.at(-1).words.push(word);
  });
  return lines;
}

export class Lyrics {
  constructor(box, player, lines) {
    this.box = box;
    this.player = player;
    this.words = [];
    this.now = -1;
    this.line = null;
    this.follows = true;
    box.replaceChildren(...lines.flatMap((line) => this.buildLine(line)));
    box.addEventListener("click", (event) => this.onClick(event));
    // Whoever scrolls reads: the page stops following until asked again.
    for (const touch of ["wheel", "touchmove"]) box.addEventListener(touch, () => this.setFollow(false), { passive: true });
    find("#follow").addEventListener("click", () => this.setFollow(!this.follows));
    player.addEventListener("tick", () => this.show(player.songTime_s));
    this.show(player.songTime_s);
  }

  buildLine(line) {
    const spans = line.words.flatMap((word) => {
      const span = element("span", { class: "word", "data-at": this.words.length, text: word.text });
      this.words.push({ ...word, span });
      return [span, " "];
    });
    const button = element("button", { type: "button", class: "line", "data-start": line.words[0].start_s }, ...spans);
    const head = line.section ? element("p", { class: "verse", text: line.section }) : null;
    return head ? [head, button] : [button];
  }

  onClick(event) {
    const line = event.target.closest(".line");
    if (!line) return;
    const word = event.target.closest(".word");
    const start_s = word ? this.words[Number(word.dataset.at)].start_s : Number(line.dataset.start);
    this.player.seekSong(start_s + SAFELY_IN_S);
    this.setFollow(true);
  }

  setFollow(follows) {
    this.follows = follows;
    find("#follow").setAttribute("aria-pressed", String(follows));
    if (follows) this.bringIntoView();
  }

  // The last word that has begun, or -1.
  indexAt(time_s) {
    let low = 0;
    let high = this.words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.words[middle].start_s <= time_s) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  show(time_s) {
    const now = this.indexAt(time_s);
    if (now !== this.now) this.moveTo(now);
    const word = this.words[now];
    if (!word) return;
    const over = time_s > word.end_s;
    word.span.classList.toggle("is-now", !over);
    word.span.classList.toggle("is-past", over);
    const sung = Math.min(1, Math.max(0, (time_s - word.start_s) / Math.max(0.05, word.end_s - word.start_s)));
    word.span.style.setProperty("--sung", `${Math.round(sung * 100)}%`);
  }

  moveTo(now) {
    this.words.forEach(({ span }, at) => {
      span.classList.remove("is-now");
      span.classList.toggle("is-past", at < now);
    });
    this.now = now;
    const line = this.words[now]?.span.parentElement ?? null;
    if (line === this.line) return;
    this.line?.classList.remove("is-now");
    line?.classList.add("is-now");
    this.line = line;
    if (this.follows) this.bringIntoView();
  }

  bringIntoView() {
    const { box, line } = this;
    if (!line) return;
    const top = line.offsetTop - box.clientHeight / 2 + line.offsetHeight / 2;
    box.scrollTo({ top, behavior: isCalm() ? "auto" : "smooth" });
  }
}
