// The mixes of a song: the studio's own and those made at the console; any of them can be heard, taken, and become the
// song's sound again.
import { chooseMix, deleteMix, listMixes } from "./api.js";
import { ago, element, find, icon } from "./dom.js";
import { getJob } from "./mixer_api.js";
import { followJob } from "./progress.js";
import { ask, toast, toastError } from "./toast.js";

const figure = (value, unit) => (value === null ? "" : `${value.toFixed(1).replace("-", "−")} ${unit}`);

export async function showMixes(id) {
  const { mixes, choosing } = await listMixes(id);
  find("#mixes").hidden = mixes.length < 2;
  find("#mix-list").replaceChildren(...mixes.map((mix) => row(id, mix)));
  if (choosing) follow(id, choosing);
}

function row(id, mix) {
  const facts = [ago(mix.created_at), figure(mix.integrated_lufs, "LUFS"), figure(mix.true_peak_dbtp, "dBTP")];
  const name = mix.id === "original" ? mix.title : `Mix ${mix.number}`;
  return element("li", { class: "mix-row", "data-mix": mix.id },
    element("span", { class: "mix-words" }, element("b", { text: name }), element("span", { class: "soft", text: facts.filter(Boolean).join(" · ") })),
    element("audio", { controls: true, preload: "none", src: mix.links.song, "aria-label": name }),
    element("span", { class: "mix-acts" },
      element("a", { class: "icon-button is-tiny", href: `${mix.links.song}?download=1`, download: "", "aria-label": `Download ${name}`, title: "Download" }, icon("download")),
      mix.is_current ? element("span", { class: "badge-gold", text: "in the song" })
        : mix.is_playable ? element("button", { type: "button", class: "ghost-button is-small", "aria-label": `Put it into the song: ${name}`, onclick: (event) => choose(id, mix, event.currentTarget) }, "Put it into the song")
          : element("span", { class: "soft", text: "of an earlier score" }),
      mix.is_current || mix.id === "original" ? null
        : element("button", { type: "button", class: "icon-button is-tiny", "aria-label": `Delete ${name}`, title: "Delete", onclick: () => drop(id, mix, name) }, icon("trash-can"))));
}

async function drop(id, mix, name) {
  if (!(await ask({ title: `Delete ${name}?`, text: "It leaves the song for good. The song goes on playing the mix it has.", yes: "Delete it", no: "Keep it" }))) return;
  try {
    await deleteMix(id, mix.id);
    await showMixes(id);
  } catch (error) {
    toastError(error);
  }
}

async function choose(id, mix, button) {
  button.disabled = true;
  try {
    follow(id, await chooseMix(id, mix.id));
  } catch (error) {
    button.disabled = false;
    toastError(error);
  }
}

// The song's sound, films and package follow: the page begins anew with them.
function follow(id, job) {
  const progress = find("#mix-progress");
  progress.hidden = false;
  for (const button of find("#mix-list").querySelectorAll("button")) button.disabled = true;
  followJob({ get: () => getJob(job.id), socket: job.links.socket }, (news) => {
    find("#mix-words").textContent = news.message;
    find("#mix-bar").value = news.progress;
    if (news.state === "done") location.reload();
    if (!["failed", "cancelled"].includes(news.state)) return;
    progress.hidden = true;
    toast(news.error?.message ?? "The song plays what it played before.", { kind: news.error ? "error" : "info" });
    showMixes(id).catch(toastError);
  });
}
