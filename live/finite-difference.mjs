// How small may the step of a finite difference be? The function under a microscope of
// the step's size, and the two errors against the step. Its twin is
// descent.live.finite_difference.

import { latest } from "./core/latest.mjs";
import { shown } from "./core/numbers.mjs";

const exact = (v) => v;
const ROUND = { double: exact, single: Math.fround };
export const EPS = { double: 2 ** -52, single: 2 ** -23 };

// Value, rounded after each operation by r, and derivatives. Only + − × ÷ and max are
// used, which all machines round alike: page and library agree in every bit.
const FUNCTIONS = {
  bell: {
    value: (x, r) => r(1 / r(1 + r(x * x))),
    slopes: (x) => {
      const s = 1 + x * x;
      return [-2 * x / (s * s), (6 * x * x - 2) / s ** 3, 24 * x * (1 - x * x) / s ** 4];
    },
  },
  cubic: {
    value: (x, r) => r(r(r(x * x) * x) - x),
    slopes: (x) => [3 * x * x - 1, 6 * x, 6],
  },
  relu: { value: (x) => Math.max(x, 0), slopes: (x) => [x > 0 ? 1 : 0, 0, 0] },
};

/** 10 to a power, to three digits: the same number in every language. */
export const stepOf = (k) => Number((10 ** k).toPrecision(3));

/** The value of g at x, in the precision asked for. */
export const value = ({ f, precision }, x) => FUNCTIONS[f].value(x, ROUND[precision]);

/** g′, g″ and g‴ at x as the precision holds it, in double precision. */
export const slopes = ({ f, precision, x }) => FUNCTIONS[f].slopes(ROUND[precision](x));

/** The forward or central quotient with the step h. */
export function quotient(p, h = stepOf(p.log_h)) {
  const r = ROUND[p.precision];
  const [x, step] = [r(p.x), r(h)];
  if (p.method === "forward") return r(r(value(p, r(x + step)) - value(p, x)) / step);
  return r(r(value(p, r(x + step)) - value(p, r(x - step))) / r(2 * step));
}

/** Predicted sizes: what the curve's bend costs, and what rounding costs. */
export function predicted(p, h = stepOf(p.log_h), [, second, third] = slopes(p)) {
  const unit = EPS[p.precision] * Math.abs(value(p, p.x)) / h;
  if (p.method === "central") return [Math.abs(h * h / 6 * third), unit / 2];
  return [Math.abs(h / 2 * second + h * h / 6 * third), unit];
}

const KS = Float64Array.from({ length: 161 }, (_, i) => (i - 160) / 10);
const STEPS = KS.map(stepOf);

/** The error's size at each step of the grid. */
export function errors(p) {
  const [slope] = slopes(p);
  return STEPS.map((h) => Math.abs(quotient(p, h) - slope));
}

/** The two predicted sizes at each step of the grid. */
function costs(p) {
  const known = slopes(p);
  const [bends, roundings] = [new Float64Array(STEPS.length), new Float64Array(STEPS.length)];
  STEPS.forEach((h, i) => ([bends[i], roundings[i]] = predicted(p, h, known)));
  return [bends, roundings];
}

/** log₁₀ of the grid's step with the least predicted error. */
export function bestStep(p, [bends, roundings] = costs(p)) {
  const sums = bends.map((bend, i) => bend + roundings[i]);
  return KS[sums.indexOf(Math.min(...sums))];
}

const parameters = {
  log_h: { label: "step h", value: -0.3, min: -16, max: 0, step: 0.1, shown: (k) => shown(stepOf(k)) },
  x: { label: "place x", value: 0.8, min: -1.5, max: 1.5, step: 0.05 },
  method: { label: "difference", value: "forward", options: [["forward", "forward"], ["central", "central"]] },
  precision: { label: "precision", value: "double", options: [["double", "double, 53 bits"], ["single", "single, 24 bits"]] },
  f: { label: "function g", value: "bell", options: [["bell", "1/(1 + x²)"], ["cubic", "x³ − x"], ["relu", "ReLU, max(x, 0)"]] },
};

const actions = [
  ["Ten times smaller", (p) => ({ log_h: p.log_h - 1 })],
  ["Predicted best", (p) => ({ log_h: bestStep(p) })],
];

const STEEPEST = { bell: 1.5, cubic: 6, relu: 1.5 }; // limits of the microscope

