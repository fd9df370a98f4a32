// The library: search, sort, live states, delete with undo.
import { deleteGeneration, listGenerations, restoreGeneration } from "./api.js";
import { ago, clock, element, find, icon } from "./dom.js";
import { toast, toastError } from "./toast.js";

const PAGE_SIZE = 24;
const TYPING_MS = 250;
const LOOK_EVERY_MS = 3000;
const STATE_SIGNS = { queued: "hourglass-half", running: "spinner", failed: "triangle-exclamation", cancelled: "ban" };
const STATE_WORDS = { queued: "Waiting", running: "In the making", failed: "Not finished", cancelled: "Cancelled" };

const tools = find("#library-tools");
const list = find("#songs");
let page = 1;
let asked = 0;
let timer = 0;

function filters() {
  const data = new FormData(tools);
  return { search: data.get("search").trim(), state: data.get("state"), sort: data.get("sort") };
}

function keepInAddress() {
  const kept = Object.entries({ ...filters(), page: page > 1 ? page : "" }).filter(([name, value]) => value && !(name === "sort" && value === "-created_at"));
  history.replaceState(null, "", kept.length ? `?${new URLSearchParams(kept)}` : location.pathname);
}

async function load({ announce = true } = {}) {
  clearTimeout(timer);
  const turn = ++asked;
  let found;
  try {
    found = await listGenerations({ ...filters(), page, page_size: PAGE_SIZE });
  } catch (error) {
    if (error.status === 404 && page > 1) {
      page -= 1; // the last song of the last page was deleted
      return load({ announce });
    }
    if (turn === asked) showFailure(error);
    return undefined;
  }
  if (turn !== asked) return undefined; // a later question has been asked meanwhile
  keepInAddress();
  show(found, announce);
  if (found.results.some((song) => ["queued", "running"].includes(song.state))) {
    timer = setTimeout(() => load({ announce: false }), LOOK_EVERY_MS);
  }
  return undefined;
}

function showFailure(error) {
  find("#library-status").textContent = "";
  toastError(error);
  timer = setTimeout(() => load({ announce: false }), LOOK_EVERY_MS * 2);
}

function show(found, announce) {
  const focused = document.activeElement?.closest?.(".song-card")?.dataset.id;
  const role = document.activeElement?.matches?.("button") ? "button" : "a";
  list.replaceChildren(...found.results.map((song) => element("li", {}, card(song))));
  if (focused) find(`.song-card[data-id="${focused}"] ${role}`)?.focus();
  const { search, state } = filters();
  const isFiltered = Boolean(search || state);
  find("#library-empty").hidden = found.count > 0 || isFiltered;
  find("#library-nothing").hidden = found.count > 0 || !isFiltered;
  const { pages, count } = found;
  find("#pager").hidden = pages < 2;
  find("#page-now").textContent = `Page ${page} of ${pages}`;
  find("#page-before").disabled = page <= 1;
  find("#page-after").disabled = page >= pages;
  if (announce) find("#library-status").textContent = count === 1 ? "1 song" : `${count} songs`;
}

function card(song) {
  const title = song.title || song.brief.theme;
  const isActive = ["queued", "running"].includes(song.state);
  const style = song.brief.style;
  const thumbnail = song.files?.find((file) => file.name === "thumbnail-1.jpg")?.url; // far smaller than the poster
  const picture = thumbnail ?? song.links.poster ?? (song.links.preview && `${song.links.preview}?at=${song.preview}`);
  const image = element("img", { alt: "", loading: "lazy", src: picture ?? `/static/dist/img/style-${style}.jpg` });
  return element("article", { class: "song-card", "data-id": song.id },
    element("div", { class: "poster" }, image,
      song.state === "done" ? null : element("span", { class: `state is-${song.state}` }, icon(STATE_SIGNS[song.state]), STATE_WORDS[song.state]),
      element("span", { class: "length", text: clock(song.duration_s ?? song.brief.length_s) }),
      isActive ? element("progress", { class: "gold-progress", max: "1", value: String(song.progress), "aria-label": `Progress of ${title}` }) : null),
    element("div", { class: "words" },
      element("h2", {}, element("a", { href: `/songs/${song.id}`, text: title, dir: "auto" })),
      title === song.brief.theme ? null : element("p", { class: "theme", text: song.brief.theme, dir: "auto" })),
    element("div", { class: "foot" },
      element("span", { text: `${capital(style)} · ${capital(song.brief.voice.replaceAll("_", " "))} · ${ago(song.created_at)}` }),
      element("button", { type: "button", class: "icon-button", "aria-label": `Delete ${title}`, onclick: () => remove(song.id, title) }, icon("trash-can"))));
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

async function remove(id, title) {
  try {
    await deleteGeneration(id);
  } catch (error) {
    toastError(error);
    return;
  }
  await load();
  (find(".song-card a") ?? find("#search")).focus();
  toast(`“${title}” was deleted.`, { action: { label: "Undo", run: () => restore(id) } });
}

async function restore(id) {
  try {
    await restoreGeneration(id);
    await load();
    find(`.song-card[data-id="${id}"] a`)?.focus();
  } catch (error) {
    toastError(error);
  }
}

function turn(by) {
  page += by;
  load().then(() => find("#main").focus());
}

let typing = 0;
tools.addEventListener("input", () => {
  clearTimeout(typing);
  page = 1;
  typing = setTimeout(load, TYPING_MS);
});
tools.addEventListener("submit", (event) => event.preventDefault());
find("#page-before").addEventListener("click", () => turn(-1));
find("#page-after").addEventListener("click", () => turn(1));

const wanted = new URLSearchParams(location.search);
for (const name of ["search", "state", "sort"]) if (wanted.has(name)) tools.elements[name].value = wanted.get(name);
page = Math.max(1, Number.parseInt(wanted.get("page"), 10) || 1);
load();
