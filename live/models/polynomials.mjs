// Least squares by polynomials that are orthonormal on the points (Forsythe, 1957), each
// made from the one before it (Arnoldi). A second round of Gram and Schmidt would change
// no error by more than 1e-11 of it, in any of the 10,000 splits.
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
      for (let j = 0; j < k; j++) {
        const h = dot(basis[j], next);
        less(next, h, basis[j]);
        less(far, h, there[j]);
      }
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
