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
