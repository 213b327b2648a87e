// Gradient descent on a parabola: one factor a step, and what it makes of the path.
// Its twin is descent.live.learning_rate.

import { shown } from "./core/numbers.mjs";

export const STEPS = 10;

/** w₀ … w_n of gradient descent on ½ h w². */
export function trajectory({ h, lr, w0 }, n = STEPS) {
  const w = new Float64Array(n + 1);
  w[0] = w0;
  for (let t = 0; t < n; t++) w[t + 1] = w[t] - lr * (h * w[t]);
  return w;
}

/** What one step multiplies the distance to the minimum by. */
export const factor = ({ h, lr }) => 1 - lr * h;

const REGIMES = [
  [0.2, "It creeps."],
  [0.999, "It glides in."],
  [1.001, "It arrives in one step."],
  [1.999, "It bounces in."],
  [2.001, "It bounces for ever."],
  [Infinity, "It bounces out."],
];

/** The name of a regime, from the product of rate and curvature. */
export const regime = ({ h, lr }) => REGIMES.find(([end]) => lr * h < end)[1];

const parameters = {
  h: { label: "curvature h", value: 1.6, min: 0.4, max: 4, step: 0.1 },
  lr: { label: "learning rate η", value: 0.2, min: 0.01, max: 2, step: 0.01 },
  w0: { label: "start", value: 4, min: -6, max: 6, step: 0.1, drawn: true },
};

function build({ column, chart, handle }) {
  const left = chart(column(3), {
    label: "The parabola, with the path of the steps",
    x: [-7, 7], y: [0, 30], xLabel: "w", yLabel: "f(w) = ½ h w²",
  });
  const right = chart(column(2), {
    label: "Size of the factor against the learning rate",
    x: [0, 2], y: [0, 2], xLabel: "learning rate η", yLabel: "|1 − ηh|, factor per step",
  });

  const curve = left.path("curve");
  const path = left.path("line-2 live-thin");
  const dots = left.path("dots-2");
  const numbers = Array.from({ length: 4 }, () => left.label("label-2"));
  const start = handle(left, {
    label: "Start of the path", x: "w0", text: ({ w0 }) => `w₀ = ${shown(w0)}`,
  });

  const one = right.path("rule");
  const edge = right.path("rule");
  const leaves = right.path("outside", right.ground);
  const valley = right.path("line-1");
  const best = right.label("quiet");
  const bound = right.label("quiet");
  const out = right.label("quiet");
  const rate = handle(right, {
    label: "Learning rate", x: "lr",
    text: (p) => `η = ${shown(p.lr)}, factor ${shown(factor(p))}`,
  });

  const grid = Float64Array.from({ length: 141 }, (_, i) => -7 + i / 10);
  return (p) => {
    const { h, lr, w0 } = p;
    const w = trajectory(p);
    const f = w.map((v) => 0.5 * h * v * v);
    left.line(curve, grid, grid.map((v) => 0.5 * h * v * v));
    left.line(path, w, f);
    left.dots(dots, w, f, w.length, 1);
    start(p, w0, Math.min(f[0], 30));
    const side = Math.sign(w0) || 1;
    numbers.forEach((label, i) => {
      const t = i + 1;
      const clear = w.slice(0, t).every((v, s) =>
        Math.hypot(left.sx(w[t]) - left.sx(v), left.sy(f[t]) - left.sy(f[s])) > 15);
      const inside = Math.abs(w[t]) < 6.8 && f[t] < 29;
      const outward = Math.sign(w[t]) || side;
      left.write(label, inside && clear ? String(t) : "", w[t], f[t],
        { dx: 11 * outward, dy: 5, anchor: outward > 0 ? "start" : "end" });
    });

    const [tip, bounds] = [1 / h, 2 / h];
    const predict = () => {
      right.line(valley, [0, tip, 2], [1, 0, 2 * h - 1]);
      right.rule(one, { y: 1 });
      right.rule(edge, { x: bounds });
      right.area(leaves, [bounds, 2], [0, 0], [2, 2], bounds < 2 ? 2 : 0);
      const aside = Math.max(8, 16 / h);
      right.write(best, `1/h = ${shown(tip)}`, tip, 0,
        { dx: tip < 1.2 ? aside : -aside, dy: -6, anchor: tip < 1.2 ? "start" : "end" });
      // Under the right arm where there is room, else above it on the left.
      const roomy = bounds < 1.45;
      right.write(bound, bounds < 2 ? `2/h = ${shown(bounds)}` : "", bounds, 1,
        { dx: roomy ? 8 : -8, dy: roomy ? 18 : -8, anchor: roomy ? "start" : "end" });
      right.write(out, roomy ? "leaves" : "", bounds, 1, { dx: 8, dy: 36 });
    };
    rate(p, lr, Math.min(2, Math.abs(factor(p))));

    const each = `ηh = ${shown(lr * h)}, so each step multiplies the distance to the minimum by 1 − ηh = ${shown(factor(p))}.`;
    const end = w0 === 0
      ? "From the minimum itself it does not move."
      : `Ten steps lead from w = ${shown(w0)} to ${shown(w[STEPS])}.`;
    return [regime(p), `${each} ${end}`, predict];
  };
}

export default { parameters, build };
