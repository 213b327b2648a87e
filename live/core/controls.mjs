// Native controls, each with a label and, where it is a slider, its value beside it.

import { give, put } from "./marks.mjs";
import { shown } from "./numbers.mjs";
import { fitted, kind } from "./state.mjs";

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function slider(id, parameter, set) {
  const log = parameter.scale === "log";
  const ends = [parameter.min, parameter.max].map((v) => (log ? Math.log10(v) : v));
  const input = make("input", { type: "range", id, min: ends[0], max: ends[1] });
  input.step = log ? 0.01 : parameter.step;
  // Not an <output>, which would be read out at every step; the slider says its value.
  const output = make("span", { className: "live-value", ariaHidden: "true" });
  const placed = (value) => String(log ? Math.log10(value) : value);
  let [now, keyed] = [parameter.value, false];
  input.addEventListener("keydown", () => (keyed = true));
  input.addEventListener("pointerdown", () => (keyed = false));
  input.addEventListener("input", () => {
    let value = log ? 10 ** input.value : Number(input.value);
    // Where a key's step is less than one of the parameter's, it takes one of these.
    const way = Math.sign(input.value - placed(now));
    if (log && keyed && fitted(parameter, value) === now) value = now + way * parameter.step;
    // At once: the next key may come before the value is shown.
    if (log) now = fitted(parameter, value);
    if (log && keyed) input.value = placed(now);
    set(value);
  });
  const show = (value) => {
    now = value;
    const text = (parameter.shown ?? shown)(value);
    const place = placed(value);
    if (Math.abs(input.value - place) > input.step / 2) input.value = place;
    put(output, text);
    give(input, "aria-valuetext", text);
  };
  const label = make("label", { htmlFor: id }, parameter.label);
  return { row: make("div", { className: "live-control" }, label, output, input), input, show };
}

function choice(id, parameter, set) {
  const options = parameter.options.map(([value, text]) => make("option", { value }, text));
  const input = make("select", { id }, ...options);
  input.addEventListener("input", () => set(input.value));
  const label = make("label", { htmlFor: id }, parameter.label);
  const show = (value) => input.value === value || (input.value = value);
  return { row: make("div", { className: "live-control" }, label, input), input, show };
}

function check(id, parameter, set) {
  const input = make("input", { type: "checkbox", id });
  input.addEventListener("input", () => set(input.checked));
  const label = make("label", { htmlFor: id }, parameter.label);
  const show = (value) => (input.checked = value);
  return { row: make("div", { className: "live-control live-check" }, input, label), input, show };
}

const MAKERS = { number: slider, choice, check };

/** All controls of a figure: { element, show(state) }. */
export function controls(id, parameters, set) {
  const element = make("div", { className: "live-controls" });
  const rows = [];
  for (const [key, parameter] of Object.entries(parameters)) {
    if (parameter.drawn) continue;
    const one = MAKERS[kind(parameter)](`${id}-${key}`, parameter, (value) => set({ [key]: value }));
    one.input.dataset.parameter = key;
    element.append(one.row);
    rows.push({ key, parameter, ...one });
  }
  const show = (state) => {
    for (const { key, parameter, input, show } of rows) {
      show(state[key]);
      if (parameter.named) put(input.labels[0], parameter.named(state));
      input.disabled = parameter.unused?.(state) ?? false;
    }
  };
  return { element, show };
}

/** Buttons in a row; each is [text, what it does]. */
export function buttons(list) {
  return make("div", { className: "live-buttons" }, ...list.map(([text, act]) => {
    const button = make("button", { type: "button" }, text);
    button.addEventListener("click", act);
    return button;
  }));
}
