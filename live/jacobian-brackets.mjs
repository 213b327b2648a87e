// A chain of Jacobians, multiplied from the output, from the input, or in the best order.
// Its twin is descent.live.jacobian_brackets.

import { give } from "./core/marks.mjs";

// The matrices that are left: each a name's layers [last, first] and a shape [rows, columns].
const chain = ({ n0, n1, n2, n3, n4 }) =>
  [[n4, n3], [n3, n2], [n2, n1], [n1, n0]].map((shape, i) => ({ layers: [4 - i, 4 - i], shape }));

const cost = (list, i) => list[i].shape[0] * list[i].shape[1] * list[i + 1].shape[1];

const merged = (list, i) => [
  ...list.slice(0, i),
  {
    layers: [list[i].layers[0], list[i + 1].layers[1]],
    shape: [list[i].shape[0], list[i + 1].shape[1]],
  },
  ...list.slice(i + 2),
];

/** All orders of three products, each as the places at which it multiplies. */
const ORDERS = [0, 1, 2].flatMap((a) => [0, 1].map((b) => [a, b, 0]));

const walked = (p, places) => {
  const walk = [{ list: chain(p), total: 0 }];
  for (const i of places) {
    const { list, total } = walk.at(-1);
    walk.push({ list: merged(list, i), total: total + cost(list, i) });
  }
  return walk;
};

/** The matrices and the multiplications so far, before and after each product. */
export function walk(p, order = p.order) {
  if (order === "left") return walked(p, [0, 0, 0]);
  if (order === "right") return walked(p, [2, 1, 0]);
  const all = ORDERS.map((places) => walked(p, places));
  return all.reduce((a, b) => (b[3].total < a[3].total ? b : a));
}

/** The multiplications of an order, all together. */
export const total = (p, order) => walk(p, order)[3].total;

const width = (name, value) => ({ label: name, value, min: 1, max: 1000, step: 1, drawn: true });

const parameters = {
  order: { label: "multiply", value: "left", options: [["left", "from the output (reverse)"], ["right", "from the input (forward)"], ["best", "in the cheapest order"]] },
  step: { label: "products made", value: 0, min: 0, max: 3, step: 1 },
  n0: width("inputs", 64), n1: width("width 1", 128), n2: width("width 2", 64),
  n3: width("width 3", 10), n4: width("outputs", 1),
};

const actions = [
  ["One product", ({ step }) => ({ step: step + 1 })],
  ["Ten outputs", () => ({ n4: 10 })],
  ["One input, many outputs", () => ({ n0: 1, n1: 10, n2: 64, n3: 128, n4: 64 })],
  ["Narrow in the middle", () => ({ n0: 100, n1: 100, n2: 1, n3: 100, n4: 100 })],
];

const SIGNS = { left: "reverse", right: "forward", best: "cheapest" };
const WAYS = { left: "from the output", right: "from the input", best: "in the cheapest order" };
const LOW = [..."₀₁₂₃₄"];
const name = ([high, low]) =>
  Array.from({ length: high - low + 1 }, (_, i) => `J${LOW[high - i]}`).join("");
const whole = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

const FLOOR = 0.6; // below the least width, 1, whose ring stands clear of the axis

