// Gradient descent on a bowl whose gradient is noisy: one path, a hundred end points,
// and what theory says of them. Its twin is descent.live.noisy_descent.

import { latest } from "./core/latest.mjs";
import { give } from "./core/marks.mjs";
import { shown } from "./core/numbers.mjs";
import { normals } from "./core/random.mjs";
import { expected, radius, run, stationaryVariance } from "./models/heavy-ball.mjs";
import { OPTIONS, RATES, withoutDecay } from "./models/rates.mjs";

export const H = [2, 4];
export const RUNS = 100;
export const LONGEST = 200;
const FINE = 150; // points along each axis of the rate map, whose contours have corners
const STRIDE = 2 * (LONGEST + 1);

/** What the models need, from the figure's parameters. */
export const problem = (p) => ({
  h: H, beta: p.beta, sigma: p.sigma, start: [p.x1, p.x2], n: p.n_steps,
  rate: RATES[p.schedule](p.lr, p.decay, p.n_steps),
});

/** The noise of all runs: common to every setting, so that a slider deforms one path. */
export const noise = (seed) => normals(2 * LONGEST * RUNS, seed);

/** Run number r, x₁ and x₂ by turns. */
export const trajectory = (p, r = 0, z = noise(p.seed)) => run(problem(p), z, 2 * LONGEST * r);

export const predicted = (p) => expected(problem(p));

/** Stationary variances and the mean of f there, for a fixed rate. */
export function floor({ lr, beta, sigma }) {
  const variances = H.map((h) => stationaryVariance(lr, beta, h, sigma));
  return { variances, f: 0.5 * (H[0] * variances[0] + H[1] * variances[1]) };
}

/** The slower of the two directions' factors. */
export const slowest = (lr, beta) => Math.max(...H.map((h) => radius(lr, beta, h)));

const value = (x, y) => 0.5 * (H[0] * x * x + H[1] * y * y);

const parameters = {
  lr: { label: "learning rate η", value: 0.1, min: 0.005, max: 0.6, step: 0.005 },
  sigma: { label: "gradient noise σ", value: 1, min: 0, max: 3, step: 0.05 },
  beta: { label: "momentum β", value: 0, min: 0, max: 0.95, step: 0.01 },
  n_steps: { label: "steps", value: 60, min: 5, max: LONGEST, step: 1 },
  schedule: { label: "schedule", value: "constant", options: OPTIONS },
  decay: { label: "decay k", value: 0.1, min: 0.005, max: 0.5, step: 0.005, unused: withoutDecay },
  x1: { label: "start x₁", value: -5, min: -6, max: 6, step: 0.1, drawn: true },
  x2: { label: "start x₂", value: -2, min: -4, max: 4, step: 0.1, drawn: true },
  seed: { label: "noise number", value: 7, min: 0, max: 9999, step: 1, drawn: true },
};

const actions = [["New noise", ({ seed }) => ({ seed: (seed + 1) % 10000 })]];

