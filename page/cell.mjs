// One cell: its code, editable, its buttons, its output.

import { editor } from "./editor.mjs";
import { Output } from "./output.mjs";

export function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

export class Cell {
  constructor(notebook, host) {
    this.notebook = notebook;
    this.host = host;
    this.id = host.id.replace(/^cell-/, "");
    const input = host.querySelector(".cell_input");
    this.pre = input.querySelector("pre");
    this.shown = [...this.pre.childNodes];
    this.original = this.pre.textContent.replace(/\n$/, "");
    this.text = notebook.store.get(this.id, this.original) ?? this.original;
    const folded = input.closest("details.above-input");
    const around = input.closest("details");
    this.fold = host.contains(around) ? around : null;
    this.aside = Boolean(this.fold && !folded); // folded as a whole: checks, numbers for the prose
    this.bar = this.buttons();
    (folded ?? input).after(this.bar);
    this.output = new Output(host.querySelector(".cell_output"), this.bar);
    if (this.edited) this.open();
    this.show();
  }

  get edited() {
    return this.text !== this.original;
  }

  buttons() {
    const bar = document.createElement("div");
    bar.className = "page-bar";
    this.runButton = button("Run", () => this.run());
    this.editButton = button("Edit", () => this.edit());
    this.resetButton = button("Reset", () => this.reset());
    this.stopButton = button("Stop", () => this.notebook.stop());
    this.status = document.createElement("span");
    this.status.setAttribute("role", "status");
    bar.append(this.runButton, this.editButton, this.resetButton, this.stopButton, this.status);
    return bar;
  }

  /** Which buttons there are now. */
  show() {
    this.editButton.hidden = Boolean(this.area);
    this.resetButton.hidden = !(this.area || this.output.place);
    this.stopButton.hidden = !this.busy;
    this.notebook.changed?.();
  }

  say(text) {
    this.status.textContent = text;
  }

  run() {
    return this.notebook.run(this.id);
  }

  edit() {
    this.open();
    if (this.fold) this.fold.open = true;
    this.area.focus();
    this.show();
  }

  open() {
    if (this.area) return;
    this.area = editor(this.text, {
      change: (text) => this.write(text),
      run: () => this.run(),
      leave: () => this.runButton.focus(),
    });
    this.pre.hidden = true;
    this.pre.after(this.area, this.area.help);
    this.area.fit();
  }

  write(text) {
    this.text = text;
    this.pre.textContent = `${text}\n`; // what is copied and printed
    const kept = this.notebook.store.set(this.id, this.original, text);
    this.say(kept ? "" : "This browser keeps no edits: copy what you want to keep.");
    this.show();
  }

  reset() {
    const here = this.area || document.activeElement === this.resetButton;
    this.text = this.original;
    this.notebook.store.set(this.id, this.original, this.original);
    this.area?.help.remove();
    this.area?.remove();
    this.area = null;
    this.pre.replaceChildren(...this.shown);
    this.pre.hidden = false;
    this.output.reset();
    this.output.place = null;
    this.say("As the course has it.");
    this.show();
    if (here) this.editButton.focus();
  }

  begin(words) {
    this.busy = true;
    if (!words) this.output.begin();
    this.say(words ?? "Running…");
    this.show();
  }

  end(words) {
    this.busy = false;
    this.say(words);
    this.show();
  }

  failedAbove(other) {
    this.end("A cell above has an error, so this one did not run.");
    if (!other) return;
    this.status.append(" ", button("Go to it", () => {
      other.host.scrollIntoView({ block: "center" });
      other.runButton.focus();
    }));
  }
}
