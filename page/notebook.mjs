// The cells of a page, in order: what runs before what, and what has run.
//
// A cell is up to date when it ran with its present text, and every cell above it did so
// before. Run brings the cells above up to date first; cells that the page cannot run
// are passed over. Stop ends Python: it starts anew with the next Run.

import { Cell } from "./cell.mjs";
import { Python, Stopped } from "./python.mjs";
import { Store } from "./store.mjs";

export const ROOT = new URL("../", import.meta.url);

export class Notebook {
  constructor(doc, runtime) {
    this.doc = doc;
    this.store = new Store(ROOT.pathname + doc);
    this.python = new Python(new URL(runtime, ROOT).href);
    this.ran = new Map(); // id of a cell to the text that it ran with
    this.turn = Promise.resolve();
    this.due = 0; // how many runs are asked for and not over
    this.cells = new Map();
    for (const host of document.querySelectorAll("div.cell.runs")) {
      const cell = new Cell(this, host);
      this.cells.set(cell.id, cell);
    }
  }

  /** Every code cell of the notebook, those that the page does not show included. */
  async list() {
    this.all ??= (await fetch(new URL(`page/cells/${this.doc}.json`, ROOT))).json();
    return (await this.all).filter((entry) => !entry.lacks);
  }

  text(entry) {
    return this.cells.get(entry.id)?.text ?? entry.source;
  }

  /** Whether what has run is the page's own text, up to and with `id`. */
  get untouched() {
    return this.entries.every((e) => !this.ran.has(e.id) || this.ran.get(e.id) === e.source);
  }

  /** Run a cell after what it needs; with no cell, all of them. */
  run(id) {
    for (const cell of id ? [this.cells.get(id)] : []) cell.say("Waiting…");
    const generation = this.python.generation;
    this.due += 1;
    this.turn = this.turn.then(async () => {
      if (generation === this.python.generation) await this.inOrder(id);
      else this.cells.get(id)?.say("Stopped before it ran.");
      this.due -= 1;
    });
    return this.turn;
  }

  async inOrder(id) {
    this.entries = await this.list();
    const last = id ? this.entries.findIndex((e) => e.id === id) : this.entries.length - 1;
    const above = this.entries.slice(0, last + 1);
    const due = (e) => e.id === id || this.ran.get(e.id) !== this.text(e);
    const needs = [...new Set(above.filter(due).flatMap((e) => e.needs))];
    for (const entry of above) {
      if (!due(entry)) continue; // asked anew each time: a changed cell makes others due
      const target = this.cells.get(id), left = above.filter(due).length - 1;
      if (target && entry.id !== id) target.say(`Running the cells above: ${left} to go`);
      const done = await this.one(entry, id, needs);
      if (done === "stopped") break;
      // What is checked out of sight fails where a reader has changed something: go on.
      if (done === "failed" && !entry.raises && !(this.cells.get(entry.id)?.aside ?? true)) {
        if (target && entry.id !== id) target.failedAbove(this.cells.get(entry.id));
        break;
      }
    }
    this.changed?.();
  }

  /** Run one cell: "ran", "failed" or "stopped". */
  async one(entry, asked, needs) {
    const text = this.text(entry), cell = this.cells.get(entry.id);
    if (this.ran.has(entry.id) && this.ran.get(entry.id) !== text) this.forgetBelow(entry);
    this.ran.delete(entry.id);
    const target = cell ?? this.cells.get(asked);
    target?.begin(cell ? null : "Preparing…");
    try {
      const ok = await this.python.run({ id: entry.id, code: text, needs }, (event) => {
        if (event.kind === "state") target?.say(event.text);
        else cell?.output.take(event, this.untouched && text === entry.source);
      });
      if (ok || entry.raises || (cell?.aside ?? true)) this.ran.set(entry.id, text);
      cell?.end(ok ? "Done" : entry.raises ? "Done: this error is meant" : "Error");
      return ok ? "ran" : "failed";
    } catch (error) {
      this.ran.clear();
      const said = error instanceof Stopped
        ? "Stopped. Python starts anew with the next Run."
        : `Python ended: ${error.message} It starts anew with the next Run.`;
      target?.end(said);
      if (target !== this.cells.get(asked)) this.cells.get(asked)?.end(said);
      return "stopped";
    } finally {
      this.changed?.();
    }
  }

  forgetBelow(entry) {
    for (const later of this.entries.slice(this.entries.indexOf(entry) + 1)) this.ran.delete(later.id);
  }

  stop() {
    this.python.stop();
  }

  get edited() {
    return [...this.cells.values()].filter((cell) => cell.edited);
  }
}
