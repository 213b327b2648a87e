// From values to pixels and back. A scale is a function with `invert` and `ticks`.

import { niceTicks, power, shown } from "./numbers.mjs";

// Beyond it a browser's numbers for paths are no longer exact.
const FAR = 20000;
const near = (pixel) => Math.max(-FAR, Math.min(FAR, pixel));

export function linear([low, high], [from, to]) {
  const k = (to - from) / (high - low);
  const scale = (value) => near(from + (value - low) * k);
  scale.invert = (pixel) => low + (pixel - from) / k;
  scale.ticks = (n) => niceTicks(low, high, n).map((v) => [v, shown(v, 6)]);
  return scale;
}

/** Base ten; what isn't positive lies far below. */
export function log([low, high], [from, to]) {
  const [bottom, top] = [Math.log10(low), Math.log10(high)];
  const line = linear([bottom, top], [from, to]);
  const scale = (value) => (value > 0 ? line(Math.log10(value)) : near(from - (to - from) * 1e3));
  scale.invert = (pixel) => 10 ** line.invert(pixel);
  scale.ticks = (n) => {
    const every = Math.max(1, Math.ceil((top - bottom) / n));
    const ticks = [];
    for (let k = Math.ceil(bottom - 1e-9); k <= top + 1e-9; k++) {
      if (k % every === 0) ticks.push([10 ** k, Math.abs(k) <= 2 ? shown(10 ** k) : power(k)]);
    }
    return ticks;
  };
  return scale;
}
