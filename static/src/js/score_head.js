// The strips over the roll: sections with their menus, chords and lines of words that are edited in place.
import { element, find, icon } from "./dom.js";
import { openMenu } from "./score_menu.js";
import { pretty, label } from "./timeline.js";

export class Head {
  // `does`: {seek, hear, loop, section(verb, index, body), chord(chord, name), words(line, text)}
  constructor(model, roll, does) {
    Object.assign(this, { model, roll, does });
    model.addEventListener("score", () => this.show());
  }

  show() {
    const { data } = this.model;
    find("#strip-sections").replaceChildren(...data.sections.map((section) => this.section(section)));
    find("#strip-chords").replaceChildren(...data.chords.map((chord) => this.chord(chord)));
    find("#strip-words").replaceChildren(...data.lead.lines.filter((line) => line.notes.length).map((line) => this.line(line)));
    this.roll.fit();
  }

  placed(made, start, end) {
    made.style.setProperty("--at", start);
    made.style.setProperty("--long", end - start);
    return made;
  }

  section(section) {
    const name = label(section.name);
    const title = element("button", {
      type: "button", class: "section-name", text: name, title: `${name}: ${section.bars} bars`,
      "aria-label": `Go to ${name}, ${section.bars} bars`, onclick: () => this.does.seek(section.start_beats),
    });
    const more = element("button", {
      type: "button", class: "section-more", "aria-haspopup": "menu", "aria-label": `What to do with ${name}`,
      onclick: (event) => openMenu(event.currentTarget, `${name}, ${section.bars} bars`, this.choices(section)),
    }, icon("ellipsis-vertical"));
    return this.placed(element("div", { class: "section-block" }, element("span", { class: "section-pin" }, title, more)), section.start_beats, section.end_beats);
  }

  choices(section) {
    const { index } = section;
    const last = this.model.data.sections.length - 1;
    const act = (verb, body = {}) => () => this.does.section(verb, index, body);
    return [
      ["headphones", "Hear this section", () => this.does.hear(section)],
      ["repeat", "Loop it", () => this.does.loop([section.start_beats, section.end_beats])],
      null,
      ["wand-magic-sparkles", "Make a variation", act("variation")],
      ["arrows-rotate", "Compose it anew", act("replace")],
      ["arrow-right-to-bracket", "Extend by 4 bars", act("extend", { bars: 4 })],
      ["arrow-left", "Move one place earlier", index > 0 ? act("move", { to: index - 1 }) : null],
      ["arrow-right", "Move one place later", index < last ? act("move", { to: index + 1 }) : null],
      ["trash", "Delete this section", last > 0 ? act("delete") : null, true],
    ];
  }

  chord(chord) {
    const button = element("button", {
      type: "button", class: "chord-block", text: pretty(chord.name), "aria-label": `Chord ${pretty(chord.name)}: change it`,
      onclick: () => this.editChord(button, chord),
    });
    return this.placed(button, chord.start_beats, chord.start_beats + chord.duration_beats);
  }

  editChord(button, chord) {
    this.field(button, { value: chord.name, name: "Chord, as Dm7 or Bb/F", maxlength: 16 }, (name) => {
      if (name && name !== chord.name) this.does.chord(chord, name);
    });
  }

  line(line) {
    const last = line.notes.at(-1);
    const button = element("button", {
      type: "button", class: "word-block", dir: "auto", text: line.text, "data-line": line.id,
      "aria-label": `Words: ${line.text}. Change them`, onclick: () => this.editWords(button, line),
    });
    return this.placed(button, line.notes[0].start_beats, last.start_beats + last.duration_beats);
  }

  editLine(id) {
    const button = find(`#strip-words [data-line="${id}"]`);
    const line = this.model.data.lead.lines.find((one) => one.id === id);
    if (button && line) this.editWords(button, line);
  }

  editWords(button, line) {
    this.field(button, { value: line.text, name: "Words of this line", maxlength: 300, wide: true }, (text) => {
      if (text && text !== line.text) this.does.words(line, text);
    });
  }

  // An input where the button stands: Enter takes it, Escape leaves it, going elsewhere takes it too.
  field(button, { value, name, maxlength, wide = false }, take) {
    let isOver = false;
    const finish = (isTaken, goesBack) => {
      if (isOver) return;
      isOver = true;
      const text = input.value.trim();
      input.replaceWith(button);
      if (goesBack) button.focus({ preventScroll: true });
      if (isTaken) take(text);
    };
    const input = element("input", {
      class: `strip-input${wide ? " is-wide" : ""}`, value, maxlength, "aria-label": name, spellcheck: "false", autocomplete: "off", dir: "auto",
      onkeydown: (event) => {
        event.stopPropagation();
        if (event.key === "Enter" || event.key === "Escape") {
          event.preventDefault();
          finish(event.key === "Enter", true);
        }
      },
      onblur: () => finish(true, false),
    });
    input.style.cssText = button.style.cssText;
    button.replaceWith(input);
    input.focus();
    input.select();
  }
}
