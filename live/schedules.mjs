// A schedule is a budget: how far its rates can carry a run, and where it freezes.
// Its twin is descent.live.schedules.

import { shown } from "./core/numbers.mjs";
import { normals } from "./core/random.mjs";
import { OPTIONS, RATES, withoutDecay } from "./models/rates.mjs";

export const H = 2;
const ENOUGH = Math.log(100) / H; // for small rates, brings the mean 99 % of the way
const SEED = 7;
const LONGEST = 1000;
const EDGES = [20, 50, 100, 200, 500, LONGEST]; // of the axis of steps

const rateOf = (p) => RATES[p.schedule](p.lr, p.decay, p.n_steps);

/** Rates of the steps; their sums, the mean of x and its standard deviation before each. */
export function run(p) {
  const [n, rate] = [p.n_steps, rateOf(p)];
  const [rates, sums, means, spreads] = [n, n + 1, n + 1, n + 1].map((k) => new Float64Array(k));
  means[0] = p.x0;
  let variance = 0;
  for (let t = 0; t < n; t++) {
    const lr = rate(t);
    rates[t] = lr;
    sums[t + 1] = sums[t] + lr;
    means[t + 1] = means[t] - lr * (H * means[t]);
    variance = (1 - lr * H) ** 2 * variance + (lr * p.sigma) ** 2;
    spreads[t + 1] = Math.sqrt(variance);
  }
  return { rates, sums, means, spreads };
}

/** One noisy run with the noise z. */
export function path(p, z = normals(LONGEST, SEED)) {
  const rate = rateOf(p);
  const x = new Float64Array(p.n_steps + 1);
  x[0] = p.x0;
  for (let t = 0; t < p.n_steps; t++) x[t + 1] = x[t] - rate(t) * (H * x[t] + p.sigma * z[t]);
  return x;
}

/** The sum of all rates for ever, and the share of the way that it leaves. */
export function forever(p) {
  if (p.schedule !== "exponential") return { sum: Infinity, left: 0 };
  let left = 1;
  for (let t = 0; t < 40 / p.decay; t++) left *= 1 - H * p.lr * Math.exp(-p.decay * t);
  return { sum: p.lr / (1 - Math.exp(-p.decay)), left };
}

const parameters = {
  schedule: { label: "schedule", value: "exponential", options: OPTIONS },
  decay: { label: "decay k", value: 0.1, min: 0.005, max: 0.5, step: 0.005, scale: "log", unused: withoutDecay },
  lr: { label: "first rate η₀", value: 0.1, min: 0.01, max: 0.45, step: 0.01 },
  n_steps: { label: "steps", value: 100, min: 20, max: LONGEST, step: 1, scale: "log" },
  sigma: { label: "gradient noise σ", value: 1, min: 0, max: 3, step: 0.05 },
  x0: { label: "start x₀", value: -5, min: -6, max: 6, step: 0.1, drawn: true },
};