function build({ column, chart, handle }) {
  const shape = chart(column(3), {
    label: "Width of each layer, on a logarithmic axis",
    x: [-0.3, 4.3], y: [FLOOR, 1000], yLog: true, height: 250, xLabel: "layer (0: input, 4: output)", yLabel: "width",
  });
  const bill = chart(column(2), {
    label: "Multiplications after each product, for three orders, on a logarithmic axis",
    x: [0.8, 3.2], y: [1, 1e10], yLog: true, height: 250, xLabel: "products made", xWhole: true, yLabel: "multiplications",
  });
  const row = chart(column(6), {
    label: "The matrices that are left, the next pair in strong colour",
    x: [0, 1], y: [0, 1], axes: false, height: 140, margin: { left: 4, right: 4, top: 4, bottom: 4 },
  });

  const ends = [shape.path("area-1"), shape.path("line-1")];
  const handles = [0, 1, 2, 3, 4].map((i) => handle(shape, {
    label: i === 0 ? "Inputs" : i === 4 ? "Outputs" : `Width of layer ${i}`, y: `n${i}`,
    text: (p) => `${p[`n${i}`]}`, anywhere: false,
  }));
  const widths = handles.map(() => shape.label("label"));

  const kinds = { left: "1", right: "4 live-dashed", best: "3 live-dashed" };
  const lines = Object.entries(kinds).map(([order, kind]) =>
    [order, bill.path(`line-${kind}`), bill.label(`label-${kind[0]}`)]);
  const here = bill.path("dots-2");

  const [quiet, strong] = [row.path("band"), row.path("area-1")];
  const edges = row.path("curve live-thin");
  const names = [0, 1, 2, 3].map(() => [row.label("label"), row.label("quiet")]);

  return (p) => {
    const layers = [0, 1, 2, 3, 4];
    const sizes = layers.map((i) => p[`n${i}`]);
    shape.area(ends[0], layers, layers.map(() => FLOOR), sizes);
    shape.line(ends[1], layers, sizes);
    layers.forEach((i) => {
      handles[i](p, i, sizes[i]);
      shape.write(widths[i], String(sizes[i]), i, sizes[i], { dy: sizes[i] > 300 ? 26 : -14, anchor: "middle" });
    });

    const walks = Object.fromEntries(["left", "right", "best"].map((order) => [order, walk(p, order)]));
    const totals = lines.map(([order]) => walks[order][3].total);
    lines.forEach(([order, path, label], i) => {
      bill.line(path, [1, 2, 3], walks[order].slice(1).map((one) => one.total));
      give(path, "class", `live-line-${kinds[order]}${order === p.order ? "" : " live-thin live-half"}`);
      const above = totals[i] >= Math.max(totals[0], totals[1]);
      const hidden = order === "best" && (totals[2] === totals[0] || totals[2] === totals[1]);
      bill.write(label, hidden ? "" : SIGNS[order], 3, totals[i], { dy: above ? -10 : order === "best" ? 30 : 18, anchor: "end" });
    });
    const mine = walks[p.order];
    bill.dots(here, [p.step], [mine[p.step].total], p.step ? 1 : 0);

    const { list } = mine[p.step];
    const next = p.step < 3 ? list.findIndex((_, i) => i < list.length - 1
      && String(mine[p.step + 1].list[i].layers) !== String(list[i].layers)) : -1;
    const side = (n) => 8 + 20 * Math.log10(n);
    const room = row.width / 4;
    const left = row.width / 2 - (room * list.length) / 2;
    const box = ({ shape: [high, wide] }, i) => {
      const [w, h, x] = [side(wide), side(high), left + room * (i + 0.5)];
      return `M${x - w / 2} ${68 - h / 2}h${w}v${h}h${-w}Z`;
    };
    const pair = (i) => next >= 0 && (i === next || i === next + 1);
    give(quiet, "d", list.map((m, i) => (pair(i) ? "" : box(m, i))).join(""));
    give(strong, "d", list.map((m, i) => (pair(i) ? box(m, i) : "")).join(""));
    give(edges, "d", list.map(box).join(""));
    names.forEach(([title, size], i) => {
      const m = list[i];
      const x = row.sx.invert(left + room * (i + 0.5));
      row.write(title, m ? name(m.layers) : "", x, 1, { dy: 12, anchor: "middle" });
      row.write(size, m ? m.shape.join(" × ") : "", x, 0, { dy: -4, anchor: "middle" });
    });
    return say(p, walks, next);
  };
}

function say(p, walks, next) {
  const [reverse, forward, best] = ["left", "right", "best"].map((order) => walks[order][3].total);
  const times = (a, b) => `${Number((a / b).toPrecision(2))}`;
  let verdict = "Both ends cost the same.";
  if (reverse < forward) verdict = `From the output: ${times(forward, reverse)} times cheaper.`;
  if (forward < reverse) verdict = `From the input: ${times(reverse, forward)} times cheaper.`;
  const bills = `${whole(reverse)} multiplications from the output, ${whole(forward)} from the input`;
  const third = best < Math.min(reverse, forward) ? `; the cheapest order starts inside and needs ${whole(best)}.` : "; no order is cheaper than the better of the two.";
  const { list, total: soFar } = walks[p.order][p.step];
  if (next < 0) return [verdict, `${bills}${third} All is multiplied, ${WAYS[p.order]}: ${name(list[0].layers)} is ${list[0].shape.join(" × ")}, for ${whole(soFar)}.`];
  const [a, b] = [list[next], list[next + 1]];
  const now = `Next, ${WAYS[p.order]}: ${name(a.layers)} times ${name(b.layers)}, ${a.shape[0]} × ${a.shape[1]} × ${b.shape[1]} = ${whole(cost(list, next))} multiplications.`;
  return [verdict, `${bills}${third} ${now}`];
}

export default { parameters, actions, build };
