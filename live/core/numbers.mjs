// Numbers as a reader meets them, and the places of ticks.

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export const power = (k) => "10" + [...String(k)].map((c) => RAISED[c]).join("");

/** A number in at most `digits` significant digits, with a true minus and 10ⁿ. */
export function shown(value, digits = 3) {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${String(Number(mantissa)).replace("-", "−")} × ${power(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** The nice step (1, 2 or 5 times a power of ten) that gives about n intervals. */
export function niceStep(span, n) {
  const rough = span / Math.max(1, n);
  const base = 10 ** Math.floor(Math.log10(rough));
  return base * [1, 2, 5, 10].find((m) => m * base >= rough * 0.7);
}

/** Ticks of a linear axis: values that are whole multiples of a nice step. */
export function niceTicks(low, high, n) {
  const step = niceStep(high - low, n);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}
