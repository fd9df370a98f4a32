// The voice lab's page: ask for a line, hear it, see it, change a note, compare.
import { createAudition, getAudition } from "./api.js";
import { find, findAll, icon, isCalm } from "./dom.js";
import { AuditionForm } from "./voices_form.js";
import { Inspector } from "./voices_inspector.js";
import { Notes } from "./voices_notes.js";
import { Picture } from "./voices_picture.js";
import { Roll } from "./voices_roll.js";
import { Sound } from "./voices_sound.js";
import { Words } from "./voices_words.js";
import { toast, toastError } from "./toast.js";

const STEP_S = 1;
const form = new AuditionForm(find("#audition"));
const sound = new Sound();
const notes = new Notes();
const picture = new Picture(find("#spectrum"));
const roll = new Roll(find("#roll"), notes);
new Inspector(notes);
new Words(find("#line"));
let asking = null; // the AbortController of the line that is being sung
let ground = ""; // what the notes belong to: another line or tune starts afresh

const groundOf = ({ text, mode, melody, tempo_bpm }) => JSON.stringify([text, mode, melody, tempo_bpm]);

// The form, and the notes as they were changed, if they still belong to it.
function wish() {
  const asked = form.read();
  if (asked.mode !== "sing" || groundOf(asked) !== ground) return asked;
  if (notes.isOwn) asked.melody = notes.melody();
  const expressions = notes.expressions();
  return expressions.length ? { ...asked, expressions } : asked;
}

async function ask() {
  if (asking) return;
  asking = new AbortController();
  const pressed = document.activeElement;
  const asked = wish();
  const newGround = groundOf(form.read());
  form.clearErrors();
  sound.pause();
  setBusy(true, asked.mode);
  try {
    const audition = await createAudition(asked, asking.signal);
    ground = newGround;
    show(audition);
    sound.play();
  } catch (error) {
    if (!asking.signal.aborted) {
      form.showError(error);
      say(error.message);
    } else say("Stopped.");
  } finally {
    asking = null;
    setBusy(false, asked.mode);
    keepFocus(pressed);
  }
}

function setBusy(busy, mode) {
  for (const id of ["#go", "#again"]) find(id).disabled = busy;
  for (const button of findAll(".hear")) button.disabled = busy;
  find(".line-end .stop-button").hidden = !busy;
  find("#other-take").hidden = busy;
  const doing = mode === "say" ? "Speaking …" : "Singing …";
  find("#go span").textContent = busy ? doing : form.mode === "sing" ? "Sing it" : "Say it";
  find("#stage").setAttribute("aria-busy", String(busy));
  find("#stage-veil").hidden = !busy;
  find("#veil-text").textContent = mode === "say" ? "The voice is being spoken …" : "The singer takes a breath …";
  if (busy) say(doing);
  else refreshEditor();
}

// A button that is switched off while it works loses the focus: it goes back there, or to what it was pressed for.
function keepFocus(pressed) {
  if (document.activeElement !== document.body || !pressed) return;
  const places = [pressed, find('.note[aria-selected="true"]'), find("#play"), find("#go")];
  places.find((place) => place && !place.disabled && place.offsetParent)?.focus({ preventScroll: true });
}

function show(audition) {
  sound.add(audition);
  history.replaceState(null, "", `?audition=${audition.id}`);
  const seconds = audition.duration_s.toFixed(1);
  say(`Ready: ${voiceName(audition.voice)}, ${seconds} seconds. ${audition.notices.join(" ")}`);
  if (find("#stage").getBoundingClientRect().top > innerHeight * 0.6) {
    find("#stage").scrollIntoView({ behavior: isCalm() ? "auto" : "smooth", block: "start" });
  }
}

// The form goes with the audition on the stage, so that "sing again" sings what is seen.
function choose(at) {
  if (!sound.slots[at] || at === sound.at) return;
  form.fill(sound.slots[at].audition);
  ground = groundOf(form.read());
  sound.choose(at);
}

const say = (text) => {
  find("#announcer").textContent = text;
};
const voiceName = (voice) => find(`input[name="voice"][value="${voice}"]`).dataset.name;

// The audition in the chosen slot stands on the stage.
sound.addEventListener("change", () => {
  const { audition } = sound;
  find("#stage-empty").hidden = true;
  find("#stage-full").hidden = false;
  find("#stage-title").textContent = audition.words.map((word) => word.text).join(" ");
  find("#stage-facts").textContent = facts(audition);
  find("#time-all").textContent = audition.duration_s.toFixed(1);
  find("#download").href = `${audition.audio_url}?download=1`;
  find("#notices").replaceChildren(...audition.notices.map((text) => {
    const made = document.createElement("p");
    made.className = "notice";
    made.append(icon("circle-info"), text);
    return made;
  }));
  find("#score-inner").style.setProperty("--seconds", audition.duration_s);
  find("#seek").max = String(audition.duration_s);
  for (const part of findAll("[data-mode-shown]")) part.hidden = part.dataset.modeShown !== audition.mode;
  find("#pitch-key").hidden = !audition.pitch;
  notes.take(audition);
  roll.show(audition);
  if (audition.mode === "say") find("#editor").hidden = true;
  showSlots();
  picture.show(audition).catch((error) => {
    if (error.name !== "AbortError") toastError(error);
  });
  tick();
});

