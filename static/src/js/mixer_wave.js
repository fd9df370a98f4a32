// A stem's waveform on a canvas, for the part of the song that is in view.

// `peaks`: {duration_s, values}, the values 0..1 and evenly spaced.
export function drawWave(canvas, { peaks, view, offset_s, colour, isDim }) {
  const scale = devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const ink = canvas.getContext("2d");
  ink.clearRect(0, 0, width, height);
  if (!peaks?.values.length) return;
  const middle = height / 2;
  const perSecond = peaks.values.length / peaks.duration_s;
  ink.fillStyle = colour;
  ink.globalAlpha = isDim ? 0.25 : 0.85;
  for (let x = 0; x < width; x += 1) {
    const from = (view.timeAt(x / width) - offset_s) * perSecond;
    const to = Math.max(from + 1, (view.timeAt((x + 1) / width) - offset_s) * perSecond);
    let loudest = 0;
    for (let at = Math.max(0, Math.floor(from)); at < Math.min(to, peaks.values.length); at += 1) loudest = Math.max(loudest, peaks.values[at]);
    if (from < -1 || from > peaks.values.length) continue;
    // A root makes soft passages visible beside loud ones.
    const half = Math.max(0.5 * scale, Math.sqrt(loudest) * (middle - 2 * scale));
    ink.fillRect(x, middle - half, 1, half * 2);
  }
  ink.globalAlpha = 1;
}
