"""Every page in the browser: nothing cut, formulas set, no barrier, light and dark."""

import pytest
from axe_core_python.sync_playwright import Axe
from site_pages import content_pages

SERIOUS = ("serious", "critical")
# What depends on colours is looked at again in the dark.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > wide + 1)
    .map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)
    .slice(0, 8).concat(`page: ${document.documentElement.scrollWidth} > ${wide}`);
}"""

# Scrolling leads right: what hangs out on the left cannot be reached.
LOST = """() => [...document.querySelectorAll('article mjx-math')]
  .filter(m => m.checkVisibility())
  .filter(m => m.getBoundingClientRect().left < -1)
  .map(m => m.parentElement.innerText.slice(0, 60))"""

PICTURES = """async () => {
  const images = [...document.images].filter(i => i.checkVisibility());
  await Promise.all(images.map(i => i.decode().catch(() => {})));
  return images.filter(i => !i.naturalWidth).map(i => i.src);
}"""

FORMULAS = """() => ({
  asked: document.querySelectorAll('article .math').length,
  set: document.querySelectorAll('article mjx-container').length,
  wrong: [...document.querySelectorAll('mjx-merror')].map(e => e.textContent),
  raw: [...document.querySelectorAll('article p')].map(p => {
      const text = p.cloneNode(true);
      text.querySelectorAll('code').forEach(c => c.remove());
      return text.textContent;
    })
    .filter(t => /\\$\\$|\\{(glue|numref|eq|cite)/.test(t)).slice(0, 3),
})"""


# Thousands of coloured words of code look alike, so one of each kind and place is judged,
# and ten formulas; their glyphs are hidden from assistive tools, which read the MathML.
SAMPLE = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll('pre span')) {
    const place = word.closest('.output, .cell_input, .highlight')?.className;
    const box = word.closest('details, .admonition')?.className;
    const kind = [word.className, place, box].join('|');
    if (seen.has(kind)) word.replaceWith(...word.childNodes);
    seen.add(kind);
  }
  document.querySelectorAll('mjx-container').forEach((formula, i) => {
    formula.querySelector('mjx-math')?.replaceChildren('x');
    if (i >= 10) formula.replaceWith('x');
  });
}"""


def barriers(page, **options):
    """Serious and critical findings of axe, as readable lines."""
    if not page.evaluate("'axe' in window"):
        page.add_style_tag(content="* { transition: none !important; }")
        page.evaluate(Axe().axe_script)
        page.evaluate(SAMPLE)
    found = page.evaluate(
        "options => axe.run(document, options)", {"resultTypes": ["violations"], **options}
    )
    return [
        f"{v['id']}: {n['html'][:160]} | {n.get('failureSummary', '')[:200]}"
        for v in found["violations"]
        if v["impact"] in SERIOUS
        for n in v["nodes"]
    ]


@pytest.mark.parametrize("path", content_pages())
def test_a_page_reads_well(reader, path):
    page = reader(path, viewport={"width": 1280, "height": 900}, color_scheme="light")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate(PICTURES) == []
    formulas = page.evaluate(FORMULAS)
    assert formulas["set"] >= formulas["asked"] and not formulas["wrong"], formulas
    assert not formulas["raw"]

    for width in (1280, 390, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) == [], f"at {width} px"
        assert page.evaluate(LOST) == [], f"at {width} px"

    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(
        "document.querySelectorAll('article details').forEach(d => d.open = true)"
    )
    assert barriers(page) == []

    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.wait_for_timeout(100)
    assert barriers(page, runOnly=COLOUR_RULES) == []


@pytest.mark.parametrize("path", ["intro.html", "search.html", "genindex.html", "404.html"])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_frame_has_no_barrier(reader, path, colours, width):
    page = reader(path, viewport={"width": width, "height": 800}, color_scheme=colours)
    assert page.evaluate(OVERFLOW) == []
    assert barriers(page) == []
