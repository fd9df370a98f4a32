// Pan and width as four gains (left from left, left from right, right from left, right from right), by the law of
// mixer/engine/console/automation.py: constant power with unity in the middle; what is panned is narrowed as well.
const NARROWED = 0.6;

export function placing(pan, width, level, matrix) {
  let left = 1;
  let right = 1;
  if (pan !== 0) {
    const angle = ((pan + 1) * Math.PI) / 4;
    left = Math.SQRT2 * Math.cos(angle);
    right = Math.SQRT2 * Math.sin(angle);
  }
  const wide = width * (1 - NARROWED * Math.abs(pan));
  const own = 0.5 * (1 + wide);
  const other = 0.5 * (1 - wide);
  matrix[0] = level * left * own;
  matrix[1] = level * left * other;
  matrix[2] = level * right * other;
  matrix[3] = level * right * own;
}
