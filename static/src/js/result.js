// The finished song: film or sleeve, words, time line, desk, files, reasons.
import { fileUrl, getJson, getText } from "./api.js";
import { Cuts } from "./cuts.js";
import { clock, element, find, icon } from "./dom.js";
import { showFiles } from "./files.js";
import { Lyrics, linesOf } from "./lyrics.js";
import { Player, wireTransport } from "./player.js";
import { showReasons } from "./reasons.js";
import { Desk } from "./stems.js";
import { showTimeline } from "./timeline.js";
import { Variations } from "./variations.js";
import { loadPeaks, Waveform } from "./waveform.js";

export async function showResult(generation) {
  const url = (name) => fileUrl(generation.id, name);
  const has = (name) => generation.files.some((file) => file.name === name);
  const [metadata, text] = await Promise.all([getJson(url("metadata.json")), getText(url("lyrics.txt"))]);
  const media = buildMedia(generation, metadata, { url, has });
  const player = new Player(media, { offset_s: metadata.film?.song_offset_s ?? 0, duration_s: metadata.duration_s });
  wireTransport(player);
  const lyrics = new Lyrics(find("#lyrics"), player, linesOf(metadata.words, text, metadata.title));
  const waveform = new Waveform(find("#wave"), player);
  loadPeaks(url("song.mp3")).then((peaks) => waveform.setPeaks(peaks)).catch(() => {}); // a song plays without it
  whenLengthIsKnown(media, () => {
    showTimeline(player, metadata);
    waveform.fit();
    player.tick();
  });
  const desk = new Desk(generation, metadata, player);
  showFiles(generation);
  showPictures(metadata, { url, has });
  showReasons(metadata);
  showFacts(metadata);
  new Cuts(generation, player);
  new Variations(generation);
  return { player, lyrics, desk };
}

function buildMedia(generation, metadata, { url, has }) {
  const screen = find("#screen");
  const title = metadata.title;
  const bigPlay = element("button", { type: "button", class: "big-play", "aria-label": "Play" }, icon("play"));
  let media;
  if (has("film.mp4")) {
    media = element("video", {
      src: url("film.mp4"), poster: has("poster.png") ? url("poster.png") : null, preload: "metadata", playsinline: true,
      "aria-label": `The film of ${title}`,
    });
    const [width, height] = metadata.film.size.split("x").map(Number);
    screen.classList.toggle("is-upright", height > width);
    screen.classList.toggle("is-square", height === width);
    if (has("lyrics.vtt")) {
      media.append(element("track", { kind: "subtitles", src: url("lyrics.vtt"), srclang: "en", label: "Lyrics" }));
      wireCaptions(media);
    }
    media.addEventListener("click", () => (media.paused ? media.play().catch(() => {}) : media.pause()));
    screen.replaceChildren(media, bigPlay);
  } else {
    media = element("audio", { src: url("song.mp3"), preload: "metadata" });
    screen.classList.add("is-song-only");
    const picture = element("img", { class: "sleeve-picture", src: `/static/dist/img/style-${metadata.brief.style}.jpg`, alt: "" });
    const sleeve = element("div", { class: "sleeve" },
      element("p", { class: "eyebrow", text: `${metadata.brief.style} · ${metadata.brief.voice.replaceAll("_", " ")}` }),
      element("p", { class: "display", dir: "auto", text: title }));
    screen.replaceChildren(picture, sleeve, media, bigPlay);
  }
  bigPlay.addEventListener("click", () => find("#play").click());
  return media;
}

// The words as subtitles: off until asked for, since most films show them in the picture.
function wireCaptions(video) {
  const button = find("#captions");
  button.hidden = false;
  const tell = () => button.setAttribute("aria-pressed", String(video.textTracks[0]?.mode === "showing"));
  video.textTracks.addEventListener("change", tell); // a full screen has a menu of its own
  button.addEventListener("click", () => {
    const [track] = video.textTracks;
    track.mode = track.mode === "showing" ? "disabled" : "showing";
  });
  tell();
}

// Thumbnails, poster and waveform, each to be opened at its full size.
function showPictures(metadata, { url, has }) {
  const named = [
    ...[1, 2, 3].map((number) => [`thumbnail-${number}.jpg`, `Thumbnail ${number}`]), ["poster.png", "Poster"], ["waveform.png", "Waveform"],
  ].filter(([name]) => has(name));
  find("#pictures").hidden = named.length === 0;
  find("#picture-list").replaceChildren(...named.map(([name, label]) => element("li", { class: name === "waveform.png" ? "is-wide" : null },
    element("a", { href: url(name), target: "_blank", rel: "noopener", "aria-label": `${label}: open it at full size` },
      element("img", { src: url(name), alt: `${label} of ${metadata.title}`, loading: "lazy" }), element("span", { text: label })))));
}

function whenLengthIsKnown(media, then) {
  if (media.readyState >= 1) then();
  else media.addEventListener("loadedmetadata", then, { once: true });
}

function showFacts(metadata) {
  const { brief, loudness, key } = metadata;
  const tempi = [...new Set(metadata.tempo_map.map((change) => Math.round(change.bpm)))];
  const facts = [
    ["Theme", brief.theme], ["Style", brief.style], ["Voice", brief.voice.replaceAll("_", " ")],
    ["Length", `${clock(metadata.duration_s)} (asked: ${clock(brief.length_s)})`],
    ["Key", `${key.tonic} ${key.mode}`],
    ["Tempo", tempi.length > 3 ? `${Math.min(...tempi)} to ${Math.max(...tempi)} bpm` : `${tempi.join(", ")} bpm`],
    ["Loudness", `${loudness.integrated_lufs.toFixed(1)} LUFS, peak ${loudness.true_peak_dbtp.toFixed(1)} dBTP, range ${loudness.lra_lu.toFixed(1)} LU`],
    ["Film", metadata.film ? `${metadata.film.size.replace("x", " × ")}, ${metadata.film.shots.length} shots` : "none"],
    ["Seed", String(metadata.seed)],
  ];
  find("#facts").replaceChildren(...facts.flatMap(([name, value]) => [
    element("dt", { text: name }), element("dd", { text: value, dir: name === "Theme" ? "auto" : null }),
  ]));
}
