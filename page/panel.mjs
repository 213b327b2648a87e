// What stands above the first cell: that cells run here, all at once, and which do not.

import { button } from "./cell.mjs";

export function panel(notebook) {
  const first = document.querySelector("div.cell.runs");
  if (!first) return;
  const host = document.createElement("section");
  host.className = "page-python";
  host.notebook = notebook;
  host.setAttribute("aria-label", "Python in this page");
  const text = document.createElement("p");
  text.textContent = "The cells of this page run here, in your browser: press Run. " +
    "The first time Python is loaded from this site (about 10 MB, 20 with figures). " +
    "What you edit stays in this browser. ";
  const lacking = [...document.querySelectorAll("div.cell.lacks")];
  for (const cell of lacking) note(cell);
  if (lacking.length) text.append(apart(lacking));
  const bar = document.createElement("p");
  bar.className = "page-bar";
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const all = button("Run all", () => notebook.run());
  const stop = button("Stop", () => notebook.stop());
  const reset = button("Undo all edits", () => {
    for (const cell of notebook.edited) cell.reset();
    status.textContent = "Every cell is as the course has it.";
  });
  bar.append(all, stop, reset, status);
  host.append(text, bar);
  first.before(host);
  notebook.changed = () => {
    const n = notebook.edited.length, busy = notebook.python.running;
    stop.hidden = !busy;
    reset.hidden = !n;
    status.textContent = busy ? "Python is running." : n ? `${n} edited.` : "";
  };
  notebook.changed();
}

function apart(lacking) {
  const what = [...new Set(lacking.map((cell) => cell.dataset.lacks))];
  const words = document.createElement("span");
  words.append(`${lacking.length} of the cells need what a page does not have (${what.join(", ")}): `);
  words.append(toNotebook("run them in the notebook"), ".");
  return words;
}

function toNotebook(text) {
  const notebook = document.querySelector("a.btn-download-source-button");
  const link = document.createElement("a");
  link.href = notebook?.href ?? "";
  link.textContent = text;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    notebook?.click(); // the header's own download knows the site's address
  });
  return link;
}

function note(cell) {
  const words = document.createElement("p");
  words.className = "page-lacks";
  words.append("Runs in ", toNotebook("the notebook"), `: it needs ${cell.dataset.lacks}.`);
  const input = cell.querySelector(".cell_input");
  (input.closest("details.above-input") ?? input).after(words);
}
