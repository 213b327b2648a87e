// What a figure writes into the page: only where it changes. In a frame the browser lays
// out anew whatever was written, also what it had before; that costs more than to compute.

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

/** Set an attribute where it has another value. */
export function give(element, name, value) {
  value = String(value);
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Set the text of an element where it has another one. */
export function put(element, text) {
  const node = element.firstChild;
  if (node && node.data !== text) node.data = text;
  else if (!node && text) element.append(text);
}
