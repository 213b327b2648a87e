// Momentum on a parabola: every rate and every β in one diagram, and what a ball does
// there. Its twin is descent.live.phase_diagram.

import { shown } from "./core/numbers.mjs";
import { radius, run } from "./models/heavy-ball.mjs";

export const STEPS = 60;
const STILL = new Float64Array(2 * STEPS); // no noise

/** x of the flat direction and of the steep one by turns, both from 1 at rest. */
export const trajectory = ({ ah, beta, kappa }, n = STEPS) =>
  run({ h: [1, kappa], rate: () => ah, beta, sigma: 0, start: [1, 1], n }, STILL);

/** The two roots of λ² − (1 + β − αh) λ + β as [re, im, re, im], the larger first. */
export function roots(ah, beta) {
  const trace = 1 + beta - ah;
  const gap = trace * trace - 4 * beta;
  if (gap < 0) {
    const im = Math.sqrt(-gap) / 2;
    return [trace / 2, im, trace / 2, -im];
  }
  const large = (trace + (trace < 0 ? -1 : 1) * Math.sqrt(gap)) / 2;
  return [large, 0, large === 0 ? 0 : beta / large, 0];
}

/** The β at which the two roots meet. */
export const critical = (ah) => (1 - Math.sqrt(ah)) ** 2;

/** Rate (times the flat curvature) and β with the smallest factor for both directions. */
export function best(kappa) {
  const root = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
  return { ah: (1 - root) ** 2, beta: root * root };
}

/** What |x| follows from 1 at rest: the size of the swings, or the slower root's part. */
export function envelope(ah, beta, n = STEPS) {
  const [a, im, b] = roots(ah, beta);
  const first = 1 - ah;
  const size = (t) => {
    if (im) return Math.hypot(1, (first - a) / im) * Math.sqrt(beta) ** t;
    if (a === b) return Math.abs(a ** t + (first - a) * t * a ** (t - 1));
    return Math.abs(((first - b) / (a - b)) * a ** t);
  };
  return Float64Array.from({ length: n + 1 }, (_, t) => size(t));
}

// Steps of the controls of αh and of β.
const [COARSE, FINE] = [0.002, 0.01];

/** `best` on the controls' grid, inside the window in which the roots are complex. */
export function reachable(kappa) {
  const { ah, beta } = best(kappa);
  return { ah: COARSE * Math.floor(ah / COARSE + 1e-9), beta: FINE * Math.ceil(beta / FINE - 1e-9) };
}

const REGIMES = {
  out: "leaves", ever: "bounces for ever", one: "arrives in one step",
  critical: "is critically damped", under: "is underdamped", over: "is overdamped",
  flips: "is overdamped and flips sign at every step",
};

/** The name of a regime: a key of REGIMES. */
export function regime(ah, beta) {
  const size = radius(ah, beta, 1);
  if (Math.abs(size - 1) < 1e-9) return "ever";
  if (size > 1) return "out";
  if (size < 1e-9) return "one";
  if (Math.abs(beta - critical(ah)) <= FINE / 2) return "critical";
  const [, im] = roots(ah, beta);
  if (im) return "under";
  return ah > (1 + Math.sqrt(beta)) ** 2 ? "flips" : "over";
}

const parameters = {
  ah: { label: "rate times curvature, αh", value: 0.16, min: COARSE, max: 4.2, step: COARSE },
  beta: { label: "momentum β", value: 0.8, min: 0, max: 0.99, step: FINE },
  kappa: { label: "steep curvature, κ times h", value: 1, min: 1, max: 25, step: 1 },
};

const actions = [
  ["Critical β", ({ ah }) => ({ beta: critical(ah) })],
  ["Best α and β for κ", ({ kappa }) => reachable(kappa)],
];

