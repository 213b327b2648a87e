// Points of two classes on a grid of 61 × 61: ready-made sets, and those that were drawn.
// The twin is descent.live.points.
//
// A point is a pair of whole numbers [i, k] from 0 to 60, at ((i − 30)/10, (k − 30)/10).

import { mulberry32, normals } from "../core/random.mjs";

export const MOST = 60; // points of one class
const [SIDE, SEED, HALF] = [61, 11, 40];
const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export const value = (i) => (i - 30) / 10;
export const nearest = (x) => Math.max(0, Math.min(SIDE - 1, Math.round(10 * x) + 30));

// Where point t of 0 … 1 of class c lies, before the noise, and how large that is.
const SHAPES = {
  moons: [0.2, (t, c) => (c
    ? [0.8 - 1.6 * Math.cos(Math.PI * t), 0.65 - 2 * Math.sin(Math.PI * t)]
    : [1.6 * Math.cos(Math.PI * t) - 0.8, 2 * Math.sin(Math.PI * t) - 0.65])],
  circles: [0.2, (t, c) => [
    (c ? 2.3 : 0.9) * Math.cos(2 * Math.PI * t), (c ? 2.3 : 0.9) * Math.sin(2 * Math.PI * t)]],
  xor: [0.45, (t, c) => [t < 0.5 ? -1.5 : 1.5, t < 0.5 === (c === 0) ? -1.5 : 1.5]],
  spirals: [0.08, (t, c) => {
    const [r, angle] = [0.3 + 2.4 * t, 2.5 * Math.PI * t + Math.PI * c];
    return [r * Math.cos(angle), r * Math.sin(angle)];
  }],
};

/** The points of a ready-made set, [those of class 0, those of class 1]. */
function made(name) {
  const [noise, shape] = SHAPES[name];
  const z = normals(4 * HALF, SEED);
  return [0, 1].map((c) => Array.from({ length: HALF }, (_, i) => {
    const at = 2 * (c * HALF + i);
    return shape(i / HALF, c).map((v, k) => nearest(v + noise * z[at + k]));
  }));
}

/** "AB9_" as points: two signs for each. */
const read = (text) => Array.from({ length: text.length >> 1 }, (_, i) =>
  [0, 1].map((k) => Math.min(SIDE - 1, SIGNS.indexOf(text[2 * i + k]))));

export const written = (points) => points.flat().map((i) => SIGNS[i]).join("");

/** The points of a setting by class. */
export const classes = ({ data, blue, orange }) =>
  data === "own" ? [read(blue), read(orange)] : made(data);

/** Their coordinates, x and y by turns, and their labels. */
export function table(p) {
  const both = classes(p);
  return {
    X: Float64Array.from(both.flat(2), value),
    y: Uint8Array.from(both.flatMap((points, c) => points.map(() => c))),
  };
}

/** The order in which an epoch takes n points, from n uniform numbers (Fisher & Yates). */
export function shuffled(n, seed) {
  const uniform = mulberry32(seed);
  const order = Uint16Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const k = Math.floor(uniform() * (i + 1));
    [order[i], order[k]] = [order[k], order[i]];
  }
  return order;
}
