// The side panel: how the chosen notes sound. A sung note uses the voice lab's own editor of expression.
import { element, find, icon } from "./dom.js";
import { LEAD } from "./score_model.js";
import { nameIn, placeText } from "./score_time.js";
import { partTitle } from "./score_parts.js";
import { Inspector } from "./voices_inspector.js";

// The one chosen note of the lead, as the voice lab's editor sees its notes.
class SungChoice extends EventTarget {
  constructor(model, hands) {
    super();
    Object.assign(this, { model, hands });
    for (const name of ["change", "select", "score", "part"]) model.addEventListener(name, () => this.dispatchEvent(new Event("change")));
  }

  get list() {
    return this.model.data ? this.model.layer(LEAD).notes : [];
  }

  get past() {
    return this.model.past;
  }

  get note() {
    const { chosen } = this.model;
    if (chosen.length !== 1 || chosen[0].owner !== LEAD) return null;
    const [note] = chosen;
    const { syllable } = note;
    return {
      text: syllable?.text ?? "", phonemes: syllable?.phonemes ?? "", slur: !syllable, midi: note.midi,
      beats: Number(note.beats.toFixed(3)), expression: note.expression ?? {},
    };
  }

  raise(semitones) {
    this.hands.move(0, semitones);
  }

  lengthen(beats) {
    this.hands.lengthen(beats);
  }

  express(values, kind = "") {
    const [note] = this.model.chosen;
    const expression = Object.fromEntries(Object.entries({ ...note.expression, ...values }).filter(([, value]) => value !== null && value !== ""));
    this.model.edit([[note, { ...note, expression: Object.keys(expression).length ? expression : null }]], kind && `express ${kind}`);
  }

  release() {
    const [note] = this.model.chosen;
    if (note?.expression) this.model.edit([[note, { ...note, expression: null }]]);
  }
}

export class ScoreInspector {
  // `does`: {words(line)}
  constructor(model, hands, roll, does) {
    Object.assign(this, { model, hands, roll, does });
    this.sung = new SungChoice(model, hands);
    this.editor = new Inspector(this.sung);
    find("#reset-note").addEventListener("click", () => this.sung.release());
    find("#edit-words").addEventListener("click", () => does.words(model.chosen[0]?.line));
    find("#inspector-close").addEventListener("click", () => model.select([]));
    this.velocity = find("#velocity");
    this.velocity.addEventListener("input", () => this.setVelocity(Number(this.velocity.value)));
    find("#note-steps").append(...stepButtons([
      ["Earlier by a grid step", "arrow-left", () => hands.move(-roll.grid, 0)], ["Later by a grid step", "arrow-right", () => hands.move(roll.grid, 0)],
      ["A semitone lower", "arrow-down", () => hands.move(0, -1)], ["A semitone higher", "arrow-up", () => hands.move(0, 1)],
      ["Shorter by a grid step", "minus", () => hands.lengthen(-roll.grid)], ["Longer by a grid step", "plus", () => hands.lengthen(roll.grid)],
      ["Remove", "trash", () => hands.remove()],
    ]));
    for (const name of ["change", "select", "score", "part"]) model.addEventListener(name, () => this.show());
  }

  setVelocity(velocity) {
    const played = this.model.chosen.filter((note) => note.velocity !== null);
    this.model.edit(played.map((note) => [note, { ...note, velocity }]), "velocity");
  }

  show() {
    const { model } = this;
    const { chosen, partInfo } = model;
    const one = chosen.length === 1 ? chosen[0] : null;
    const played = chosen.filter((note) => note.velocity !== null);
    this.showSheet(chosen.length > 0);
    find("#nothing-chosen").hidden = chosen.length > 0;
    find("#chosen").hidden = !chosen.length;
    find("#part-fixed").hidden = !partInfo.isFixed;
    if (!chosen.length) return this.showPart(partInfo);
    find("#chosen-title").textContent = one ? this.nameOf(one) : `${chosen.length} notes`;
    find("#chosen-place").textContent = one ? placeText(one.start, model.data.beats_per_bar) : `from ${placeText(chosen[0].start, model.data.beats_per_bar)}`;
    find("#note-steps").hidden = Boolean(partInfo.isFixed);
    find("#velocity-row").hidden = !played.length;
    if (played.length) this.showVelocity(played);
    find("#edit-words").hidden = !one?.line;
    return undefined;
  }

  // On a phone it is a sheet from below: the roll comes up, so that the sheet does not cover it.
  showSheet(hasChoice) {
    const place = find("#inspector");
    if (hasChoice === place.classList.contains("has-choice")) return;
    place.classList.toggle("has-choice", hasChoice);
    if (!hasChoice || getComputedStyle(place).position !== "fixed") return;
    const roll = this.roll.place;
    if (roll.getBoundingClientRect().top > innerHeight * 0.3) roll.scrollIntoView({ block: "start" });
  }

  showVelocity(played) {
    const middle = Math.round(played.reduce((sum, note) => sum + note.velocity, 0) / played.length);
    const isSame = played.every((note) => note.velocity === played[0].velocity);
    if (document.activeElement !== this.velocity || isSame) this.velocity.value = String(middle);
    this.velocity.style.setProperty("--fill", `${((middle - 1) / 126) * 100}%`);
    find("#velocity-value").textContent = isSame ? String(middle) : `about ${middle}`;
  }

  showPart(info) {
    find("#part-title").textContent = partTitle(info);
    const count = this.model.layer(info.id).notes.length;
    find("#part-facts").textContent = `${count} ${count === 1 ? "note" : "notes"}${info.range ? `, can sing ${this.pitch(info.range.lowest)} to ${this.pitch(info.range.highest)}` : ""}`;
    find("#part-empty").hidden = count > 0;
  }

  nameOf(note) {
    const text = note.syllable ? note.syllable.text || note.syllable.word : note.owner === LEAD ? "Slurred" : "";
    return text ? `“${text}” on ${this.pitch(note.midi)}` : this.pitch(note.midi);
  }

  pitch(midi) {
    return nameIn(this.model.data.key, midi);
  }
}

// The acts of the keys as buttons, for fingers and for people who look for them.
const stepButtons = (steps) => steps.map(([label, sign, act]) => element("button", {
  type: "button", class: "icon-button", "aria-label": label, title: label, onclick: act,
}, icon(sign)));
