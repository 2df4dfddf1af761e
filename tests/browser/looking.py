"""What a picky reader sees on a page: asked of the browser, and kept as pictures."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAYOUT_SHIFT = """() => new Promise(done => {
  let sum = 0;
  const add = list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value });
  new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""
# Links in running text are exempt, as in WCAG 2.2; a box's label is pressed with it;
# nobody meets the trap.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter(e => e.type !== "hidden" && getComputedStyle(e).display !== "inline")
  .filter(e => !e.closest(".tf-trap"))
  .filter(e => !(["radio", "checkbox"].includes(e.type) && e.closest("label")))
  .filter(e => { const box = e.getBoundingClientRect(); return box.width && box.height < 43.5 })
  .map(e => e.outerHTML.slice(0, 80))"""
# Words that are wider than the box they stand in: cut off, or over their neighbours.
CUT_OFF = """() => [...document.body.querySelectorAll("*")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => !e.closest(".visually-hidden, .tf-hidden, .tf-trap, .table__scroll, svg, select"))
  .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
  .map(e => "cut off: " + e.outerHTML.slice(0, 80))"""
# Of the letters that can be seen, those of the language's own script.
OWN_LETTERS = r"""script => {
  const letters = document.body.innerText.match(/\p{L}/gu) || [];
  const own = new RegExp(`\\p{Script=${script}}`, "u");
  return letters.filter(letter => own.test(letter)).length / letters.length;
}"""


def get_flaws(page: Any) -> list[str]:
    found = [
        rule["id"] for rule in Axe().run(page, options={"runOnly": RULES}).response["violations"]
    ]
    if page.evaluate(LAYOUT_SHIFT) > 0.01:
        found.append("layout shift")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return [*found, *page.evaluate(SMALL_TARGETS), *page.evaluate(CUT_OFF)]


def keep_picture(page: Any, name: str) -> None:
    """For whoever wants to see it: `LOOKS_DIR=/some/folder`."""
    if folder := os.environ.get("LOOKS_DIR"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
