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

const times = (a, b) => {
  const found = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) found[i] = a[i] * b[i];
  return found;
};

const over = (a, size) => {
  for (let i = 0; i < a.length; i++) a[i] /= size;
  return a;
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
    if (k) {
      const [next, far] = [times(t, basis[k - 1]), times(xs, there[k - 1])];
      const parts = new Float64Array(k);
      for (let twice = 0; twice < 2; twice++) { // once would leave rounding errors to grow
        for (let j = 0; j < k; j++) {
          const h = dot(basis[j], next);
          less(next, h, basis[j]);
          parts[j] += h;
        }
      }
      for (let j = 0; j < k; j++) less(far, parts[j], there[j]);
      const size = Math.sqrt(dot(next, next));
      basis.push(over(next, size));
      there.push(over(far, size));
    }
    const c = dot(basis[k], rest);
    less(rest, c, basis[k]);
    misfit[k] = dot(rest, rest);
    values.push(k ? values[k - 1].slice() : new Float64Array(xs.length));
    less(values[k], -c, there[k]);
  }
  return { values, misfit };
}
