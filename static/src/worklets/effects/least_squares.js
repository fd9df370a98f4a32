// The solution x of least squares |A x - b| for a small matrix, by Householder's reflections.

export function leastSquares(matrix, right) {
  const rows = matrix.length;
  const columns = matrix[0].length;
  const a = matrix.map((row, at) => [...row, right[at]]);
  for (let k = 0; k < columns; k += 1) reflect(a, k, rows, columns);
  const x = new Array(columns).fill(0);
  for (let k = columns - 1; k >= 0; k -= 1) {
    let value = a[k][columns];
    for (let j = k + 1; j < columns; j += 1) value -= a[k][j] * x[j];
    x[k] = value / a[k][k];
  }
  return x;
}

function reflect(a, k, rows, columns) {
  let length = 0;
  for (let i = k; i < rows; i += 1) length += a[i][k] ** 2;
  length = Math.sqrt(length) * (a[k][k] > 0 ? -1 : 1);
  if (length === 0) return;
  const v = [];
  for (let i = k; i < rows; i += 1) v[i] = a[i][k] - (i === k ? length : 0);
  let square = 0;
  for (let i = k; i < rows; i += 1) square += v[i] ** 2;
  if (square === 0) return;
  for (let j = k; j <= columns; j += 1) {
    let dot = 0;
    for (let i = k; i < rows; i += 1) dot += v[i] * a[i][j];
    for (let i = k; i < rows; i += 1) a[i][j] -= (2 * dot * v[i]) / square;
  }
}
