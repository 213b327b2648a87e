// Makes the figures of a page live, and the links of its text that set them.

import { Figure } from "./figure.mjs";
import { address, accepted, fromQuery, parsed } from "./state.mjs";

const figures = new Map();

function follow() {
  const { id, patch } = parsed(location.hash);
  const figure = patch && figures.get(id);
  if (!figure) return;
  figure.go(patch);
  figure.host.closest("figure").scrollIntoView({ block: "nearest" });
}

function link(anchor) {
  const figure = figures.get(anchor.hash.slice(1));
  if (!figure) return;
  const patch = fromQuery(anchor.dataset.liveSet);
  // The link's own address is the setting, so that it can be copied.
  const state = { ...figure.first, ...accepted(figure.parameters, patch) };
  anchor.href = address(figure.id, figure.first, state);
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    figure.go(patch);
    figure.touched = true;
    const frame = figure.host.closest("figure");
    const { top, bottom } = figure.stage.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) frame.scrollIntoView({ block: "nearest" });
  });
}

async function start() {
  const hosts = [...document.querySelectorAll("[data-live]")];
  await Promise.all(hosts.map(async (host) => {
    try {
      const { default: script } = await import(`../${host.dataset.live}.mjs`);
      const figure = new Figure(host, script);
      figures.set(figure.id, figure);
      figure.wake();
    } catch (error) {
      console.error(`live figure ${host.dataset.live}:`, error); // its picture stays
    }
  }));
  document.querySelectorAll("a[data-live-set]").forEach(link);
  follow();
  addEventListener("hashchange", follow);
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
