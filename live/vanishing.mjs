// The size of the gradient at every layer of a random network, and the factor by which
// each layer multiplies it. Its twin is descent.live.vanishing.

import { latest } from "./core/latest.mjs";
import { shown } from "./core/numbers.mjs";
import { normals } from "./core/random.mjs";

export const [WIDTH, ROWS, DEEPEST] = [64, 4, 30];
const CELLS = ROWS * WIDTH;
const SQUARE = WIDTH * WIDTH;

// The activation, and its derivative from what it reads, z, and gives, a.
const ACTIVATIONS = {
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (z, a) => a * (1 - a)],
  tanh: [Math.tanh, (z, a) => 1 - a * a],
  relu: [(z) => (z > 0 ? z : 0), (z) => (z > 0 ? 1 : 0)],
  leaky_relu: [(z) => (z > 0 ? z : 0.01 * z), (z) => (z > 0 ? 1 : 0.01)],
};

/** Inputs, the gradient at the last activations and the weights, from N(0, 1). */
export const draws = (seed) => normals(2 * CELLS + DEEPEST * SQUARE, seed);

/**
 * `scale` times a W, W the weights from `at` on: four rows of a and two columns of W at
 * once. Columns are `next` apart and the numbers of a column `step`: the other way round
 * it is a Wᵀ.
 */
function product(a, noise, at, [step, next], scale, found) {
  for (let j = 0; j < WIDTH; j += 2) {
    let a0 = 0, a1 = 0, b0 = 0, b1 = 0, c0 = 0, c1 = 0, d0 = 0, d1 = 0;
    // No lists in here: they would be made anew for every number.
    for (let k = 0, w = at + j * next; k < WIDTH; k++, w += step) {
      const u = noise[w], v = noise[w + next];
      const p = a[k], q = a[k + WIDTH], r = a[k + 2 * WIDTH], s = a[k + 3 * WIDTH];
      a0 += p * u, a1 += p * v;
      b0 += q * u, b1 += q * v;
      c0 += r * u, c1 += r * v;
      d0 += s * u, d1 += s * v;
    }
    found[j] = scale * a0, found[j + 1] = scale * a1;
    found[WIDTH + j] = scale * b0, found[WIDTH + j + 1] = scale * b1;
    found[2 * WIDTH + j] = scale * c0, found[2 * WIDTH + j + 1] = scale * c1;
    found[3 * WIDTH + j] = scale * d0, found[3 * WIDTH + j + 1] = scale * d1;
  }
}

const [ALONG, BACK] = [[WIDTH, 1], [1, WIDTH]];

const [zs, as] = [0, 1].map(() => Array.from({ length: DEEPEST }, () => new Float64Array(CELLS)));
const [one, other] = [new Float64Array(CELLS), new Float64Array(CELLS)];

// How many layers zs and as hold, of the network that was asked for last.
const held = latest((activation, sigma, noise) => ({ layers: 0 }));

/** Root mean square of δ = ∂L/∂z at each layer, divided by that at the last one. */
export function sizes({ activation, depth, sigma }, noise) {
  const [value, slope] = ACTIVATIONS[activation];
  const scale = sigma / Math.sqrt(WIDTH);
  const weights = (l) => 2 * CELLS + l * SQUARE;
  const known = held(activation, sigma, noise);
  for (let l = known.layers; l < depth; l++) {
    product(l ? as[l - 1] : noise, noise, weights(l), ALONG, scale, zs[l]);
    for (let i = 0; i < CELLS; i++) as[l][i] = value(zs[l][i]);
  }
  known.layers = Math.max(known.layers, depth);
  const found = new Float64Array(depth);
  let [delta, next] = [one, other];
  delta.set(noise.subarray(CELLS, 2 * CELLS));
  for (let l = depth - 1; l >= 0; l--) {
    let sum = 0;
    for (let i = 0; i < CELLS; i++) {
      delta[i] *= slope(zs[l][i], as[l][i]);
      sum += delta[i] * delta[i];
    }
    found[l] = Math.sqrt(sum);
    if (l) product(delta, noise, weights(l), BACK, scale, next);
    [delta, next] = [next, delta];
  }
  const last = found[depth - 1];
  return found.map((size) => size / last);
}

// The midpoint rule on [−8, 8], for means under the normal distribution.
const STEP = 0.05;
const XS = Float64Array.from({ length: 320 }, (_, i) => (i - 159.5) * STEP);
const DENSITY = XS.map((x) => STEP * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));

/** Predicted factor √χ of each layer but the last, in a network of infinite width. */
export function predicted(activation, sigma, depth) {
  const [value, slope] = ACTIVATIONS[activation];
  const factors = new Float64Array(depth - 1);
  let q = sigma * sigma;
  for (let l = 0; l < depth - 1; l++) {
    let [squares, slopes] = [0, 0];
    for (let i = 0; i < XS.length; i++) {
      const z = Math.sqrt(q) * XS[i];
      const a = value(z);
      squares += DENSITY[i] * a * a;
      slopes += DENSITY[i] * slope(z, a) ** 2;
    }
    factors[l] = sigma * Math.sqrt(slopes);
    const next = sigma * sigma * squares;
    if (Math.abs(next - q) <= 1e-15 * q) return factors.fill(factors[l], l);
    q = next;
  }
  return factors;
}

/** The gradient's size at each layer, if each multiplies it by its factor. */
function sizesFrom(factors) {
  const line = new Float64Array(factors.length + 1).fill(1);
  for (let l = factors.length - 1; l >= 0; l--) line[l] = line[l + 1] * factors[l];
  return line;
}

const SIGMAS = Float64Array.from({ length: 39 }, (_, i) => 0.2 * 50 ** (i / 38));
const curves = {};

