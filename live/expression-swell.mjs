// A derivative as a formula, differentiated here: written out as a tree, and with equal
// parts stored once. Its twin is descent.live.expression_swell.

import { shown } from "./core/numbers.mjs";

/** A store of expressions that keeps equal ones once. */
function store() {
  const known = new Map();
  const keep = (kind, parts, number = 0) => {
    const key = `${kind}:${number}:${parts.map((p) => p.id).join(",")}`;
    if (!known.has(key)) known.set(key, { kind, parts, number, id: known.size });
    return known.get(key);
  };
  const x = keep("x", []);
  const constant = (value) => keep("number", [], value);
  const call = (name, part) => keep(name, [part]);
  const sorted = (parts) => [...parts].sort((a, b) => a.id - b.id);
  const add = (parts) => (parts.length === 1 ? parts[0] : keep("+", sorted(parts)));
  // A product is flat, and its numbers are one number.
  const mul = (parts) => {
    const flat = parts.flatMap((p) => (p.kind === "×" ? p.parts : [p]));
    const value = flat.reduce((all, p) => (p.kind === "number" ? all * p.number : all), 1);
    const rest = flat.filter((p) => p.kind !== "number");
    if (value !== 1) rest.push(constant(value));
    return rest.length === 1 ? rest[0] : keep("×", sorted(rest));
  };
  const square = (part) => keep("^", [part, constant(2)]);
  return { x, constant, call, add, mul, square };
}

const FUNCTIONS = {
  nest: (f, s) => s.call("cos", s.call("tan", s.call("sin", f))),
  product: (f, s) => s.mul([f, s.call("sin", f)]),
};

const OUTER = {
  sin: (u, s) => s.call("cos", u),
  cos: (u, s) => s.mul([s.constant(-1), s.call("sin", u)]),
  tan: (u, s) => s.add([s.square(s.call("tan", u)), s.constant(1)]),
};

/** The derivative by the rules of school, each expression differentiated once. */
function derivative(node, s, done) {
  if (done.has(node)) return done.get(node);
  const inner = (part) => derivative(part, s, done);
  let slope;
  if (node.kind === "x") slope = s.constant(1);
  else if (node.kind === "×") {
    slope = s.add(node.parts.map((part, i) => s.mul(node.parts.map((p, j) => (i === j ? inner(part) : p)))));
  } else slope = s.mul([OUTER[node.kind](node.parts[0], s), inner(node.parts[0])]);
  done.set(node, slope);
  return slope;
}

/** Operations written out, and distinct expressions, of the derivative at a depth. */
export function counts(f, depth) {
  const s = store();
  let nest = s.x;
  for (let i = 0; i < depth; i++) nest = FUNCTIONS[f](nest, s);
  const sizes = new Map();
  const size = (node) => {
    if (!sizes.has(node)) {
      const own = { x: 0, number: 0, "+": node.parts.length - 1, "×": node.parts.length - 1 }[node.kind] ?? 1;
      sizes.set(node, node.parts.reduce((sum, part) => sum + size(part), own));
    }
    return sizes.get(node);
  };
  return { tree: size(derivative(nest, s, new Map())), nodes: sizes.size };
}

export const DEEPEST = 16;
const DEPTHS = Array.from({ length: DEEPEST }, (_, i) => i + 1);
const known = {};
const curves = (f) => (known[f] ??= DEPTHS.map((depth) => counts(f, depth)));

const OPTIONS = [["product", "f times sin f"], ["nest", "cos(tan(sin f))"]];

const parameters = {
  f: { label: "each level makes of f", value: "product", options: OPTIONS },
  depth: { label: "depth", value: 8, min: 1, max: DEEPEST, step: 1 },
};

const actions = [["One level more", ({ depth }) => ({ depth: depth + 1 })]];

const whole = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

function build({ column, chart, handle }) {
  const sizes = chart(column(5), {
    label: "Size of the derivative against the depth, as a tree and as a graph, on a logarithmic axis",
    x: [1, DEEPEST], y: [1, 1e8], yLog: true, height: 300, xLabel: "depth", yLabel: "size of the derivative",
  });
  const others = [sizes.path("curve live-thin live-half"), sizes.path("curve live-thin live-half live-dashed")];
  const tree = sizes.path("line-1");
  const graph = sizes.path("line-3 live-dashed");
  const dot = sizes.path("dots-3");
  const saved = sizes.path("rule");
  const names = ["label-1", "label-3", "quiet"].map((kind) => sizes.label(kind));
  const here = handle(sizes, {
    label: "Depth", x: "depth", text: (p) => `depth ${p.depth}, ${whole(curves(p.f)[p.depth - 1].tree)} operations as a tree`,
  });

  return (p) => {
    const mine = curves(p.f);
    const second = curves(p.f === "nest" ? "product" : "nest");
    sizes.line(others[0], DEPTHS, second.map((one) => one.tree));
    sizes.line(others[1], DEPTHS, second.map((one) => one.nodes));
    sizes.line(tree, DEPTHS, mine.map((one) => one.tree));
    sizes.line(graph, DEPTHS, mine.map((one) => one.nodes));
    const now = mine[p.depth - 1];
    sizes.dots(dot, [p.depth], [now.nodes]);
    sizes.line(saved, [p.depth, p.depth], [now.nodes, now.tree]);
    sizes.write(names[0], "written out as a tree", 9, mine[8].tree, { dx: -8, dy: -14, anchor: "end" });
    sizes.write(names[1], "equal parts stored once", DEEPEST, mine.at(-1).nodes, { dy: 22, anchor: "end" });
    sizes.write(names[2], p.f === "nest" ? "" : "cos(tan(sin f))", DEEPEST, second.at(-1).tree, { dy: -8, anchor: "end" });
    here(p, p.depth, now.tree);
    return say(p, mine);
  };
}

function say({ f, depth }, mine) {
  const { tree, nodes } = mine[depth - 1];
  const sizes = `At depth ${depth} the derivative has ${whole(tree)} operations written out, and ${whole(nodes)} different expressions, each stored once.`;
  if (depth === DEEPEST) return [`The tree is ${shown(tree / nodes)} times the graph.`, sizes];
  const next = mine[depth];
  const why = f === "nest" ? "each level uses the last one once" : "each level uses the last one twice";
  return [`The tree is ${shown(tree / nodes)} times the graph.`,
    `${sizes} One level more makes the tree ${shown(next.tree / tree)} times as large, since ${why}; to the graph it adds ${next.nodes - nodes}.`];
}

export default { parameters, actions, build };
