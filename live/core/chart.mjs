// One chart: axes, lines, dots, bands and labels in SVG. Its unit is the CSS pixel, so
// that text has one size however wide the page is; its colours are the style sheet's.

import { clipped } from "./clip.mjs";
import { loops, sampled } from "./contours.mjs";
import { give, put, svg } from "./marks.mjs";
import { linear, log } from "./scale.mjs";

const MARGIN = { left: 42, right: 14, top: 26, bottom: 36 };
let charts = 0;

const round = (pixel) => Math.round(pixel * 10) / 10;

export class Chart {
  /**
   * @param {HTMLElement} host where it stands; it takes all of its width
   * @param {object} options
   *   label: what it shows, for who can't see it; x, y: limits [low, high];
   *   xLabel, yLabel; xLog, yLog: logarithmic axes; xWhole: ticks at whole numbers
   *   only; axes: false for none; height in pixels; margin: those of its pixels that
   *   differ from the usual ones
   */
  constructor(host, options) {
    this.options = options;
    this.height = options.height ?? 280;
    this.margin = { ...MARGIN, ...options.margin };
    this.x = options.x;
    this.y = options.y;
    this.width = 0;
    this.box = document.createElement("div");
    this.box.className = "live-chart";
    host.append(this.box);
    this.svg = svg("svg", { role: "img", "aria-label": options.label }, null);
    this.box.append(this.svg);
    const clip = `live-clip-${++charts}`;
    this.clip = svg("rect", {}, svg("clipPath", { id: clip }, svg("defs", {}, this.svg)));
    const inner = { "clip-path": `url(#${clip})` };
    this.ground = svg("g", { ...inner, class: "live-ground" }, this.svg);
    this.axes = svg("g", { class: "live-axes", "aria-hidden": "true" }, this.svg);
    this.rulers = svg("path", {}, this.axes);
    this.ticks = [];
    this.plot = svg("g", inner, this.svg);
    this.above = svg("g", {}, this.svg);
    this.grounds = [];
  }

  /** Take a width in pixels; true if anything changed. */
  resize(width) {
    width = Math.floor(width);
    if (width === this.width || width < 40) return false;
    this.width = width;
    for (const [name, value] of [["width", width], ["height", this.height]]) {
      give(this.svg, name, value);
    }
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.settle();
    return true;
  }

  /** New limits; axes are drawn again only if they differ. */
  limits({ x = this.x, y = this.y }) {
    if (String([x, y]) === String([this.x, this.y])) return;
    this.x = x;
    this.y = y;
    if (this.width) this.settle();
  }

  settle() {
    const { left, right, top, bottom } = this.margin;
    const { xLog, yLog } = this.options;
    const [r, b] = [this.width - right, this.height - bottom];
    this.sx = (xLog ? log : linear)(this.x, [left, r]);
    this.sy = (yLog ? log : linear)(this.y, [b, top]);
    for (const [name, value] of Object.entries({ x: left, y: top, width: r - left, height: b - top })) {
      give(this.clip, name, value);
    }
    this.stale = this.options.axes !== false; // the axes, until they are drawn
    for (const paint of this.grounds) paint();
  }

  drawAxes() {
    this.stale = false;
    const { left, right, top, bottom } = this.margin;
    const { xLabel = "", yLabel = "" } = this.options;
    const [r, b] = [this.width - right, this.height - bottom];
    let d = `M${left} ${top}V${b}H${r}`;
    const texts = [[xLabel, r, b + 32, "end", "name"], [yLabel, left - 30, top - 12, "start", "name"]];
    for (const [value, text] of this.sx.ticks(Math.max(2, (r - left) / 70))) {
      if (this.options.xWhole && !Number.isInteger(value)) continue;
      const x = round(this.sx(value));
      d += `M${x} ${b}v4`;
      texts.push([text, x, b + 17, "middle", "tick"]);
    }
    for (const [value, text] of this.sy.ticks(Math.max(2, (b - top) / 42))) {
      const y = round(this.sy(value));
      d += `M${left} ${y}h-4`;
      texts.push([text, left - 7, y + 4, "end", "tick"]);
    }
    give(this.rulers, "d", d);
    texts.forEach(([text, x, y, anchor, kind], i) => {
      const label = (this.ticks[i] ??= svg("text", {}, this.axes));
      give(label, "class", `live-${kind}`);
      give(label, "text-anchor", anchor);
      give(label, "x", x);
      give(label, "y", y);
      put(label, text);
    });
    for (const label of this.ticks.splice(texts.length)) label.remove();
  }

