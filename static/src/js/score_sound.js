// What is heard on the score page: the rendered song, or a preview of a changed section; one clock, one loop.
import { Player } from "./player.js";

const EARLY_S = 0.03; // a loop turns back this much before its end: timers come late rather than early

// Events: "tick", "play", "pause", "source".
export class Sound extends EventTarget {
  constructor() {
    super();
    this.media = new Audio();
    this.media.preload = "metadata";
    this.player = new Player(this.media);
    this.song = null;
    this.preview = null;
    this.source = null;
    this.loop = null; // seconds
    this.at_s = 0;
    for (const name of ["play", "pause"]) this.player.addEventListener(name, () => this.tell(name));
    this.player.addEventListener("tick", () => this.onTick());
    this.media.addEventListener("ended", () => this.onEnd());
    this.media.addEventListener("error", () => this.media.getAttribute("src") && this.tell("broken"));
  }

  setSong(url, duration_s) {
    this.song = { url, start_s: 0, from_s: 0, end_s: duration_s };
    this.source = null;
    this.load(this.song);
  }

  // A preview counts as long as the score is the one it was made of.
  setPreview(preview) {
    if (this.preview?.url && this.preview !== preview) URL.revokeObjectURL(this.preview.url);
    this.preview = preview;
    if (!preview && this.source && this.source !== this.song) {
      this.media.pause();
      if (this.song) {
        this.load(this.song);
        this.player.seekSong(this.at_s);
      }
      this.tell("pause"); // a changed source swallows the medium's own
    }
    this.tell("source");
  }

  get isPreview() {
    return Boolean(this.preview) && this.source === this.preview;
  }

  get time_s() {
    return this.at_s;
  }

  get isPlaying() {
    return this.player.isPlaying;
  }

  load(source) {
    if (this.source === source) return;
    this.source = source;
    this.player.offset_s = -source.start_s;
    this.player.known_s = source.end_s - source.start_s;
    this.media.src = source.url;
    this.tell("source");
  }

  // What sounds at a time: the preview where it is, else the song.
  sourceAt(time_s) {
    const { preview } = this;
    return preview && time_s >= preview.from_s - 0.01 && time_s < preview.end_s - 0.05 ? preview : this.song;
  }

  seek(time_s) {
    this.at_s = Math.max(0, time_s);
    const source = this.sourceAt(this.at_s);
    const wasPlaying = this.isPlaying;
    if (source && source !== this.source) this.load(source);
    if (source) this.player.seekSong(this.at_s);
    if (wasPlaying && !this.isPlaying) this.play();
    this.tell("tick");
  }

  play() {
    if (this.loop && (this.at_s < this.loop[0] - 0.05 || this.at_s >= this.loop[1] - 0.05)) this.at_s = this.loop[0];
    const source = this.sourceAt(this.at_s) ?? this.preview;
    if (!source) return;
    this.load(source);
    this.player.seekSong(this.at_s);
    this.media.play().catch(() => {}); // the browser may refuse until the page was touched
  }

  playPreview() {
    this.at_s = this.preview.from_s;
    this.load(this.preview);
    this.player.seekSong(this.at_s);
    this.media.play().catch(() => {});
  }

  toggle() {
    if (this.isPlaying) this.media.pause();
    else this.play();
  }

  setLoop(loop) {
    this.loop = loop;
    this.tell("tick");
  }

  onTick() {
    if (this.media.readyState < 1 || this.media.seeking) return;
    this.at_s = Math.max(0, this.player.songTime_s);
    if (this.isPlaying && this.loop && this.at_s >= this.loop[1] - EARLY_S) this.seek(this.loop[0]);
    else if (this.isPlaying && this.isPreview && !this.loop && this.at_s >= this.preview.end_s) this.media.pause();
    this.tell("tick");
  }

  onEnd() {
    if (!this.loop) return;
    this.at_s = this.loop[0];
    this.play();
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
