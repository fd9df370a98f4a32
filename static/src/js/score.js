// The score page: piano roll, sheet music, and the song that they are.
import { fileUrl, getGeneration, renderScore } from "./api.js";
import { clock, find, findAll, icon, spokenClock } from "./dom.js";
import { Hands } from "./score_hands.js";
import { Head } from "./score_head.js";
import { ScoreInspector } from "./score_inspector.js";
import { ScoreModel } from "./score_model.js";
import { PartsList } from "./score_parts.js";
import { ScoreRoll } from "./score_roll.js";
import { Saving } from "./score_saving.js";
import { SheetTab } from "./score_sheet.js";
import { Sound } from "./score_sound.js";
import { GRIDS } from "./score_time.js";
import { pretty } from "./timeline.js";
import { toast, toastError } from "./toast.js";

const page = find("#score");
const { id } = page.dataset;
const model = new ScoreModel();
const saving = new Saving(id, model);
const sound = new Sound();
const roll = new ScoreRoll(model);
let hearing = null;

const say = (text, isError = false) => {
  if (isError) toast(text, { kind: "error" });
  find("#announcer").textContent = text;
};
const does = {
  say, hear,
  seek: (beat) => sound.seek(model.beats.secondsAt(beat)),
  loop: setLoop,
  words: (line) => {
    showTab("roll");
    head.editLine(line);
  },
  mute: (part) => saving.save([{ type: "set_part", part: part.id, muted: !part.muted }]),
};
const hands = new Hands(model, roll, does);
const head = new Head(model, roll, {
  ...does,
  section: (verb, index, body) => saving.section(index, verb, body),
  chord: (chord, name) => saving.save([{ type: "set_chord", start_beats: chord.start_beats, duration_beats: chord.duration_beats, name }]),
  words: (line, text) => saving.save([{ type: "set_words", line: line.id, text }]),
});
new PartsList(model, roll, does);
new ScoreInspector(model, hands, roll, does);
const sheet = new SheetTab(id, model, {
  seek: does.seek,
  choose: (note) => {
    model.choosePart(note.owner);
    model.select([note.id]);
    showTab("roll");
    roll.reveal(note);
  },
});

// -- tabs --
function showTab(name) {
  for (const tab of findAll('[role="tab"]', page)) {
    const isChosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    find(`#${tab.dataset.tab}-tab`).hidden = !isChosen;
  }
  for (const tool of findAll("[data-only]", page)) tool.hidden = tool.dataset.only !== name;
  if (name === "roll") roll.fit();
  if (name === "sheet" && saving.count) saving.save(); // what is engraved is the studio's revision
  sheet.setShown(name === "sheet");
  history.replaceState(null, "", name === "sheet" ? "#sheet" : location.pathname);
}

for (const tab of findAll('[role="tab"]', page)) {
  tab.addEventListener("click", () => showTab(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = findAll('[role="tab"]', page).find((one) => one !== tab);
    showTab(other.dataset.tab);
    other.focus();
  });
}

// -- sound --
function setLoop(span) {
  roll.setLoop(span);
  sound.setLoop(span && span.map((beat) => model.beats.secondsAt(beat)));
  find("#loop").setAttribute("aria-pressed", String(Boolean(span)));
}

function showTime() {
  if (!model.data) return;
  const { time_s } = sound;
  const beat = Math.min(model.beats.beatAt(time_s), model.data.end_beats);
  roll.moveTo(beat, sound.isPlaying);
  sheet.moveTo(beat, sound.isPlaying);
  find("#time-now").textContent = clock(time_s);
  const section = model.sectionAt(beat);
  find("#now").textContent = `${section.name.replaceAll("_", " ")} · bar ${Math.floor(beat / model.data.beats_per_bar) + 1}`;
  const seek = find("#seek");
  seek.value = String(time_s);
  seek.setAttribute("aria-valuetext", `${spokenClock(time_s)} of ${spokenClock(model.data.duration_s)}`);
}

function showPlaying() {
  const button = find("#play");
  button.setAttribute("aria-label", sound.isPlaying ? "Pause" : "Play");
  button.replaceChildren(icon(sound.isPlaying ? "pause" : "play"));
}

function showSource() {
  const { data } = model;
  if (!data) return;
  const preview = saving.count ? "This preview is from before your newest edits: hear the section again." : "You hear your edits, as a quick preview.";
  const isOld = data.rendered_revision !== data.revision || saving.count > 0;
  find("#heard").textContent = !sound.source ? "Not rendered yet: hear it section by section." : sound.isPreview ? preview : isOld ? "Play gives the song as last rendered: “Hear this section” gives your edits." : "";
}

// The section under the playhead (or a given one), sung and played as the score stands now.
async function hear(section = model.sectionAt(roll.beat)) {
  if (hearing) return hearing.abort();
  hearing = new AbortController();
  sound.media.pause();
  const known = sound.preview;
  showState();
  try {
    const same = known && known.revision === model.data.revision && !saving.count && Math.abs(known.from_s - section.start_s) < 0.01;
    const made = same ? known : await saving.preview(section, hearing.signal);
    if (!made) return undefined;
    sound.setPreview(made);
    sound.playPreview();
  } catch (error) {
    if (error.name !== "AbortError") toastError(error);
  } finally {
    hearing = null;
    showState();
  }
  return undefined;
}

