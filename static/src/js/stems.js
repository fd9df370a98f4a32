// The mixing desk: the stems take over the sound from the player and follow its transport.
import { fileUrl } from "./api.js";
import { element, find, findAll, icon } from "./dom.js";
import { stemTitle } from "./reasons.js";
import { StemEngine } from "./stem_engine.js";
import { toast } from "./toast.js";

const DRIFT_S = 0.045; // beyond this, picture and sound are seen to part
const JUMP_S = 0.4;

export class Desk {
  constructor(generation, metadata, player) {
    this.player = player;
    this.stems = metadata.stems.map((stem) => ({ ...stem, url: fileUrl(generation.id, stem.file), solo: false, mute: false, level: 1 }));
    this.engine = new StemEngine(this.stems);
    this.isJumping = false;
    find("#open-desk").addEventListener("click", () => this.open());
  }

  async open() {
    find("#desk-start").hidden = true;
    find("#desk-loading").hidden = false;
    find("#desk-note").textContent = `Opening ${this.stems.length} stems …`;
    try {
      await this.engine.open((fraction) => this.showLoading(fraction));
    } catch {
      find("#desk-start").hidden = false;
      find("#desk-loading").hidden = true;
      toast("The stems could not be opened. Check that the studio is running, then try again.", { kind: "error" });
      return;
    }
    find("#desk-loading").hidden = true;
    this.build();
    this.takeOver();
  }

  showLoading(fraction) {
    find("#desk-progress").value = fraction;
  }

  build() {
    find("#channels").replaceChildren(...this.stems.map((stem, at) => this.buildChannel(stem, at)));
    const bar = element("div", { class: "desk-note" },
      element("p", { class: "hint m-0", text: "You hear the mix before mastering, so it is softer than the song." }),
      element("button", { type: "button", class: "ghost-button is-small", onclick: () => this.reset() }, icon("rotate-left"), "Reset"));
    find("#channels").before(bar);
    find("#channels button").focus();
  }

  buildChannel(stem, at) {
    const name = stemTitle(stem.name);
    const toggle = (kind, letter) => element("button", {
      type: "button", class: `switch is-${kind}`, "aria-pressed": "false", "aria-label": `${kind === "solo" ? "Solo" : "Mute"} ${name}`,
      text: letter, onclick: (event) => {
        stem[kind] = !stem[kind];
        event.currentTarget.setAttribute("aria-pressed", String(stem[kind]));
        this.apply();
      },
    });
    const level = element("input", { type: "range", class: "form-range", min: "0", max: "1.5", step: "0.05", value: "1", "aria-label": `Level of ${name}` });
    const show = () => {
      stem.level = Number(level.value);
      level.style.setProperty("--fill", `${(stem.level / 1.5) * 100}%`);
      level.setAttribute("aria-valuetext", `${Math.round(stem.level * 100)} percent`);
    };
    level.addEventListener("input", () => {
      show();
      this.apply();
    });
    show();
    return element("li", { class: "channel", "data-at": at },
      element("span", { class: "name", text: name }), toggle("solo", "S"), toggle("mute", "M"), level);
  }

  apply() {
    const anySolo = this.stems.some((stem) => stem.solo);
    this.stems.forEach((stem, at) => {
      const heard = !stem.mute && (!anySolo || stem.solo);
      this.engine.setLevel(at, heard ? stem.level : 0);
      find(`.channel[data-at="${at}"]`).classList.toggle("is-silent", !heard);
    });
  }

  reset() {
    for (const stem of this.stems) Object.assign(stem, { solo: false, mute: false, level: 1 });
    for (const button of findAll(".channel .switch")) button.setAttribute("aria-pressed", "false");
    for (const level of findAll(".channel input")) {
      level.value = "1";
      level.dispatchEvent(new Event("input"));
    }
    this.apply();
  }

  takeOver() {
    const { player, engine } = this;
    player.media.muted = true;
    player.addEventListener("play", () => this.startAtPlayer());
    player.addEventListener("pause", () => engine.stop());
    player.media.addEventListener("seeking", () => {
      if (!this.isJumping) engine.stop();
    });
    player.media.addEventListener("seeked", () => {
      if (!this.isJumping && player.isPlaying) this.startAtPlayer();
      this.isJumping = false;
    });
    player.addEventListener("tick", () => this.keepTogether());
    player.addEventListener("volume", (event) => engine.setVolume(event.detail));
    engine.setVolume(Number(find("#volume").value));
    if (player.isPlaying) this.startAtPlayer();
  }

  async startAtPlayer() {
    const { player, engine } = this;
    if (player.songTime_s < 0) return engine.stop(); // a film's title card: keepTogether starts when the song does
    try {
      await engine.start(player.songTime_s);
    } catch (error) {
      if (error.name !== "AbortError") toast("A stem could not be read just now.", { kind: "error" });
    }
    return undefined;
  }

  // The stems' clock leads; the silent picture hurries or waits a little, and jumps when it is far off.
  keepTogether() {
    const { player, engine } = this;
    if (!player.isPlaying || player.media.seeking) return;
    if (!engine.run && player.songTime_s >= 0) this.startAtPlayer();
    if (engine.time_s === null) return;
    const behind = engine.time_s - player.songTime_s;
    if (Math.abs(behind) > JUMP_S) {
      this.isJumping = true; // the picture's own jump, not one that people asked for
      player.seekSong(engine.time_s);
    } else {
      player.media.playbackRate = Math.abs(behind) > DRIFT_S ? 1 + Math.max(-0.2, Math.min(0.2, behind)) : 1;
    }
  }
}
