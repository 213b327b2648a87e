/* A downloaded notebook knows the site that it came from. Without http(s), a plain link. */
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.btn-download-source-button");
  if (!link || !link.href.endsWith(".ipynb") || !location.protocol.startsWith("http")) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.status);
    const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
    const text = (await answer.text()).replace('SITE = \\"\\"', () => `SITE = \\"${root.href}\\"`);
    const copy = document.createElement("a");
    copy.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    copy.download = link.pathname.split("/").pop();
    copy.click();
    setTimeout(() => URL.revokeObjectURL(copy.href), 60000);
  } catch (error) {
    location.href = link.href;
  }
});

/* The theme takes the focus from its buttons; who uses the keyboard keeps it. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && event.detail === 0 && !document.querySelector("dialog[open]")) button.focus();
});

/* A page read as a file may not read others: results are shown without excerpts. */
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS === "object") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