function build({ column, chart, handle }) {
  const lens = chart(column(2), {
    label: "The function near x, magnified until the step is one unit long",
    x: [-1.5, 1.5], y: [-1.5, 1.5], height: 300,
    xLabel: "distance from x, in steps", yLabel: "g minus g(x), in steps",
  });
  const loss = chart(column(3), {
    label: "Error of the difference against the step, both on logarithmic axes",
    x: [-16, 0], y: [1e-17, 100], yLog: true, height: 300,
    xLabel: "log₁₀ of the step h", yLabel: "error", margin: { left: 48 },
  });
  const curve = lens.path("curve");
  const tangent = lens.path("line-3 live-dashed");
  const secant = lens.path("line-2");
  const ends = lens.path("dots-2");
  const names = [lens.label("label-3"), lens.label("label-2")];

  const best = loss.path("rule");
  const other = loss.path("dots-4 live-small live-half");
  const mine = loss.path("dots-1 live-small");
  const theory = [loss.path("line-3 live-dashed"), loss.path("line-3 live-dashed")];
  const labels = ["label-3", "label-3", "label-1", "label-4"].map((kind) => loss.label(kind));
  const here = handle(loss, {
    label: "Step", x: "log_h", text: (p) => `h = ${shown(stepOf(p.log_h))}`,
  });

  const places = Float64Array.from({ length: 601 }, (_, i) => (i - 300) / 200);
  // All that does not depend on h.
  const grid = latest((x, method, precision, f) => {
    const first = { x, method, precision, f };
    const second = { ...first, method: method === "forward" ? "central" : "forward" };
    const both = costs(first);
    return {
      second, mine: errors(first), theirs: errors(second),
      laws: both.map((law) => law.map((size) => size || NaN)), best: bestStep(first, both),
    };
  });
  return (p) => {
    const r = ROUND[p.precision];
    const [x, h] = [r(p.x), r(stepOf(p.log_h))];
    const [slope] = slopes(p);
    const q = quotient(p);
    const at = value(p, x);
    const near = (t) => (value(p, r(x + t * h)) - at) / h;
    const steep = STEEPEST[p.f];
    lens.limits({ y: [-steep, steep] });
    lens.line(curve, places, places.map(near));
    lens.line(tangent, [-1.5, 1.5], [-1.5 * slope, 1.5 * slope]);
    const from = p.method === "central" ? -1 : 0;
    const base = near(from);
    lens.line(secant, [-1.5, 1.5], [-1.5, 1.5].map((t) => base + (t - from) * q));
    lens.dots(ends, [from, 1], [base, near(1)]);
    lens.write(names[0], "slope", -1.5, -1.5 * slope, { dx: 6, dy: slope > 0 ? 16 : -8 });
    lens.write(names[1], "quotient", 1.5, base + (1.5 - from) * q, { dx: -6, dy: q > slope ? -8 : 18, anchor: "end" });

    const { second, mine: errs, theirs, laws, best: k } = grid(p.x, p.method, p.precision, p.f);
    const compare = () => {
      loss.dots(mine, KS, errs);
      loss.dots(other, KS, theirs);
      laws.forEach((law, i) => loss.line(theory[i], KS, law));
      const bends = p.f !== "relu";
      loss.rule(best, { x: bends ? k : NaN });
      const unit = EPS[p.precision];
      loss.write(labels[0], bends ? "bend" : "", k - 1.5, predicted(p, stepOf(k - 1.5))[0], { dx: -6, dy: -6, anchor: "end" });
      loss.write(labels[1], at === 0 ? "" : "rounding", Math.log10(unit) + 1.6, predicted(p, 40 * unit)[1], { dx: 10, dy: -4 });
      [p, second].forEach((one, i) => {
        const above = one.method === "forward";
        const place = above ? -2.4 : -1.6;
        loss.write(labels[2 + i], one.method, place, predicted(one, stepOf(place))[0],
          { dx: above ? -6 : 8, dy: above ? -8 : 14, anchor: above ? "end" : "start" });
      });
    };
    const error = Math.abs(q - slope);
    here(p, p.log_h, Math.max(1e-17, Math.min(100, error)));
    return [...say(p, { q, slope, error, lost: r(x + h) === x, k }), compare];
  };
}

function say(p, { q, slope, error, lost, k }) {
  const [bend, rounding] = predicted(p);
  const h = stepOf(p.log_h);
  const found = `The quotient is ${shown(q, 9)}, the slope ${shown(slope, 9)}: an error of ${shown(error)}.`;
  if (lost) return ["The step is lost.", `x + h is rounded to x itself, and nothing remains to be divided. ${found}`];
  if (p.f === "relu" && Math.abs(p.x) < h) {
    return ["The step straddles the kink.", `${found} The two laws say nothing here: they need a smooth function.`];
  }
  const laws = `Predicted: ${shown(bend)} from the bend, ${shown(rounding)} from rounding.`;
  if (p.f === "relu") return ["On a straight piece only rounding errs.", `${found} ${laws}`];
  const best = `Their sum is least near h = ${shown(stepOf(k), 1)}.`;
  let verdict = "The step is too long: the curve bends within it.";
  if (rounding > 3 * bend && error < 100 * rounding) verdict = "The step is too short: rounding decides.";
  if (rounding > 3 * bend && error < rounding / 100) verdict = "A lucky hit: rounding might have cost far more.";
  else if (bend <= 3 * rounding && rounding <= 3 * bend) verdict = "About the best step.";
  return [verdict, `${found} ${laws} ${best}`];
}

export default { parameters, actions, build };
