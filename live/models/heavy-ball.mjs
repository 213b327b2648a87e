// Gradient descent with momentum and noise on a bowl ½ Σ h_j x_j², and its theory:
// v ← βv + hx + σz,  x ← x − η_t v.  Its twin is descent.live.heavy_ball.

/**
 * One run into `out` from place `at`: x₁, x₂ of the start, then after each step.
 * z holds the noise from place `from`, two numbers a step.
 */
export function run({ h, rate, beta, sigma, start, n }, z, from = 0, out = new Float64Array(2 * n + 2), at = 0) {
  let [x, y] = start;
  let [v, u] = [0, 0];
  out[at] = x;
  out[at + 1] = y;
  for (let t = 0; t < n; t++) {
    const lr = rate(t);
    v = beta * v + (h[0] * x + sigma * z[from + 2 * t]);
    u = beta * u + (h[1] * y + sigma * z[from + 2 * t + 1]);
    x -= lr * v;
    y -= lr * u;
    out[at + 2 * t + 2] = x;
    out[at + 2 * t + 3] = y;
  }
  return out;
}

/** The exact mean of ½ Σ h_j x_j² over all noise, at the start and after each step. */
export function expected({ h, rate, beta, sigma, start, n }) {
  const out = new Float64Array(n + 1);
  h.forEach((curvature, j) => {
    let [m, mv] = [start[j], 0]; // means of x and v
    let [xx, xv, vv] = [0, 0, 0]; // their covariances
    out[0] += 0.5 * curvature * m * m;
    for (let t = 0; t < n; t++) {
      const lr = rate(t);
      mv = beta * mv + curvature * m;
      m -= lr * mv;
      const [xV, vV] = [
        beta * xv + curvature * xx,
        beta * beta * vv + 2 * beta * curvature * xv + curvature * curvature * xx + sigma * sigma,
      ];
      [xx, xv, vv] = [xx - 2 * lr * xV + lr * lr * vV, xV - lr * vV, vV];
      out[t + 1] += 0.5 * curvature * (m * m + xx);
    }
  });
  return out;
}

/** What a step leaves of the distance in the long run, along curvature h, at a fixed rate. */
export function radius(lr, beta, h) {
  const trace = 1 + beta - lr * h;
  const inside = trace * trace - 4 * beta;
  return inside < 0 ? Math.sqrt(beta) : (Math.abs(trace) + Math.sqrt(inside)) / 2;
}

/** The variance of x that a fixed rate settles at; not a number where it is unstable. */
export function stationaryVariance(lr, beta, h, sigma) {
  if (radius(lr, beta, h) >= 1) return NaN;
  return (lr * sigma * sigma * (1 + beta)) / (h * (1 - beta) * (2 * (1 + beta) - lr * h));
}
