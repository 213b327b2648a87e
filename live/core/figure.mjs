// A live figure: its parameters, its controls, and one drawing a frame.

import { Chart } from "./chart.mjs";
import { buttons, controls } from "./controls.mjs";
import { handle } from "./handle.mjs";
import { put } from "./marks.mjs";
import { pen } from "./pen.mjs";
import { Runner } from "./runner.mjs";
import { accepted, address, defaults, fromQuery } from "./state.mjs";

const QUIET = 500; // ms without a change before a sentence is read out, or put in the address

const part = (className, tag = "div") =>
  Object.assign(document.createElement(tag), { className });

// An equation stays on one line, and a number with its per cent.
const together = (text) =>
  text.replace(/ ([=−×·<>≈]) /g, "\u00a0$1\u00a0").replaceAll(" %", "\u00a0%");

export class Figure {
  /**
   * @param {HTMLElement} host the element around the static picture
   * @param {object} script what a figure's module exports:
   *   parameters (see state.mjs), actions: [[text, (state) => patch], …],
   *   build(stage): makes the charts and returns draw(state), which returns
   *   [a few words, a sentence]; or, for a figure that runs, { draw, work, next } (see
   *   runner.mjs)
   */
  constructor(host, script) {
    this.host = host;
    this.id = host.closest("figure").id;
    this.parameters = script.parameters;
    const start = defaults(script.parameters);
    this.first = { ...start, ...accepted(script.parameters, fromQuery(host.dataset.set ?? "")) };
    this.state = { ...this.first };
    this.charts = [];

    const widget = part("live-widget");
    this.stage = part("live-stage");
    this.words = part("live-words", "p");
    this.verdict = part("", "strong");
    this.sentence = part("", "span");
    this.words.append(this.verdict, this.sentence);
    this.spoken = part("live-spoken", "p");
    this.spoken.setAttribute("role", "status");
    this.controls = controls(this.id, script.parameters, (patch) => this.set(patch));
    const act = ([text, change]) => [text, () => this.set(change(this.state))];
    const row = buttons([...(script.actions ?? []).map(act), ["Reset", () => this.reset()]]);
    widget.append(this.stage, this.words, this.controls.element, row, this.spoken);

    const built = script.build({
      column: (share) => this.column(share),
      chart: (column, options) => this.chart(column, options),
      handle: (chart, options) =>
        handle(chart, { parameters: this.parameters, set: (patch) => this.set(patch), ...options }),
      pen: (chart, mark) => pen(chart, { mark, change: (make) => this.set(make(this.state)) }),
      parameters: this.parameters,
    });
    this.draw = built.draw ?? built;
    if (built.work) {
      this.runner = new Runner(built, widget, () => this.wake());
      row.prepend(this.runner.button);
    }
    host.append(widget);
    host.classList.add("live-on");
    // Widths are read here alone, where the page is laid out already.
    this.room = new Map();
    this.observer = new ResizeObserver((entries) => {
      for (const { target } of entries) this.room.set(target, target.clientWidth);
      this.wake();
    });
    for (const chart of this.charts) this.observer.observe(chart.box);
  }

  /** A column of charts, `share` of the width (together 4 to 6) or, on a phone, all of it. */
  column(share) {
    const column = part("live-column");
    column.style.flex = `${share} ${share} ${6 * share}rem`;
    this.stage.append(column);
    return column;
  }

  chart(column, options) {
    this.charts.push(new Chart(column, options));
    return this.charts.at(-1);
  }

  /** Change some parameters, from where they are now. */
  set(patch) {
    Object.assign(this.state, accepted(this.parameters, patch));
    this.touched = true;
    this.wake();
  }

  /** A whole setting, as an address or the text names it: the first one, but for `patch`. */
  go(patch) {
    this.state = { ...this.first, ...accepted(this.parameters, patch) };
    this.pause();
  }

  reset() {
    this.state = { ...this.first };
    this.touched = true;
    this.pause();
  }

  pause() {
    this.runner?.run(false);
    this.wake();
  }

  /** However many changes there are, one drawing in the next frame. */
  wake() {
    this.frame ??= requestAnimationFrame((now) => {
      this.frame = null;
      for (const chart of this.charts) chart.resize(this.room.get(chart.box) ?? 0);
      if (!this.charts.every((chart) => chart.width)) return;
      if (this.runner) this.turn(now);
      else this.show();
      if (!this.runner?.busy) this.host.dataset.ready = "";
    });
  }

  /** A frame of a figure that runs. */
  turn(now) {
    const patch = accepted(this.parameters, this.runner.advance(this.state, now));
    if (Object.keys(patch).length) {
      Object.assign(this.state, patch);
      this.touched = true;
    }
    const more = this.runner.frame(this.state, now, () => this.show());
    this.host.toggleAttribute("data-busy", this.runner.busy);
    if (more) this.wake();
  }

  show() {
    const [verdict, sentence] = this.draw(this.state);
    put(this.verdict, verdict);
    put(this.sentence, ` ${together(sentence)}`);
    this.controls.show(this.state);
    this.settleLater();
  }

  settleLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.touched || this.runner?.awake) return;
      this.touched = false;
      this.spoken.textContent = this.words.textContent;
      history.replaceState(history.state, "", address(this.id, this.first, this.state));
    }, QUIET);
  }
}
