// Snapshots: states of the console under a name, kept and gone back to.
import { ago, element, find, icon } from "./dom.js";
import { createSnapshot, deleteSnapshot, listSnapshots, restoreSnapshot } from "./mixer_api.js";
import { toast } from "./toast.js";

export class Snapshots {
  constructor(id, saving, { say }) {
    Object.assign(this, { id, saving, say });
    this.list = find("#snapshot-list");
    find("#snapshot-form").addEventListener("submit", (event) => this.keep(event));
  }

  async open() {
    this.show((await listSnapshots(this.id)).snapshots);
  }

  show(snapshots) {
    find("#snapshots-empty").hidden = snapshots.length > 0;
    this.list.replaceChildren(...snapshots.map((snapshot) => element("li", { class: "snapshot" },
      element("span", { class: "snapshot-name", text: snapshot.name }), element("span", { class: "soft", text: ago(snapshot.created_at) }),
      element("button", { type: "button", class: "ghost-button is-small", "aria-label": `Back to it: ${snapshot.name}`, onclick: () => this.restore(snapshot) }, icon("clock-rotate-left"), "Back to it"),
      element("button", { type: "button", class: "effect-tool", "aria-label": `Forget ${snapshot.name}`, title: "Forget it", onclick: () => this.forget(snapshot) }, icon("xmark")))));
  }

  async keep(event) {
    event.preventDefault();
    const field = find("#snapshot-name");
    const error = find("#error-snapshot");
    error.textContent = "";
    const name = field.value.trim();
    if (!name) {
      error.textContent = "Give the snapshot a name.";
      return;
    }
    if (!(await this.saving.save())) return;
    try {
      await createSnapshot(this.id, name);
      field.value = "";
      await this.open();
      this.say(`Kept as “${name}”.`);
    } catch (problem) {
      error.textContent = problem.message;
    }
  }

  async forget(snapshot) {
    try {
      await deleteSnapshot(this.id, snapshot.id);
      await this.open();
    } catch (error) {
      toast(error.message, { kind: "error" });
    }
  }

  async restore(snapshot) {
    if (!(await this.saving.save())) return;
    try {
      this.saving.take(await restoreSnapshot(this.id, snapshot.id));
      toast(`Back to “${snapshot.name}”.`, { action: { label: "Undo", run: () => this.saving.step("undo") } });
    } catch (error) {
      toast(error.message, { kind: "error" });
    }
  }
}
