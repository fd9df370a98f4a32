// One clock for the whole page: a film or a song, its transport, and everyone who follows it.
import { clock, find, icon, spokenClock } from "./dom.js";

const STEP_S = 5;

// `offset_s`: how long after the medium's first frame the song starts. Events: "tick" (time moved), "play", "pause".
export class Player extends EventTarget {
  constructor(media, { offset_s = 0, duration_s = 0 } = {}) {
    super();
    this.media = media;
    this.offset_s = offset_s;
    this.known_s = duration_s + offset_s;
    for (const name of ["play", "pause"]) media.addEventListener(name, () => this.dispatchEvent(new Event(name)));
    for (const name of ["seeked", "seeking", "timeupdate", "loadedmetadata"]) media.addEventListener(name, () => this.tick());
    media.addEventListener("play", () => this.run());
  }

  get duration_s() {
    return Number.isFinite(this.media.duration) ? this.media.duration : this.known_s;
  }

  get time_s() {
    return this.media.currentTime;
  }

  get songTime_s() {
    return this.media.currentTime - this.offset_s;
  }

  get isPlaying() {
    return !this.media.paused && !this.media.ended;
  }

  seek(time_s) {
    this.media.currentTime = Math.max(0, Math.min(time_s, this.duration_s - 0.05));
  }

  seekSong(songTime_s) {
    this.seek(songTime_s + this.offset_s);
  }

  toggle() {
    if (this.isPlaying) this.media.pause();
    else this.media.play().catch(() => {}); // the browser may refuse until the page was touched
  }

  run() {
    const step = () => {
      this.tick();
      if (this.isPlaying) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  tick() {
    this.dispatchEvent(new Event("tick"));
  }
}

// The buttons, the clock and the seek bar of the page; keys: space, arrows left and right, m.
export function wireTransport(player) {
  const { media } = player;
  const play = find("#play");
  const seek = find("#seek");
  const volume = find("#volume");

  const showState = () => {
    play.setAttribute("aria-label", player.isPlaying ? "Pause" : "Play");
    play.replaceChildren(icon(player.isPlaying ? "pause" : "play"));
    const big = find(".big-play");
    if (big) big.hidden = player.isPlaying || player.time_s > 0;
  };
  const showTime = () => {
    find("#time-now").textContent = clock(player.time_s);
    find("#time-all").textContent = clock(player.duration_s);
    seek.max = String(player.duration_s || 1);
    seek.value = String(player.time_s);
    seek.setAttribute("aria-valuetext", `${spokenClock(player.time_s)} of ${spokenClock(player.duration_s)}`);
  };

  play.addEventListener("click", () => player.toggle());
  seek.addEventListener("input", () => player.seek(Number(seek.value)));
  const setVolume = () => {
    player.dispatchEvent(new CustomEvent("volume", { detail: Number(volume.value) }));
    media.volume = Number(volume.value);
    volume.style.setProperty("--fill", `${volume.value * 100}%`);
  };
  volume.addEventListener("input", setVolume);
  for (const name of ["play", "pause"]) player.addEventListener(name, showState);
  media.addEventListener("ended", showState);
  player.addEventListener("tick", showTime);
  document.addEventListener("keydown", (event) => onKey(event, player));
  wireFullScreen(media);
  setVolume();
  showState();
  showTime();
}

function onKey(event, player) {
  const busy = event.target.closest("input, textarea, select, button, a, summary, dialog, video");
  if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.seek(player.time_s - STEP_S),
    ArrowRight: () => player.seek(player.time_s + STEP_S),
    m: () => {
      player.media.muted = !player.media.muted;
    },
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

function wireFullScreen(media) {
  const button = find("#fullscreen");
  if (media.tagName !== "VIDEO" || !media.requestFullscreen) return;
  button.hidden = false;
  button.addEventListener("click", () => media.requestFullscreen());
  media.addEventListener("fullscreenchange", () => {
    media.controls = document.fullscreenElement === media;
  });
}
