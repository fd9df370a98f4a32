// On every page: the menu, messages from the server, and the song that is in the making.
import "bootstrap/js/dist/collapse";
import { listGenerations } from "./api.js";
import { find, findAll } from "./dom.js";
import { toast } from "./toast.js";

const LOOK_EVERY_MS = 15000;

for (const message of findAll("#messages li")) {
  toast(message.textContent, { kind: message.dataset.kind === "error" ? "error" : "info" });
  message.remove();
}

async function showSongInTheMaking() {
  const badge = find("#in-the-making");
  const onSongPage = location.pathname.startsWith("/songs/");
  if (!badge || onSongPage || document.body.dataset.errorPage || document.hidden) return;
  let running;
  try {
    const newest = (await listGenerations({ page_size: 10 })).results;
    running = newest.filter((song) => ["queued", "running"].includes(song.state));
  } catch {
    return; // the badge is a courtesy: the page itself tells what is wrong
  }
  badge.hidden = running.length === 0;
  if (running.length === 0) return;
  badge.textContent = running.length === 1 ? "1 song in the making" : `${running.length} songs in the making`;
  badge.href = running.length === 1 ? `/songs/${running[0].id}` : "/library";
  setTimeout(showSongInTheMaking, LOOK_EVERY_MS);
}

showSongInTheMaking();
