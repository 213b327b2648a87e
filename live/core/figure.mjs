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
   *   [a few words, a sentence, parts…], functions that draw what may come some frames
   *   later; or, for a figure that runs, { draw, work, next } (see runner.mjs)
   */
  constructor(host, script) {
    this.host = host;
    this.id = host.closest("figure").id;
    this.parameters = script.parameters;
    const start = defaults(script.parameters);
    this.first = { ...start, ...accepted(script.parameters, fromQuery(host.dataset.set ?? "")) };
    this.state = { ...this.first };
    this.charts = [];
    this.unwritten = [];
    this.turns = 0;
    this.whole = true; // the next picture in one frame: the first, and one of another size

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
    delete this.host.dataset.ready;
    this.due = true;
    this.ask();
  }

  ask() {
    this.frame ??= requestAnimationFrame((now) => {
      this.frame = null;
      for (const chart of this.charts) {
        if (chart.resize(this.room.get(chart.box) ?? 0)) this.whole = true;
      }
      if (!this.charts.every((chart) => chart.width)) return;
      if (this.due) this.advance(now);
      this.write();
      if (!this.runner?.busy && !this.unwritten.length) this.host.dataset.ready = "";
    });
  }

  advance(now) {
    this.due = false;
    if (this.runner) this.turn(now);
    else this.show();
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
    const [verdict, sentence, ...parts] = this.draw(this.state);
    const say = () => {
      put(this.verdict, verdict);
      put(this.sentence, ` ${together(sentence)}`);
    };
    const mark = () => this.controls.show(this.state);
    const all = [say, mark, ...parts, ...this.axes()];
    const first = (this.turns += 1) % all.length;
    this.unwritten = [...all.slice(first), ...all.slice(0, first)];
    this.changed = performance.now();
    this.settleLater();
  }

  /**
   * The words, the values of the controls and the figure's own parts, in turn, one in a
   * frame: what a slider moves is drawn at once, and no frame has too much to lay out.
   */
  write() {
    do {
      this.unwritten.shift()?.();
      if (!this.unwritten.length) this.unwritten = this.axes(); // of what a part has drawn
    } while (this.unwritten.length && this.whole);
    this.whole = false;
    if (this.unwritten.length) this.ask();
  }

  /** The axes whose limits have changed, to be drawn. */
  axes() {
    return this.charts.filter((chart) => chart.stale).map((chart) => () => chart.drawAxes());
  }

  settleLater(wait = QUIET) {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const waits = this.due || this.unwritten.length; // the words may be old
      const left = waits ? QUIET : this.changed + QUIET - performance.now();
      if (left > 1) return this.settleLater(left);
      if (!this.touched || this.runner?.awake) return;
      this.touched = false;
      this.spoken.textContent = this.words.textContent;
      history.replaceState(history.state, "", address(this.id, this.first, this.state));
    }, wait);
  }
}
