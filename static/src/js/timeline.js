// Sections and chords along the song.
import { clock, element, find } from "./dom.js";

const CHORD_PX_PER_S = 60;

export function showTimeline(player, metadata) {
  const total_s = player.duration_s;
  const bars = metadata.sections.map((section) => {
    const button = element("button", {
      type: "button", text: label(section.name), title: `${label(section.name)}, ${clock(section.start_s)}`,
      "aria-label": `${label(section.name)}, from ${clock(section.start_s)}`, onclick: () => player.seekSong(section.start_s + 0.01),
    });
    const item = element("li", {}, button);
    item.style.left = `${((section.start_s + player.offset_s) / total_s) * 100}%`;
    item.style.width = `${((section.end_s - section.start_s) / total_s) * 100}%`;
    return item;
  });
  find("#sections").replaceChildren(...bars);

  const ribbon = find("#chords");
  ribbon.replaceChildren(...metadata.chords.map((chord) => {
    const mark = element("span", { text: pretty(chord.name) });
    mark.style.left = `${chord.start_s * CHORD_PX_PER_S}px`;
    mark.style.width = `${(chord.end_s - chord.start_s) * CHORD_PX_PER_S - 3}px`;
    return mark;
  }));

  const show = () => {
    const time_s = player.songTime_s;
    ribbon.style.transform = `translateX(${-time_s * CHORD_PX_PER_S}px)`;
    const chord = metadata.chords.find((each) => each.start_s <= time_s && time_s < each.end_s);
    find("#now-chord").textContent = chord ? pretty(chord.name) : "";
    metadata.sections.forEach((section, at) => {
      const isNow = section.start_s <= time_s && time_s < section.end_s;
      const button = bars[at].firstChild;
      if (isNow) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  };
  player.addEventListener("tick", show);
  show();
}

// "verse_2", "pre-chorus" → "Verse 2", "Pre-chorus"
export const label = (name) => {
  const words = String(name).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

// "Bbm" → "B♭m", "F#" → "F♯"
export const pretty = (chord) => chord.replace(/([A-G])b/g, "$1♭").replaceAll("#", "♯");
