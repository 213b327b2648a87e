// A point of the picture that can be dragged, or moved with the arrow keys.

import { give, svg } from "./marks.mjs";

// The keys of a slider, in steps across and up.
const KEYS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  PageUp: [0, 10], PageDown: [0, -10], Home: [-1e6, 0], End: [1e6, 0],
};

/**
 * @param {Chart} chart
 * @param {object} options
 *   label: what it is; parameters: those of the figure; x, y: which of them it sets
 *   (either may be missing); set(patch); text(state): its value in words;
 *   anywhere: a click on the chart brings it there (true unless said);
 *   press(state): a patch, what Enter or the space bar does where it stands
 * @returns {function} draw(state, x, y): where it stands, in values
 */
export function handle(chart, { label, parameters, x, y, set, text, anywhere = true, press }) {
  const keys = [x, y];
  const main = parameters[x ?? y];
  const group = svg("g", {
    class: "live-handle", tabindex: "0", role: "slider", "aria-label": label,
    "aria-valuemin": main.min, "aria-valuemax": main.max,
  }, chart.above);
  if (x && y) group.setAttribute("aria-roledescription", "point, moved by the arrow keys");
  svg("circle", { r: 20, class: "live-grip" }, group);
  svg("circle", { r: 7, class: "live-knob" }, group);
  chart.svg.setAttribute("role", "group");
  let state = null;

  const moveTo = (event) => {
    const values = chart.under(event);
    set(Object.fromEntries(keys.map((key, i) => [key, values[i]]).filter(([key]) => key)));
  };
  group.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    group.setPointerCapture(event.pointerId);
    group.focus({ preventScroll: true });
  });
  group.addEventListener("pointermove", (event) => {
    if (group.hasPointerCapture(event.pointerId)) moveTo(event);
  });
  if (anywhere) {
    chart.svg.classList.add("live-anywhere");
    chart.svg.addEventListener("click", (event) => {
      if (!group.contains(event.target)) moveTo(event);
    });
  }
  group.addEventListener("keydown", (event) => {
    if (press && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      return set(press(state));
    }
    const [dx, dy] = KEYS[event.key] ?? [];
    if (dx === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    // With one parameter all keys move it, as they move a slider.
    const ways = x && y ? [dx, dy] : [dx + dy, dx + dy];
    const patch = {};
    keys.forEach((key, i) => {
      if (key && ways[i]) {
        patch[key] = state[key] + ways[i] * parameters[key].step * (event.shiftKey ? 10 : 1);
      }
    });
    event.preventDefault();
    set(patch);
  });
  return (now, px, py) => {
    state = now;
    give(group, "transform", `translate(${chart.sx(px)} ${chart.sy(py)})`);
    give(group, "aria-valuenow", now[x ?? y]);
    give(group, "aria-valuetext", text(now));
  };
}
