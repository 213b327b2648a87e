// The parameters of a figure: what they may be, and how an address holds them.
//
// A parameter is { value, label, … } and one of
//   a number     { min, max, step }; scale: "log" moves the slider in powers of ten
//   a choice     { options: [[value, label], …] }
//   yes or no    { value: true }
//   signs        { value: "", pattern }: a text that the expression allows, for the address
// named(state) is a label that changes, unused(state) whether the control does nothing now.
// With drawn: true it has no control: it is set on the picture or by a button, as signs are.

export const kind = (parameter) =>
  parameter.options ? "choice" : parameter.pattern ? "signs"
    : typeof parameter.value === "boolean" ? "check" : "number";

export const defaults = (parameters) =>
  Object.fromEntries(Object.entries(parameters).map(([key, one]) => [key, one.value]));

/** A number within its parameter's limits: on its grid or, logarithmic, in three digits. */
export function fitted({ min, max, step, scale }, value) {
  if (scale === "log") {
    value = Number(value.toPrecision(3));
    if (Number.isInteger(step)) value = Math.round(value);
  } else value = Number((min + Math.round((value - min) / step) * step).toPrecision(12));
  return Math.max(min, Math.min(max, value));
}

/** What of `patch` the figure has and may be, in its own types; the rest is dropped. */
export function accepted(parameters, patch) {
  const good = {};
  for (const [key, given] of Object.entries(patch)) {
    const parameter = Object.hasOwn(parameters, key) ? parameters[key] : null;
    if (!parameter) continue;
    if (kind(parameter) === "choice") {
      if (parameter.options.some(([value]) => value === given)) good[key] = given;
    } else if (kind(parameter) === "check") {
      good[key] = given === true || given === "true";
    } else if (kind(parameter) === "signs") {
      if (typeof given === "string" && parameter.pattern.test(given)) good[key] = given;
    } else if (given !== "" && Number.isFinite(Number(given))) {
      good[key] = fitted(parameter, Number(given));
    }
  }
  return good;
}

/** "#fig-x?lr=0.4&h=2" as { id: "fig-x", patch: { lr: "0.4", h: "2" } }. */
export function parsed(hash) {
  const [id, query] = hash.replace(/^#/, "").split("?");
  return { id: decodeURIComponent(id), patch: query === undefined ? null : fromQuery(query) };
}

export const fromQuery = (query) => Object.fromEntries(new URLSearchParams(query));

/** The address of a setting: only what differs from the figure's first one. */
export function address(id, first, state) {
  const changed = Object.entries(state).filter(([key, value]) => value !== first[key]);
  return `#${id}` + (changed.length ? "?" + new URLSearchParams(changed) : "");
}