function build({ column, chart, handle }) {
  const side = column(2);
  const rates = chart(side, {
    label: "The rate of each step", x: [0, 100], y: [0, 0.5], xLabel: "step", yLabel: "rate ηₜ", height: 170,
  });
  const sums = chart(side, {
    label: "The sum of the rates so far", x: [0, 100], y: [0, 3], xLabel: "step", yLabel: "sum of the rates so far, Σηₜ", height: 210,
  });
  const way = chart(column(3), {
    label: "x against the step: the mean, its scatter and one run", x: [0, 100], y: [-6.5, 6.5],
    xLabel: "step", yLabel: "x, from the start to the minimum at 0", height: 380,
  });

  const others = Object.keys(RATES).map((name) => [name, rates.path("curve live-thin live-pale")]);
  const rate = rates.path("line-1");
  const grey = rates.label("quiet");
  const enough = sums.path("rule");
  const all = sums.path("line-4 live-dashed");
  const sum = sums.path("line-1");
  const labels = { enough: sums.label("quiet"), all: sums.label("label-4") };
  const zero = way.path("rule");
  const freeze = way.path("line-4 live-dashed");
  const band = way.path("area-1");
  const one = way.path("line-1 live-thin");
  const mean = way.path("line-2");
  const named = ["label-2", "label-1", "label-4"].map((kind) => way.label(kind));
  const start = handle(way, {
    label: "Start", y: "x0", anywhere: false, text: ({ x0 }) => `x₀ = ${shown(x0)}`,
  });
  const z = normals(LONGEST, SEED);
  const t = Float64Array.from({ length: LONGEST + 1 }, (_, i) => i);

  return (p) => {
    const [n, found, ever] = [p.n_steps, run(p), forever(p)];
    const total = found.sums[n];
    const edge = EDGES.find((most) => most >= n);
    for (const one of [rates, sums, way]) one.limits({ x: [0, edge] });
    sums.limits({ y: [0, [3, 10, 30, 100, 500].find((top) => top >= 1.05 * total)] });

    const stride = Math.ceil(n / 150);
    const few = Float64Array.from({ length: Math.ceil(n / stride) + 1 }, (_, i) => Math.min(n, i * stride));
    const compare = () => {
      for (const [name, curve] of others) {
        const other = RATES[name](p.lr, p.decay, n);
        rates.line(curve, few, few.map(other));
      }
      rates.line(rate, t, found.rates, n);
      rates.write(grey, "grey: the other schedules", edge, 0.5, { dx: -2, dy: 10, anchor: "end" });
    };
    sums.rule(enough, { y: ENOUGH });
    sums.rule(all, { y: ever.sum });
    sums.line(sum, t, found.sums, n + 1);
    const close = Math.abs(sums.sy(ENOUGH) - sums.sy(ever.sum)) < 18;
    sums.write(labels.enough, `${shown(ENOUGH)}: 99 % of the way`, edge, ENOUGH, { dx: -2, dy: -5, anchor: "end" });
    sums.write(labels.all, ever.sum < 3 ? `for ever: ${shown(ever.sum)}` : "", edge, ever.sum,
      { dx: -2, dy: close ? 16 : -5, anchor: "end" });

    const [low, high] = [-2, 2].map((k) => few.map((i) => found.means[i] + k * found.spreads[i]));
    way.area(band, few, low, high);
    way.rule(zero, { y: 0 });
    way.rule(freeze, { y: ever.left > 0.01 ? p.x0 * ever.left : NaN });
    way.line(mean, t, found.means, n + 1);
    way.line(one, t, path(p, z), n + 1);
    const down = p.x0 > 0 ? -1 : 1; // labels stand on the side where the curves are not
    way.write(named[0], "mean", edge, 6.5, { dx: -2, dy: 12, anchor: "end" });
    way.write(named[1], p.sigma > 0 ? "one run, and 2 standard deviations" : "", edge, 6.5, { dx: -2, dy: 28, anchor: "end" });
    way.write(named[2], ever.left > 0.01 && p.x0 ? `freezes at ${shown(p.x0 * ever.left)}` : "", edge,
      p.x0 * ever.left, { dx: -2, dy: down * 22 + 4, anchor: "end" });
    start(p, 0, p.x0);
    return [...say(p, found, ever, total), compare];
  };
}

const percent = (share) => `${shown(100 * share, 2)} %`;

function say(p, { means, spreads }, ever, total) {
  const left = run({ ...p, x0: 1 }).means[p.n_steps];
  const verdict = left <= 0.01 ? "It arrives." : ever.left > 0.01 ? "It freezes." : "It is still on its way.";
  const sums = `The rates of ${p.n_steps} steps add up to ${shown(total)}, which leaves ${percent(left)} of the way to go` +
    (ever.left > 0.01 ? ` (${percent(ever.left)} if it ran for ever).` : ".");
  const ends = `The mean ends at x = ${shown(means[p.n_steps])}, and runs scatter around it with a standard deviation of ${shown(spreads[p.n_steps])}.`;
  return [verdict, `${sums} ${ends}`];
}

export default { parameters, build };
