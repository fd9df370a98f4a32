// The files of a song: the main ones with a word about each, the stems folded.
import { element, fileSize, find, icon } from "./dom.js";

const ABOUT = {
  "film.mp4": ["film", "The film", "H.264, with words and title"],
  "song.wav": ["wave-square", "The song, WAV", "48 kHz, 24 bit"],
  "song.flac": ["wave-square", "The song, FLAC", "Lossless, smaller"],
  "song.mp3": ["music", "The song, MP3", "Plays everywhere"],
  "poster.png": ["image", "Poster", "A picture of the film"],
  "thumbnail-1.jpg": ["image", "Thumbnail 1", "1280 × 720, with the title"],
  "thumbnail-2.jpg": ["image", "Thumbnail 2", "1280 × 720, with the title"],
  "thumbnail-3.jpg": ["image", "Thumbnail 3", "1280 × 720, with the title"],
  "waveform.png": ["chart-simple", "Waveform", "The song’s sections at a glance"],
  "mix.wav": ["sliders", "The mix before mastering", "What the stems add up to"],
  "vocals-dry.wav": ["microphone-lines", "The voice alone, dry", "No room, no effects"],
  "backing-dry.wav": ["microphone-lines", "The backing voices, dry", "Doubles and harmonies"],
  "score.musicxml": ["file-lines", "Score, MusicXML", "For notation programs"],
  "score.mid": ["keyboard", "Score, MIDI", "For any sequencer"],
  "lyrics.txt": ["align-left", "Lyrics, text", "The words"],
  "lyrics.lrc": ["closed-captioning", "Lyrics, LRC", "With the time of each word"],
  "lyrics.srt": ["closed-captioning", "Subtitles, SRT", "For video players"],
  "lyrics.vtt": ["closed-captioning", "Subtitles, WebVTT", "For web pages"],
  "metadata.json": ["code", "Everything as data", "Notes, chords, times, hashes"],
};

export function showFiles(generation) {
  const zip = find("#zip");
  zip.href = generation.links.package;
  const total = generation.files.reduce((sum, file) => sum + file.size_bytes, 0);
  find("span", zip).textContent = `Everything, as one zip (${fileSize(total)})`;

  const order = Object.keys(ABOUT);
  const main = generation.files.filter((file) => ABOUT[file.name]).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const other = generation.files.filter((file) => !ABOUT[file.name]);
  find("#files").replaceChildren(...main.map((file) => row(file, ...ABOUT[file.name])), ...(other.length ? [folded(other)] : []));
}

function row(file, sign, title, about) {
  const name = file.name.split("/").at(-1);
  return element("li", {},
    element("a", { href: file.url, download: name },
      icon(sign),
      element("span", {}, element("span", { text: title }), element("span", { class: "about", text: about })),
      element("span", { class: "size", text: fileSize(file.size_bytes) })));
}

function folded(files) {
  const rows = files.map((file) => row(file, "layer-group", file.name.split("/").at(-1), ""));
  return element("li", {}, element("details", {},
    element("summary", { text: `${files.length} stems` }), element("ul", { class: "files" }, ...rows)));
}
