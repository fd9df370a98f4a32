// The last two auditions, A and B, and one transport for both: only one sounds, and they share their position.

export class Sound extends EventTarget {
  constructor() {
    super();
    this.slots = []; // at most two { audition, media }, the older one first
    this.at = 0;
    this.loops = false;
  }

  get slot() {
    return this.slots[this.at] ?? null;
  }

  get audition() {
    return this.slot?.audition ?? null;
  }

  get time_s() {
    return this.slot?.media.currentTime ?? 0;
  }

  get isPlaying() {
    return Boolean(this.slot && !this.slot.media.paused && !this.slot.media.ended);
  }

  // The newest becomes B; what was heard before it becomes A.
  add(audition) {
    this.pause();
    const media = new Audio(audition.audio_url);
    media.preload = "auto";
    media.loop = this.loops;
    const slot = { audition, media };
    for (const name of ["play", "pause", "ended", "seeked", "loadedmetadata"]) {
      media.addEventListener(name, () => slot === this.slot && this.tell(name === "play" ? "play" : "tick"));
    }
    media.addEventListener("play", () => slot === this.slot && this.run());
    media.addEventListener("error", () => slot === this.slot && this.tell("broken"));
    const kept = this.slot && this.slot.audition.id !== audition.id ? [this.slot] : [];
    this.slots = [...kept, slot];
    this.at = this.slots.length - 1;
    this.match();
    this.tell("change");
  }

  // The louder one of two seems the better one: both are heard at the level of the softer.
  match() {
    const softest = Math.min(...this.slots.map(({ audition }) => audition.level_db));
    for (const { audition, media } of this.slots) media.volume = 10 ** ((softest - audition.level_db) / 20);
  }

  choose(at) {
    if (at === this.at || !this.slots[at]) return;
    const { time_s, isPlaying } = this;
    this.pause();
    this.at = at;
    const { media } = this.slot;
    media.currentTime = Math.min(time_s, (media.duration || time_s + 0.1) - 0.05);
    this.tell("change");
    if (isPlaying) this.play();
  }

  play() {
    // The browser may refuse until the page was touched; the button then still says Play.
    this.slot?.media.play().catch(() => this.tell("tick"));
  }

  pause() {
    this.slot?.media.pause();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  seek(time_s) {
    if (!this.slot) return;
    this.slot.media.currentTime = Math.max(0, Math.min(time_s, this.audition.duration_s - 0.02));
    this.tell("tick");
  }

  setLoop(loops) {
    this.loops = loops;
    for (const { media } of this.slots) media.loop = loops;
  }

  run() {
    const step = () => {
      this.tell("tick");
      if (this.isPlaying) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
