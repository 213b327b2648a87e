// A sample is a point of the data and a line of the parameter plane; the mean of their
// squared errors is a bowl. Its twin is descent.live.data_and_parameter_space.

import { shown } from "./core/numbers.mjs";
import { normals } from "./core/random.mjs";

const SEED = 3;
export const LONGEST = 60;
// In the order in which they are taken.
export const X = [1.5, -1, 2.5, -2.5, 0.5, -1.5, 3, -3, 2, -0.5, 1, -2];
export const Y = X.map((x, i) => -1.5 * x + 1 + 0.8 * normals(X.length, SEED)[i]);

const residual = (i, w, b) => w * X[i] + b - Y[i];

/** The mean squared error of the first n samples. */
export function cost(n, w, b) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += residual(i, w, b) ** 2;
  return sum / n;
}

/** Points of the run: each step on all n samples, or on one of them, in turn. */
export function trajectory({ n_samples: n, rows, lr, step, w0, b0 }) {
  const [ws, bs] = [new Float64Array(step + 1), new Float64Array(step + 1)];
  [ws[0], bs[0]] = [w0, b0];
  for (let t = 0; t < step; t++) {
    const [w, b] = [ws[t], bs[t]];
    let [g, h] = [0, 0];
    const [from, to] = rows === "all" ? [0, n] : [t % n, (t % n) + 1];
    for (let i = from; i < to; i++) {
      const r = residual(i, w, b);
      g += (2 * r * X[i]) / (to - from);
      h += (2 * r) / (to - from);
    }
    ws[t + 1] = w - lr * g;
    bs[t + 1] = b - lr * h;
  }
  return [ws, bs];
}

/** The least point [w, b] of the first n ≥ 2 samples, and the two curvatures of n ≥ 1. */
export function bowl(n) {
  let [xx, x, xy, y] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    xx += X[i] * X[i] / n;
    x += X[i] / n;
    xy += X[i] * Y[i] / n;
    y += Y[i] / n;
  }
  const gap = Math.hypot(xx - 1, 2 * x);
  const flat = n === 1 ? 0 : xx + 1 - gap;
  const w = (xy - x * y) / (xx - x * x);
  return { least: n === 1 ? null : [w, y - w * x], curvatures: [flat, xx + 1 + gap] };
}

const parameters = {
  n_samples: { label: "samples taken", value: 3, min: 1, max: X.length, step: 1 },
  rows: { label: "each step on", value: "all", options: [
    ["all", "all samples taken"], ["one", "one of them, in turn"]] },
  lr: { label: "learning rate η", value: 0.05, min: 0.005, max: 0.4, step: 0.005 },
  step: { label: "steps", value: 10, min: 0, max: LONGEST, step: 1 },
  w0: { label: "start w", value: 1.5, min: -4, max: 2, step: 0.05, drawn: true },
  b0: { label: "start b", value: -2.5, min: -4, max: 5, step: 0.05, drawn: true },
};

const actions = [
  ["Next sample", ({ n_samples }) => ({ n_samples: n_samples + 1 })],
  ["One step", ({ step }) => ({ step: step + 1 })],
];