  /** A path of class live-`kind` (line-1, dots-2, rule, …), empty until it is given. */
  path(kind, layer = this.plot) {
    return svg("path", { class: `live-${kind}` }, layer);
  }

  /** Through the points, as far as they are finite; less than a pixel apart is one point. */
  line(path, xs, ys, n = xs.length) {
    const box = [-10, this.width + 10, -10, this.height + 10];
    let d = "", joined = false; // whether d ends where the next segment begins
    let x0 = NaN, y0 = NaN, inside = false;
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(xs[i]) || Number.isNaN(ys[i])) break;
      const x = this.sx(xs[i]), y = this.sy(ys[i]);
      if (Math.abs(x - x0) < 0.7 && Math.abs(y - y0) < 0.7 && i < n - 1) continue;
      const within = x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3];
      if (i && inside && within) {
        if (!joined) d += `M${round(x0)} ${round(y0)}`;
        d += `L${round(x)} ${round(y)}`;
        joined = true;
      } else if (i) {
        const part = clipped([x0, y0], [x, y], box);
        if (part && !joined) d += `M${round(part[0][0])} ${round(part[0][1])}`;
        if (part) d += `L${round(part[1][0])} ${round(part[1][1])}`;
        joined = part?.[2] ?? false;
      }
      x0 = x, y0 = y, inside = within;
    }
    give(path, "d", d);
  }

  /** A dot at each finite point; its size and colour are the class's stroke. */
  dots(path, xs, ys, n = xs.length, from = 0) {
    let d = "";
    for (let i = from; i < n; i++) {
      if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) continue;
      d += `M${round(this.sx(xs[i]))} ${round(this.sy(ys[i]))}h0`;
    }
    give(path, "d", d);
  }

  /** The area between two curves over the same xs. */
  area(path, xs, low, high, n = xs.length) {
    const at = (ys, i) => `${round(this.sx(xs[i]))} ${round(this.sy(ys[i]))}`;
    let d = "";
    for (let i = 0; i < n; i++) d += (i ? "L" : "M") + at(high, i);
    for (let i = n - 1; i >= 0; i--) d += "L" + at(low, i);
    give(path, "d", d && d + "Z");
  }

  /** An ellipse along the axes, from its centre and half axes in values. */
  ellipse(path, x, y, rx, ry) {
    const [px, py] = [round(this.sx(x)), round(this.sy(y))];
    const [a, b] = [round(this.sx(x + rx) - this.sx(x)), round(this.sy(y) - this.sy(y + ry))];
    give(path, "d", `M${px - a} ${py}a${a} ${b} 0 1 0 ${2 * a} 0a${a} ${b} 0 1 0 ${-2 * a} 0Z`);
  }

  /** A line across the chart at x or at y; nothing where neither is finite. */
  rule(path, { x, y }) {
    const { left, right, top, bottom } = this.margin;
    let d = "";
    if (Number.isFinite(x)) d = `M${round(this.sx(x))} ${top}V${this.height - bottom}`;
    else if (Number.isFinite(y)) d = `M${left} ${round(this.sy(y))}H${this.width - right}`;
    give(path, "d", d);
  }

  /** A label of class live-`kind`, with a halo; `write` puts it at a point. */
  label(kind = "label") {
    return svg("text", { class: `live-text live-${kind}`, "aria-hidden": "true" }, this.above);
  }

  /** Text at a point in values, moved by pixels; kept inside the chart, or not shown. */
  write(label, text, x, y, { dx = 0, dy = 0, anchor = "start" } = {}) {
    const [px, py] = [this.sx(x) + dx, this.sy(y) + dy];
    const seen = text && px >= 0 && px <= this.width && py >= 0 && py <= this.height;
    put(label, seen ? text : "");
    if (!seen) {
      for (const name of ["text-anchor", "x", "y"]) label.removeAttribute(name);
      return;
    }
    const wide = 7.2 * text.length * (anchor === "middle" ? 0.5 : 1);
    const low = anchor === "start" ? 4 : wide;
    const high = this.width - (anchor === "end" ? 4 : wide);
    const left = Math.max(Math.min(px, Math.max(low, high)), Math.min(low, high));
    const top = Math.max(12, Math.min(py, this.height - 4));
    give(label, "text-anchor", anchor);
    give(label, "x", round(left)); // a transform costs the browser's layout twice as much
    give(label, "y", round(top));
  }

  /**
   * Nested filled bands of f(x, y, key), from n × n values; drawn again when the size
   * changes, and by the function that is returned, for the key that it is given.
   */
  bands(f, levels, kind = "band", n = 72) {
    const paths = this.layers(levels, kind);
    const known = new Map(); // shapes by key
    let key;
    const paint = (asked = key) => {
      key = asked;
      if (!known.has(key)) {
        const grid = sampled((x, y) => f(x, y, key), this.x, this.y, n, n);
        known.set(key, paths.map(([, level]) => this.outline(grid, level)));
      }
      known.get(key).forEach((d, i) => give(paths[i][0], "d", d));
    };
    this.grounds.push(() => {
      known.clear();
      paint();
    });
    if (this.width) paint();
    return paint;
  }

  /** Such bands of a grid of values (contours.mjs): a function that takes and paints it. */
  nested(levels, kind) {
    const paths = this.layers(levels, kind);
    return (grid) => {
      for (const [path, level] of paths) give(path, "d", this.outline(grid, level));
    };
  }

  /** An empty shape for each level, [path, level], the highest below the others. */
  layers(levels, kind) {
    const group = svg("g", {}, this.ground);
    const shape = () => svg("path", { class: `live-${kind}`, "fill-rule": "evenodd" }, group);
    return [...levels].sort((a, b) => b - a).map((level) => [shape(), level]);
  }

  /** The loops around the places of a grid that lie below a level, as a path's d. */
  outline(grid, level) {
    const place = ([x, y]) => `${round(this.sx(x))} ${round(this.sy(y))}`;
    return loops(grid, level).map((loop) => `M${loop.map(place).join("L")}Z`).join("");
  }

  /** The same without the parts along the grid's rim: the contour itself. */
  contour(path, { xs, ys, values }, level) {
    const rim = ([x, y]) => [x === xs[0], x === xs.at(-1), y === ys[0], y === ys.at(-1)];
    const along = (a, b) => rim(a).some((on, side) => on && rim(b)[side]);
    let d = "";
    for (const loop of loops({ xs, ys, values }, level)) {
      let [before, broken] = [loop.at(-1), true];
      for (const at of loop) {
        const out = along(before, at);
        if (!out && broken) d += `M${round(this.sx(before[0]))} ${round(this.sy(before[1]))}`;
        if (!out) d += `L${round(this.sx(at[0]))} ${round(this.sy(at[1]))}`;
        [before, broken] = [at, out];
      }
    }
    give(path, "d", d);
  }

  /** The values under a pointer's event. */
  under(event) {
    const frame = this.svg.getBoundingClientRect();
    return [this.sx.invert(event.clientX - frame.left), this.sy.invert(event.clientY - frame.top)];
  }
}
