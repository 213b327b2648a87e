// Update rules for two parameters. Their twins are the rules of descent.optimizers.
//
// A rule takes the gradient, what it remembers ({} at first, changed in place), the rate
// and β. It returns what it makes of the gradient, { change } of the parameters included.

const pair = (f) => [f(0), f(1)];

function velocity(g, s, beta) {
  const before = s.v ?? [0, 0];
  return (s.v = pair((i) => beta * before[i] + g[i]));
}

function squares(g, s, keep) {
  const before = s.s ?? [0, 0];
  return (s.s = pair((i) => keep * before[i] + (1 - keep) * (g[i] * g[i])));
}

export const RULES = {
  sgd: (g, s, lr) => ({ change: pair((i) => -lr * g[i]) }),
  momentum(g, s, lr, beta) {
    const v = velocity(g, s, beta);
    return { v, change: pair((i) => -lr * v[i]) };
  },
  nesterov(g, s, lr, beta) {
    const v = velocity(g, s, beta);
    const look = pair((i) => g[i] + beta * v[i]);
    return { v, look, change: pair((i) => -lr * look[i]) };
  },
  rmsprop(g, s, lr) {
    const root = squares(g, s, 0.99).map(Math.sqrt);
    return { root, change: pair((i) => (-lr * g[i]) / (root[i] + 1e-8)) };
  },
  adam(g, s, lr, beta) {
    const before = s.m ?? [0, 0];
    const n = (s.n = (s.n ?? 0) + 1);
    s.m = pair((i) => beta * before[i] + (1 - beta) * g[i]);
    const mean = s.m.map((m) => m / (1 - beta ** n));
    const root = squares(g, s, 0.999).map((v) => Math.sqrt(v / (1 - 0.999 ** n)));
    return { mean, root, change: pair((i) => (-lr * mean[i]) / (root[i] + 1e-8)) };
  },
};
