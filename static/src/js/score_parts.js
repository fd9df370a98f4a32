// The list of parts: which one is edited, which others are seen behind it, which ones the song leaves out.
import { element, find, icon } from "./dom.js";
import { LEAD } from "./score_model.js";
import { colourOf } from "./score_paint.js";
import { stemTitle } from "./reasons.js";

export const partTitle = (part) => (part.id === LEAD ? part.name : stemTitle(part.name));

export class PartsList {
  // `does`: {mute(part)}
  constructor(model, roll, does) {
    Object.assign(this, { model, roll, does });
    for (const name of ["score", "part"]) model.addEventListener(name, () => this.show());
  }

  show() {
    const { model } = this;
    const parts = model.parts;
    find("#parts").replaceChildren(...parts.map((part) => this.row(part, colourOf(parts, part.id))));
    const chosen = find('#parts [aria-pressed="true"]');
    chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  row(part, colour) {
    const { model } = this;
    const isHidden = model.hidden.has(part.id);
    const title = partTitle(part);
    const count = model.layer(part.id).notes.length;
    const choose = element("button", {
      type: "button", class: "part-name", "aria-pressed": String(part.id === model.part), title: `${title}: ${count} notes`,
      onclick: () => {
        model.choosePart(part.id);
        find('#parts [aria-pressed="true"]').focus({ preventScroll: true });
      },
    }, element("span", { class: "dot", "aria-hidden": "true" }), element("span", { class: "text", text: title }), element("span", { class: "count", text: String(count) }));
    const eye = element("button", {
      type: "button", class: "part-tool", "aria-pressed": String(!isHidden), "aria-label": `Show ${title} behind the others`, title: isHidden ? "Show" : "Hide",
      onclick: () => {
        if (isHidden) model.hidden.delete(part.id);
        else model.hidden.add(part.id);
        this.show();
        this.roll.draw();
      },
    }, icon(isHidden ? "eye-slash" : "eye"));
    const mute = part.id !== LEAD && !part.isFixed && element("button", {
      type: "button", class: "part-tool is-mute", "aria-pressed": String(Boolean(part.muted)), "aria-label": `Leave ${title} out of the song`,
      title: part.muted ? "Play it again" : "Leave it out of the song", onclick: () => this.does.mute(part),
    }, icon(part.muted ? "volume-xmark" : "volume-high"));
    const made = element("li", { class: `part-row${part.muted ? " is-muted" : ""}` }, choose, mute, eye);
    made.style.setProperty("--colour", colour);
    return made;
  }
}
