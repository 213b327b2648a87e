// Least squares by polynomials that are orthonormal on the points (Forsythe, 1957), each
// made from the one before it (Arnoldi). Powers would lose all digits by degree 15.
// Their twin is descent.live.overfitting.

const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum / a.length;
};

const less = (a, factor, b) => {
  for (let i = 0; i < a.length; i++) a[i] -= factor * b[i];
};

/**
 * The least-squares polynomials of degree 0, 1, …, `highest` through (t, y): their
 * `values` at xs, and their `misfit`, the mean squared error at the points themselves.
 */
export function fits(t, y, xs, highest) {
  const [basis, there] = [[t.map(() => 1)], [xs.map(() => 1)]];
  const rest = Float64Array.from(y);
  const [values, misfit] = [[], new Float64Array(highest + 1)];
  for (let k = 0; k <= highest; k++) {
    const c = dot(basis[k], rest);
    less(rest, c, basis[k]);
    misfit[k] = dot(rest, rest);
    values.push(there[k].map((v, i) => c * v + (k ? values[k - 1][i] : 0)));
    const [next, far] = [basis[k].map((v, i) => t[i] * v), there[k].map((v, i) => xs[i] * v)];
    const parts = new Float64Array(k + 1);
    for (let twice = 0; twice < 2; twice++) { // once would leave rounding errors to grow
      for (let j = 0; j <= k; j++) {
        const h = dot(basis[j], next);
        less(next, h, basis[j]);
        parts[j] += h;
      }
    }
    parts.forEach((h, j) => less(far, h, there[j]));
    const size = Math.sqrt(dot(next, next));
    basis.push(next.map((v) => v / size));
    there.push(far.map((v) => v / size));
  }
  return { values, misfit };
}
