// A job of the mixer followed to its end.
import { find } from "./dom.js";
import { getJob, stepJob } from "./mixer_api.js";
import { followJob, isOver } from "./progress.js";
import { toast } from "./toast.js";

// The finished job, or null when it failed or was cancelled, which is told.
export function waitForJob(job, onNews = () => {}) {
  return new Promise((resolve) => {
    followJob({ get: () => getJob(job.id), socket: job.links?.socket ?? `/ws/audio/${job.id}` }, (news) => {
      onNews(news);
      if (!isOver(news.state)) return;
      if (news.state === "failed") toast(news.error?.message ?? "That could not be finished.", { kind: "error", staysMs: 12000 });
      if (news.state === "cancelled") toast("Cancelled: nothing was changed.");
      resolve(news.state === "done" ? news : null);
    });
  });
}

// The same, with its progress in the page's bar and a button that cancels it.
export async function runJob(job, words) {
  running.set(job.id, { words: job.message || words, share: job.progress ?? 0 });
  showRunning();
  const done = await waitForJob(job, (news) => {
    running.set(job.id, { words: news.message || words, share: news.progress ?? 0 });
    showRunning();
  });
  running.delete(job.id);
  showRunning();
  return done;
}

const running = new Map(); // job id → what is told of it; the bar shows the one that began last

function showRunning() {
  const [id, told] = [...running].at(-1) ?? [];
  find("#job-progress").hidden = !told;
  if (!told) return;
  find("#job-words").textContent = told.words;
  find("#job-bar").value = told.share;
  find("#job-cancel").onclick = () => stepJob(id, "cancel").catch((error) => toast(error.message, { kind: "error" }));
}
