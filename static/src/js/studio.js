// The studio page: one brief, one click.
import { createGeneration, newKey } from "./api.js";
import { BriefForm } from "./brief.js";
import { find, findAll, readJson } from "./dom.js";
import { startEmbers } from "./embers.js";
import { FilmMedia } from "./film_media.js";
import { ScoreUpload } from "./score_upload.js";

const form = find("#brief");
const brief = new BriefForm(form);
const media = new FilmMedia(form);
new ScoreUpload(form, media);
let key = newKey();
let sent = "";
const buttons = findAll('button[type="submit"]', form);

function setBusy(busy) {
  for (const button of buttons) {
    button.disabled = busy;
    find("span", button).textContent = busy ? "Starting …" : "Make my song";
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (buttons[0].disabled) return; // a double click is one song
  brief.clearErrors();
  setBusy(true);
  try {
    const asked = media.into(brief.read());
    if (!asked) return setBusy(false); // what is still on its way is told beside it
    if (JSON.stringify(asked) !== sent) key = newKey(); // a changed brief is another song
    sent = JSON.stringify(asked);
    const made = await createGeneration(asked, key);
    brief.forgetDraft();
    media.forgetDraft();
    return location.assign(`/songs/${made.id}`);
  } catch (error) {
    setBusy(false);
    return brief.showError(error);
  }
});

for (const example of findAll(".example")) {
  example.addEventListener("click", () => {
    brief.fill({ title: "", seed: "", lyrics: "", effects: {}, film: {}, pronunciations: [], ...JSON.parse(example.dataset.brief) });
    form.elements.theme.scrollIntoView({ block: "center" });
    find("#generate").focus({ preventScroll: true });
  });
}

// Coming back with the browser's Back button finds the form ready again.
addEventListener("pageshow", () => {
  sent = "";
  setBusy(false);
});

const given = readJson("given-brief");
if (given?.film?.media) media.choose(given.film.media);
if (given) brief.fill(given);
else brief.restoreDraft();
brief.refresh();
startEmbers(find(".embers"));
