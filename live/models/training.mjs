// The training of a small network, step by step: the parameters after step t depend on
// the setting and on t, never on how the steps were spread over frames.
// Its twin is descent.live.train_a_network.

import { normals } from "../core/random.mjs";
import { Network } from "./network.mjs";
import { shuffled, table } from "./points.mjs";

export const WIDEST = 64;
const ROWS = 64; // that a pass can take at least
export const EVERY = 5; // steps between two losses that are kept

// In place on all parameters: w by its gradient g, what is remembered, η and step n.
const RULES = {
  sgd(w, g, _, lr) {
    for (let i = 0; i < w.length; i++) w[i] -= lr * g[i];
  },
  momentum(w, g, { v }, lr) {
    for (let i = 0; i < w.length; i++) {
      v[i] = 0.9 * v[i] + g[i];
      w[i] -= lr * v[i];
    }
  },
  adam(w, g, { v: m, s }, lr, n) {
    const [first, second] = [1 - 0.9 ** n, 1 - 0.999 ** n];
    for (let i = 0; i < w.length; i++) {
      m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
      s[i] = 0.999 * s[i] + (1 - 0.999) * (g[i] * g[i]);
      w[i] -= (lr * (m[i] / first)) / (Math.sqrt(s[i] / second) + 1e-8);
    }
  },
};

export const sizes = ({ layers, width }) => [2, ...Array(Number(layers)).fill(width), 2];

/**
 * Weights of He's scale, biases 0. A unit's numbers are its own, however wide the
 * network is, so that the width deforms one run.
 */
export function start(network, seed) {
  const w = new Float64Array(network.size);
  const z = normals(WIDEST * (2 + WIDEST + 2), seed);
  let at = 0;
  for (const { from, to, W, last } of network.layers) {
    if (last) at = WIDEST * (2 + WIDEST);
    const row = last ? to : WIDEST;
    for (let k = 0; k < from; k++) {
      for (let j = 0; j < to; j++) w[W + k * to + j] = Math.sqrt(2 / from) * z[at + k * row + j];
    }
    at += from * row;
  }
  return w;
}

/** One run: `step()` takes it on, `t` steps are done, `w` are the parameters. */
export class Run {
  constructor(p) {
    Object.assign(this, table(p));
    this.n = this.y.length;
    this.p = p;
    this.b = Math.min(p.batch === "all" ? this.n : Number(p.batch), this.n);
    this.network = new Network(sizes(p), p.activation, Math.max(ROWS, this.n));
    this.w = start(this.network, p.seed);
    const size = this.network.size;
    this.g = new Float64Array(size);
    this.memory = { v: new Float64Array(size), s: new Float64Array(size) };
    this.batch = { X: new Float64Array(2 * this.b), y: new Uint8Array(this.b) };
    this.perEpoch = Math.ceil(this.n / this.b) || 0;
    this.t = 0;
    this.losses = [this.loss()];
  }

  loss() {
    return this.network.loss(this.w, this.X, this.y, this.n);
  }

  /** How many points the likelier class of the two is not that of. */
  wrong() {
    const z = this.network.forward(this.w, this.X, this.n);
    return this.y.reduce((sum, y, i) => sum + (z[2 * i + 1] > z[2 * i] ? 1 - y : y), 0);
  }

  step() {
    const { p, n, b, batch } = this;
    const [epoch, turn] = [Math.floor(this.t / this.perEpoch), this.t % this.perEpoch];
    if (turn === 0) this.order = shuffled(n, p.seed + epoch + 1);
    const rows = this.order.subarray(turn * b, (turn + 1) * b);
    rows.forEach((row, i) => {
      batch.X[2 * i] = this.X[2 * row];
      batch.X[2 * i + 1] = this.X[2 * row + 1];
      batch.y[i] = this.y[row];
    });
    this.network.gradient(this.w, batch.X, batch.y, rows.length, this.g);
    this.t += 1;
    RULES[p.rule](this.w, this.g, this.memory, p.lr, this.t);
    if (this.t % EVERY === 0) this.losses.push(this.loss());
  }
}
