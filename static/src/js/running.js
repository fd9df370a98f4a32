// The view of a song in the making: its stages, its progress, and the film as far as it is painted.
import { cancelGeneration } from "./api.js";
import { LiveFilm } from "./live_film.js";
import { element, find, icon, timeLeft } from "./dom.js";
import { ask, toastError } from "./toast.js";

const SIGNS = {
  lyrics: "feather-pointed", score: "music", vocals: "microphone-lines", orchestra: "drum", mix: "sliders",
  master: "gauge-high", film: "film", package: "box-archive",
};

export class RunningView {
  constructor(generation) {
    this.id = generation.id;
    this.told = "";
    this.picture = 0;
    this.section = find("#running");
    this.live = null;
    find("#cancel").addEventListener("click", () => this.cancel());
    find("#preview-image").addEventListener("load", () => this.showPicture());
  }

  show(news) {
    this.section.hidden = false;
    this.showStages(news);
    this.showProgress(news);
    this.refreshPicture(news);
    this.refreshLive(news.links.stream ?? null);
  }

  refreshLive(url) {
    if (!url) {
      this.leave();
      return;
    }
    if (this.live) return;
    const video = element("video", { id: "live-film", controls: true, playsinline: true, hidden: true, "aria-label": "The film as far as it is painted" });
    find("#preview-image").after(video);
    this.live = new LiveFilm(video, () => this.showLive());
    this.live.show(url);
  }

  // The song is done, or was stopped: nothing plays on behind another view.
  leave() {
    if (!this.live) return;
    this.live.stop();
    this.live.video.remove();
    this.live = null;
    find("#preview").classList.remove("is-live");
  }

  showLive() {
    this.live.video.hidden = false;
    find("#preview").classList.add("is-live");
    find("#preview-note").textContent = "What is painted so far";
  }

  showStages(news) {
    const rows = news.stages.filter((stage) => stage.state !== "skipped").map((stage) => {
      const share = stage.state === "running" && stage.progress > 0 ? `${Math.round(stage.progress * 100)} %` : "";
      return element("li", { class: `is-${stage.state}`, "aria-current": stage.state === "running" ? "step" : null },
        element("span", { class: "dot" }, icon(stage.state === "done" ? "check" : SIGNS[stage.name] ?? "circle")),
        element("span", { text: stage.title }),
        element("span", { class: "visually-hidden", text: stageWord(stage.state) }),
        element("span", { class: "share", text: share }));
    });
    find("#stages").replaceChildren(...rows);
  }

  showProgress(news) {
    const title = news.message.replace(/\s*…$/, "");
    find("#progress").value = news.progress;
    find("#progress-stage").textContent = `${news.message} ${news.state === "running" ? `${Math.round(news.progress * 100)} %` : ""}`;
    find("#cancel").disabled = news.is_cancelling;
    find("#progress-left").textContent = news.state === "running" ? timeLeft(news.seconds_left) : "";
    if (title === this.told) return;
    this.told = title; // read aloud once a stage, not at every percent
    find("#announcer").textContent = title;
  }

  refreshPicture(news) {
    if (!news.preview || news.preview === this.picture) return;
    this.picture = news.preview;
    find("#preview-image").src = `${news.links.preview}?at=${news.preview}`;
  }

  showPicture() {
    find("#preview-image").hidden = false;
    find("#preview").classList.add("has-picture");
    if (!find("#preview").classList.contains("is-live")) find("#preview-note").textContent = "Fresh from the painter";
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
