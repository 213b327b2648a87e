// Polynomials fitted to a part of sixty points, judged on the rest; and what the best of
// K test results says of a fit. Its twin is descent.live.overfitting.

import { latest } from "./core/latest.mjs";
import { shown } from "./core/numbers.mjs";
import { mulberry32, normals, shuffle } from "./core/random.mjs";
import { fits } from "./models/polynomials.mjs";

export const POOL = 60;
export const [SETS, LARGEST, GRID] = [400, 100, 200]; // test sets, their points, their places
const HIGHEST = 15;
const MOST = 100; // tests to choose from
const NEAR = 0.5; // a prediction counts as right within it

const uniform = mulberry32(5);
const X = Float64Array.from({ length: POOL }, () => 2 * uniform() - 1);
const Z = normals(POOL, 6);
const PLACES = Float64Array.from({ length: GRID }, (_, i) => (2 * i + 1) / GRID - 1);
const TRUTH = PLACES.map((x) => Math.sin(Math.PI * x));

/** The pool's rows in random order: training takes the first ones. */
export const order = (split) => shuffle(Array.from({ length: POOL }, (_, i) => i), mulberry32(split));

function joined(a, b) {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Mean squared distance of the numbers b from those of a, from place `at` on. */
function apart(a, b, at) {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[at + i] - b[i]) ** 2;
  return sum / b.length;
}

/** All fits: their mean squared errors by degree, and their values at PLACES. */
export const models = ({ n_train, noise, split }) => fitted(n_train, noise, split);

const fitted = latest((n, noise, split) => {
  const rows = order(split);
  const [x, y] = [new Float64Array(POOL), new Float64Array(POOL)];
  rows.forEach((row, i) => {
    x[i] = X[row];
    y[i] = Math.sin(Math.PI * X[row]) + noise * Z[row];
  });
  const held = y.subarray(n);
  const { values, misfit } = fits(x.slice(0, n), y.subarray(0, n), joined(PLACES, x.subarray(n)), HIGHEST);
  return {
    x, y, train: misfit,
    validation: values.map((v) => apart(v, held, GRID)),
    // On new points, in truth: the noise is added to the distance from the sine.
    truth: values.map((v) => apart(v, TRUTH, 0) + noise * noise),
    curves: values.map((v) => v.subarray(0, GRID)),
  };
});

/** Places and noise of all test points, from 1 and from N(0, 1); set s begins at s·LARGEST. */
export function draws(tests) {
  const next = mulberry32(tests);
  return {
    places: Uint16Array.from({ length: SETS * LARGEST }, () => Math.floor(next() * GRID)),
    z: normals(SETS * LARGEST, tests + 10000),
  };
}

/** The share of right predictions in each of the test sets of m points. */
export function scores({ noise, m }, curve, { places, z }) {
  const away = curve.map((f, i) => f - TRUTH[i]);
  const found = new Float64Array(SETS);
  for (let s = 0; s < SETS; s++) {
    let right = 0;
    for (let i = s * LARGEST; i < s * LARGEST + m; i++) {
      if (Math.abs(away[places[i]] - noise * z[i]) <= NEAR) right++;
    }
    found[s] = right / m;
  }
  return found;
}

/** The error function, by its series without cancellation. */
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * x;
  let sum = term;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** The share of new points that a fit predicts right, in truth. */
export function skill(noise, curve) {
  const normal = (x) => erf(x / Math.SQRT2) / 2;
  const shares = curve.map((f, i) =>
    normal((f - TRUTH[i] + NEAR) / noise) - normal((f - TRUTH[i] - NEAR) / noise));
  return shares.reduce((sum, v) => sum + v, 0) / GRID;
}

/** Expected best of K scores: of m points, each right with probability p. */
export function predicted(p, m, K) {
  const mode = Math.min(m, Math.floor((m + 1) * p));
  const chances = new Float64Array(m + 1);
  chances[mode] = 1;
  for (let s = mode; s < m; s++) chances[s + 1] = chances[s] * ((m - s) / (s + 1)) * (p / (1 - p));
  for (let s = mode; s > 0; s--) chances[s - 1] = chances[s] * (s / (m - s + 1)) * ((1 - p) / p);
  const whole = chances.reduce((sum, v) => sum + v, 0);
  let [below, best] = [0, 0];
  for (let s = 0; s < m; s++) {
    below += chances[s] / whole;
    best += 1 - Math.min(1, below) ** K;
  }
  return best / m;
}

