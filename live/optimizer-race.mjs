// Five optimizers on one surface, step by step, and what one of them makes of its
// gradient. Its twin is descent.live.optimizer_race.

import { give, put } from "./core/marks.mjs";
import { shown } from "./core/numbers.mjs";
import { RULES } from "./models/optimizers.mjs";
import { SURFACES } from "./models/surfaces.mjs";

export const STEPS = 100;
// The best of eleven rates from 0.0001 to 0.2, judged over nine starts.
export const RATES = {
  valley: { sgd: 0.005, momentum: 0.005, nesterov: 0.005, rmsprop: 0.05, adam: 0.1 },
  turned: { sgd: 0.005, momentum: 0.005, nesterov: 0.005, rmsprop: 0.2, adam: 0.2 },
  rosenbrock: { sgd: 0.01, momentum: 0.002, nesterov: 0.002, rmsprop: 0.2, adam: 0.2 },
  beale: { sgd: 0.005, momentum: 0.001, nesterov: 0.002, rmsprop: 0.05, adam: 0.2 },
};
const NAMES = { sgd: "SGD", momentum: "momentum", nesterov: "Nesterov", rmsprop: "RMSProp", adam: "Adam" };
const KINDS = {
  sgd: ["curve", "quiet", "curve"], momentum: ["line-1", "label-1", "dots-1"],
  nesterov: ["line-4 live-dashed", "label-4", "dots-4"],
  rmsprop: ["line-3 live-dashed", "label-3", "dots-3"], adam: ["line-2", "label-2", "dots-2"],
};
// For each surface, the power of ten of f around which its bands lie.
const HEIGHT = { valley: 1.5, turned: 1.5, rosenbrock: 1, beale: 1 };

const rate = (p, rule) => p.times * RATES[p.surface][rule];

/** The points of one rule's run, and what it makes of its gradient at point `look`. */
export function follow(p, rule, n = STEPS, look = -1) {
  const { gradient } = SURFACES[p.surface];
  const [lr, state] = [rate(p, rule), {}];
  const [xs, ys] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  let w = [p.w1, p.w2];
  let inside = null;
  for (let t = 0; ; t++) {
    [xs[t], ys[t]] = w;
    const g = gradient(w);
    const made = RULES[rule](g, state, lr, p.beta);
    if (t === look) inside = { g, ...made };
    if (t === n) return { xs, ys, inside };
    w = [w[0] + made.change[0], w[1] + made.change[1]];
  }
}

/** What the rule that is looked into makes of the gradient at its point now. */
export const inside = (p) => follow(p, p.rule, p.step, p.step).inside;

const parameters = {
  surface: { label: "surface", value: "valley", options: [
    ["valley", "narrow valley"], ["turned", "the same, turned"],
    ["rosenbrock", "Rosenbrock's valley"], ["beale", "Beale's plateaus"]] },
  rule: { label: "look inside", value: "adam", options: Object.entries(NAMES) },
  step: { label: "steps taken", value: 20, min: 0, max: STEPS, step: 1 },
  times: { label: "all rates, times", value: 1, min: 0.1, max: 10, step: 0.1, scale: "log" },
  beta: { label: "momentum β, Adam's β₁", value: 0.9, min: 0, max: 0.99, step: 0.01 },
  w1: { label: "start w₁", value: -1.5, min: -3, max: 4, step: 0.05, drawn: true },
  w2: { label: "start w₂", value: 2, min: -2.2, max: 2.8, step: 0.05, drawn: true },
};

const actions = [
  ["One step", ({ step }) => ({ step: step + 1 })],
  ["One step back", ({ step }) => ({ step: step - 1 })],
];

const ROWS = {
  g: () => "gradient g", v: ({ beta }) => `v ← ${shown(beta)} v + g`, look: ({ beta }) => `g + ${shown(beta)} v`,
  mean: () => "m̂, mean of g", root: (p) => (p.rule === "adam" ? "√ŝ, size of g" : "√s, size of g"),
  change: () => "change of w",
};
const FORMULAS = {
  sgd: "−η g", momentum: "−η v", nesterov: "−η (g + βv)", rmsprop: "−η g/√s", adam: "−η m̂/√ŝ",
};

