// How far batch gradients lie from the full one, and what a batch costs.
// Its twin is descent.live.batch_size.

import { latest } from "./core/latest.mjs";
import { shown } from "./core/numbers.mjs";
import { mulberry32, normals, shuffle } from "./core/random.mjs";

export const N = 60;
export const DRAWS = 200;
const DATA_SEED = 1;
const X = Array.from({ length: N }, (_, i) => (i - 30) / 10);
const Y = X.map((x, i) => -3 * x + normals(N, DATA_SEED)[i]);
const SIZES = Float64Array.from({ length: N }, (_, i) => i + 1);

/** Sample gradients of (w x + b − y)² by slope and intercept, both `away` too low. */
function samples(away) {
  const [g, h] = [new Float64Array(N), new Float64Array(N)];
  X.forEach((x, i) => {
    const residual = (-3 - away) * x - away - Y[i];
    g[i] = 2 * residual * x;
    h[i] = 2 * residual;
  });
  return [g, h];
}

const average = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;

/** Mean, covariance [gg, gh, hh], σ and noise scale tr(HC)/gᵀHg of the sample gradients. */
export function noise(away) {
  const [g, h] = samples(away);
  const mean = [average(g), average(h)];
  const centred = (i) => [g[i] - mean[0], h[i] - mean[1]];
  const product = (j, k) => average(SIZES.map((_, i) => centred(i)[j] * centred(i)[k]));
  const covariance = [product(0, 0), product(0, 1), product(1, 1)];
  const hessian = [2 * average(X.map((x) => x * x)), 2 * average(X), 2];
  const along = (a, b, c) => hessian[0] * a + 2 * hessian[1] * b + hessian[2] * c;
  const [u, v] = mean;
  return {
    mean, covariance, sigma: Math.sqrt(covariance[0] + covariance[2]),
    scale: along(...covariance) / along(u * u, u * v, v * v),
  };
}

/** Rows of DRAWS batches of all sizes: b rows are the first b of N. */
export function orders(replacement, seed) {
  const rows = new Uint8Array(DRAWS * N);
  const uniform = mulberry32(replacement === "with" ? seed + 10000 : seed);
  if (replacement === "with") return rows.map(() => Math.floor(uniform() * N));
  for (let r = 0; r < DRAWS * N; r += N) {
    for (let i = 0; i < N; i++) rows[r + i] = i;
    shuffle(rows, uniform, r, r + N);
  }
  return rows;
}

/** Gradients of the batches of b rows, and the RMS error over σ of every size. */
export function batches({ b, away, replacement, seed }, rows = orders(replacement, seed), { mean, sigma } = noise(away)) {
  const [g, h] = samples(away);
  const found = [new Float64Array(DRAWS), new Float64Array(DRAWS)];
  const errors = new Float64Array(N);
  for (let draw = 0; draw < DRAWS; draw++) {
    let [u, v] = [0, 0];
    for (let k = 0; k < N; k++) {
      u += g[rows[draw * N + k]];
      v += h[rows[draw * N + k]];
      errors[k] += (u / (k + 1) - mean[0]) ** 2 + (v / (k + 1) - mean[1]) ** 2;
      if (k + 1 === b) [found[0][draw], found[1][draw]] = [u / b, v / b];
    }
  }
  return { gradients: found, measured: errors.map((sum) => Math.sqrt(sum / DRAWS) / sigma) };
}

export const predicted = (replacement, b) =>
  Math.sqrt((replacement === "without" ? 1 - (b - 1) / (N - 1) : 1) / b);

/** An epoch, in the time that one more sample in a batch takes. */
export const epochTime = (b, overhead) => Math.ceil(N / b) * overhead + N;

/** Proportional to the time to a target. */
export const targetTime = (b, overhead, scale) => (1 + scale / b) * (overhead + b);

const parameters = {
  b: { label: "batch size b", value: 4, min: 1, max: N, step: 1 },
  replacement: { label: "rows drawn", value: "without", options: [
    ["without", "without replacement"], ["with", "with replacement"]] },
  away: { label: "distance from the line", value: 0.5, min: 0.1, max: 3, step: 0.1 },
  overhead: { label: "a step's cost, in samples", value: 20, min: 1, max: 1000, step: 1, scale: "log" },
  seed: { label: "number of the draws", value: 7, min: 0, max: 9999, step: 1, drawn: true },
};

const actions = [["New draws", ({ seed }) => ({ seed: (seed + 1) % 10000 })]];

const SPAN = [0.9, 1.1 * N]; // so that the first dot and the last are whole