function build({ column, chart, handle }) {
  const bowl = chart(column(3), {
    label: "The bowl from above, one path, a hundred end points and the predicted ellipse",
    x: [-6.3, 6.3], y: [-4.2, 4.2], xLabel: "x₁", yLabel: "x₂", height: 265,
  });
  const loss = chart(column(2), {
    label: "f against the step, on a logarithmic axis", x: [0, 60], y: [1e-4, 100],
    yLog: true, xLabel: "step", yLabel: "f", height: 265,
  });
  const map = chart(column(6), {
    label: "What a step leaves of the distance, for every rate and momentum",
    x: [0, 0.6], y: [0, 0.95], xLabel: "learning rate η", height: 165,
    yLabel: "momentum β (stronger colour: faster)",
  });

  bowl.bands(value, [0.5, 2, 5, 10, 18, 28, 40, 55]);
  const cloud = bowl.path("dots-1 live-small live-half");
  const path = bowl.path("line-2 live-thin");
  const steps = bowl.path("dots-2 live-small");
  const ellipse = bowl.path("line-3 live-dashed");
  const around = ["label-1", "label-3"].map((kind) => bowl.label(kind));
  const start = handle(bowl, {
    label: "Start of the path", x: "x1", y: "x2",
    text: ({ x1, x2 }) => `x₁ = ${shown(x1)}, x₂ = ${shown(x2)}`,
  });

  const floorRule = loss.path("rule");
  const one = loss.path("line-2 live-thin");
  const mean = loss.path("line-1");
  const theory = loss.path("line-3 live-dashed");
  const keys = ["label-2", "label-1", "label-3", "quiet"].map((kind) => loss.label(kind));

  map.bands(() => 0, [1], "outside");
  map.bands(slowest, [1], "stable", FINE);
  map.bands(slowest, [0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4], "band", FINE);
  const diverges = map.label("quiet");
  const both = handle(map, {
    label: "Rate and momentum", x: "lr", y: "beta",
    text: ({ lr, beta }) => `η = ${shown(lr)}, β = ${shown(beta)}`,
  });

  const drawn = latest(noise);
  const ends = [new Float64Array(RUNS), new Float64Array(RUNS)];
  const all = new Float64Array(RUNS * STRIDE);
  return (p) => {
    const [n, now, z] = [p.n_steps, problem(p), drawn(p.seed)];
    for (let r = 0; r < RUNS; r++) run(now, z, 2 * LONGEST * r, all, STRIDE * r);
    const t = Float64Array.from({ length: n + 1 }, (_, i) => i);
    const xs = t.map((i) => all[2 * i]);
    const ys = t.map((i) => all[2 * i + 1]);
    const losses = t.map((i) => value(xs[i], ys[i]));
    const means = t.map((i) => {
      let sum = 0;
      for (let k = 2 * i; k < all.length; k += STRIDE) sum += value(all[k], all[k + 1]);
      return sum / RUNS;
    });
    const theories = expected(now);
    ends.forEach((list, j) => list.forEach((_, r) => (list[r] = all[STRIDE * r + 2 * n + j])));

    bowl.dots(cloud, ...ends);
    bowl.line(path, xs, ys);
    bowl.dots(steps, xs, ys, n, 1);
    const { variances, f } = floor(p);
    const settles = p.schedule === "constant" && p.sigma > 0 && Number.isFinite(f);
    const [a, b] = variances.map((v) => 2 * Math.sqrt(v));
    if (settles) bowl.ellipse(ellipse, 0, 0, a, b);
    else give(ellipse, "d", "");
    bowl.write(around[0], `${RUNS} end points`, 6.3, 4.2, { dx: -8, dy: 16, anchor: "end" });
    bowl.write(around[1], settles ? "dashed: 2 standard deviations" : "", 6.3, -4.2,
      { dx: -8, dy: -8, anchor: "end" });
    start(p, p.x1, p.x2);

    loss.limits({ x: [0, n] });
    const compare = () => {
      loss.line(one, t, losses);
      loss.line(mean, t, means);
      loss.line(theory, t, theories);
      loss.rule(floorRule, { y: settles ? f : NaN });
      ["this run", `mean of ${RUNS} runs`, "predicted mean"].forEach((text, i) =>
        loss.write(keys[i], text, n, 100, { dx: -2, dy: 10 + 16 * i, anchor: "end" }));
      loss.write(keys[3], settles ? `dotted: noise floor ${shown(f)}` : "", n, 1e-4,
        { dx: -2, dy: -8, anchor: "end" });
    };

    map.write(diverges, "diverges", 0.6, 0, { dx: -8, dy: -8, anchor: "end" });
    both(p, p.lr, p.beta);
    return [
      ...say(p, { end: losses[n], mean: means[n], theory: theories[n], floor: settles ? f : null }),
      compare,
    ];
  };
}

function say(p, { end, mean, theory, floor }) {
  const left = slowest(p.lr, p.beta);
  const bound = (2 * (1 + p.beta)) / Math.max(...H);
  const fixed = p.schedule === "constant";
  const here = `After ${p.n_steps} steps from (${shown(p.x1)}, ${shown(p.x2)}) f = ${shown(end)} in this run and ${shown(mean)} in the mean of ${RUNS}`;
  const foretold = `; ${shown(theory)} is predicted.`;
  if (fixed && left >= 1) {
    return ["It diverges.", `η = ${shown(p.lr)} is not below the bound 2(1 + β)/4 = ${shown(bound)}. ${here}${foretold}`];
  }
  if (!fixed) {
    const last = RATES[p.schedule](p.lr, p.decay, p.n_steps)(p.n_steps - 1);
    return ["The rate falls,", `from η = ${shown(p.lr)} to ${shown(last)} at the last step. ${here}${foretold}`];
  }
  const pace = `A step leaves ${shown(left)} of the distance in the slower direction (bound on η: ${shown(bound)}).`;
  if (floor === null) return ["Without noise it arrives.", `${pace} ${here}${foretold}`];
  const there = theory < 1.1 * floor;
  return [there ? "It has reached its noise floor," : "It is above its noise floor,",
    `f = ${shown(floor)} on average. ${pace} ${here}${foretold}`];
}

export default { parameters, actions, build };