/** Mean best of K of the scores, sorted, over all ways to take K of them. */
export function meanBest(sorted, K) {
  let [share, best] = [K / SETS, 0]; // how often the largest is among K, then the next one
  for (let i = SETS - 1; i >= K - 1; i--) {
    best += share * sorted[i];
    share *= (i - K + 1) / i;
  }
  return best;
}

const lowest = (list) => list.indexOf(Math.min(...list));

const parameters = {
  degree: { label: "degree", value: 9, min: 0, max: HIGHEST, step: 1 },
  n_train: { label: "training points", value: 20, min: 20, max: 50, step: 1 },
  noise: { label: "noise σ", value: 0.3, min: 0.1, max: 0.6, step: 0.01 },
  K: { label: "tests K", value: 10, min: 1, max: MOST, step: 1 },
  m: { label: "points of a test", value: 20, min: 5, max: LARGEST, step: 1 },
  split: { label: "number of the split", value: 2, min: 0, max: 9999, step: 1, drawn: true },
  tests: { label: "number of the tests", value: 1, min: 0, max: 9999, step: 1, drawn: true },
};

const actions = [
  ["Reshuffle the split", ({ split }) => ({ split: (split + 1) % 10000 })],
  ["Choose by validation", (p) => ({ degree: lowest(models(p).validation) })],
  ["New tests", ({ tests }) => ({ tests: (tests + 1) % 10000 })],
];

const DEGREES = Float64Array.from({ length: HIGHEST + 1 }, (_, i) => i);
const COUNTS = Float64Array.from({ length: MOST }, (_, i) => i + 1);
const TRIES = [1, 2, 3, 4, 6, 8, 11, 16, 23, 34, 50, 70, 100];