/** Predicted mean factor of a layer for every scale of the weights. */
function curve(activation, depth) {
  curves[activation] ??= Array.from(SIGMAS, (sigma) => {
    let sum = 0;
    return predicted(activation, sigma, DEEPEST).map((factor) => (sum += Math.log(factor)));
  });
  return curves[activation].map((sums) => Math.exp(sums[depth - 2] / (depth - 1)));
}

const NAMED = [["PyTorch", 0.577], ["Xavier", 1], ["He", 1.41], ["randn", 8]];

const parameters = {
  activation: { label: "activation", value: "relu", options: [
    ["sigmoid", "sigmoid"], ["tanh", "tanh"], ["relu", "ReLU"], ["leaky_relu", "leaky ReLU"]] },
  depth: { label: "hidden layers", value: 20, min: 2, max: DEEPEST, step: 1 },
  sigma: { label: "scale of the weights σ", value: 0.577, min: 0.2, max: 10, step: 0.01, scale: "log" },
  seed: { label: "number of the network", value: 1, min: 0, max: 9999, step: 1, drawn: true },
};

const actions = [
  ...NAMED.slice(1).map(([name, sigma]) => [name, () => ({ sigma })]),
  ["New weights", ({ seed }) => ({ seed: (seed + 1) % 10000 })],
];

const REACH = [2, 5, 10, 20, 30, 40]; // powers of ten, up and down

function build({ column, chart, handle }) {
  const profile = chart(column(3), {
    label: "Size of the gradient at each layer, relative to the last, on a logarithmic axis",
    x: [0.4, DEEPEST + 0.6], y: [1e-10, 100], yLog: true, height: 330,
    xLabel: "layer (the way back: ←)", yLabel: "size of the gradient", margin: { left: 48, right: 20 },
  });
  const factors = chart(column(3), {
    label: "Factor by which a layer multiplies the gradient, against the scale of the weights",
    x: [0.2, 10], y: [0.04, 10], xLog: true, yLog: true, height: 330,
    xLabel: "scale of the weights σ", yLabel: "factor per layer",
  });
  const level = profile.path("rule");
  const theory = profile.path("line-3 live-dashed");
  const seen = profile.path("dots-1");
  const names = ["label-1", "label-3", "label-1"].map((kind) => profile.label(kind));
  const end = handle(profile, { label: "Hidden layers", x: "depth", text: ({ depth }) => `${depth} layers` });

  const keep = factors.path("rule");
  const marks = NAMED.map(() => [factors.path("rule"), factors.label("quiet")]);
  const law = factors.path("line-3 live-dashed");
  const keys = ["label-3", "quiet", "quiet"].map((kind) => factors.label(kind));
  const rate = handle(factors, {
    label: "Scale of the weights", x: "sigma", text: ({ sigma }) => `σ = ${shown(sigma)}`,
  });

  const layers = Float64Array.from({ length: DEEPEST }, (_, i) => i + 1);
  const lawOf = ({ activation, depth }) => {
    factors.rule(keep, { y: 1 });
    marks.forEach(([path, label], i) => {
      const [name, sigma] = NAMED[i];
      factors.rule(path, { x: sigma });
      factors.write(label, name, sigma, 10, { dx: i === 2 ? 5 : -5, dy: i === 1 ? 28 : 12, anchor: i === 2 ? "start" : "end" });
    });
    const mean = curve(activation, depth);
    factors.line(law, SIGMAS, mean);
    factors.write(keys[0], "predicted √χ", SIGMAS[16], mean[16], { dx: 8, dy: 22 });
    factors.write(keys[1], "explodes", 0.2, 1, { dx: 6, dy: -6 });
    factors.write(keys[2], "vanishes", 0.2, 1, { dx: 6, dy: 16 });
  };
  const drawn = latest(draws);
  return (p) => {
    const measured = sizes(p, drawn(p.seed));
    const foretold = sizesFrom(predicted(p.activation, p.sigma, p.depth));
    const each = [measured[0], foretold[0]].map((size) => size ** (1 / (p.depth - 1)));

    const logs = [...measured, ...foretold].map(Math.log10);
    const reach = (far) => REACH.find((k) => k > far + 0.3) ?? REACH.at(-1);
    profile.limits({ y: [10 ** -reach(-Math.min(...logs)), 10 ** reach(Math.max(...logs))] });
    profile.rule(level, { y: 1 });
    profile.line(theory, layers, foretold, p.depth);
    profile.dots(seen, layers, measured, p.depth - 1);
    end(p, p.depth, 1);
    const falls = each[1] < 1;
    const corner = [0.4, profile.y[falls ? 1 : 0]];
    profile.write(names[0], "measured", ...corner, { dx: 10, dy: falls ? 14 : -26 });
    profile.write(names[1], "predicted", ...corner, { dx: 10, dy: falls ? 30 : -10 });
    profile.write(names[2], `× ${shown(measured[0], 2)}`, 1, falls ? measured[0] : Math.max(measured[0], foretold[0]), { dx: 14, dy: falls ? 16 : 0 });

    rate(p, p.sigma, Math.max(0.04, Math.min(10, each[0])));
    return [...say(p, measured[0], each), () => lawOf(p)];
  };
}

function say({ depth, sigma }, all, [measured, foretold]) {
  const verdict = all < 0.01 ? "The gradient vanishes." : all > 100 ? "The gradient explodes." : "The gradient survives.";
  return [verdict,
    `On its way from layer ${depth} to layer 1 it is multiplied by ${shown(all, 2)}: by ${shown(measured)} a layer, where √χ = ${shown(foretold)} was predicted. The weights have standard deviation ${shown(sigma)}/√${WIDTH} = ${shown(sigma / Math.sqrt(WIDTH))}.`];
}

export default { parameters, actions, build };
