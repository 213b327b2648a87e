// Forward values and backward gradients, one operation at a time.
// Its twin is descent.live.computational_graph.

import { give, svg } from "./core/marks.mjs";
import { shown } from "./core/numbers.mjs";

// Each operation: its value and its derivative with respect to each argument.
const OPS = {
  "×": { value: (a, b) => a * b, slopes: (a, b) => [b, a] },
  "+": { value: (a, b) => a + b, slopes: () => [1, 1] },
  "−": { value: (a) => -a, slopes: () => [-1] },
  "exp": { value: Math.exp, slopes: (a) => [Math.exp(a)] },
  "+1": { value: (a) => a + 1, slopes: () => [1] },
  "1/q": { value: (a) => 1 / a, slopes: (a) => [-1 / (a * a)] },
};

// Inputs first, then operations in the order of the forward pass. A node is its name,
// operation, arguments, and its places: [column, height] of eight columns, and
// [across, row] on a narrow screen.
const GRAPHS = {
  neuron: {
    first: { a: 2, b: -1, c: -3, d: -2, e: -3 },
    columns: 8,
    nodes: [
      ["w₀", null, [], [0, 0.9], [0.09, 0]], ["x₀", null, [], [0, 0.7], [0.29, 0]],
      ["w₁", null, [], [0, 0.5], [0.49, 0]], ["x₁", null, [], [0, 0.3], [0.7, 0]],
      ["w₂", null, [], [0, 0.1], [0.91, 0]],
      ["r", "×", [0, 1], [1, 0.8], [0.19, 1]], ["s", "×", [2, 3], [1, 0.4], [0.6, 1]],
      ["t", "+", [5, 6], [2, 0.6], [0.4, 2]], ["u", "+", [7, 4], [3, 0.35], [0.6, 3]],
      ["m", "−", [8], [4, 0.35], [0.6, 4]], ["e", "exp", [9], [5, 0.35], [0.6, 5]],
      ["q", "+1", [10], [6, 0.35], [0.6, 6]], ["f", "1/q", [11], [7, 0.35], [0.6, 7]],
    ],
  },
  product: {
    first: { a: 3, b: 5, c: 2 },
    columns: 3,
    nodes: [
      ["x", null, [], [0, 0.85], [0.15, 0]], ["y", null, [], [0, 0.5], [0.5, 0]],
      ["z", null, [], [0, 0.15], [0.85, 0]],
      ["s", "+", [0, 1], [1, 0.68], [0.33, 2]], ["g", "×", [3, 2], [2, 0.42], [0.5, 4]],
    ],
  },
};
const SLOTS = ["a", "b", "c", "d", "e"];

const sizes = ({ graph }) => {
  const { nodes } = GRAPHS[graph];
  const inputs = nodes.filter(([, op]) => !op).length;
  return { nodes, inputs, ops: nodes.length - inputs };
};

/** Value of every node, in the order of the graph. */
export function forward(p) {
  const v = [];
  sizes(p).nodes.forEach(([, op, args], i) =>
    v.push(op ? OPS[op].value(...args.map((j) => v[j])) : p[SLOTS[i]]));
  return v;
}

/** Derivative of the last node with respect to every node. */
export function backward(p, v = forward(p)) {
  const { nodes, inputs } = sizes(p);
  const g = v.map(() => 0);
  g[g.length - 1] = 1;
  for (let i = nodes.length - 1; i >= inputs; i--) {
    const [, op, args] = nodes[i];
    const local = OPS[op].slopes(...args.map((j) => v[j]));
    args.forEach((j, k) => (g[j] += g[i] * local[k]));
  }
  return g;
}

/** How many steps there are: each operation forward, the start, each operation backward. */
export const steps = (p) => 2 * sizes(p).ops + 1;

const small = ({ graph }) => graph === "product";
const input = (label, value, other) => ({
  label, value, min: -6, max: 6, step: 0.1, named: (p) => (other && small(p) ? other : label),
  ...(!other && { unused: small }),
});

const parameters = {
  step: { label: "step", value: 8, min: 0, max: 17, step: 1 },
  a: input("weight w₀", 2, "input x"), b: input("input x₀", -1, "input y"), c: input("weight w₁", -3, "input z"),
  d: input("input x₁", -2), e: input("bias w₂", -3),
  graph: { label: "example", value: "neuron", options: [["neuron", "neuron"], ["product", "product"]], drawn: true },
};

const actions = [
  ["One step", (p) => ({ step: Math.min(p.step, steps(p)) + 1 })],
  ["Other example", (p) => {
    const graph = small(p) ? "neuron" : "product";
    return { graph, ...GRAPHS[graph].first, step: sizes({ graph }).ops };
  }],
];

