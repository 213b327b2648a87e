// A plain text field for code: Tab indents, Shift+Tab takes back, Enter keeps the depth,
// Shift+Enter or Ctrl+Enter runs, Escape leaves it (so that Tab moves on again).

const STEP = "    ";
let number = 0;

export function editor(text, { change, run, leave }) {
  const area = document.createElement("textarea");
  Object.assign(area, { value: text, spellcheck: false, className: "page-editor", wrap: "off" });
  area.autocapitalize = "off";
  area.setAttribute("autocomplete", "off");
  area.setAttribute("aria-label", "Code of this cell");
  area.help = document.createElement("p");
  Object.assign(area.help, { className: "page-help", id: `page-help-${(number += 1)}` });
  area.help.textContent = "Tab indents, Shift+Tab takes back, Shift+Enter runs, Escape leaves.";
  area.setAttribute("aria-describedby", area.help.id);
  area.fit = () => {
    area.rows = area.value.split("\n").length;
  };
  const changed = () => {
    area.fit();
    change(area.value);
  };
  area.addEventListener("input", changed);
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) run();
    else if (event.key === "Enter") put(area, `\n${depth(area)}`);
    else if (event.key === "Tab" && event.shiftKey) lines(area, (line) => line.replace(/^ {1,4}/, ""));
    else if (event.key === "Tab" && area.selectionStart === area.selectionEnd) put(area, STEP);
    else if (event.key === "Tab") lines(area, (line) => (line ? STEP + line : line));
    else return;
    event.preventDefault();
  });
  return area;
}

/** The indentation of the line with the cursor, one step more after a colon. */
function depth(area) {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return line.match(/^ */)[0] + (/:\s*$/.test(line) ? STEP : "");
}

/** Type a text, so that the browser's own undo knows it. */
function put(area, text) {
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
  }
}

/** Change every line that the selection touches. */
function lines(area, act) {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = area.value.indexOf("\n", area.selectionEnd);
  const to = next < 0 ? area.value.length : next;
  area.setSelectionRange(from, to);
  put(area, area.value.slice(from, to).split("\n").map(act).join("\n"));
}
