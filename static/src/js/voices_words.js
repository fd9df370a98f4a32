// How the line will sound, word by word, while it is typed; a word can be written by its sounds.
import { getPronunciation } from "./api.js";
import { element, find } from "./dom.js";

const AFTER_MS = 450;

export class Words {
  constructor(field) {
    this.field = field;
    this.place = find("#sounds");
    this.timer = 0;
    this.asking = null;
    field.addEventListener("input", () => this.soon());
    this.ask();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), AFTER_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = new AbortController();
    const text = this.field.value.trim();
    if (!text) {
      this.place.hidden = true;
      return;
    }
    try {
      this.show(await getPronunciation(text, this.asking.signal));
    } catch {
      this.place.hidden = true; // the line itself is judged when it is sung
    }
  }

  show({ words }) {
    this.place.hidden = false;
    this.place.replaceChildren(...words.map((word) => {
      const sounds = word.syllables.map((one) => marked(one)).join("·");
      return element("button", {
        type: "button", class: "sound", title: `Write the sounds of “${word.text}” yourself`,
        "aria-label": `${word.text} ${sounds}: write its sounds yourself`, onclick: () => this.write(word),
      }, element("b", { text: word.text }), " ", element("span", { text: sounds }));
    }));
  }

  // Puts `{word|sounds}` where the word stands, and the sounds under the cursor.
  write(word) {
    const core = word.text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    const { value } = this.field;
    const braced = value.indexOf(`{${core}|`);
    if (braced >= 0) {
      const from = braced + core.length + 2;
      this.select(from, value.indexOf("}", from));
      return;
    }
    const found = new RegExp(`(?<![\\p{L}\\p{N}{])${escapeRegExp(core)}(?![\\p{L}\\p{N}])`, "u").exec(value);
    if (!found) return;
    const written = `{${core}|${word.phonemes}}`;
    this.field.value = value.slice(0, found.index) + written + value.slice(found.index + core.length);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.select(found.index + core.length + 2, found.index + written.length - 1);
  }

  select(from, to) {
    this.field.focus();
    this.field.setSelectionRange(from, to);
  }
}

const marked = ({ onset, nucleus, coda, stress }) => `${onset}${stress === 2 ? "ˈ" : stress === 1 ? "ˌ" : ""}${nucleus}${coda}`;
const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
