// The view of a song in the making: stages, progress, a growing picture, the words as soon as they are written.
import { cancelGeneration } from "./api.js";
import { element, find, icon, timeLeft } from "./dom.js";
import { ask, toastError } from "./toast.js";

const SIGNS = {
  lyrics: "feather-pointed", score: "music", vocals: "microphone-lines", orchestra: "drum", mix: "sliders",
  master: "gauge-high", film: "film", package: "box-archive",
};
const PICTURE_EVERY_MS = 2500;

export class RunningView {
  constructor(generation) {
    this.id = generation.id;
    this.shownStage = null;
    this.pictureAt = 0;
    this.section = find("#running");
    find("#cancel").addEventListener("click", () => this.cancel());
    find("#preview-image").addEventListener("load", () => this.showPicture());
  }

  show(news) {
    this.section.hidden = false;
    this.showStages(news);
    this.showProgress(news);
    this.refreshPicture(news);
    this.showWords(news);
  }

  showStages(news) {
    const rows = (news.stages ?? []).map((stage) => {
      const share = stage.state === "running" && stage.progress > 0 ? `${Math.round(stage.progress * 100)} %` : "";
      return element("li", { class: `is-${stage.state}`, "aria-current": stage.state === "running" ? "step" : null },
        element("span", { class: "dot" }, icon(stage.state === "done" ? "check" : SIGNS[stage.name] ?? "circle")),
        element("span", { text: stage.title }),
        element("span", { class: "visually-hidden", text: stageWord(stage.state) }),
        element("span", { class: "share", text: share }));
    });
    if (rows.length) find("#stages").replaceChildren(...rows);
  }

  showProgress(news) {
    const current = (news.stages ?? []).find((stage) => stage.name === news.stage);
    const title = news.is_cancelling ? "Stopping" : news.state === "queued" ? "Waiting for its turn" : current?.title ?? "Starting";
    find("#progress").value = news.progress ?? 0;
    find("#progress-stage").textContent = `${title} … ${Math.round((news.progress ?? 0) * 100)} %`;
    find("#progress-left").textContent = news.state === "running" ? timeLeft(news.seconds_left) : "";
    if (title === this.shownStage) return;
    this.shownStage = title; // read aloud once a stage, not at every percent
    find("#announcer").textContent = title;
  }

  refreshPicture(news) {
    const now = Date.now();
    if (!news.links?.preview || now - this.pictureAt < PICTURE_EVERY_MS) return;
    this.pictureAt = now;
    find("#preview-image").src = `${news.links.preview}?at=${now}`;
  }

  showPicture() {
    find("#preview-image").hidden = false;
    find("#preview").classList.add("has-picture");
    find("#preview-note").textContent = "Fresh from the painter";
  }

  showWords(news) {
    if (!news.lyrics || !find("#early-words").hidden) return;
    find("#early-words").hidden = false;
    find("#early-lyrics").textContent = news.lyrics;
  }

  async cancel() {
    const sure = await ask({
      title: "Cancel this song?", text: "It stops at once. You can start it again later: what is finished is kept.",
      yes: "Cancel the song", no: "Keep going",
    });
    if (!sure) return;
    find("#cancel").disabled = true;
    try {
      await cancelGeneration(this.id);
      find("#progress-stage").textContent = "Stopping …";
    } catch (error) {
      find("#cancel").disabled = false;
      toastError(error);
    }
  }
}

const stageWord = (state) => ({ done: "finished", running: "in the making" })[state] ?? "to come";
