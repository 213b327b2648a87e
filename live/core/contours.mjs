// Contours by marching squares: closed loops around { f < level }.

// Sides of a cell: 0 below, 1 right, 2 above, 3 left. For each pattern of corners that
// lie inside (bit 0 lower left, then counter-clockwise), the sides where the boundary
// enters and leaves, the inside on its left.
const TURNS = [
  [], [[0, 3]], [[1, 0]], [[1, 3]], [[2, 1]], [[0, 3], [2, 1]], [[2, 0]], [[2, 3]],
  [[3, 2]], [[0, 2]], [[1, 0], [3, 2]], [[1, 2]], [[3, 1]], [[0, 1]], [[3, 0]], [],
];
// The two saddles, where the cell's middle is inside: the other way to connect.
const JOINED = { 5: [[0, 1], [2, 3]], 10: [[1, 2], [3, 0]] };

/** A grid of values yet to be given, with a rim that counts as outside: all loops close. */
export function rimmed([x0, x1], [y0, y1], nx, ny) {
  const at = (low, high, n, i) => low + ((high - low) * Math.max(0, Math.min(n, i - 1))) / n;
  const xs = Float64Array.from({ length: nx + 3 }, (_, i) => at(x0, x1, nx, i));
  const ys = Float64Array.from({ length: ny + 3 }, (_, j) => at(y0, y1, ny, j));
  return { xs, ys, values: new Float64Array(xs.length * ys.length).fill(Infinity) };
}

/** Values of f on such a grid. */
export function sampled(f, xLimits, yLimits, nx = 72, ny = 72) {
  const { xs, ys, values } = rimmed(xLimits, yLimits, nx, ny);
  for (let j = 1; j < ys.length - 1; j++) {
    for (let i = 1; i < xs.length - 1; i++) values[j * xs.length + i] = f(xs[i], ys[j]);
  }
  return { xs, ys, values };
}

/** Loops of points [x, y] around the places of `grid` where f is below `level`. */
export function loops({ xs, ys, values }, level) {
  const wide = xs.length;
  const inside = (k) => values[k] < level;
  const next = new Map(); // from the edge where a piece enters to where it leaves
  for (let j = 0; j + 1 < ys.length; j++) {
    for (let i = 0; i + 1 < wide; i++) {
      const k = j * wide + i;
      const pattern = inside(k) | (inside(k + 1) << 1) | (inside(k + wide + 1) << 2) | (inside(k + wide) << 3);
      if (pattern === 0 || pattern === 15) continue;
      const corners = [k, k + 1, k + wide + 1, k + wide];
      // An edge is 2k where it runs to the right from node k, 2k + 1 where upwards.
      const edges = [2 * k, 2 * (k + 1) + 1, 2 * (k + wide), 2 * k + 1];
      const middle = corners.reduce((sum, corner) => sum + values[corner], 0) / 4;
      const turns = (middle < level && JOINED[pattern]) || TURNS[pattern];
      for (const [enter, leave] of turns) next.set(edges[enter], edges[leave]);
    }
  }
  const point = (edge) => {
    const a = edge >> 1;
    const b = edge & 1 ? a + wide : a + 1;
    const [fa, fb] = [values[a], values[b]];
    // Beside the rim the boundary is the rim's own place.
    const share = fa === Infinity ? 1 : fb === Infinity ? 0 : (level - fa) / (fb - fa);
    const mix = (u, v) => u + share * (v - u);
    return [mix(xs[a % wide], xs[b % wide]), mix(ys[(a / wide) | 0], ys[(b / wide) | 0])];
  };
  const found = [];
  while (next.size) {
    const [start] = next.keys();
    const loop = [];
    for (let edge = start; next.has(edge); ) {
      loop.push(point(edge));
      const after = next.get(edge);
      next.delete(edge);
      edge = after;
    }
    found.push(loop);
  }
  return found;
}