function build({ column, chart, handle }) {
  const data = chart(column(3), {
    label: "The points for training and for validation, the sine and the fit",
    x: [-1, 1], y: [-2, 2], xLabel: "x", yLabel: "y", height: 300,
  });
  const loss = chart(column(3), {
    label: "Training error, validation error and true error against the degree, on a logarithmic axis",
    x: [-0.5, HIGHEST + 0.5], y: [1e-3, 1e3], yLog: true, height: 300,
    xLabel: "degree", yLabel: "mean squared error", margin: { left: 48 },
  });
  const best = chart(column(6), {
    label: "Share of right predictions: single tests, the best of K, and the truth",
    x: [0.9, 1.1 * MOST], y: [0, 1.05], xLog: true, xLabel: "tests K", yLabel: "predicted right", height: 230,
  });

  const sine = data.path("curve live-thin");
  const waiting = data.path("dots-2 live-small live-half");
  const taken = data.path("dots-1");
  const fit = data.path("line-4");
  const names = ["quiet", "label-1", "label-2", "label-4"].map((kind) => data.label(kind));

  const floor = loss.path("rule");
  const lines = ["line-1", "line-2", "line-3 live-dashed"].map((kind) => loss.path(kind));
  const dots = ["dots-1", "dots-2"].map((kind) => loss.path(`${kind} live-small`));
  const keys = ["label-1", "label-2", "label-3", "quiet"].map((kind) => loss.label(kind));
  const choose = handle(loss, { label: "Degree", x: "degree", text: ({ degree }) => `degree ${degree}` });

  const honest = best.path("rule");
  const single = best.path("dots-2 live-small live-half");
  const record = best.path("line-2 live-thin");
  const law = best.path("line-3 live-dashed");
  const means = best.path("dots-1 live-small");
  const marks = ["label-1", "label-3", "label-2", "quiet"].map((kind) => best.label(kind));
  const tries = handle(best, { label: "Tests", x: "K", text: ({ K }) => `${K} tests` });

  const drawn = latest(draws);
  const judged = latest((noise, m, curve, tests) => {
    const found = scores({ noise, m }, curve, drawn(tests));
    const sorted = found.slice().sort();
    return { found, averages: TRIES.map((K) => meanBest(sorted, K)) };
  });
  const truly = latest(skill);
  const expected = latest((share, m) => TRIES.map((K) => predicted(share, m, K)));
  return (p) => {
    const { x, y, train, validation, truth, curves } = models(p);
    const curve = curves[p.degree];

    data.line(sine, PLACES, TRUTH);
    data.dots(waiting, x, y, POOL, p.n_train);
    data.dots(taken, x, y, p.n_train);
    data.line(fit, PLACES, curve);
    [["sine", 28], ["training", 12], ["validation", 28], [`degree ${p.degree}`, 12]].forEach(([text, dy], i) => {
      const right = i === 0 || i === 3;
      data.write(names[i], text, right ? 1 : -1, 2, { dx: right ? -4 : 8, dy, anchor: right ? "end" : "start" });
    });

    choose(p, p.degree, Math.min(1e3, validation[p.degree]));
    const compare = () => {
      loss.rule(floor, { y: p.noise ** 2 });
      [train, validation, truth].forEach((errors, i) => loss.line(lines[i], DEGREES, errors));
      [train, validation].forEach((errors, i) => loss.dots(dots[i], DEGREES, errors));
      ["training", "validation", "new points, in truth"].forEach((text, i) =>
        loss.write(keys[i], text, -0.5, 1e3, { dx: 10, dy: 14 + 16 * i }));
      loss.write(keys[3], "noise σ²", HIGHEST + 0.5, p.noise ** 2, { dx: -4, dy: -6, anchor: "end" });
    };

    const { found, averages } = judged(p.noise, p.m, curve, p.tests);
    const share = truly(p.noise, curve);
    const steps = [[], []]; // of the best so far
    found.subarray(0, p.K).forEach((score, i) => {
      const high = Math.max(score, steps[1].at(-1) ?? 0);
      steps[0].push(i + 1, i + 1);
      steps[1].push(steps[1].at(-1) ?? high, high);
    });
    const reported = steps[1].at(-1);
    const foretold = predicted(share, p.m, p.K);
    best.limits({ y: [Math.max(0, Math.floor(5 * share - 1.5) / 5), 1.05] });
    tries(p, p.K, reported);
    const judge = () => {
      best.rule(honest, { y: share });
      best.dots(single, COUNTS, found, p.K);
      best.line(record, ...steps);
      best.line(law, TRIES, expected(share, p.m));
      best.dots(means, TRIES, averages);
      ["best of K, measured", "best of K, predicted", `your ${p.K === 1 ? "test" : "tests and their best"}`].forEach((text, i) =>
        best.write(marks[i], text, 1.1 * MOST, best.y[0], { dx: -4, dy: 16 * i - 40, anchor: "end" }));
      best.write(marks[3], "in truth", 1.1 * MOST, share, { dx: -4, dy: 14, anchor: "end" });
    };
    return [...say(p, { train, validation, truth, share, first: found[0], reported, foretold }), compare, judge];
  };
}

const percent = (share) => `${shown(100 * share, 2)} %`;

function say({ degree, noise, K, m }, { train, validation, truth, share, first, reported, foretold }) {
  const right = lowest(truth);
  const off = truth[degree] > 1.3 * truth[right];
  const verdict = !off ? `Degree ${degree} is about right.` : degree > right ? `Degree ${degree} overfits.` : `Degree ${degree} underfits.`;
  const errors = `Mean squared error: ${shown(train[degree], 2)} in training, ${shown(validation[degree], 2)} in validation, ${shown(truth[degree], 2)} in truth (noise alone: ${shown(noise ** 2, 2)}). Validation chooses degree ${lowest(validation)}; in truth ${right} is best.`;
  const tests = K === 1 ? `a test on ${m} points says ${percent(reported)}`
    : `of ${K} tests on ${m} points the first says ${percent(first)}, the best ${percent(reported)} (predicted: ${percent(foretold)})`;
  return [verdict, `${errors} Of new points ${percent(share)} are predicted within ${NEAR}; ${tests}.`];
}

export default { parameters, actions, build };
