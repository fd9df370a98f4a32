// A finished job of the mixer as the pages show it: figures, sentences, codecs, files.

const CODEC_NAMES = { mp3: "MP3", aac: "AAC", opus: "Opus" };

// {mix, master, files, figures, decisions, codecs, match_db} of a job that mixed or mastered.
export function figuresOf(job) {
  const { result = {}, files = [] } = job;
  const { loudness = null, before = null, target = null } = result;
  const rows = loudness ? [
    row("Loudness", "LUFS", loudness, before, "integrated_lufs", target && Math.abs(loudness.integrated_lufs - target.lufs) <= 0.2),
    row("True peak", "dBTP", loudness, before, "true_peak_dbtp", target && loudness.true_peak_dbtp <= target.ceiling_dbtp + 0.05),
    row("Range", "LU", loudness, before, "lra_lu"),
  ] : [];
  return {
    files,
    figures: rows,
    mix: files.find((file) => file.name === "mix.wav"),
    master: files.find((file) => file.name === "master.wav") ?? files.find((file) => /\.wav$/.test(file.name)),
    decisions: (result.decisions ?? []).map((one) => one.sentence ?? one),
    codecs: (result.codecs ?? []).map((codec) => ({ ...codec, label: CODEC_NAMES[codec.codec] ?? codec.codec })),
    match_db: loudness && before ? loudness.integrated_lufs - before.integrated_lufs : 0,
  };
}

function row(name, unit, after, before, key, isGood = null) {
  return { name, unit, after: after[key], before: before?.[key], isGood };
}
