// Surfaces over two parameters, with their gradients. Their twin is descent.live.optimizer_race.

export const KAPPA = 200;
const TURN = Math.sqrt(0.5);
const BEALE = [1.5, 2.25, 2.625];

const valley = {
  f: ([x, y]) => 0.5 * (x * x + KAPPA * (y * y)),
  gradient: ([x, y]) => [x, KAPPA * y],
};
// Along the axes of a bowl turned by 45°, and back.
const inward = ([x, y]) => [TURN * x + TURN * y, TURN * y - TURN * x];
const outward = ([x, y]) => [TURN * x - TURN * y, TURN * x + TURN * y];

export const SURFACES = {
  valley,
  turned: { f: (w) => valley.f(inward(w)), gradient: (w) => outward(valley.gradient(inward(w))) },
  rosenbrock: {
    f: ([x, y]) => (1 - x) ** 2 + 10 * (y - x * x) ** 2,
    gradient: ([x, y]) => [-2 * (1 - x) - 40 * x * (y - x * x), 20 * (y - x * x)],
  },
  beale: {
    f: ([x, y]) => BEALE.reduce((sum, c, k) => sum + (c - x + x * y ** (k + 1)) ** 2, 0),
    gradient: ([x, y]) => {
      const g = [0, 0];
      BEALE.forEach((c, k) => {
        const r = c - x + x * y ** (k + 1);
        g[0] += 2 * r * (y ** (k + 1) - 1);
        g[1] += 2 * r * (k + 1) * x * y ** k;
      });
      return g;
    },
  },
};