function build({ column, chart }) {
  const board = chart(column(5), {
    label: "The graph: inputs, operations, and on each the value and the gradient so far",
    x: [0, 1], y: [0, 1], axes: false, height: 430, margin: { left: 6, right: 6, top: 6, bottom: 6 },
  });
  const most = 13;
  const many = (kind) => Array.from({ length: most }, () => board.label(kind));
  const wires = board.path("curve live-thin");
  const flow = [board.path("line-1"), board.path("line-2 live-dashed")];
  const circles = board.path("stable live-curve");
  const now = svg("path", { class: "live-line-2" }, board.plot);
  const [names, values, slopes] = ["label", "label-1", "label-2"].map(many);
  const locals = [board.label("label-3"), board.label("label-3")];

  return (p) => {
    const { nodes, inputs, ops } = sizes(p);
    const step = Math.min(p.step, steps(p));
    const v = forward(p);
    const g = backward(p, v);
    const back = step - ops - 1; // operations that have passed their gradient on
    const active = step <= ops ? inputs + step - 1 : nodes.length - back;
    const wide = board.width > 540;
    const radius = wide ? 17 : 14;
    const { columns } = GRAPHS[p.graph];
    const place = ([, , , [col, high], [across, row]]) => wide
      ? [(col + 0.5) / columns, high] : [across, 1 - (row ? 0.115 + 0.117 * row : 0.08)];
    const at = nodes.map(place);
    const px = at.map(([x, y]) => [board.sx(x), board.sy(y)]);
    const ring = ([x, y]) => `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
    const wire = (i) => nodes[i][2].map((j) => `M${px[j].join(" ")}L${px[i].join(" ")}`).join("");
    give(wires, "d", nodes.map((_, i) => wire(i)).join(""));
    const acts = step > 0 && step !== ops + 1;
    give(flow[0], "d", acts && back < 0 ? wire(active) : "");
    give(flow[1], "d", acts && back > 0 ? wire(active) : "");
    give(circles, "d", px.map(ring).join(""));
    give(now, "d", step > 0 ? ring(px[step === ops + 1 ? nodes.length - 1 : active]) : "");

    const known = (i) => i < inputs || i - inputs < step;
    // A node's gradient is there once every operation that reads it has passed it on.
    const told = (i) => back >= 0 && nodes.every(([, , args], k) => !args.includes(i) || k >= nodes.length - back);
    for (let i = 0; i < most; i++) {
      const there = i < nodes.length;
      const [x, y] = there ? at[i] : [0, 0];
      const aside = !wide && i >= inputs;
      const where = aside ? { dx: radius + 6 } : { anchor: "middle" };
      board.write(names[i], there ? (nodes[i][1] ?? nodes[i][0]) : "", x, y, { dy: 4, anchor: "middle" });
      board.write(values[i], there && known(i) ? `${i < inputs ? "" : `${nodes[i][0]} = `}${shown(v[i])}` : "",
        x, y, { ...where, dy: aside ? -2 : -radius - 6 });
      board.write(slopes[i], there && told(i) ? shown(g[i]) : "",
        x, y, { ...where, dy: aside ? 13 : radius + 15 });
    }
    const args = acts && back > 0 ? nodes[active][2] : [];
    const local = args.length ? OPS[nodes[active][1]].slopes(...args.map((j) => v[j])) : [];
    locals.forEach((label, k) => {
      const j = args[k];
      if (j === undefined) return board.write(label, "", 0, 0);
      const share = wide ? 0.5 : 0.25; // on a narrow screen nearer to the operation
      const [x, y] = [0, 1].map((axis) => share * at[j][axis] + (1 - share) * at[active][axis]);
      const side = args.length > 1 && at[j][0] > at[active][0] ? 1 : -1;
      const beside = { dx: 8 * side, dy: 2, anchor: side > 0 ? "start" : "end" };
      board.write(label, `× ${shown(local[k])}`, x, y, wide ? { dy: args.length > 1 ? 4 : 15, anchor: "middle" } : beside);
    });
    return say(p, { v, g, step, back, active });
  };
}

function say(p, { v, g, step, back, active }) {
  const { nodes, ops } = sizes(p);
  const last = nodes.at(-1)[0];
  const end = `${last} = ${shown(v.at(-1))}`;
  const sum = `In the end ${end}.`;
  if (step === 0) return ["Only the inputs are known.", `The first operation is next: what is ${nodes[nodes.length - ops][0]}? ${sum}`];
  if (back < 0) {
    const [name, op, args] = nodes[active];
    const read = args.map((j) => shown(v[j]));
    const done = step === ops ? `The forward pass is done: ${end}.` : `Forward: ${name} = ${shown(v[active])}.`;
    const next = step === ops ? `Now back: which gradient does each input get? The walk starts at ${last} with 1.` : sum;
    return [done, `The operation ${op} reads ${read.join(" and ")} and gives ${shown(v[active])}. ${next}`];
  }
  if (back === 0) return [`Backward starts with ∂${last}/\u2060∂${last} = 1.`, `The output answers to itself one to one. ${sum}`];
  const [name, op, args] = nodes[active];
  const local = OPS[op].slopes(...args.map((j) => v[j]));
  const sent = args.map((j, k) => `∂${last}/\u2060∂${nodes[j][0]} = ${shown(g[active])} × ${shown(local[k])} = ${shown(g[j])}`);
  const over = step === steps(p) ? " Every gradient is there." : "";
  return [`Backward through ${op}: ${shown(g[active])} arrives at ${name}.`,
    `Times the local derivative${args.length > 1 ? "s" : ""}: ${sent.join("; ")}.${over} ${sum}`];
}

export default { parameters, actions, build };
