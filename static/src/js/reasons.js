// What was decided, and why: by stage; what the mixer did to each stem is folded under the stem's name.
import { element, find, icon } from "./dom.js";

const STAGE_TITLES = {
  lyrics: "Lyrics", score: "Composition", vocals: "Voice", orchestra: "Orchestra", mix: "Mix", master: "Mastering", film: "Film",
};
const CHANNEL = /^(\d\d-[\w-]+|mix): (.+)$/s;

export function showReasons(metadata) {
  find("#notices").replaceChildren(...metadata.notices.map((notice) =>
    element("p", { class: "notice" }, icon("circle-info"), element("span", { text: notice }))));
  const stages = groupBy(metadata.choices, (choice) => choice.stage);
  find("#choices").replaceChildren(...[...stages].flatMap(([stage, choices]) => [
    element("h3", { class: "mt-3", text: STAGE_TITLES[stage] ?? stage }), ...stageReasons(choices.map((c) => c.sentence)),
  ]));
}

function stageReasons(sentences) {
  const channels = groupBy(sentences, (sentence) => sentence.match(CHANNEL)?.[1] ?? "mix");
  const ofAll = channels.get("mix") ?? [];
  channels.delete("mix");
  const folded = [...channels].map(([channel, own]) => element("details", { class: "channel-reasons" },
    element("summary", {}, element("span", { text: stemTitle(channel) }), element("span", { class: "soft", text: `${own.length}` })),
    bullets(own)));
  return [ofAll.length ? bullets(ofAll) : null, ...folded].filter(Boolean);
}

const bullets = (sentences) => element("ul", { class: "reasons" },
  ...sentences.map((sentence) => element("li", { text: sentence.replace(CHANNEL, "$2") })));

// "02-strings-ostinato" → "Strings ostinato"
export function stemTitle(name) {
  const words = name.replace(/^\d+-/, "").replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const each of list) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}
