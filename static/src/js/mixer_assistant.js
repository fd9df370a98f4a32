// The assistant: its decisions as sentences beside the channel they touch, each undone and redone alone; wishes in words.
import { element, find, icon } from "./dom.js";
import { assist, sendWish, stepDecision } from "./mixer_api.js";
import { colourOf, nameOf } from "./mixer_colours.js";
import { withMinus } from "./mixer_numbers.js";
import { stripAt } from "./mixer_paths.js";
import { toast } from "./toast.js";

const UNDONE = "undone";
const ACCEPTED = "accepted";

export class Assistant {
  // `does`: select(id), runJob(job, words) → the finished job or null, say(text).
  constructor(id, model, saving, does) {
    Object.assign(this, { id, model, saving, does });
    this.decisions = [];
    this.all = find("#decisions");
    this.own = find("#chosen-decisions");
    this.form = find("#wish-form");
    this.answer = find("#wish-answer");
    this.form.addEventListener("submit", (event) => this.onWish(event));
    for (const button of document.querySelectorAll("[data-wish]")) button.addEventListener("click", () => this.wish(button.dataset.wish));
    find("#assist").addEventListener("click", () => this.mix());
  }

  take(decisions) {
    this.decisions = decisions ?? [];
    this.show();
  }

  show() {
    const groups = new Map();
    for (const decision of this.decisions) groups.set(decision.channel, [...(groups.get(decision.channel) ?? []), decision]);
    const isEmpty = this.decisions.length === 0;
    find("#decisions-empty").hidden = !isEmpty;
    find("#decision-count").textContent = isEmpty ? "" : String(this.decisions.length);
    this.all.replaceChildren(...[...groups].map(([channel, decisions]) => this.group(channel, decisions)));
    this.showOwn(this.chosen);
  }

  group(channel, decisions) {
    const strip = stripAt(this.model.state, channel) ?? { id: channel };
    const name = element("button", { type: "button", class: "decision-channel", onclick: () => this.does.select(channel) }, element("span", { class: "dot" }), nameOf(strip));
    name.style.setProperty("--colour", colourOf(strip));
    return element("li", {}, name, element("ul", { class: "decision-list" }, ...decisions.map((decision) => this.line(decision))));
  }

  showOwn(channel) {
    this.chosen = channel;
    const mine = this.decisions.filter((decision) => decision.channel === channel);
    find("#chosen-why").hidden = mine.length === 0;
    this.own.replaceChildren(...mine.map((decision) => this.line(decision)));
  }

  line(decision) {
    const isUndone = decision.status === UNDONE;
    const step = (verb, label, sign) => element("button", {
      type: "button", class: "decision-tool", "aria-label": `${label}: ${decision.sentence}`, title: label, onclick: () => this.step(decision, verb),
    }, icon(sign));
    return element("li", { class: `decision${isUndone ? " is-undone" : ""}${decision.status === ACCEPTED ? " is-accepted" : ""}`, "data-decision": decision.id },
      element("p", { text: withMinus(decision.sentence) }),
      element("span", { class: "decision-tools" },
        isUndone ? step("redo", "Do it again", "rotate-right") : step("undo", "Undo this", "rotate-left"),
        isUndone || decision.status === ACCEPTED ? null : step("accept", "Keep it", "check")));
  }

  async step(decision, verb) {
    const list = document.activeElement?.closest("ul.decision-list")?.parentElement.closest("#chosen-why") ? this.own : this.all;
    if (!(await this.saving.save())) return;
    await this.saving.inTurn(async () => {
      try {
        this.saving.take(await stepDecision(this.id, decision.id, verb));
        this.does.say({ undo: "Undone.", redo: "Done again.", accept: "Kept." }[verb]);
      } catch (error) {
        toast(error.message, { kind: "error" });
      }
    });
    list.querySelector(`[data-decision="${CSS.escape(decision.id)}"] button`)?.focus({ preventScroll: true }); // the lists were made anew
  }

  async mix() {
    if (!(await this.saving.save())) return;
    try {
      const job = await this.does.runJob(await assist(this.id), "The assistant listens …");
      if (job) await this.hasMixed();
    } catch (error) {
      toast(error.message, { kind: "error" });
    }
  }

  async hasMixed() {
    await this.saving.open();
    this.does.say(`The assistant mixed the song: ${this.decisions.length} decisions.`);
  }

  onWish(event) {
    event.preventDefault();
    const text = find("#wish").value.trim();
    if (text) this.wish(text);
  }

  async wish(text) {
    const button = find("#wish-send");
    if (!(await this.saving.save())) return;
    button.disabled = true;
    try {
      const answer = await sendWish(this.id, text);
      this.saving.take(answer.console ?? answer);
      find("#wish").value = "";
      this.tell(answer);
    } catch (error) {
      this.answer.replaceChildren(element("p", { class: "field-error", text: error.message }));
    }
    button.disabled = false;
  }

  // What was done, and what was not understood.
  tell({ sentences = [], notes = [], not_understood = [] }) {
    const missed = [...notes, ...not_understood.map((part) => `“${part}” was not understood.`)];
    this.answer.replaceChildren(
      ...sentences.map((text) => element("p", { class: "wish-done" }, icon("check"), element("span", { text: withMinus(text) }))),
      ...missed.map((text) => element("p", { class: "notice" }, icon("circle-info"), element("span", { text }))));
    this.does.say([...sentences, ...missed].join(" "));
  }
}