function build({ column, chart, handle }) {
  const cloud = chart(column(3), {
    label: "Errors of two hundred batch gradients around the full gradient, and where zero lies",
    x: [-2.2, 2.2], y: [-1.4, 1.4], xLabel: "error of the slope's part, over σ",
    yLabel: "error of the intercept's part, over σ", height: 410,
  });
  const side = column(2);
  const spread = chart(side, {
    label: "Error against the batch size", x: SPAN, y: [0.05, 1.3], xLog: true, yLog: true,
    xLabel: "batch size b", yLabel: "typical error of a batch, over σ", height: 205,
  });
  const time = chart(side, {
    label: "Time against the batch size", x: SPAN, y: [0.8, 100], xLog: true, yLog: true,
    xLabel: "batch size b", yLabel: "time, times its least", height: 205,
  });

  const dots = cloud.path("dots-1 live-small live-half");
  const ellipse = cloud.path("line-3 live-dashed");
  const arrow = cloud.path("line-4 live-thin");
  const zero = cloud.path("dots-4");
  const full = cloud.path("dots-2");
  const names = ["label-1", "label-3", "label-4"].map((kind) => cloud.label(kind));

  const law = spread.path("line-3 live-dashed");
  const seen = spread.path("dots-1 live-small");
  const keys = ["label-1", "label-3"].map((kind) => spread.label(kind));
  const choose = handle(spread, { label: "Batch size", x: "b", text: ({ b }) => `b = ${b}` });

  const sweet = time.path("rule");
  const epoch = time.path("line-1");
  const target = time.path("line-4 live-dashed");
  const both = [time.path("dots-1"), time.path("dots-4")];
  const timeKeys = ["label-1", "label-4", "quiet"].map((kind) => time.label(kind));

  const places = [1, 2, 3, 4, 6, 8, 11, 16, 22, 30, 42, 50, 56, 59, 60];
  const [drawn, noisy] = [latest(orders), latest(noise)];
  return (p) => {
    const found = noisy(p.away);
    const { mean, sigma, covariance, scale } = found;
    const { gradients, measured } = batches(p, drawn(p.replacement, p.seed), found);
    const [us, vs] = gradients.map((list, j) => list.map((v) => (v - mean[j]) / sigma));
    const foretold = predicted(p.replacement, p.b);

    cloud.dots(dots, us, vs);
    // Two standard deviations, by the square root of the covariance (Cholesky).
    const a = Math.sqrt(covariance[0]);
    const [c, d] = [covariance[1] / a, Math.sqrt(covariance[2] - covariance[1] ** 2 / covariance[0])];
    const turn = Float64Array.from({ length: 65 }, (_, i) => (Math.PI * i) / 32);
    const size = (2 * foretold) / sigma;
    cloud.line(ellipse, turn.map((t) => size * a * Math.cos(t)), turn.map((t) => size * (c * Math.cos(t) + d * Math.sin(t))));
    const [zx, zy] = mean.map((v) => -v / sigma);
    cloud.line(arrow, [0, zx], [0, zy]);
    cloud.dots(zero, [zx], [zy]);
    cloud.dots(full, [0], [0]);
    cloud.write(names[0], `${DRAWS} batches of ${p.b}`, -2.2, 1.4, { dx: 10, dy: 14 });
    cloud.write(names[1], "predicted: 2 standard deviations", 2.2, -1.4, { dx: -8, dy: -8, anchor: "end" });
    cloud.write(names[2], "zero gradient", zx, zy, { dx: 8, dy: -8 });

    const compare = () => {
      const curve = SIZES.map((b) => predicted(p.replacement, b));
      spread.line(law, SIZES, curve);
      spread.dots(seen, places, places.map((b) => measured[b - 1]));
      spread.write(keys[0], "measured", N, 1.3, { dx: -2, dy: 12, anchor: "end" });
      spread.write(keys[1], p.replacement === "with" ? "1/√b" : "1/√b · √(1 − (b−1)/59)", N, 1.3, { dx: -2, dy: 28, anchor: "end" });
    };
    choose(p, p.b, Math.max(0.05, foretold));

    const kinds = [SIZES.map((b) => epochTime(b, p.overhead)), SIZES.map((b) => targetTime(b, p.overhead, scale))];
    const least = kinds.map((list) => Math.min(...list));
    const best = Math.sqrt(scale * p.overhead);
    const clock = () => {
      kinds.forEach((list, i) => {
        const relative = list.map((v) => v / least[i]);
        time.line(i ? target : epoch, SIZES, relative);
        time.dots(both[i], [p.b], [relative[p.b - 1]]);
      });
      time.rule(sweet, { x: best <= N ? best : NaN });
      time.write(timeKeys[0], "an epoch", N, 100, { dx: -2, dy: 12, anchor: "end" });
      time.write(timeKeys[1], "to the target", N, 100, { dx: -2, dy: 28, anchor: "end" });
      time.write(timeKeys[2], best <= N ? "sweet spot" : "", best, 100,
        { dx: best > 20 ? -6 : 6, dy: 52, anchor: best > 20 ? "end" : "start" });
    };
    const downhill = us.reduce((n, _, i) => n + (gradients[0][i] * mean[0] + gradients[1][i] * mean[1] > 0), 0);
    const told = { scale, best, downhill: downhill / DRAWS, off: measured[p.b - 1], foretold };
    return [...say(p, { ...told, slower: kinds[1][p.b - 1] / least[1] }), compare, clock];
  };
}

function say({ b, overhead }, { scale, best, downhill, off, foretold, slower }) {
  const verdict = b === N && foretold === 0 ? "The batch is the data."
    : b < scale / 2 ? "The noise is larger than the gradient."
      : b > 2 * scale ? "The gradient is larger than the noise." : "Gradient and noise are about even.";
  const error = foretold < 1e-6 ? "No error is left" : `A batch of ${b} is typically ${shown(off)} σ off (${shown(foretold)} predicted)`;
  const steps = Math.ceil(N / b);
  return [verdict,
    `${error}, and ${shown(100 * downhill)} % of the batches point downhill. The noise scale is ${shown(scale)}. An epoch takes ${steps} ${steps > 1 ? "steps" : "step"}; the way to a target takes least time at b = √(${shown(scale)} · ${shown(overhead)}) = ${shown(best)}${best > N ? " (there are 60 rows)" : ""}, and ${shown(slower)} times as much at ${b}.`];
}

export default { parameters, actions, build };
