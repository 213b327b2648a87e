// A small network learns points of two classes, which the reader draws.
// Its twin is descent.live.train_a_network.

import { shown } from "./core/numbers.mjs";
import { MOST, classes, nearest, value, written } from "./models/points.mjs";
import { Regions } from "./models/regions.mjs";
import { Run } from "./models/training.mjs";

const LONGEST = 2000;
const PACE = 0.1; // steps a millisecond, where the processor can
const PATIENCE = 300; // ms before a picture of what is not yet done
const ODDS = [0, Math.log(3), Math.log(19)]; // probabilities 0.5, 0.75, 0.95
const LEARNT = ["data", "layers", "width", "activation", "rule", "lr", "batch", "seed", "blue", "orange"];
const BRUSHES = { blue: "draws a blue dot", orange: "draws an orange square", erase: "erases the nearest" };

const parameters = {
  data: { label: "points", value: "moons", options: [["moons", "two moons"], ["circles", "two circles"],
    ["xor", "four corners (XOR)"], ["spirals", "two spirals"], ["own", "drawn by you"]] },
  brush: { label: "a click on the picture", value: "blue", options: Object.entries(BRUSHES) },
  layers: { label: "hidden layers", value: "1", options: [["1", "one"], ["2", "two"]] },
  width: { label: "units in each", value: 16, min: 2, max: 64, step: 1, scale: "log" },
  activation: { label: "activation", value: "tanh", options: [["relu", "ReLU"], ["tanh", "tanh"],
    ["sigmoid", "sigmoid"], ["identity", "none"]] },
  rule: { label: "update rule", value: "sgd", options: [["sgd", "SGD"], ["momentum", "momentum 0.9"], ["adam", "Adam"]] },
  lr: { label: "learning rate η", value: 0.1, min: 0.001, max: 3, step: 0.001, scale: "log" },
  batch: { label: "points in a step", value: "8", options: [["1", "one"], ["8", "8"], ["32", "32"], ["all", "all"]] },
  steps: { label: "steps", value: 100, min: 0, max: LONGEST, step: 1 },
  seed: { label: "number of the start", value: 7, min: 0, max: 9999, step: 1, drawn: true },
  blue: { label: "blue points, two signs each", value: "", pattern: /^([\w-]{2}){0,60}$/, drawn: true },
  orange: { label: "orange points, two signs each", value: "", pattern: /^([\w-]{2}){0,60}$/, drawn: true },
  x: { label: "ring, across", value: 0, min: -3, max: 3, step: 0.1, drawn: true },
  y: { label: "ring, up", value: 0, min: -3, max: 3, step: 0.1, drawn: true },
};

const actions = [
  ["One step", ({ steps }) => ({ steps: steps + 1 })],
  ["To step 0", () => ({ steps: 0 })],
  ["New weights", ({ seed }) => ({ seed: (seed + 1) % 10000 })],
  ["Clear points", () => ({ data: "own", blue: "", orange: "" })],
];

/** What the brush makes of the points at (x, y); a stroke keeps a distance. */
export function marked(p, x, y, stroke = false) {
  const both = classes(p);
  const at = [nearest(x), nearest(y)];
  const far = (point) => Math.hypot(point[0] - at[0], point[1] - at[1]);
  if (p.brush === "erase") {
    const all = both.flat();
    const next = all.reduce((best, point) => (far(point) < far(best) ? point : best), [Infinity, 0]);
    if (far(next) > 4) return {};
    both.forEach((points, c) => (both[c] = points.filter((point) => point !== next)));
  } else {
    const mine = p.brush === "blue" ? 0 : 1;
    if (both[mine].some((point) => far(point) < (stroke ? 3 : 1))) return {};
    both[1 - mine] = both[1 - mine].filter((point) => far(point) > 0);
    if (both[mine].length === MOST) return {};
    both[mine].push(at);
  }
  return { data: "own", blue: written(both[0]), orange: written(both[1]) };
}

