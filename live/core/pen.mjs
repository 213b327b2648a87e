// Draws on a chart with the pointer: a press puts something there, a stroke of a mouse or
// a pen goes on. A finger taps, because its strokes move the page.

/**
 * @param {Chart} chart
 * @param {object} options
 *   change(make): sets what make(state) returns; mark(state, x, y, stroke): a patch
 */
export function pen(chart, { change, mark }) {
  chart.svg.classList.add("live-anywhere");
  const draw = (event, stroke) => {
    const [x, y] = chart.under(event);
    const [[x0, x1], [y0, y1]] = [chart.x, chart.y];
    if (x >= x0 && x <= x1 && y >= y0 && y <= y1) change((state) => mark(state, x, y, stroke));
  };
  let [drawing, done] = [null, false];
  chart.svg.addEventListener("pointerdown", (event) => {
    done = event.pointerType !== "touch";
    if (!done || event.button || event.target.closest(".live-handle")) return;
    event.preventDefault(); // no text is marked
    chart.svg.setPointerCapture(event.pointerId);
    drawing = event.pointerId;
    draw(event, false);
  });
  chart.svg.addEventListener("pointermove", (event) => {
    if (event.pointerId === drawing) draw(event, true);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    chart.svg.addEventListener(end, () => (drawing = null));
  }
  chart.svg.addEventListener("click", (event) => {
    if (!done && !event.target.closest(".live-handle")) draw(event, false);
  });
}