function build({ column, chart, handle }) {
  const plane = chart(column(3), {
    label: "Every rate and momentum: where a ball is over- or underdamped, and where it leaves",
    x: [0, 4.2], y: [0, 1], xLabel: "rate times curvature, αh", height: 384,
    yLabel: "momentum β (stronger colour: faster)",
  });
  const side = column(2);
  const time = chart(side, {
    label: "x against the step, with the size that the roots predict",
    x: [0, STEPS], y: [-1.15, 1.15], xLabel: "step", yLabel: "x", height: 190,
  });
  const circle = chart(side, {
    label: "The roots in the complex plane, with the unit circle and the circle of radius √β",
    x: [-1.6, 1.6], y: [-1.15, 1.15], xLabel: "real part", height: 190,
    yLabel: "roots λ, imaginary part",
  });

  plane.bands(() => 0, [1], "outside");
  plane.bands((ah, beta) => radius(ah, beta, 1), [1], "stable", 120);
  plane.bands((ah, beta) => radius(ah, beta, 1), [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], "band", 120);
  const [left, right, bound] = ["curve", "curve", "line-3 live-dashed"].map((kind) => plane.path(kind));
  const names = [
    ["overdamped", 0, 0, { dx: 4, dy: -6 }], ["swings, ρ = √β", 1.3, 0.45, { anchor: "middle" }],
    ["flips", 2, 0, { dx: -4, dy: -6, anchor: "end" }], ["leaves", 3.3, 0.2, { anchor: "middle" }],
  ].map((place) => [plane.label("quiet"), ...place]);
  const edge = plane.label("label-3");
  const across = plane.path("line-4 live-thin live-dashed");
  const other = plane.path("dots-4");
  const steepName = plane.label("label-4");
  const here = handle(plane, {
    label: "Rate and momentum", x: "ah", y: "beta",
    text: ({ ah, beta }) => `αh = ${shown(ah)}, β = ${shown(beta)}`,
  });

  const zero = time.path("rule");
  const sizes = [1, -1].map(() => time.path("line-3 live-dashed live-thin"));
  const second = time.path("line-4 live-thin");
  const first = time.path("line-2 live-thin");
  const dots = time.path("dots-2 live-small");
  const keys = ["label-2", "label-4", "label-3"].map((kind) => time.label(kind));

  const unit = circle.path("rule");
  const inner = circle.path("line-3 live-dashed live-thin");
  const marks = [circle.path("dots-4"), circle.path("dots-2")];
  const [one, root] = ["quiet", "label-3"].map((kind) => circle.label(kind));

  const t = Float64Array.from({ length: STEPS + 1 }, (_, i) => i);
  const betas = Float64Array.from({ length: 81 }, (_, i) => (i / 80) ** 2);
  plane.grounds.push(() => {
    plane.line(left, betas.map((b) => (1 - Math.sqrt(b)) ** 2), betas);
    plane.line(right, betas.map((b) => (1 + Math.sqrt(b)) ** 2), betas);
    plane.line(bound, [2, 4], [0, 1]);
    for (const [label, ...place] of names) plane.write(label, ...place);
    plane.write(edge, "αh = 2(1 + β)", 3.1, 0.55, { dx: 10, dy: 4 });
  });
  return (p) => {
    const { ah, beta, kappa } = p;
    const two = kappa > 1;
    const steep = kappa * ah;
    plane.line(across, [ah, steep], [beta, beta], two ? 2 : 0);
    plane.dots(other, [steep], [beta], two ? 1 : 0);
    plane.write(steepName, two && steep <= 4.2 ? "steep" : "", Math.min(steep, 4.2), beta, { dy: -10, anchor: "middle" });
    here(p, ah, beta);

    const x = trajectory(p);
    const size = envelope(ah, beta);
    const swings = roots(ah, beta)[0] < 0 || roots(ah, beta)[1] > 0;
    time.rule(zero, { y: 0 });
    sizes.forEach((path, i) => time.line(path, t, size.map((v) => (i ? -v : v)), i && !swings ? 0 : t.length));
    const flat = t.map((i) => x[2 * i]);
    time.line(second, t, t.map((i) => x[2 * i + 1]), two ? t.length : 0);
    time.line(first, t, flat);
    time.dots(dots, t, flat);
    ["simulated", two ? "steep direction" : "", "predicted size"].forEach((text, i) =>
      time.write(keys[i], text, STEPS, i ? -1.15 : 1.15, { dx: -2, dy: [12, -24, -8][i], anchor: "end" }));

    const place = () => {
      circle.ellipse(unit, 0, 0, 1, 1);
      circle.ellipse(inner, 0, 0, Math.sqrt(beta), Math.sqrt(beta));
      [[steep, two], [ah, true]].forEach(([product, seen], i) => {
        const [a, im, b, jm] = roots(product, beta);
        circle.dots(marks[i], [a, b], [im, jm], seen ? 2 : 0);
      });
      circle.write(one, "|λ| = 1", 0.71, 0.71, { dx: 8, dy: -4 });
      circle.write(root, beta > 0.1 ? "√β" : "", -0.71 * Math.sqrt(beta), -0.71 * Math.sqrt(beta), { dx: -6, dy: 12, anchor: "end" });
    };
    return [...say(p, x), place];
  };
}

const WHY = {
  critical: "the roots have met", under: "the roots are a complex pair of size √β",
  over: "both roots are real", flips: "both roots are real, the larger one negative",
  out: "a root is beyond 1 in size", ever: "a root is at −1", one: "both roots are 0",
};

function say({ ah, beta, kappa }, x) {
  const name = regime(ah, beta);
  const rho = radius(ah, beta, 1);
  const here = `αh = ${shown(ah)} and β = ${shown(beta)}: ${WHY[name]}, and in the long run each step multiplies the distance by ρ = ${shown(rho)}.`;
  if (kappa === 1) {
    const end = `After ${STEPS} steps x = ${shown(x[2 * STEPS])}.`;
    const hint = ah < 4 && name !== "one" ? ` The fastest β for this rate is (1 − √αh)² = ${shown(critical(ah))}, with ρ = ${shown(Math.abs(1 - Math.sqrt(ah)))}.` : "";
    return [`The ball ${REGIMES[name]}.`, `${here}${hint} ${end}`];
  }
  const steep = regime(kappa * ah, beta);
  const other = radius(kappa * ah, beta, 1);
  const slow = Math.max(rho, other);
  const least = Math.sqrt(best(kappa).beta);
  const ways = `${REGIMES[name]}, the steep one ${steep === name ? "too" : REGIMES[steep]}`;
  return [`The flat direction ${ways}.`,
    `Their factors per step are ${shown(rho)} and ${shown(other)}; the larger, ${shown(slow)}, decides. No α and β do better for κ = ${kappa} than (√κ − 1)/(√κ + 1) = ${shown(least)}.`];
}

export default { parameters, actions, build };
