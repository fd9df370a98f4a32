// The page of one song: in the making, stopped, or finished; it turns from one into the other without a reload.
import { createGeneration, getGeneration, newKey, retryGeneration } from "./api.js";
import { find, icon } from "./dom.js";
import { follow } from "./progress.js";
import { showResult } from "./result.js";
import { RunningView } from "./running.js";
import { showMixes } from "./song_mixes.js";
import { toast, toastError } from "./toast.js";

const page = find("#song");
let running = null;
let quiet = null;

function showHead(generation) {
  const title = generation.title || generation.brief.theme;
  find("#song-title").textContent = title;
  find("#song-theme").textContent = title !== generation.brief.theme ? generation.brief.theme : "";
  find("#song-kind").textContent = { done: "Finished", failed: "Not finished", cancelled: "Cancelled" }[generation.state] ?? "In the making";
  find("#open-console").hidden = generation.state !== "done";
  find("#open-score").hidden = generation.state !== "done" && !generation.links.score;
  document.title = `${title} · CodeCraft Studio`;
}

function showOnly(name) {
  for (const section of ["running", "stopped", "result", "unreadable"]) find(`#${section}`).hidden = section !== name;
}

function showNews(news) {
  showHead(news);
  if (["queued", "running"].includes(news.state)) {
    showOnly("running");
    running.show(news);
    return;
  }
  running.leave();
  open(news.id);
}

function tellSilence(lost) {
  if (!lost) {
    quiet?.();
    quiet = null;
  } else if (!quiet) {
    quiet = toast("The studio does not answer just now; the page keeps asking.", { kind: "error", staysMs: 3600000 });
  }
}

function showStopped(generation) {
  const failed = generation.state === "failed";
  showOnly("stopped");
  find("#stopped-sign").replaceChildren(icon(failed ? "triangle-exclamation" : "ban"));
  find("#stopped-title").textContent = failed ? "This song could not be finished" : "You cancelled this song";
  find("#stopped-why").textContent = failed
    ? generation.error?.message ?? "Something went wrong on the way." : "Nothing is lost: it can start again where it stopped.";
  find("#again span").textContent = failed ? "Try again" : "Start again";
  find("#again").onclick = (event) => tryAgain(generation, event.currentTarget);
  find("#announcer").textContent = find("#stopped-title").textContent;
}

// Goes on from the stages that were finished.
async function tryAgain(generation, button) {
  button.disabled = true;
  try {
    await retryGeneration(generation.id);
    open(generation.id);
  } catch (error) {
    toastError(error);
  }
  button.disabled = false;
}

async function makeAnother(generation, button) {
  const { seed: _, ...brief } = generation.brief;
  button.disabled = true;
  try {
    location.assign((await createGeneration(brief, newKey())).links.page);
  } catch (error) {
    button.disabled = false;
    toastError(error);
  }
}

async function open(id) {
  try {
    const generation = await getGeneration(id);
    showHead(generation);
    if (generation.state === "done") {
      showOnly("result");
      await showResult(generation);
      showMixes(id).catch(toastError);
      find("#new-seed").onclick = (event) => makeAnother(generation, event.currentTarget);
      find("#announcer").textContent = "The song is finished.";
    } else if (["failed", "cancelled"].includes(generation.state)) {
      showStopped(generation);
    } else {
      running ??= new RunningView(generation);
      showNews(generation);
      follow(id, showNews, tellSilence);
    }
  } catch (error) {
    showOnly("unreadable");
    find("#unreadable-why").textContent = error.message;
  }
}

find("#reload").addEventListener("click", () => location.reload());
open(page.dataset.id);
