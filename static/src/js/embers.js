// Sparks that rise through the opening picture. Nothing moves for those who asked for calm, or out of sight.
import { isCalm } from "./dom.js";

const SPARKS_PER_PIXEL = 1 / 22000;

export function startEmbers(canvas) {
  if (isCalm()) return;
  const paint = canvas.getContext("2d");
  let sparks = [];
  let seen = true;
  let last = 0;

  const fit = () => {
    canvas.width = canvas.clientWidth;
    canvas.height = canvas.clientHeight;
    const count = Math.min(70, Math.round(canvas.width * canvas.height * SPARKS_PER_PIXEL));
    sparks = Array.from({ length: count }, () => newSpark(canvas, Math.random()));
  };

  const draw = (now) => {
    requestAnimationFrame(draw);
    if (!seen || document.hidden || now - last < 33) return;
    const passed = Math.min(0.1, (now - last) / 1000);
    last = now;
    paint.clearRect(0, 0, canvas.width, canvas.height);
    sparks.forEach((spark, place) => {
      spark.age += passed / spark.life;
      if (spark.age >= 1) sparks[place] = newSpark(canvas, 0);
      spark.x += (spark.drift + Math.sin(spark.age * 9 + spark.turn) * 14) * passed;
      spark.y -= spark.rise * passed;
      paint.globalAlpha = Math.sin(Math.PI * Math.min(1, spark.age)) * 0.85;
      paint.fillStyle = spark.hot ? "#ffe2a3" : "#ff9a4a";
      paint.beginPath();
      paint.arc(spark.x, spark.y, spark.size, 0, 7);
      paint.fill();
    });
  };

  fit();
  new ResizeObserver(fit).observe(canvas);
  new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
  }).observe(canvas);
  requestAnimationFrame(draw);
}

function newSpark(canvas, age) {
  return {
    x: canvas.width * (0.25 + Math.random() * 0.8), y: canvas.height * (0.45 + Math.random() * 0.6), age,
    drift: -12 - Math.random() * 22, rise: 18 + Math.random() * 42, turn: Math.random() * 7,
    life: 4 + Math.random() * 6, size: 0.7 + Math.random() * 1.3, hot: Math.random() < 0.4,
  };
}
