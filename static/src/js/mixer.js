// The mixing console's page: a session opened, its rooms wired together.
import { clock, find, findAll } from "./dom.js";
import { deleteStem, getEffects, getSession, listBounces, startMix } from "./mixer_api.js";
import { Assistant } from "./mixer_assistant.js";
import { Freezing } from "./mixer_freezing.js";
import { Inspector } from "./mixer_inspector.js";
import { runJob, waitForJob } from "./mixer_jobs.js";
import { wireKeys } from "./mixer_keys.js";
import { laneValue } from "./mixer_lanes.js";
import { MasterRoom } from "./mixer_master.js";
import { MixMeters } from "./mixer_meters.js";
import { ConsoleModel } from "./mixer_model.js";
import { laneOf, stripAt, stripsOf } from "./mixer_paths.js";
import { ConsoleSaving } from "./mixer_saving.js";
import { Snapshots } from "./mixer_snapshots.js";
import { ConsoleSound } from "./mixer_sound.js";
import { Strips } from "./mixer_strips.js";
import { wireTabs } from "./mixer_tabs.js";
import { TakeRoom } from "./mixer_takes.js";
import { Timeline } from "./mixer_timeline.js";
import { Transport } from "./mixer_transport.js";
import { Versions } from "./mixer_versions.js";
import { TimeView } from "./mixer_view.js";
import { ask, toast, toastError } from "./toast.js";

const page = find("#console");
const { id } = page.dataset;
const model = new ConsoleModel();
const saving = new ConsoleSaving(id, model);
const sound = new ConsoleSound(model);
const view = new TimeView();
const say = (text, isError = false) => {
  if (isError) toast(text, { kind: "error" });
  find("#announcer").textContent = text;
};
let chosen = "";
let lastHeard = null;
let wasPlaying = false;

const showSide = wireTabs("side");
const showRoom = wireTabs("room", (room) => {
  if (room !== "mix") history.replaceState(null, "", `#${room}`);
  else if (location.hash) history.replaceState(null, "", location.pathname);
  if (room === "versions") versions.open().catch(toastError);
  if (room === "master") master.openNewest().catch(toastError);
  else master?.pause();
  if (room === "mix" && model.state) view.show(view.from_s, view.span_s);
});
const transport = new Transport(sound, view, { loop: setLoop });
const timeline = new Timeline(model, view, { select, seek: (time_s) => transport.seek(time_s), loop: setLoop });
const strips = new Strips(model, { select, reveal, addEffect });
const inspector = new Inspector(model, { say, select, dropStem, spectrum: () => sound.spectrum() });
const meters = new MixMeters();
const assistant = new Assistant(id, model, saving, { select: (strip) => select(strip, { reveals: true }), runJob, say });
const snapshots = new Snapshots(id, saving, { say });
const master = new MasterRoom(id, { runJob, say, save: () => saving.save(), pauseConsole: () => sound.pause() });
const versions = new Versions(id, { openMaster, say, runJob, pauseConsole: () => sound.pause() });
const freezing = new Freezing(id, {
  job: waitForJob, tell: (text) => transport.note(text), setFrozen: (channel, url) => sound.engine?.setFrozen(channel, url),
  nameOf: (channel) => stripAt(model.state, channel)?.label || channel,
});
const takes = new TakeRoom(id, sound, { say, loop: setLoop, save: () => saving.save(), landed: () => reopen() });

function select(strip, { reveals = false } = {}) {
  if (!stripAt(model.state, strip)) return;
  if (strip !== chosen) {
    chosen = strip;
    inspector.show(strip);
    assistant.showOwn(strip);
    strips.mark(strip);
    timeline.mark(strip);
    sound.engine?.setTap(strip);
    find("#scope-of").textContent = strip === "mix" ? "the mix" : stripAt(model.state, strip).label || strip;
  }
  if (!reveals) return;
  showSide("channel");
  strips.reveal(strip);
}

function reveal(strip, slot) {
  select(strip);
  showSide("channel");
  inspector.rack.reveal(slot);
}

function addEffect(strip) {
  select(strip);
  showSide("channel");
  inspector.rack.adder.focus();
}

// With twenty channels the panel lies hundreds of stops away.
function focusPanel() {
  showSide("channel");
  find("#tab-channel").focus();
}

