// The film while it is rendered: plays the finished beginning and goes on as it grows. The studio serves it as HLS with
// fragmented MP4; browsers with Media Source Extensions get the fragments from here (their own HLS, where they have
// one, gives up on a playlist that still grows), the others play the playlist by themselves.
import { isCalm } from "./dom.js";

const LOOK_EVERY_MS = 2000;
const START_AT_S = 4; // of film, so that it does not stop at once
const TYPE = 'video/mp4; codecs="avc1.42c01f, mp4a.40.2"';
const NATIVE = "application/vnd.apple.mpegurl";

// Events of `video` stay its own; onStart is called when there is something to see.
export class LiveFilm {
  constructor(video, onStart) {
    this.video = video;
    this.onStart = onStart;
    this.url = null;
  }

  show(url) {
    this.url = url;
    this.hasStarted = false;
    if ("MediaSource" in window && MediaSource.isTypeSupported(TYPE)) this.feed();
    else if (this.video.canPlayType(NATIVE)) this.playByItself();
  }

  stop() {
    this.url = null;
    clearTimeout(this.timer);
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    if (this.objectUrl) URL.revokeObjectURL(this.objectUrl);
    this.objectUrl = null;
  }

  playByItself() {
    this.video.src = this.url;
    this.start();
  }

  feed() {
    this.taken = 0;
    this.hasInit = false;
    this.source = new MediaSource();
    this.objectUrl = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", () => {
      if (this.source.sourceBuffers.length) return;
      this.buffer = this.source.addSourceBuffer(TYPE);
      this.look();
    });
    this.video.src = this.objectUrl;
  }

  async look() {
    const { url } = this;
    if (!url) return;
    try {
      const text = await (await ask(url)).text();
      const { init, parts, isWhole } = readPlaylist(text);
      if (init && !this.hasInit) {
        await this.append(await (await ask(beside(url, init))).arrayBuffer());
        this.hasInit = true;
      }
      while (this.url === url && this.taken < parts.length) {
        await this.append(await (await ask(beside(url, parts[this.taken]))).arrayBuffer());
        this.taken += 1;
        this.start();
      }
      if (isWhole && this.url === url && this.source.readyState === "open") {
        this.source.endOfStream();
        this.start(true);
        return;
      }
    } catch (error) {
      if (error.name === "QuotaExceededError") this.forgetBefore(this.video.currentTime - 10);
      // else the network, or the film has just been finished: the next look knows more
    }
    if (this.url === url) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
  }

  append(data) {
    return new Promise((resolve, reject) => {
      this.buffer.addEventListener("updateend", resolve, { once: true });
      this.buffer.addEventListener("error", () => reject(new Error("a fragment cannot be read")), { once: true });
      this.buffer.appendBuffer(data);
    });
  }

  forgetBefore(time_s) {
    if (time_s > 0 && !this.buffer.updating) this.buffer.remove(0, time_s);
  }

  start(isAll = false) {
    const { buffered } = this.video;
    const isEnough = isAll || !this.objectUrl || (buffered.length > 0 && buffered.end(buffered.length - 1) >= START_AT_S);
    if (this.hasStarted || !isEnough) return;
    this.hasStarted = true;
    this.video.muted = true; // with sound, browsers wait for a click
    this.onStart();
    if (!isCalm()) this.video.play().catch(() => {});
  }
}

async function ask(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status}`);
  return response;
}

const beside = (url, name) => url.replace(/[^/]*$/, name);

// What of RFC 8216 such a playlist has.
export function readPlaylist(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const init = lines.map((line) => line.match(/^#EXT-X-MAP:URI="([^"]+)"/)?.[1]).find(Boolean) ?? null;
  return { init, parts: lines.filter((line) => !line.startsWith("#")), isWhole: lines.includes("#EXT-X-ENDLIST") };
}