function build({ column, chart, handle, pen }) {
  const plane = chart(column(3), {
    label: "The points, and what the network says around them", x: [-3, 3], y: [-3, 3],
    xLabel: "x₁", yLabel: "x₂", height: 330,
  });
  const loss = chart(column(3), {
    label: "Mean loss of all points against the step, on a logarithmic axis",
    x: [0, 100], y: [0.01, 1], yLog: true, xLabel: "step", yLabel: "mean loss", height: 330,
  });

  const sides = [plane.nested(ODDS.map((odds) => -odds), "side-1"), plane.nested(ODDS.map((odds) => -odds), "side-2")];
  const border = plane.path("border");
  const halos = [plane.path("halo"), plane.path("halo live-square")];
  const dots = [plane.path("dots-1"), plane.path("dots-2 live-square")];
  const ring = handle(plane, {
    label: "Ring", x: "x", y: "y", anywhere: false, press: (p) => marked(p, p.x, p.y),
    text: ({ x, y }) => `x₁ = ${shown(x)}, x₂ = ${shown(y)}`,
  });
  pen(plane, marked);

  const coin = loss.path("rule");
  const curve = loss.path("line-4");
  const end = loss.path("dots-4");
  const guess = loss.label("quiet");

  let [run, key, regions, seen, painted, scored, since] = [null, null, null, null, null, null, 0];
  plane.grounds.push(() => (painted = null));
  loss.grounds.push(() => (scored = null));

  function work(p, until) {
    const now = LEARNT.map((name) => p[name]).join();
    const goal = (n) => (n ? p.steps : 0);
    if (now !== key || run.t > goal(run.n)) {
      [run, key, regions, since] = [new Run(p), now, null, performance.now()];
    }
    const late = () => performance.now() >= until;
    while (run.t < goal(run.n) && !late()) run.step();
    const there = run.t === goal(run.n);
    if (!regions && !seen?.of(run) && (there || performance.now() - since > PATIENCE)) {
      regions = new Regions(run, plane.x, plane.y);
    }
    while (regions && !regions.done && !late()) regions.step();
    if (regions?.done) [seen, regions, since] = [regions, null, performance.now()];
    return !there || !seen?.of(run);
  }

  function next(p, ms) {
    if (ms === 0) return { steps: p.steps < LONGEST ? p.steps : 0 };
    return p.steps < LONGEST && run.n ? { steps: p.steps + Math.max(1, Math.round(PACE * ms)) } : null;
  }

  function paint() {
    sides[0](seen.grid);
    sides[1](seen.turned);
    plane.contour(border, seen.grid, 0);
    painted = seen;
  }

  function score(seen) {
    if (scored === seen) return;
    const all = [...seen.losses, seen.loss].filter((l) => l > 0 && l < Infinity);
    const tens = (l, round) => 10 ** round(Math.log10(l));
    loss.limits({
      x: [0, [100, 200, 500, 1000].find((most) => seen.t <= most) ?? LONGEST],
      y: [tens(Math.min(0.09, ...all), Math.floor), tens(Math.max(0.9, ...all), Math.ceil)],
    });
    const ts = Float64Array.from([...seen.losses.keys()].map((i) => 5 * i).concat(seen.t));
    loss.line(curve, ts, [...seen.losses, seen.loss]);
    loss.dots(end, [seen.t], [seen.loss]);
    loss.rule(coin, { y: Math.LN2 });
    loss.write(guess, "dotted: a coin, log 2 = 0.693", loss.x[1], Math.LN2, { dx: -2, dy: -7, anchor: "end" });
    scored = seen;
  }

  function draw(p) {
    const both = classes(p);
    both.forEach((points, c) => {
      const xy = [0, 1].map((k) => points.map((point) => value(point[k])));
      plane.dots(halos[c], ...xy);
      plane.dots(dots[c], ...xy);
    });
    plane.box.dataset.brush = p.brush;
    ring(p, p.x, p.y);
    if (!seen) return ["", ""];
    if (painted !== seen) paint();
    const now = seen; // work may go on before its turn
    return [...say(p, now), () => score(now)];
  }

  return { draw, work, next };
}

function say(p, seen) {
  const { run, t, loss, wrong } = seen;
  const hint = `A click, or Enter at the ring, ${BRUSHES[p.brush]}.`;
  if (run.n === 0) return ["No points yet.", `The network says what its first weights make it say. ${hint}`];
  if (!Number.isFinite(loss)) return ["It has left.", `After ${t} steps the loss is no number any more: η = ${shown(p.lr)} is too large. ${hint}`];
  const verdict = wrong ? `${wrong} of ${run.n} points on the wrong side.` : `All ${run.n} points on their side.`;
  const epochs = t / run.perEpoch;
  const passes = `${shown(epochs)} ${epochs === 1 ? "epoch" : "epochs"}`;
  const after = `After ${t} steps (${passes}) the mean loss is ${shown(loss)}, with ${run.network.size} parameters.`;
  const here = `At the ring, (${shown(p.x)}, ${shown(p.y)}), orange has probability ${shown(seen.at(p.x, p.y), 2)}.`;
  return [verdict, `${after} ${here} ${hint}`];
}

export default { parameters, actions, build };