function setLoop(loop) {
  timeline.setLoop(loop);
  transport.showLoop(loop);
  sound.setLoop(loop);
  if (loop && (sound.time_s < loop[0] || sound.time_s > loop[1])) transport.seek(loop[0]);
}

async function dropStem(channel) {
  const name = channel.label || channel.id;
  const yes = await ask({ title: `Take “${name}” out?`, text: "Its sound leaves this session for good, with its channel; the song it came from keeps it.", yes: "Take it out", no: "Keep it" });
  if (!yes || !(await saving.save())) return;
  try {
    await deleteStem(id, channel.stem);
    await reopen(`${name} is out of the session.`);
  } catch (error) {
    toastError(error);
  }
}

function openMaster(job) {
  showRoom("master");
  master.open(job.id);
}

function showSaving() {
  const state = find("#save-state");
  state.textContent = saving.words;
  state.classList.toggle("is-open", saving.words === "Saving …");
  state.classList.toggle("is-refused", Boolean(saving.refusal));
  find("#undo").disabled = !saving.can("undo");
  find("#redo").disabled = !saving.can("redo");
}

async function step(name) {
  try {
    const what = await saving.step(name);
    if (what) say(`${name === "undo" ? "Taken back" : "Done again"}: ${what.replace(/\.$/, "")}.`);
  } catch (error) {
    toastError(error);
  }
}

// What the meters and moving faders show, as often as the screen does.
function tick(now_ms) {
  const { time_s } = sound;
  timeline.showTime(time_s);
  transport.showTime(time_s);
  if (sound.isPlaying) view.follow(time_s);
  const automated = (target) => laneValue(laneOf(model.state, target).points, time_s);
  if (model.state.lanes.length) strips.follow(automated);
  const heard = sound.meters;
  if (!heard || !now_ms || heard === lastHeard) return; // the audio thread tells them about 30 times a second
  lastHeard = heard;
  strips.show(heard.strips, now_ms);
  meters.show({ ...heard.mix, scope: sound.isPlaying ? sound.engine.scope() : null }, now_ms);
  transport.showLoudness(heard.mix.short_lufs);
  inspector.tick(heard.reductions);
}

function showSession(session) {
  find("#console-title").textContent = session.title;
  document.title = `${session.title} · console · CodeCraft Studio`;
  const facts = [clock(session.duration_s), `${session.stems.length} ${session.stems.length === 1 ? "stem" : "stems"}`, session.tempo_bpm ? `${Math.round(session.tempo_bpm)} bpm` : "", session.space ?? ""];
  find("#console-facts").textContent = facts.filter(Boolean).join(" · ");
  const home = session.links.source_page;
  versions.isSong = Boolean(home);
  if (home) {
    find("#console-back").href = home;
    find("#console-back span").textContent = "The song";
  }
  view.setDuration(session.duration_s);
  transport.setDuration(session.duration_s);
  timeline.setSections(session.sections ?? []);
  transport.sections = session.sections ?? [];
}

async function loadPeaks(session) {
  const byStem = new Map(session.stems.map((stem) => [stem.name, stem]));
  for (const channel of model.state.channels) {
    const stem = byStem.get(channel.stem);
    if (!stem) continue;
    const response = await fetch(stem.peaks_url, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) continue;
    timeline.setPeaks(channel.id, await response.json());
  }
}

// A song's stems may have to be rendered anew first: that is a job of its own.
async function whenReady(session) {
  if (session.is_ready) return session;
  const words = find("#console-wait-words");
  const bar = find("#console-wait-bar");
  words.textContent = "The studio fetches the stems …";
  bar.hidden = false;
  const done = await waitForJob(session.preparing, (news) => {
    words.textContent = news.message;
    bar.value = news.progress;
  });
  if (!done) throw new Error("The stems could not be prepared. Try again in a moment.");
  return getSession(id);
}

async function reopen(told = "The take stands on the timeline.") {
  const session = await getSession(id);
  await saving.open();
  showSession(session);
  await sound.engine?.setStems(session.stems.map(({ name, audio_url }) => ({ name, url: audio_url })));
  await loadPeaks(session);
  if (!stripAt(model.state, chosen)) select(model.state.channels[0].id);
  say(told);
}

