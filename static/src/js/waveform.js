// The song's waveform: decoded once at a low rate, drawn on a canvas, gold up to where the song is.
const DECODE_RATE_HZ = 8000; // enough for a picture, and a sixth of the memory
const BAR_PX = 3;
const GAP_PX = 1;

export async function loadPeaks(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`no waveform: ${response.status}`);
  const context = new OfflineAudioContext(1, 1, DECODE_RATE_HZ);
  const audio = await context.decodeAudioData(await response.arrayBuffer());
  return { samples: audio.getChannelData(0), duration_s: audio.duration };
}

// Loudest sample of each bar, 0..1 of the loudest in the song. Bars outside the song (a film's title card) are 0.
export function barHeights(peaks, bars, { offset_s, duration_s }) {
  const heights = new Float32Array(bars);
  let loudest = 1e-6;
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor(((bar / bars) * duration_s - offset_s) * DECODE_RATE_HZ);
    const to = Math.floor((((bar + 1) / bars) * duration_s - offset_s) * DECODE_RATE_HZ);
    for (let at = Math.max(0, from); at < Math.min(to, peaks.samples.length); at += 1) {
      const value = Math.abs(peaks.samples[at]);
      if (value > heights[bar]) heights[bar] = value;
    }
    loudest = Math.max(loudest, heights[bar]);
  }
  return heights.map((height) => height / loudest);
}

export class Waveform {
  constructor(canvas, player) {
    this.canvas = canvas;
    this.player = player;
    this.peaks = null;
    this.heights = new Float32Array(0);
    player.addEventListener("tick", () => this.draw());
    new ResizeObserver(() => this.fit()).observe(canvas);
  }

  setPeaks(peaks) {
    this.peaks = peaks;
    this.fit();
  }

  fit() {
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(this.canvas.clientWidth * scale);
    this.canvas.height = Math.round(this.canvas.clientHeight * scale);
    const bars = Math.max(1, Math.floor(this.canvas.clientWidth / (BAR_PX + GAP_PX)));
    const { offset_s, duration_s } = this.player;
    this.heights = this.peaks ? barHeights(this.peaks, bars, { offset_s, duration_s }) : new Float32Array(bars);
    this.draw();
  }

  draw() {
    const { canvas, heights, player } = this;
    const paint = canvas.getContext("2d");
    const scale = devicePixelRatio || 1;
    const middle = canvas.height / 2;
    const step = canvas.width / heights.length;
    const played = (player.time_s / (player.duration_s || 1)) * canvas.width;
    paint.clearRect(0, 0, canvas.width, canvas.height);
    for (let bar = 0; bar < heights.length; bar += 1) {
      const half = Math.max(scale, heights[bar] * (middle - 4 * scale));
      paint.fillStyle = bar * step < played ? "#e8c06a" : "#6a5a45";
      paint.fillRect(bar * step, middle - half, BAR_PX * scale, half * 2);
    }
    paint.fillStyle = "#f8e3ae";
    paint.fillRect(played - scale, 0, 2 * scale, canvas.height);
  }
}