// -- what is saved, what runs --
function showState() {
  const { count, isBusy, progress } = saving;
  const steps = Math.max(1, model.past.length);
  const edits = `${steps} unsaved ${steps === 1 ? "edit" : "edits"}`;
  const isSynced = model.data && model.data.rendered_revision === model.data.revision;
  find("#save-state").textContent = isBusy ? "Saving …" : count ? edits : isSynced ? "Saved, and in the song" : "Saved, not rendered yet";
  find("#save-state").className = `save-state${count ? " is-open" : ""}${saving.refusal && count ? " is-refused" : ""}`;
  find("#save").disabled = !count || isBusy || Boolean(progress);
  find("#undo-edit").disabled = !saving.can("undo") || isBusy;
  find("#redo-edit").disabled = !saving.can("redo") || isBusy;
  find("#render").disabled = Boolean(progress) || isBusy || (isSynced && !count);
  find("#hear").disabled = Boolean(progress);
  find("#hear span").textContent = hearing ? "Stop" : "Hear this section";
  find("#hear").classList.toggle("is-waiting", Boolean(hearing));
  find("#render-progress").hidden = !progress;
  if (progress) {
    find("#render-bar").value = progress.progress ?? 0;
    find("#render-words").textContent = `${progress.message ?? ""} ${Math.round((progress.progress ?? 0) * 100)} %`;
  }
  showSource();
}

function openSong() {
  sound.setSong(`${fileUrl(id, "song.mp3")}?revision=${model.data.rendered_revision ?? ""}`, model.data.duration_s);
}

model.addEventListener("score", () => {
  if (sound.preview && sound.preview.revision !== model.data.revision) sound.setPreview(null);
  find("#score-title").textContent = model.data.title;
  find("#score-facts").textContent = [pretty(`${model.data.key.tonic} ${model.data.key.mode}`), `${Math.round(model.data.tempo[0].bpm)} bpm`, `${model.data.bars} bars`].join(" · ");
  find("#time-all").textContent = clock(model.data.duration_s);
  find("#seek").max = String(model.data.duration_s);
  if (roll.loop && roll.loop[1] > model.data.end_beats + 1e-6) setLoop(null);
  showTime();
});
saving.addEventListener("state", showState);
saving.addEventListener("rendered", () => {
  openSong();
  toast("The song is rendered: play it, or go back to its page for the new files.");
});
sound.addEventListener("tick", showTime);
sound.addEventListener("source", showSource);
for (const name of ["play", "pause"]) sound.addEventListener(name, showPlaying);

// -- buttons and keys --
find("#play").addEventListener("click", () => sound.toggle());
find("#seek").addEventListener("input", (event) => sound.seek(Number(event.target.value)));
find("#loop").addEventListener("click", () => {
  const section = model.sectionAt(roll.beat);
  setLoop(roll.loop ? null : [section.start_beats, section.end_beats]);
});
find("#hear").addEventListener("click", () => hear());
find("#save").addEventListener("click", () => saving.save());
find("#render").addEventListener("click", () => saving.render());
find("#undo-edit").addEventListener("click", () => saving.step("undo"));
find("#redo-edit").addEventListener("click", () => saving.step("redo"));
find("#zoom-in").addEventListener("click", () => roll.zoom(1.35));
find("#zoom-out").addEventListener("click", () => roll.zoom(1 / 1.35));
find("#add-note").addEventListener("click", () => hands.addHere());
find("#grid").append(...GRIDS.map(({ value, label }) => new Option(label, String(value), value === 0.25, value === 0.25)));
find("#grid").addEventListener("change", (event) => {
  roll.grid = Number(event.target.value);
  roll.draw();
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=range]), textarea, select, dialog");
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !isTyping) {
    const actions = { z: () => saving.step(event.shiftKey ? "redo" : "undo"), y: () => saving.step("redo"), s: () => saving.save(), a: chooseAll };
    if (!actions[key]) return;
    event.preventDefault();
    actions[key]();
  } else if (event.key === " " && !isTyping && !event.target.closest("button, a, summary, [role=menu]")) {
    event.preventDefault();
    sound.toggle();
  }
});

function chooseAll() {
  if (!model.partInfo.isFixed) model.select(model.layer(model.part).notes.map((note) => note.id));
}

async function open() {
  try {
    await saving.open();
    find("#unreadable").hidden = true;
    find("#desk").hidden = false;
    roll.fit();
    roll.centre();
    const generation = await getGeneration(id);
    if (generation.files.some((file) => file.name === "song.mp3")) openSong();
    showTab(location.hash === "#sheet" ? "sheet" : "roll");
    showState();
  } catch (error) {
    find("#desk").hidden = true;
    find("#unreadable").hidden = false;
    find("#unreadable-why").textContent = error.message;
    find("#render-once").hidden = error.code !== "no_score" || page.dataset.state !== "done";
  }
}

// A song from before scores were kept: rendering it keeps its score.
find("#render-once").addEventListener("click", async (event) => {
  event.currentTarget.disabled = true;
  try {
    await renderScore(id);
    location.assign(`/songs/${id}`);
  } catch (error) {
    toastError(error);
  }
});

find("#reload").addEventListener("click", open);
open();
