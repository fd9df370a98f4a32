// The mixes of a song: the studio's own and those made at the console; any of them can be heard, taken, and become the
// song's sound again.
import { chooseMix, listMixes } from "./api.js";
import { ago, element, find, icon } from "./dom.js";
import { toastError } from "./toast.js";

const figure = (value, unit) => (value === null ? "" : `${value.toFixed(1).replace("-", "−")} ${unit}`);

export async function showMixes(id) {
  const { mixes } = await listMixes(id);
  find("#mixes").hidden = mixes.length < 2;
  find("#mix-list").replaceChildren(...mixes.map((mix) => row(id, mix)));
}

function row(id, mix) {
  const facts = [ago(mix.created_at), figure(mix.integrated_lufs, "LUFS"), figure(mix.true_peak_dbtp, "dBTP")];
  const isMade = mix.id !== "original";
  return element("li", { class: "mix-row", "data-mix": mix.id },
    element("span", { class: "mix-words" }, element("b", { text: isMade ? `Mix ${mix.number}` : mix.title }), element("span", { class: "soft", text: facts.filter(Boolean).join(" · ") })),
    isMade ? element("audio", { controls: true, preload: "none", src: mix.links.song, "aria-label": `Mix ${mix.number}` }) : null,
    element("span", { class: "mix-acts" },
      isMade ? element("a", { class: "icon-button is-tiny", href: mix.links.song, download: `mix-${mix.number}.wav`, "aria-label": `Download mix ${mix.number}`, title: "Download" }, icon("download")) : null,
      mix.is_current ? element("span", { class: "badge-gold", text: "in the song" })
        : mix.is_playable ? element("button", { type: "button", class: "ghost-button is-small", onclick: (event) => choose(id, mix, event.currentTarget) }, "Put it into the song")
          : element("span", { class: "soft", text: "of an earlier score" })));
}

// The song's sound, film and package follow: the page begins anew with them.
async function choose(id, mix, button) {
  button.disabled = true;
  try {
    await chooseMix(id, mix.id);
    location.reload();
  } catch (error) {
    button.disabled = false;
    toastError(error);
  }
}