async function open() {
  try {
    const [first, effects] = await Promise.all([getSession(id), getEffects()]);
    const session = await whenReady(first);
    model.catalogue = new Map(effects.effects.map((kind) => [kind.kind, kind]));
    const { working } = await listBounces(id);
    await saving.open();
    find("#console-wait").hidden = true;
    find("#console-desk").hidden = false;
    showSession(session);
    select(model.state.channels.find((channel) => channel.role === "lead")?.id ?? model.state.channels[0].id);
    if (["#master", "#versions"].includes(location.hash)) showRoom(location.hash.slice(1));
    snapshots.open().catch(toastError);
    loadPeaks(session);
    transport.note("The stems are on their way …");
    await sound.open(session.stems.map(({ name, audio_url }) => ({ name, url: audio_url })), effects, (share) => transport.note(`The stems are on their way … ${Math.round(share * 100)} %`));
    transport.note(sound.trouble);
    sound.engine?.setTap(chosen);
    freezing.look();
    resume(working);
    page.dataset.state = "ready";
    say(`The console is open: ${model.state.channels.length} channels.`);
  } catch (error) {
    find("#console-wait").hidden = true;
    find("#console-broken").hidden = false;
    find("#console-why").textContent = error.message;
  }
}

async function bounce(target) {
  if (!(await saving.save())) return;
  try {
    await landed(await runJob(await startMix({ session: id, target: target || null, formats: ["flac", "mp3"] }), "Bouncing …"));
  } catch (error) {
    toastError(error);
  }
}

async function landed(job) {
  if (!job) return;
  if (job.kind === "choose") return versions.chosen();
  if (job.kind === "assist") return assistant.hasMixed();
  const [told, room] = job.kind === "master" ? ["The master is ready.", "master"] : ["The bounce is ready.", "versions"];
  toast(told, { action: { label: "Hear it", run: () => (room === "master" ? openMaster(job) : showRoom(room)) } });
  say(told);
  if (!find("#versions-room").hidden) await versions.open();
  if (room === "master" && !find("#master-room").hidden) master.show(job); // a reload came between asking and answer
}

// What was being made when the page was left is followed on. `working` was asked for before the console: what was
// finished in between is told, and what was finished before it stands in the console.
function resume(working) {
  for (const job of working.filter((one) => one.kind !== "freeze")) runJob(job, job.message).then(landed).catch(toastError);
}

// One sound at a time: when the console plays, the master, versions and takes do not.
function quiet() {
  master.pause();
  for (const audio of findAll("audio")) audio.pause();
}

saving.onConsole = (console_) => {
  assistant.take(console_.decisions);
  freezing.take(console_.frozen);
};
saving.addEventListener("state", showSaving);
model.addEventListener("change", ({ detail }) => detail.isWhole && assistant.show());
sound.addEventListener("time", (event) => model.state && tick(event.detail));
sound.addEventListener("state", () => {
  transport.showState();
  if (!sound.isPlaying) strips.rest();
  else if (!wasPlaying) quiet();
  wasPlaying = sound.isPlaying;
});
for (const name of ["undo", "redo"]) find(`#${name}`).addEventListener("click", () => step(name));
find("#remeasure").addEventListener("click", () => {
  sound.engine?.resetLoudness();
  meters.clear();
});
find("#bounce").addEventListener("click", () => find("#bounce-dialog").showModal());
find("#bounce-dialog").addEventListener("close", (event) => event.target.returnValue === "yes" && bounce(find("#bounce-target").value));
find("#to-panel").addEventListener("click", focusPanel);
addEventListener("focus", () => page.dataset.state === "ready" && saving.lookAgain());
find("#reload").addEventListener("click", () => location.reload());
const press = (name) => chosen && model.set(`${chosen}/${name}`, !stripAt(model.state, chosen)[name], { label: name });
wireKeys({
  toggle: () => (takes.isRecording ? takes.stop() : (find("#master-room").hidden || !master.job ? sound : master).toggle()), seekBy: (by) => transport.seek(sound.time_s + by), toStart: () => transport.seek(0), loop: () => transport.toggleLoop(),
  undo: () => step("undo"), redo: () => step("redo"), save: () => saving.save(), mute: () => press("mute"), solo: () => chosen !== "mix" && press("solo"),
  toFader: () => strips.focusFader(chosen),
  toPanel: () => focusPanel(),
  neighbour: (by) => {
    const ids = stripsOf(model.state).map((strip) => strip.id);
    const next = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(chosen) + by))];
    select(next);
    strips.reveal(next);
  },
});
open();