function build({ column, chart, handle }) {
  const data = chart(column(3), {
    label: "The data: samples taken, the line now and at the start, and the best line",
    x: [-3.5, 3.5], y: [-9, 9], xLabel: "x", yLabel: "y", height: 340,
  });
  const plane = chart(column(3), {
    label: "The parameter plane: the cost, a line for each sample, and the path",
    x: [-4, 2], y: [-4, 5], xLabel: "slope w", yLabel: "intercept b", height: 340,
  });

  const best = data.path("line-3 live-dashed");
  const before = data.path("line-2 live-thin live-pale");
  const now = data.path("line-2");
  const misses = data.path("line-4 live-thin");
  const waiting = data.path("dots-1 live-small live-half");
  const taken = data.path("dots-1");
  const newest = [data.path("dots-4"), plane.path("line-4")];
  const names = ["label-2", "label-3", "label-4"].map((kind) => data.label(kind));

  const bowls = plane.bands((w, b, n) => (n ? cost(n, w, b) : Infinity), [0.25, 1, 2.5, 5, 10, 18, 30, 45, 70, 100], "band", 44);
  const valleys = X.map(() => plane.path("curve live-thin live-pale"));
  const path = plane.path("line-2 live-thin");
  const dots = plane.path("dots-2 live-small");
  const least = plane.path("dots-3");
  const named = ["label-4", "label-3"].map((kind) => plane.label(kind));
  const start = handle(plane, {
    label: "Start, a line of the data", x: "w0", y: "b0",
    text: ({ w0, b0 }) => `w = ${shown(w0)}, b = ${shown(b0)}`,
  });

  const ends = [-3.5, 3.5];
  const sides = [-4, 2];
  return (p) => {
    const n = p.n_samples;
    bowls(n);
    const [ws, bs] = trajectory(p);
    const [w, b] = [ws[p.step], bs[p.step]];
    const { least: at, curvatures } = bowl(n);
    const last = n - 1;

    data.dots(waiting, X, Y, X.length, n);
    data.dots(taken, X, Y, n);
    data.dots(newest[0], [X[last]], [Y[last]]);
    data.line(before, ends, ends.map((x) => p.w0 * x + p.b0));
    data.line(now, ends, ends.map((x) => w * x + b));
    data.line(best, ends, at ? ends.map((x) => at[0] * x + at[1]) : [], at ? 2 : 0);
    data.line(misses, [X[last], X[last]], [Y[last], w * X[last] + b]);
    data.write(names[0], "the line now", 3.5, 9, { dx: -4, dy: 12, anchor: "end" });
    data.write(names[1], at ? "the best line" : "", 3.5, 9, { dx: -4, dy: 28, anchor: "end" });
    data.write(names[2], `sample ${n}`, X[last], Y[last], { dx: X[last] > 2 ? -10 : 10, dy: 20, anchor: X[last] > 2 ? "end" : "start" });

    valleys.forEach((line, i) => plane.line(line, sides, sides.map((v) => Y[i] - X[i] * v), i < last ? 2 : 0));
    plane.line(newest[1], sides, sides.map((v) => Y[last] - X[last] * v));
    plane.line(path, ws, bs);
    plane.dots(dots, ws, bs, ws.length, 1);
    plane.dots(least, at ? [at[0]] : [], at ? [at[1]] : [], at ? 1 : 0);
    plane.write(named[0], `no error at sample ${n}`, -4, 5, { dx: 8, dy: 14 });
    plane.write(named[1], at ? "least" : "", at ? at[0] : 0, at ? at[1] : 0, { dx: 9, dy: 16 });
    start(p, p.w0, p.b0);
    return say(p, { w, b, at, curvatures });
  };
}

function say({ n_samples: n, rows, lr, step, w0, b0 }, { w, b, at, curvatures }) {
  const verdict = n === 1 ? "One sample: a line of answers." : n === 2 ? "Two samples: one answer."
    : `${n} samples: a compromise.`;
  const why = n === 1 ? "Every line through the sample has no error; their parameters lie on b = y − xw, the floor of a trough."
    : n === 2 ? `Only w = ${shown(at[0])}, b = ${shown(at[1])} lies on the lines of both.`
      : `No point lies on all ${n} lines; the mean squared error is least at w = ${shown(at[0])}, b = ${shown(at[1])}, where it is ${shown(cost(n, ...at))}.`;
  const bound = 2 / curvatures[1];
  const how = `${step} steps from (${shown(w0)}, ${shown(b0)}) lead from ${shown(cost(n, w0, b0))} to ${shown(cost(n, w, b))}`;
  const rule = rows === "all" ? `The curvatures are ${shown(curvatures[0])} and ${shown(curvatures[1])}, so η = ${shown(lr)} is ${lr < bound ? "below" : "not below"} the bound ${shown(bound)}: ${how}.`
    : `Each step goes straight at one sample's line, or past it: ${how}.`;
  return [verdict, `${why} ${rule}`];
}

export default { parameters, actions, build };
