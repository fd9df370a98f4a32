// Where a session begins: a finished song, stems or a recording of one's own, or one of the sessions there are.
import { listGenerations } from "./api.js";
import { ago, clock, element, find, icon } from "./dom.js";
import { createSession, deleteSession, listSessions } from "./mixer_api.js";
import { UploadList } from "./mixer_uploads.js";
import { ask, toastError } from "./toast.js";

const page = find("#mixer-start");
const uploads = new UploadList({ most: Number(page.dataset.maxStems), say: (text) => {
  find("#announcer").textContent = text;
} });
const consoleUrl = (session) => `/audio-mixer/${session.id}`;
const tell = (error) => {
  find("#error-start").textContent = error.message;
};

async function openSong(id) {
  find("#error-start").textContent = "";
  try {
    location.assign(consoleUrl(await createSession({ generation: id })));
  } catch (error) {
    tell(error);
  }
}

function songRow(song) {
  const title = song.title || song.brief.theme;
  return element("li", {}, element("button", { type: "button", class: "song-pick", onclick: (event) => {
    event.currentTarget.disabled = true;
    openSong(song.id).finally(() => {
      event.target.closest("button").disabled = false;
    });
  } }, icon("compact-disc"), element("span", {}, element("b", { text: title, dir: "auto" }), element("span", { class: "soft", text: [song.brief.style, ago(song.created_at)].filter(Boolean).join(" · ") })), icon("sliders")));
}

async function showSongs() {
  const { results } = await listGenerations({ state: "done", page_size: 24 });
  find("#songs-empty").hidden = results.length > 0;
  find("#song-picks").replaceChildren(...results.map(songRow));
}

function sessionRow(session) {
  const facts = [ago(session.used_at ?? session.created_at), session.duration_s ? clock(session.duration_s) : "", session.is_ready === false ? "being prepared" : ""];
  return element("li", { class: "session-row" },
    element("a", { href: consoleUrl(session) }, icon("sliders"), element("span", {}, element("b", { text: session.title, dir: "auto" }), element("span", { class: "soft", text: facts.filter(Boolean).join(" · ") }))),
    element("button", { type: "button", class: "icon-button", "aria-label": `Delete ${session.title}`, title: "Delete", onclick: () => drop(session) }, icon("trash-can")));
}

async function drop(session) {
  const yes = await ask({ title: "Delete this session?", text: `“${session.title}”: its console, snapshots, takes and bounces go. What it was opened from stays.`, yes: "Delete it", no: "Keep it" });
  if (!yes) return;
  try {
    await deleteSession(session.id);
    await showSessions();
  } catch (error) {
    toastError(error);
  }
}

async function showSessions() {
  const { sessions } = await listSessions();
  find("#sessions-empty").hidden = sessions.length > 0;
  find("#session-list").replaceChildren(...sessions.map(sessionRow));
}

async function openUploads() {
  const button = find("#open-session");
  button.disabled = true;
  try {
    const session = await createSession({ uploads: uploads.ids, title: find("#session-title").value.trim() || uploads.suggestedTitle });
    location.assign(`${consoleUrl(session)}${uploads.ids.length === 1 ? "#master" : ""}`);
  } catch (error) {
    tell(error);
    button.disabled = false;
  }
}

find("#open-session").addEventListener("click", openUploads);
if (page.dataset.song) openSong(page.dataset.song);
for (const show of [showSongs, showSessions]) show().catch(tell);
