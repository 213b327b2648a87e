// Gives the cells of a page their buttons, if the site carries Python. Asks for nothing else.

import runtime from "./runtime.mjs";

export async function start(doc) {
  if (!runtime) return;
  const { Notebook } = await import("./notebook.mjs");
  const { panel } = await import("./panel.mjs");
  const notebook = new Notebook(doc, runtime);
  panel(notebook);
}