function table(column) {
  const element = document.createElement("table");
  element.className = "live-table";
  const row = (kind, ...texts) => {
    const line = element.appendChild(document.createElement("tr"));
    return texts.map((text, i) => {
      const cell = line.appendChild(document.createElement(kind === "th" || i === 0 ? "th" : "td"));
      if (cell.tagName === "TH") cell.scope = kind === "th" ? "col" : "row";
      cell.textContent = text;
      return cell;
    });
  };
  const head = row("th", "", "w₁", "w₂");
  const lines = Array.from({ length: 4 }, () => row("td", "", "", ""));
  column.append(element);
  return (p, made) => {
    put(head[0], NAMES[p.rule]);
    const kept = Object.keys(ROWS).filter((key) => made[key]);
    lines.forEach((cells, i) => {
      cells[0].parentNode.hidden = i >= kept.length;
      const texts = i < kept.length ? [ROWS[kept[i]](p), ...made[kept[i]].map((v) => shown(v))] : ["", "", ""];
      cells.forEach((cell, k) => put(cell, texts[k]));
    });
  };
}

function build({ column, chart, handle }) {
  const map = chart(column(3), {
    label: "The surface from above, with the path of each optimizer so far",
    x: [-3, 4], y: [-2.2, 2.8], xLabel: "w₁", yLabel: "w₂", height: 400,
  });
  const side = column(2);
  const loss = chart(side, {
    label: "f against the step, on a logarithmic axis", x: [0, STEPS], y: [1e-8, 1e4],
    yLog: true, xLabel: "step", yLabel: "f", height: 260,
  });
  const fill = table(side);

  const surface = map.bands((x, y, name) => (name ? Math.log10(SURFACES[name].f([x, y]) + 1e-12) - HEIGHT[name] : 9),
    [-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5], "band", 90);
  const racers = Object.keys(NAMES).map((rule) => ({
    rule, path: map.path(KINDS[rule][0]), curve: loss.path(KINDS[rule][0]),
    name: loss.label(KINDS[rule][1]),
  }));
  const dots = map.path("dots-2 live-small");
  const now = loss.path("rule");
  const start = handle(map, {
    label: "Start of all", x: "w1", y: "w2", text: ({ w1, w2 }) => `w₁ = ${shown(w1)}, w₂ = ${shown(w2)}`,
  });

  const t = Float64Array.from({ length: STEPS + 1 }, (_, i) => i);
  return (p) => {
    surface(p.surface);
    const { f } = SURFACES[p.surface];
    const n = p.step;
    const standings = [];
    let made = null;
    racers.forEach(({ rule, path, curve }) => {
      const { xs, ys, inside } = follow(p, rule, n, rule === p.rule ? n : -1);
      made ??= inside;
      const losses = xs.map((x, k) => f([x, ys[k]]));
      const thin = rule === p.rule ? "" : " live-thin";
      give(path, "class", `live-${KINDS[rule][0]}${thin}`);
      map.line(path, xs, ys);
      if (rule === p.rule) {
        map.dots(dots, xs, ys, n + 1, 1);
        give(dots, "class", `live-${KINDS[rule][2]} live-small`);
      }
      const end = losses[n];
      standings.push([NAMES[rule], end < 1e12 ? end : Infinity, losses]);
    });
    const compare = () => racers.forEach(({ path, curve, name }, i) => {
      const [rule, end, losses] = standings[i];
      give(curve, "class", path.getAttribute("class"));
      loss.line(curve, t, losses, n + 1);
      loss.write(name, `${rule} ${end < Infinity ? shown(end, 2) : "is gone"}`, STEPS, 1e4,
        { dx: -2, dy: 10 + 16 * i, anchor: "end" });
    });
    loss.rule(now, { x: n });
    start(p, p.w1, p.w2);
    return [...say(p, made, standings), compare, () => fill(p, made)];
  };
}

function say(p, { g, change }, standings) {
  const sorted = [...standings].sort((a, b) => a[1] - b[1]);
  const [[first, least], [second, next]] = sorted;
  const gone = standings.filter(([, end]) => end === Infinity).map(([name]) => name);
  const lead = p.step === 0 ? "At the start." : least === Infinity ? "All are gone." : `${first} leads.`;
  const ends = p.step === 0 ? `f = ${shown(least)} for all.`
    : least === Infinity ? `In ${p.step} steps every rate was too large.`
      : `After ${p.step} steps f = ${shown(least)}; then comes ${second} with ${shown(next)}${gone.length ? `, and ${gone.join(", ")} left the picture for good` : ""}.`;
  const size = Math.hypot(...change) * Math.hypot(...g);
  const turn = size > 0 && size < Infinity
    ? (Math.acos(Math.max(-1, Math.min(1, -(change[0] * g[0] + change[1] * g[1]) / size))) * 180) / Math.PI : NaN;
  const rule = `${NAMES[p.rule]} (η = ${shown(rate(p, p.rule))}) next changes w by ${FORMULAS[p.rule]} = (${change.map((v) => shown(v)).join(", ")})`;
  return [lead, `${ends} ${rule}${Number.isNaN(turn) ? "." : `, ${shown(Math.round(turn))}° off the steepest way down.`}`];
}

export default { parameters, actions, build };