function facts(audition) {
  const how = audition.mode === "say" ? "said" : tuneName(audition);
  const tempo = audition.mode === "say" ? `× ${audition.rate}` : `${Math.round(audition.tempo_bpm)} bpm`;
  return [voiceName(audition.voice), how, tempo, `take ${audition.seed}`].join(" · ");
}

function tuneName({ melody }) {
  const option = find(`#melody option[value="${melody}"]`);
  return option ? option.textContent.split(":")[0].toLowerCase() : "own melody";
}

function showSlots() {
  find("#compare").hidden = sound.slots.length < 2;
  for (const button of findAll("#compare button")) {
    const at = Number(button.dataset.slot);
    const slot = sound.slots[at];
    button.setAttribute("aria-pressed", String(at === sound.at));
    if (slot) find("span", button).textContent = voiceName(slot.audition.voice);
  }
}

function tick() {
  const { audition, time_s, isPlaying } = sound;
  if (!audition) return;
  const play = find("#play");
  if (play.dataset.playing !== String(isPlaying)) {
    play.dataset.playing = String(isPlaying);
    play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    play.replaceChildren(icon(isPlaying ? "pause" : "play"));
  }
  const share = Math.min(1, time_s / audition.duration_s);
  find("#playhead").style.left = `${share * 100}%`;
  find("#time-now").textContent = time_s.toFixed(1);
  const seek = find("#seek");
  seek.value = String(time_s);
  seek.setAttribute("aria-valuetext", `${time_s.toFixed(1)} of ${audition.duration_s.toFixed(1)} seconds`);
  roll.glow(time_s);
  if (isPlaying) follow(share);
}

// On a narrow screen the score is wider than the window: the playhead stays in sight.
function follow(share) {
  const score = find("#score");
  if (score.scrollWidth <= score.clientWidth) return;
  const at = share * score.scrollWidth;
  if (at < score.scrollLeft || at > score.scrollLeft + score.clientWidth * 0.85) score.scrollLeft = at - score.clientWidth * 0.15;
}

function refreshEditor() {
  const changed = notes.isChanged;
  find("#again").disabled = Boolean(asking) || !changed;
  find("#again span").textContent = changed ? "Sing again" : "As sung";
}

for (const name of ["play", "tick"]) sound.addEventListener(name, tick);
sound.addEventListener("broken", () => toast("This audition is not kept any more: sing the line again.", { kind: "error" }));
notes.addEventListener("change", refreshEditor);
form.form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
for (const button of findAll(".hear")) {
  button.addEventListener("click", () => {
    form.sample(button.dataset.voice);
    ask();
  });
}
find("#other-take").addEventListener("click", () => {
  form.seed += 1;
  ask();
});
find("#again").addEventListener("click", ask);
for (const button of findAll(".stop-button")) button.addEventListener("click", () => asking?.abort());
find("#undo").addEventListener("click", () => notes.undo());
find("#reset-note").addEventListener("click", () => notes.release());
find("#play").addEventListener("click", () => sound.toggle());
find("#seek").addEventListener("input", (event) => sound.seek(Number(event.target.value)));
find("#loop").addEventListener("click", () => {
  sound.setLoop(!sound.loops);
  find("#loop").setAttribute("aria-pressed", String(sound.loops));
});
for (const button of findAll("#compare button")) {
  button.addEventListener("click", () => choose(Number(button.dataset.slot)));
}

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input, textarea, select, button, a, summary, dialog, .note");
  if (busy || event.ctrlKey || event.metaKey || event.altKey || !sound.audition) return;
  const actions = {
    " ": () => sound.toggle(),
    ArrowLeft: () => sound.seek(sound.time_s - STEP_S),
    ArrowRight: () => sound.seek(sound.time_s + STEP_S),
    a: () => choose(0),
    b: () => choose(1),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});

// A link to an audition opens with it, as long as the studio keeps it.
async function open(id) {
  try {
    const audition = await getAudition(id);
    form.fill(audition);
    ground = groundOf(form.read());
    show(audition);
  } catch {
    history.replaceState(null, "", location.pathname);
  }
}

const asked = new URLSearchParams(location.search).get("audition");
if (asked) open(asked);
