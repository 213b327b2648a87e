// Seeded random numbers. The Python twin, descent.live.randomness, gives the same ones.

/** Tommy Ettinger's mulberry32: a function that gives the next number in [0, 1). */
export function mulberry32(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** n standard normal numbers, by Box and Muller's method (two for two uniforms). */
export function normals(n, seed) {
  const uniform = mulberry32(seed);
  const z = new Float64Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    z[i] = radius * Math.cos(angle);
    if (i + 1 < n) z[i + 1] = radius * Math.sin(angle);
  }
  return z;
}

/** Part of a list in random order, in place, by the method of Fisher and Yates. */
export function shuffle(list, uniform, from = 0, to = list.length) {
  for (let i = to - from - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [list[from + i], list[from + j]] = [list[from + j], list[from + i]];
  }
  return list;
}
