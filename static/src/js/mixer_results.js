// A finished job of the mixer as the pages show it: figures, sentences, codecs, files.

import { withMinus } from "./mixer_numbers.js";

const CODEC_NAMES = { mp3: "MP3", aac: "AAC", opus: "Opus" };
const TOLERANCE_LU = 0.2;

// {mix, master, files, figures, decisions, codecs, gains, refusal} of a job that mixed or mastered.
export function figuresOf({ result = {}, files = [] }) {
  const { loudness = null, before = null, target = null, compared = null } = result;
  const codecs = result.codecs ?? [];
  const named = (name) => files.find((file) => file.name === name);
  return {
    files,
    figures: loudness ? figures(loudness, before, target, result) : [],
    mix: named("mix.wav"),
    master: named("master.wav") ?? named("mix.wav"),
    decisions: (result.decisions ?? []).map((one) => one.sentence).filter((text) => !codecs.some((codec) => codec.sentence === text)).map(withMinus),
    codecs: codecs.map((codec) => ({ ...codec, label: `${CODEC_NAMES[codec.codec] ?? codec.codec} ${codec.kbps || ""}`.trim(), meaning: meaningOf(codec.sentence) })),
    gains: { mix: compared?.mix_gain_db ?? 0, master: compared?.master_gain_db ?? 0 },
    refusal: withMinus(result.refusal ?? ""),
  };
}

// The table has the figures already: what is left is what they mean.
const meaningOf = (sentence) => {
  const words = withMinus(sentence.slice(sentence.lastIndexOf(": ") + 1).trim());
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function figures(after, before, target, { aimed_lufs = null, aimed_ceiling_dbtp = null }) {
  const row = (name, unit, key, isGood = null) => ({ name, unit, after: after[key], before: before?.[key] ?? null, isGood });
  const lufs = aimed_lufs ?? target?.lufs;
  const ceiling = aimed_ceiling_dbtp ?? target?.ceiling_dbtp;
  return [
    row("Loudness", "LUFS", "integrated_lufs", target && Math.abs(after.integrated_lufs - lufs) <= TOLERANCE_LU),
    row("True peak", "dBTP", "true_peak_dbtp", target && after.true_peak_dbtp <= ceiling + 0.05),
    row("Range", "LU", "lra_lu"),
  ];
}
