// What a cell prints and draws, in place of what the page has stored.

export class Output {
  /** `stored`: the page's own output, or null; `after`: where a new one goes. */
  constructor(stored, after) {
    this.stored = stored;
    this.after = after;
    this.first = stored ? [...stored.childNodes] : [];
    this.figures = stored ? [...stored.querySelectorAll("figure")] : [];
    this.pictures = this.figures.map((figure) => {
      const image = figure.querySelector("img");
      return { image, src: image.getAttribute("src"), alt: image.alt };
    });
  }

  /** An empty output. A stored figure stays where it is until its cell has drawn again. */
  begin() {
    this.place ??= this.stored ?? this.made();
    this.place.hidden = false;
    this.place.replaceChildren();
    this.place.classList.add("page-output");
    this.drawn = 0;
  }

  made() {
    const place = document.createElement("div");
    place.className = "cell_output docutils container";
    this.after.after(place);
    return place;
  }

  /** The page's own output again. */
  reset() {
    if (!this.place) return;
    this.place.classList.remove("page-output");
    this.place.replaceChildren(...this.first);
    this.place.hidden = !this.stored;
    for (const { image, src, alt } of this.pictures) Object.assign(image, { src, alt });
  }

  take(event, untouched) {
    if (event.kind === "stream") this.stream(event.name, event.text);
    else if (event.kind === "error") this.lines("traceback", event.text);
    else if (event.png) this.figure(event, untouched);
    else if (event.html) this.html(event.html);
    else if (event.latex) this.formula(event.latex);
    else if (event.text !== undefined) this.lines("text_plain", event.text);
  }

  lines(kind, text) {
    const block = document.createElement("div");
    block.className = `output ${kind} notranslate`;
    const inner = document.createElement("div"), pre = document.createElement("pre");
    inner.className = "highlight";
    pre.textContent = text;
    pre.tabIndex = 0; // what is wider than the page can be moved by keys
    inner.append(pre);
    block.append(inner);
    this.place.append(block);
    return pre;
  }

  stream(name, text) {
    const kind = name === "stderr" ? "stderr" : "stream";
    const last = this.place.lastElementChild;
    if (last?.classList.contains(kind)) last.querySelector("pre").append(text);
    else this.lines(kind, text);
  }

  /** A picture; in the frame, with the caption, of the page's own where there is one. */
  figure({ png, width }, untouched) {
    const known = this.pictures[this.drawn];
    const image = known?.image ?? document.createElement("img");
    image.src = `data:image/png;base64,${png}`;
    image.alt = untouched && known ? known.alt : "What this cell drew, after an edit.";
    if (!known && width) image.style.width = `${width}px`;
    const frame = known ? this.figures[this.drawn] : document.createElement("figure");
    if (!known) frame.append(image);
    // A link around the stored picture leads to its file.
    const link = image.closest("a.image-reference");
    if (link) link.replaceWith(image);
    this.place.append(frame);
    this.drawn += 1;
  }

  html(html) {
    const block = document.createElement("div");
    block.className = "output text_html";
    block.innerHTML = html;
    this.place.append(block);
  }

  formula(latex) {
    const block = document.createElement("div");
    block.className = "output text_latex math";
    block.textContent = `\\[${latex.replace(/^\$+(\\displaystyle)?|\$+$/g, "")}\\]`;
    this.place.append(block);
    globalThis.MathJax?.typesetPromise?.([block]);
  }
}
